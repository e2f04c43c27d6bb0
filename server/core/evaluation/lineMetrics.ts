import { quantileOfSorted } from '../util/statistics';
import { areaUnderRoc, averagePrecision, rankAgainst, rankedPoints } from './curves';

/** One threshold and what it flags. */
export interface OperatingPoint {
  readonly threshold: number;
  /** Share of negatives flagged, share of positives flagged (which is recall), share of the flagged that are positive. */
  readonly fpr: number;
  readonly tpr: number;
  readonly precision: number;
}

/** How well scores of lines find a few positives among very many lines (specs/auth-sequence.md, section 7). */
export interface LineMetrics {
  readonly lines: number;
  readonly positives: number;
  readonly auc: number | undefined;
  readonly ap: number | undefined;
  /** The highest threshold that flags more than 0.1 % of the negatives; undefined where none does. */
  readonly atLowFpr: OperatingPoint | undefined;
  /** The highest precision among thresholds with a recall of at least 10 %, at the lowest threshold that has it; undefined without positives. */
  readonly peak: OperatingPoint | undefined;
  /** Share of lines that are flagged at the highest threshold that misses no positive. */
  readonly retained: number | undefined;
  /** exp of the mean score. */
  readonly perplexity: number;
  /** Share of positives among the k highest, ties in the order of lines. */
  readonly precisionAtK: Readonly<Record<string, number>>;
}

const LOW_FPR = 0.001;
const LEAST_RECALL = 0.1;

/** O(n log n). Nothing here fails: without positives, without negatives, when scores separate them, or without lines. */
export function lineMetrics(scores: Float64Array | Float32Array, positive: ArrayLike<number>, ks: readonly number[] = [10, 100, 1000]): LineMetrics {
  const points = rankedPoints(scores, positive);
  const { thresholds, hits, alarms, positives, negatives } = points;
  const at = (i: number): OperatingPoint => ({ threshold: thresholds[i], fpr: negatives > 0 ? alarms[i] / negatives : 0, tpr: positives > 0 ? hits[i] / positives : 0, precision: hits[i] / (hits[i] + alarms[i]) });
  const low = alarms.findIndex((count) => negatives > 0 && count / negatives > LOW_FPR);
  let peak = -1;
  for (let i = 0; i < thresholds.length; i++) if (positives > 0 && hits[i] / positives >= LEAST_RECALL && (peak < 0 || at(i).precision >= at(peak).precision)) peak = i;
  const full = hits.findIndex((count) => positives > 0 && count === positives);
  let sum = 0;
  for (const score of scores) sum += score;
  return {
    lines: scores.length, positives, auc: areaUnderRoc(points), ap: averagePrecision(points),
    atLowFpr: low < 0 ? undefined : at(low), peak: peak < 0 ? undefined : at(peak), retained: full < 0 ? undefined : (hits[full] + alarms[full]) / scores.length,
    perplexity: scores.length > 0 ? Math.exp(sum / scores.length) : NaN, precisionAtK: precisionAt(scores, positive, ks),
  };
}

function precisionAt(scores: Float64Array | Float32Array, positive: ArrayLike<number>, ks: readonly number[]): Record<string, number> {
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => scores[b] - scores[a] || a - b);
  return Object.fromEntries(ks.map((k) => {
    let found = 0;
    for (let i = 0; i < Math.min(k, order.length); i++) if (positive[order[i]] > 0) found++;
    return [k, order.length > 0 ? found / Math.min(k, order.length) : 0];
  }));
}

/** AUC and AP of the positives of one host or user against all negatives. */
export interface GroupRanking {
  readonly group: string;
  readonly positives: number;
  readonly auc: number | undefined;
  readonly ap: number | undefined;
}

/**
 * AUC and AP for the positives of each group (red-team host, red-team user) by itself, most positives first, so that one group cannot carry the whole figure.
 * O(n log n).
 */
export function rankByGroup(scores: Float64Array | Float32Array, positive: ArrayLike<number>, groupOf: (row: number) => string): GroupRanking[] {
  const groups = new Map<string, number[]>();
  const negatives: number[] = [];
  for (let row = 0; row < scores.length; row++) {
    if (positive[row] === 0) {
      negatives.push(scores[row]);
      continue;
    }
    const group = groupOf(row);
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [scores[row]]);
    else known.push(scores[row]);
  }
  const sorted = Float64Array.from(negatives).sort();
  return [...groups].map(([group, own]) => ({ group, positives: own.length, ...rankAgainst(sorted, Float64Array.from(own)) })).sort((a, b) => b.positives - a.positives || (a.group < b.group ? -1 : 1));
}

/** Share of tokens that a model's best guesses have right; tokens that are `ignored` do not count. NaN without tokens. */
export function tokenAccuracy(guesses: ArrayLike<number>, tokens: ArrayLike<number>, ignored = 0): number {
  let [right, all] = [0, 0];
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] === ignored) continue;
    all++;
    if (guesses[i] === tokens[i]) right++;
  }
  return right / all;
}

/** A stretch of time and percentiles of the scores in it. */
export interface ScorePercentiles {
  /** First second of the stretch. */
  readonly from: number;
  readonly values: readonly number[];
}

/** Percentiles of scores over stretches of `distinct` different seconds each (the last may have fewer). Rows in order of time. O(n log n). */
export function percentilesOverTime(seconds: ArrayLike<number>, scores: ArrayLike<number>, distinct: number, percents: readonly number[]): ScorePercentiles[] {
  const stretches: ScorePercentiles[] = [];
  for (let row = 0; row < seconds.length;) {
    const first = row;
    for (let left = distinct; row < seconds.length && left > 0; left--) {
      const second = seconds[row];
      while (row < seconds.length && seconds[row] === second) row++;
    }
    const sorted = Float64Array.from({ length: row - first }, (_, i) => scores[first + i]).sort();
    stretches.push({ from: seconds[first], values: percents.map((percent) => quantileOfSorted(sorted, percent / 100)) });
  }
  return stretches;
}
