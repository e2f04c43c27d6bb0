import { joiningEntities } from '../../server/core/symbols/joinEntities';
import { atOnce } from '../../server/core/util/slices';
import { EncodedLogBuilder } from '../../server/engine/encodedRows';
import type { EncodedEnd, EncodedLogRows, RowColumns } from '../../server/engine/ports';

/** The rows of a log from those of its parts, without pauses. `bytes`: length of the log, 0 when it is not known. */
export function joinedRows(parts: readonly { readonly blocks: readonly RowColumns[]; readonly end: EncodedEnd }[], bytes = 0): EncodedLogRows {
  const builder = new EncodedLogBuilder(bytes);
  for (const { blocks, end } of parts) {
    blocks.forEach((block) => builder.add(block));
    builder.endPart(end);
  }
  const tables = builder.entities();
  return atOnce(builder.finishing(tables.length > 1 ? atOnce(joiningEntities(tables[0].kind, tables)) : undefined));
}

/** The rows of a log that has grown. */
export function grownRows(before: EncodedLogRows, tail: EncodedLogRows): EncodedLogRows {
  return joinedRows([before, tail].map((rows) => ({ blocks: [rows], end: rows })));
}
