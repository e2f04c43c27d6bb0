import { lowerBound } from '../../util/sorted';

/**
 * How rare scores are among rows that a model was not learned from: `surprise` is -ln of the share expected to score at least as high, from quantiles, and
 * beyond the last of them by an exponential tail.
 */
export interface Tail {
  /** Ascending, distinct scores, and -ln of the share of rows at or above each; the same length, at least 1. */
  readonly scores: Float64Array;
  readonly surprise: Float64Array;
  /** Mean excess beyond the last score. */
  readonly scale: number;
}

const POINTS = 24;
/** Rows above the last quantile that is trusted. */
const TAIL_ROWS = 5;
/** From this surprise on it grows with the logarithm: more says nothing, and odd values of one field would drown all else. */
const LINEAR = 1000;

/** `leastScale`: the flattest tail allowed, for scores that are all alike. Scores that are not finite are left out. O(n log n). */
export function fitTail(given: Float64Array, leastScale: number): Tail {
  const sorted = given.filter(Number.isFinite).sort();
  const n = sorted.length;
  if (n === 0) return { scores: new Float64Array(1), surprise: new Float64Array(1), scale: leastScale };
  const rest = Math.min(TAIL_ROWS, Math.floor(n / 10));
  const scores: number[] = [];
  const surprise: number[] = [];
  // Shares fall by the same factor from point to point.
  const steepness = Math.log(n / (rest + 1)) / POINTS;
  for (let i = 0; i <= POINTS; i++) {
    const value = sorted[Math.max(0, Math.min(n - 1 - rest, Math.round(n - n * Math.exp(-i * steepness))))];
    if (scores.length > 0 && value <= scores[scores.length - 1]) continue;
    scores.push(value);
    surprise.push(-Math.log((n - lowerBound(sorted, value) + 0.5) / (n + 1)));
  }
  const last = scores[scores.length - 1];
  let excess = 0;
  for (let i = n - rest; i < n; i++) excess += sorted[i] - last;
  return { scores: Float64Array.from(scores), surprise: Float64Array.from(surprise, (s) => Math.max(0, s)), scale: Math.max(leastScale, rest > 0 ? excess / rest : 0) };
}

/** Nats, at least 0; NaN (a row that the model cannot score) counts as odder than all it saw. O(log points). */
export function surpriseOf({ scores, surprise, scale }: Tail, score: number): number {
  const last = scores.length - 1;
  if (score >= scores[last]) {
    const linear = surprise[last] + (score - scores[last]) / scale;
    return linear <= LINEAR ? linear : LINEAR + Math.log1p(Math.min(1e300, linear - LINEAR));
  }
  if (!(score >= scores[0])) return score === score ? 0 : surprise[last];
  const above = Math.max(1, lowerBound(scores, score));
  const share = (score - scores[above - 1]) / (scores[above] - scores[above - 1]);
  return surprise[above - 1] + share * (surprise[above] - surprise[above - 1]);
}

/** Whether arrays and scale, as read from a file, make a tail. */
export function isTail({ scores, surprise, scale }: Tail): boolean {
  return scores.length > 0 && scores.length === surprise.length && Number.isFinite(scale) && scale > 0
    && scores.every((value, i) => Number.isFinite(value) && (i === 0 || value > scores[i - 1])) && surprise.every((s, i) => Number.isFinite(s) && s >= (i === 0 ? 0 : surprise[i - 1]));
}
