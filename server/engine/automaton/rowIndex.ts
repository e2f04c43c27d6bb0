import type { Scores } from '../../core/detectors/detector';
import { sharedArray } from '../../core/util/sharedMemory';
import type { Slices } from '../../core/util/slices';
import { SLICE_ROWS } from '../encodedRows';

/** The scored rows of each state, ascending: `rows[starts[q] .. starts[q + 1])` are those after which the automaton is in state q. `rows` lies where several threads can read it. */
export interface StateRows {
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
}

/** Whether a row was scored: those that were not have no state. */
export function isScored(raw: number): boolean {
  return raw > -Infinity;
}

/** Groups rows by state. A counting sort, O(rows + states). */
export function* indexStates({ state, raw }: Scores, stateCount: number): Slices<StateRows> {
  const starts = new Uint32Array(stateCount + 1);
  for (let from = 0; from < state.length; from += SLICE_ROWS) {
    const to = Math.min(state.length, from + SLICE_ROWS);
    for (let row = from; row < to; row++) if (raw[row] > -Infinity) starts[state[row] + 1]++;
    yield;
  }
  for (let q = 0; q < stateCount; q++) starts[q + 1] += starts[q];
  const next = starts.slice();
  const rows = sharedArray(Uint32Array, starts[stateCount]);
  for (let from = 0; from < state.length; from += SLICE_ROWS) {
    const to = Math.min(state.length, from + SLICE_ROWS);
    for (let row = from; row < to; row++) if (raw[row] > -Infinity) rows[next[state[row]]++] = row;
    yield;
  }
  return { starts, rows };
}
