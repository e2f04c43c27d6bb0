import type { FlowTable } from '../table/flow';
import { atOnce, type Slices } from '../util/slices';
import { lowerBound } from '../util/sorted';
import { zeros } from '../util/memory';

/** Rows made discrete: what a symbolic detector needs to know of them. All arrays have one entry a row. */
export interface EncodedRows {
  readonly rowCount: number;
  /** Entity numbers (see `EntityTable`), from 0. */
  readonly entity: Uint32Array;
  readonly entityCount: number;
  /** Seconds; a row without a time has that of the row of its entity before it (`carryTimes`). */
  readonly time: Float64Array;
  /** Symbols of an `Alphabet`. */
  readonly symbol: Uint32Array;
  /** Numbers of each row, in the order of the encoder's `features`, NaN where the row has none: `features[row * width + f]`. Absent with detectors that ask for none. */
  readonly features?: Float32Array;
}

/** Rows by entity, in time order within one: `order.subarray(starts[e], starts[e + 1])` are the rows of entity e. */
export interface Sequences {
  readonly order: Uint32Array;
  readonly starts: Uint32Array;
}

/** The entities from `from` on and before `to`. */
export interface EntityRange {
  readonly from: number;
  readonly to: number;
}

/** Groups rows by entity and sorts each group by time; rows of equal time keep their order. O(rows log longest group). */
export function sequences(rows: EncodedRows): Sequences {
  const groups = { order: zeros(Uint32Array, rows.rowCount), starts: zeros(Uint32Array, rows.entityCount + 1) };
  countRows(rows.entity, groups.starts);
  orderRows(rows, groups, { from: 0, to: rows.entityCount });
  return groups;
}

/** Fills `starts`, which must be zeros, with where each entity's rows start. O(rows + entities). */
export function countRows(entity: Uint32Array, starts: Uint32Array): void {
  for (let row = 0; row < entity.length; row++) starts[entity[row] + 1]++;
  for (let e = 1; e < starts.length; e++) starts[e] += starts[e - 1];
}

/** Fills the part of `order` that belongs to a range of entities; `starts` must be there. Reads the entity of every row. O(rows + rows of the range, ordered). */
export function orderRows(rows: EncodedRows, { order, starts }: Sequences, { from, to }: EntityRange): void {
  const { entity, time, rowCount } = rows;
  const next = starts.slice(from, to);
  const size = to - from;
  // Entities before `from` wrap around to large numbers.
  for (let row = 0; row < rowCount; row++) {
    const e = (entity[row] - from) >>> 0;
    if (e < size) order[next[e]++] = row;
  }
  if (isAscending(time)) return;
  const scratch = new Float64Array(longest(starts, from, to));
  for (let e = from; e < to; e++) sortByTime(order.subarray(starts[e], starts[e + 1]), time, scratch);
}

/** At most `count` ranges of about as many rows each. O(count log entities). */
export function equalRanges(starts: Uint32Array, count: number): EntityRange[] {
  const entities = starts.length - 1;
  const rows = starts[entities];
  const bounds = Array.from({ length: count + 1 }, (_, i) => (i === count ? entities : lowerBound(starts, (rows * i) / count)));
  return bounds.slice(1).map((to, i) => ({ from: bounds[i], to })).filter(({ from, to }) => from < to);
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

function longest(starts: Uint32Array, from: number, to: number): number {
  let most = 0;
  for (let e = from; e < to; e++) most = Math.max(most, starts[e + 1] - starts[e]);
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
 * Gives a row of one log without a time (NaN) that of the row of its entity before it, in place; at the entity's start, that of its first row with
 * one. Where none has, all get the first time of the log, 0 if there is none: what other entities do then changes neither order nor distance
 * of an entity's rows. `entity`: number of each row's, below `entityCount`. O(rows + entities).
 */
export function carryTimes(times: Float64Array, entity: Uint32Array, entityCount: number): Float64Array {
  return atOnce(carryingTimes(times, entity, entityCount));
}

/** Rows worked on between pauses: a few milliseconds. */
const SLICE_ROWS = 1 << 18;

/** `carryTimes` in slices. */
export function* carryingTimes(times: Float64Array, entity: Uint32Array, entityCount: number): Slices<Float64Array> {
  if (!hasGaps(times)) return times;
  const log = times.find((time) => !Number.isNaN(time)) ?? 0;
  const known = zeros(Float64Array, entityCount).fill(NaN);
  yield;
  const carry = (row: number): void => {
    if (Number.isNaN(times[row])) times[row] = known[entity[row]];
    else known[entity[row]] = times[row];
  };
  for (let row = 0; row < times.length; row++) {
    carry(row);
    if (row % SLICE_ROWS === SLICE_ROWS - 1) yield;
  }
  for (let row = times.length - 1; row >= 0; row--) {
    carry(row);
    if (row % SLICE_ROWS === 0) yield;
  }
  for (let row = 0; row < times.length; row++) {
    if (Number.isNaN(times[row])) times[row] = log;
    if (row % SLICE_ROWS === SLICE_ROWS - 1) yield;
  }
  return times;
}

/** Whether a row has no time. O(rows). */
export function hasGaps(times: Float64Array): boolean {
  for (let row = 0; row < times.length; row++) if (Number.isNaN(times[row])) return true;
  return false;
}

/** `rowTimes`, carried. */
export function carryTime(table: FlowTable, entity: Uint32Array, entityCount: number): Float64Array {
  return carryTimes(rowTimes(table), entity, entityCount);
}
