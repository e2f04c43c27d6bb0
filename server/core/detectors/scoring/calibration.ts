import { lowerBound } from '../../util/sorted';

/**
 * Maps raw scores to the common scale: how rare is a score this high among baseline rows?
 *
 * The tail probability p(raw) of held-back baseline rows is taken from their quantiles, and beyond the last reliable
 * quantile from an exponential tail fitted to the excesses there. The common score is
 *
 *     score = 100 * d / (1 + d),   d = -log10 p(raw)    ("decades of rarity")
 *
 * so 1 in 10 baseline rows is above 50, 1 in 1,000 above 75, 1 in a million above 85.7. The scale never ends, so scores
 * beyond anything in the baseline still differ (docs/scores.md has the reasons).
 */
export interface Calibration {
  /** Raw scores at ascending `tail`-descending points: p(raw[i]) = tail[i]. Both monotone. */
  readonly raw: Float64Array;
  readonly tail: Float64Array;
  /** Mean excess beyond the last point: p = tail[last] * exp(-(raw - raw[last]) / scale). */
  readonly scale: number;
}

/** Points kept of the quantile curve. */
const POINTS = 512;
/** Rows above the last quantile point that is trusted. */
const TAIL_ROWS = 10;
/** The flattest tail allowed, in nats: keeps p finite where the baseline's scores are all alike. */
const MIN_SCALE = 0.5;

export interface CalibrationOptions {
  /**
   * Share of the highest scores that may be attacks, and must not shape the tail: 0 for a benign baseline; for a capture
   * that is its own baseline the tail is extrapolated from below this share.
   */
  readonly contamination: number;
}

/** Fits the scale to the raw scores of held-back baseline rows. O(n log n). */
export function calibrate(rawScores: Float64Array, options: CalibrationOptions): Calibration {
  const sorted = rawScores.slice().sort();
  const n = sorted.length;
  if (n === 0) return { raw: new Float64Array([0]), tail: new Float64Array([1]), scale: 1 };
  const trusted = Math.max(0, Math.min(n - 1, Math.floor(n * (1 - 5 * options.contamination)) - 1, n - 1 - Math.min(TAIL_ROWS, Math.floor(n / 10))));
  const last = Math.floor(n * (1 - options.contamination)) - 1;
  const raw: number[] = [];
  const tail: number[] = [];
  for (let i = 0; i <= POINTS; i++) {
    const rank = Math.round((trusted * i) / POINTS);
    // Rows at or above this value, with half a row against p = 0.
    const value = sorted[rank];
    const p = (n - lowerBound(sorted, value) + 0.5) / (n + 1);
    if (raw.length > 0 && value === raw[raw.length - 1]) continue;
    raw.push(value);
    tail.push(p);
  }
  const start = raw[raw.length - 1];
  let excess = 0;
  let rows = 0;
  for (let i = trusted + 1; i <= last; i++, rows++) excess += sorted[i] - start;
  return { raw: Float64Array.from(raw), tail: Float64Array.from(tail), scale: Math.max(MIN_SCALE, rows > 0 ? excess / rows : MIN_SCALE) };
}

/** p(raw): share of baseline rows expected to score at least `raw`. In (0, 1], falling. O(log points). */
export function tailProbability(calibration: Calibration, raw: number): number {
  const { raw: points, tail, scale } = calibration;
  const last = points.length - 1;
  if (raw >= points[last]) return tail[last] * Math.exp(-(raw - points[last]) / scale);
  if (raw <= points[0]) return tail[0];
  const above = lowerBound(points, raw);
  const share = (raw - points[above - 1]) / (points[above] - points[above - 1]);
  return Math.exp(Math.log(tail[above - 1]) + share * (Math.log(tail[above]) - Math.log(tail[above - 1])));
}

/** The common score of a raw score, 0 to below 100. */
export function commonScore(calibration: Calibration, raw: number): number {
  const { raw: points, tail, scale } = calibration;
  const last = points.length - 1;
  // In the tail the logarithm is taken directly, so that p never underflows.
  const decades = raw >= points[last] ? -Math.log10(tail[last]) + (raw - points[last]) / scale / Math.LN10 : -Math.log10(tailProbability(calibration, raw));
  return scoreOfDecades(Math.max(0, decades));
}

/** The common score above which a share `acceptance` of baseline rows is expected. */
export function thresholdScore(acceptance: number): number {
  return scoreOfDecades(0 - Math.log10(acceptance));
}

/** Scores are kept in single precision: none is larger. */
const MOST_RAW = 3.5e38;

/** Whether arrays and scale, as read from a file, make a calibration. */
export function isCalibration({ raw, tail, scale }: Calibration): boolean {
  return raw.length > 0 && raw.length === tail.length && Number.isFinite(scale) && scale > 0
    && raw.every((value, i) => Math.abs(value) <= MOST_RAW && (i === 0 || value > raw[i - 1])) && tail.every((p, i) => p > 0 && p <= 1 && (i === 0 || p < tail[i - 1]));
}

function scoreOfDecades(decades: number): number {
  // Scores beyond all numbers, which only strange models give.
  return decades === Infinity ? 100 : (100 * decades) / (1 + decades);
}
