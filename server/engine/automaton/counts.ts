import type { Slices } from '../../core/util/slices';
import { SLICE_ROWS } from '../encodedRows';
import type { ScoredCapture } from '../scoredCapture';

/** What the rows of a capture, or of a selection of them, do in the states. One entry a state. */
export interface StateCounts {
  /** All scored rows that count. */
  readonly total: number;
  readonly rows: Float64Array;
  /** Highest raw score; -Infinity where no row arrives. */
  readonly raw: Float32Array;
  readonly flagged: Uint32Array;
}

export function noRows(stateCount: number): StateCounts {
  return { total: 0, rows: new Float64Array(stateCount), raw: new Float32Array(stateCount).fill(-Infinity), flagged: new Uint32Array(stateCount) };
}

/** `mask`: one byte a row, 0 for those that do not count; absent: all do. O(rows). */
export function* countStates({ scores: { raw, state }, findings }: ScoredCapture, stateCount: number, mask: Uint8Array | undefined): Slices<StateCounts> {
  const counts = noRows(stateCount);
  let total = 0;
  for (let from = 0; from < state.length; from += SLICE_ROWS) {
    const to = Math.min(state.length, from + SLICE_ROWS);
    for (let row = from; row < to; row++) {
      const score = raw[row];
      if ((mask !== undefined && mask[row] === 0) || !(score > -Infinity)) continue;
      const q = state[row];
      counts.rows[q]++;
      if (score > counts.raw[q]) counts.raw[q] = score;
      total++;
    }
    yield;
  }
  for (const row of findings.rows) if (mask === undefined || mask[row] !== 0) counts.flagged[state[row]]++;
  return { ...counts, total };
}

/** How often rows took each entry of the automaton. `steps`: see `RowSteps`. O(rows). */
export function* countEntries(raw: Float32Array, steps: Int32Array, entryCount: number, mask: Uint8Array | undefined): Slices<Float64Array> {
  const counts = new Float64Array(entryCount);
  for (let from = 0; from < steps.length; from += SLICE_ROWS) {
    const to = Math.min(steps.length, from + SLICE_ROWS);
    for (let row = from; row < to; row++) if (steps[row] >= 0 && raw[row] > -Infinity && (mask === undefined || mask[row] !== 0)) counts[steps[row]]++;
    yield;
  }
  return counts;
}

/**
 * log2 of the share of visits in the capture over that in the baseline, half a visit added to each; 0 where neither has a visit, or one of the two
 * has no rows at all.
 */
export function visitDifference(capture: number, captureTotal: number, baseline: number, baselineTotal: number): number {
  if ((capture === 0 && baseline === 0) || captureTotal === 0 || baselineTotal === 0) return 0;
  return Math.log2((capture + 0.5) / captureTotal) - Math.log2((baseline + 0.5) / baselineTotal);
}
