import type { FlowTable } from '../table/flow';

/** Rows made discrete: what a symbolic detector needs to know of them. All arrays have one entry a row. */
export interface EncodedRows {
  readonly rowCount: number;
  /** Entity numbers (see `EntityTable`), from 0. */
  readonly entity: Uint32Array;
  readonly entityCount: number;
  /** Seconds; a row without a time has that of the row before it. */
  readonly time: Float64Array;
  /** Symbols of an `Alphabet`. */
  readonly symbol: Uint32Array;
}

/** Rows by entity, in time order within one: `order.subarray(starts[e], starts[e + 1])` are the rows of entity e. */
export interface Sequences {
  readonly order: Uint32Array;
  readonly starts: Uint32Array;
}

/** Groups rows by entity and sorts each group by time; rows of equal time keep their order. O(rows log longest group). */
export function sequences(rows: EncodedRows): Sequences {
  const { entity, time, rowCount } = rows;
  const starts = new Uint32Array(rows.entityCount + 1);
  for (let row = 0; row < rowCount; row++) starts[entity[row] + 1]++;
  for (let e = 0; e < rows.entityCount; e++) starts[e + 1] += starts[e];
  const next = starts.slice(0, rows.entityCount);
  const order = new Uint32Array(rowCount);
  for (let row = 0; row < rowCount; row++) order[next[entity[row]]++] = row;
  for (let e = 0; e < rows.entityCount; e++) {
    const group = order.subarray(starts[e], starts[e + 1]);
    if (!isSorted(group, time)) group.sort((a, b) => time[a] - time[b] || a - b);
  }
  return { order, starts };
}

function isSorted(group: Uint32Array, time: Float64Array): boolean {
  for (let i = 1; i < group.length; i++) if (time[group[i - 1]] > time[group[i]]) return false;
  return true;
}

/** The times of a table's rows; a row without one has that of the row before it (0 at the start). */
export function carryTime(table: FlowTable): Float64Array {
  const times = new Float64Array(table.rowCount);
  let last = 0;
  for (let row = 0; row < table.rowCount; row++) {
    if (table.time?.valid.has(row)) last = table.time.values[row];
    times[row] = last;
  }
  return times;
}
