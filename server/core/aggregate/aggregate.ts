import { drawCells, type Cells, type CellTask } from './cells';
import { countKeys, countValues, type KeyCounts, numberDistinct, timeRange } from './keys';
import { countNumbers, type FieldBins, type NumberCounts, type NumberRows, rowsInBins } from './numbers';
import { orderGroups } from './order';

/** Work on all rows of a capture at once: what goes in and what comes out. Arrays on shared memory are not copied on their way to another thread. */
export interface Aggregates {
  /** Cells of columns [first, last) of `out`. */
  readonly cells: { readonly in: { readonly task: CellTask; readonly out: Cells; readonly first: number; readonly last: number }; readonly out: void };
  readonly keys: { readonly in: { readonly key: Uint32Array; readonly time: Float64Array; readonly count: number }; readonly out: KeyCounts };
  readonly values: { readonly in: { readonly value: CellTask['value'] }; readonly out: Uint32Array };
  readonly times: { readonly in: { readonly time: Float64Array }; readonly out: ReturnType<typeof timeRange> };
  readonly distinct: { readonly in: { readonly value: Uint32Array; readonly numbers: Uint32Array }; readonly out: Uint32Array };
  readonly numbers: { readonly in: { readonly numbers: NumberRows; readonly fields: readonly FieldBins[] }; readonly out: NumberCounts };
  readonly rowsInBins: { readonly in: { readonly numbers: NumberRows; readonly fields: readonly FieldBins[] }; readonly out: Uint32Array };
  readonly order: { readonly in: { readonly rows: Uint32Array; readonly primary: Float64Array; readonly secondary: Uint32Array }; readonly out: Uint32Array };
}

export type AggregateKind = keyof Aggregates;
export type AggregateInput<K extends AggregateKind = AggregateKind> = Aggregates[K]['in'];
export type AggregateResult<K extends AggregateKind = AggregateKind> = Aggregates[K]['out'];

const KERNELS: { readonly [K in AggregateKind]: (input: AggregateInput<K>) => AggregateResult<K> } = {
  cells: ({ task, out, first, last }) => drawCells(task, out, first, last),
  keys: ({ key, time, count }) => countKeys(key, time, count),
  values: ({ value }) => countValues(value),
  times: ({ time }) => timeRange(time),
  distinct: ({ value, numbers }) => numberDistinct(value, numbers),
  numbers: ({ numbers, fields }) => countNumbers(numbers, fields),
  rowsInBins: ({ numbers, fields }) => rowsInBins(numbers, fields),
  order: ({ rows, primary, secondary }) => orderGroups(rows, primary, secondary),
};

/** Does the work in one go, on this thread. */
export function aggregate<K extends AggregateKind>(kind: K, input: AggregateInput<K>): AggregateResult<K> {
  return KERNELS[kind](input);
}
