import type { FlowTable } from '../table/flow';
import { MISSING } from '../table/dictionary';
import type { TextColumn } from '../table/table';

/**
 * The events with one host renamed to the most common other one of the same side, as if it could not be told by its name: does a model find what was done from it, or only
 * that it is an unusual host? O(rows).
 */
export function maskHost(table: FlowTable, host: string): FlowTable {
  const { source, destination } = table;
  return { ...table, ...(source && { source: renamed(source, host) }), ...(destination && { destination: renamed(destination, host) }) };
}

function renamed(column: TextColumn, host: string): TextColumn {
  const code = column.dictionary.find(host);
  if (code === MISSING) return column;
  const rows = new Float64Array(column.dictionary.size);
  for (const one of column.codes) rows[one]++;
  let common = MISSING;
  for (let one = 1; one < rows.length; one++) if (one !== code && rows[one] > (common === MISSING ? 0 : rows[common])) common = one;
  return { ...column, codes: column.codes.map((one) => (one === code ? common : one)) };
}
