import type { FlowTable } from '../table/flow';

/** Rows made discrete: what a symbolic detector needs to know of them. All arrays have one entry a row. */
export interface EncodedRows {
  readonly rowCount: number;
  /** Entity numbers (see `EntityTable`), from 0. */
  readonly entity: Uint32Array;
  readonly entityCount: number;
  /** Seconds; a row without a time has that of the row before it (`carryTimes`). */
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
  if (isAscending(time)) return { order, starts };
  const scratch = new Float64Array(longest(starts));
  for (let e = 0; e < rows.entityCount; e++) sortByTime(order.subarray(starts[e], starts[e + 1]), time, scratch);
  return { order, starts };
}

/** Moves that sorting by insertion may take for each row before sorting by merging is tried instead. */
const MOVES_PER_ROW = 16;

/** Sorts rows, which ascend, by time; equal times keep their order. Logs are written nearly in time order, so insertion does it nearly always. */
function sortByTime(group: Uint32Array, time: Float64Array, scratch: Float64Array): void {
  const n = group.length;
  for (let i = 0; i < n; i++) scratch[i] = time[group[i]];
  let moves = n * MOVES_PER_ROW;
  for (let i = 1; i < n; i++) {
    const t = scratch[i];
    if (scratch[i - 1] <= t) continue;
    const row = group[i];
    let at = i;
    for (; at > 0 && scratch[at - 1] > t; at--) {
      scratch[at] = scratch[at - 1];
      group[at] = group[at - 1];
    }
    scratch[at] = t;
    group[at] = row;
    moves -= i - at;
    if (moves < 0) {
      group.sort((a, b) => time[a] - time[b] || a - b);
      return;
    }
  }
}

function longest(starts: Uint32Array): number {
  let most = 0;
  for (let e = 1; e < starts.length; e++) most = Math.max(most, starts[e] - starts[e - 1]);
  return most;
}

function isAscending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i - 1] > values[i]) return false;
  return true;
}

/** The times of a table's rows, NaN where a row has none. O(rows). */
export function rowTimes(table: FlowTable): Float64Array {
  const times = new Float64Array(table.rowCount).fill(NaN);
  if (!table.time) return times;
  const { values, valid } = table.time;
  for (let row = 0; row < times.length; row++) if (valid.has(row)) times[row] = values[row];
  return times;
}

/**
 * Gives a row without a time (NaN) that of the row before it, in place; at the start, that of the first row with one, so that
 * the time span stays that of the log; 0 where no row has one. O(rows).
 */
export function carryTimes(times: Float64Array): Float64Array {
  let last = times.find((time) => !Number.isNaN(time)) ?? 0;
  for (let row = 0; row < times.length; row++) {
    if (Number.isNaN(times[row])) times[row] = last;
    else last = times[row];
  }
  return times;
}

/** `rowTimes`, carried. */
export function carryTime(table: FlowTable): Float64Array {
  return carryTimes(rowTimes(table));
}
