import { checkMemory } from '../util/memory';
import type { Slices } from '../util/slices';
import { BitSet } from '../util/bitset';
import { Dictionary, type DictionaryTransfer } from './dictionary';
import type { FlowField, FlowTable } from './flow';
import { FlowBuilder } from './flowBuilder';
import type { Places } from './table';

/** A flow table as plain data, fit for a message between threads. */
export interface FlowTransfer {
  readonly rowCount: number;
  readonly places: Places;
  readonly numbers: readonly { readonly field: FlowField; readonly values: Float64Array; readonly valid: Uint32Array }[];
  readonly texts: readonly { readonly field: FlowField; readonly codes: Uint32Array; readonly dictionary: DictionaryTransfer }[];
}

export function toFlowTransfer(table: FlowTable): FlowTransfer {
  const { rowCount, places, ...columns } = table;
  const numbers = [];
  const texts = [];
  for (const [field, column] of Object.entries(columns) as [FlowField, FlowTable[FlowField]][]) {
    if (column?.kind === 'number') numbers.push({ field, values: column.values, valid: column.valid.words });
    else if (column) texts.push({ field, codes: column.codes, dictionary: column.dictionary.toTransfer() });
  }
  return { rowCount, places, numbers, texts };
}

export function fromFlowTransfer(transfer: FlowTransfer): FlowTable {
  const columns: Partial<Record<FlowField, unknown>> = {};
  for (const { field, values, valid } of transfer.numbers) columns[field] = { kind: 'number', values, valid: new BitSet(0, valid) };
  for (const { field, codes, dictionary } of transfer.texts) columns[field] = { kind: 'text', codes, dictionary: Dictionary.fromTransfer(dictionary) };
  return { rowCount: transfer.rowCount, places: transfer.places, ...columns } as FlowTable;
}

/** The first `rows` rows of tables, one after the other. One that is wanted whole is not copied, others are given up one by one: `parts` is empty afterwards. Throws `MemoryLimitError`. */
export function joinFlows(parts: FlowTransfer[], rows = rowsOf(parts)): FlowTable {
  if (parts.length === 1 && parts[0].rowCount === rows) return fromFlowTransfer(parts.splice(0)[0]);
  const builder = new FlowBuilder(rows);
  for (let part = parts.shift(); part; part = parts.shift()) {
    const rest = rows - builder.size;
    builder.add(fromFlowTransfer(part), part.rowCount <= rest ? undefined : (row) => row < rest);
    checkMemory();
  }
  return builder.finish();
}

/** Tables of fewer rows are small. */
const SMALL_ROWS = 1 << 14;

/** The same rows in fewer tables: small ones that follow each other become one. The result of `joinFlows` is the same. Tables may be shared with the input. O(rows of small tables), in slices. */
export function* mergeSmall(parts: readonly FlowTransfer[]): Slices<FlowTransfer[]> {
  const merged: FlowTransfer[] = [];
  let builder: FlowBuilder | undefined;
  const close = (): void => {
    if (builder) merged.push(toFlowTransfer(builder.finish()));
    builder = undefined;
  };
  for (const [i, part] of parts.entries()) {
    const isAlone = part.rowCount >= SMALL_ROWS || (!builder && (parts[i + 1]?.rowCount ?? SMALL_ROWS) >= SMALL_ROWS);
    if (isAlone) {
      close();
      merged.push(part);
    } else {
      (builder ??= new FlowBuilder()).add(fromFlowTransfer(part));
      if (builder.size >= SMALL_ROWS) close();
    }
    if (i % SLICE_TABLES === SLICE_TABLES - 1) yield;
  }
  close();
  return merged;
}

/** Tables worked on between pauses: some milliseconds. */
const SLICE_TABLES = 8;

export function rowsOf(parts: readonly FlowTransfer[]): number {
  return parts.reduce((n, { rowCount }) => n + rowCount, 0);
}
