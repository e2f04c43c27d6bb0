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

/** The times of a table's rows, NaN where a row has none. O(rows). */
export function rowTimes(table: FlowTable): Float64Array {
  const { time } = table;
  return Float64Array.from({ length: table.rowCount }, (_, row) => (time?.valid.has(row) ? time.values[row] : NaN));
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
