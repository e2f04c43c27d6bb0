import { EVENT_FIELDS } from './fields';

const FIELDS = EVENT_FIELDS.length;

/** Sets of fields by whose losses a line is judged, by position (specs/auth-sequence.md, section 6). */
export const FIELD_SETS = {
  /** Every field. */
  all: EVENT_FIELDS.map((_, field) => field),
  /** From where, to where and how: what is strange in lateral movement. */
  movement: [4, 5, 6],
  /** All but who and whether it succeeded. */
  circumstances: [1, 3, 4, 5, 6, 7, 8],
} as const satisfies Record<string, readonly number[]>;

export type FieldSet = keyof typeof FIELD_SETS;

/** `mean` over all ten fields is what the published system calls a line's loss; `sum` is what it takes for sets of fields. */
export type LineScore = 'mean' | 'sum';

/** One score a row out of the losses of its fields (rows x 10): their sum, or their mean over the set. O(rows x fields). */
export function lineScores(losses: Float32Array | Float64Array, fields: readonly number[], score: LineScore): Float64Array {
  const scores = new Float64Array(losses.length / FIELDS);
  const scale = score === 'mean' && fields.length > 0 ? fields.length : 1;
  for (let row = 0; row < scores.length; row++) {
    let sum = 0;
    for (const field of fields) sum += losses[row * FIELDS + field];
    scores[row] = sum / scale;
  }
  return scores;
}

/** Scores less the mean of the same user's scores over all rows: as the published system does it, with the rows to come. `users` in [0, userCount). O(rows). */
export function lessWholePeriod(scores: Float64Array, users: ArrayLike<number>, userCount: number): Float64Array {
  const sums = new Float64Array(userCount);
  const rows = new Float64Array(userCount);
  for (let row = 0; row < scores.length; row++) {
    sums[users[row]] += scores[row];
    rows[users[row]]++;
  }
  return scores.map((score, row) => score - sums[users[row]] / rows[users[row]]);
}
