import { rankedPage } from '../../core/util/rankedPage';
import type { Slices } from '../../core/util/slices';
import type { StateRowOrder } from '../../protocol/automaton';
import { SLICE_ROWS } from '../encodedRows';
import type { ScoredCapture } from '../scoredCapture';

/** Pages that end before this rank are gathered in one pass. */
const EARLY_RANKS = 2048;
/** Times that the gathered rows are cut to the best before it is quicker to rank all. */
const MOST_CUTS = 16;

/** Rows of one page of these rows, which ascend: earliest first, or worst first; equal ones in the order of the logs. O(rows). */
export function* rowPage(capture: ScoredCapture, rows: Uint32Array, order: StateRowOrder, start: number, count: number): Slices<Uint32Array> {
  const [column, sign] = order === 'time' ? [capture.rows.time, 1] : [capture.scores.raw, -1];
  if (start + count <= EARLY_RANKS) {
    const first = yield* firstRows(rows, column, sign, start + count);
    if (first) return first.subarray(start);
  }
  const values = new Float64Array(rows.length);
  let ascending = true;
  for (let from = 0; from < rows.length; from += SLICE_ROWS) {
    const to = Math.min(rows.length, from + SLICE_ROWS);
    for (let i = from; i < to; i++) values[i] = sign * column[rows[i]];
    for (let i = Math.max(1, from); ascending && i < to; i++) ascending = values[i - 1] <= values[i];
    yield;
  }
  return ascending ? rows.subarray(start, start + count) : rankedPage(values, start, count).map((i) => rows[i]);
}

/**
 * The first rows by sign * column, in order. Those that may be among them are gathered, and cut to the best now and then; after that few rows
 * are good enough. Undefined where many are, as when the lowest values stand last.
 */
function* firstRows(rows: Uint32Array, column: Float32Array | Float64Array, sign: number, count: number): Slices<Uint32Array | undefined> {
  const gathered = new Uint32Array(2 * EARLY_RANKS);
  const values = new Float64Array(2 * EARLY_RANKS);
  let size = 0;
  let cuts = 0;
  // A later row with the same value ranks behind.
  let bound = Infinity;
  const cut = (): void => {
    const best = rankedPage(values.subarray(0, size), 0, count);
    const [bestRows, bestValues] = [best.map((i) => gathered[i]), Float64Array.from(best, (i) => values[i])];
    gathered.set(bestRows);
    values.set(bestValues);
    size = best.length;
  };
  for (let from = 0; from < rows.length; from += SLICE_ROWS) {
    const to = Math.min(rows.length, from + SLICE_ROWS);
    for (let i = from; i < to; i++) {
      const value = sign * column[rows[i]];
      if (value >= bound) continue;
      gathered[size] = rows[i];
      values[size++] = value;
      if (size < values.length) continue;
      if (++cuts > MOST_CUTS) return undefined;
      cut();
      bound = count > 0 ? values[size - 1] : -Infinity;
    }
    yield;
  }
  cut();
  return gathered.slice(0, size);
}

/** The rows that a mask (one byte a row) leaves; absent: all. */
export function* shownRows(rows: Uint32Array, mask: Uint8Array | undefined): Slices<Uint32Array> {
  if (mask === undefined) return rows;
  const shown = new Uint32Array(rows.length);
  let count = 0;
  for (let from = 0; from < rows.length; from += SLICE_ROWS) {
    const to = Math.min(rows.length, from + SLICE_ROWS);
    for (let i = from; i < to; i++) if (mask[rows[i]] !== 0) shown[count++] = rows[i];
    yield;
  }
  return shown.subarray(0, count);
}
