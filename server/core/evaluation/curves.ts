import { lowerBound } from '../util/sorted';

/** What is flagged at each threshold: rows that score at least so much. Thresholds are the different scores, falling. */
export interface RankedPoints {
  readonly thresholds: Float64Array;
  /** Flagged rows that are positive, and that are not. */
  readonly hits: Float64Array;
  readonly alarms: Float64Array;
  readonly positives: number;
  readonly negatives: number;
}

/** The points of all curves of scores against labels; tied scores are one point. O(n log n). */
export function rankedPoints(scores: Float64Array | Float32Array, positive: ArrayLike<number>): RankedPoints {
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => scores[b] - scores[a] || a - b);
  const thresholds: number[] = [];
  const hits: number[] = [];
  const alarms: number[] = [];
  let [hit, alarm] = [0, 0];
  for (let i = 0; i < order.length; i++) {
    if (positive[order[i]] > 0) hit++;
    else alarm++;
    if (i + 1 < order.length && scores[order[i + 1]] === scores[order[i]]) continue;
    thresholds.push(scores[order[i]]);
    hits.push(hit);
    alarms.push(alarm);
  }
  return { thresholds: Float64Array.from(thresholds), hits: Float64Array.from(hits), alarms: Float64Array.from(alarms), positives: hit, negatives: alarm };
}

export interface RocCurve {
  readonly fpr: Float64Array;
  readonly tpr: Float64Array;
  readonly thresholds: Float64Array;
}

/**
 * The ROC curve from (0, 0), whose threshold is the highest score + 1, to (1, 1). `corners`: without the points on straight lines between others, as scikit-learn
 * (before 1.3) has it by default. O(points).
 */
export function rocCurve(points: RankedPoints, corners = false): RocCurve {
  const { thresholds, hits, alarms, positives, negatives } = points;
  const kept: number[] = [];
  for (let i = 0; i < thresholds.length; i++) {
    const inner = corners && i > 0 && i + 1 < thresholds.length && thresholds.length > 2;
    if (!inner || hits[i - 1] - 2 * hits[i] + hits[i + 1] !== 0 || alarms[i - 1] - 2 * alarms[i] + alarms[i + 1] !== 0) kept.push(i);
  }
  return {
    fpr: Float64Array.from([0, ...kept.map((i) => alarms[i] / Math.max(1, negatives))]),
    tpr: Float64Array.from([0, ...kept.map((i) => hits[i] / Math.max(1, positives))]),
    thresholds: Float64Array.from([(thresholds[0] ?? 0) + 1, ...kept.map((i) => thresholds[i])]),
  };
}

export interface PrecisionRecallCurve {
  readonly precision: Float64Array;
  readonly recall: Float64Array;
  /** Rising; one fewer than points: the last point is precision 1 at recall 0, where nothing is flagged. */
  readonly thresholds: Float64Array;
}

/** Precision and recall by rising threshold. O(points). */
export function precisionRecallCurve({ thresholds, hits, alarms, positives }: RankedPoints): PrecisionRecallCurve {
  return {
    precision: Float64Array.from([...hits.map((hit, i) => hit / (hit + alarms[i]))].reverse().concat(1)),
    recall: Float64Array.from([...hits.map((hit) => hit / Math.max(1, positives))].reverse().concat(0)),
    thresholds: thresholds.slice().reverse(),
  };
}

/** Area under the ROC curve, ties counted half; undefined without positives or without negatives. */
export function areaUnderRoc({ hits, alarms, positives, negatives }: RankedPoints): number | undefined {
  if (positives === 0 || negatives === 0) return undefined;
  let area = 0;
  for (let i = 0; i < hits.length; i++) area += (alarms[i] - (alarms[i - 1] ?? 0)) * (hits[i] + (hits[i - 1] ?? 0)) / 2;
  return area / (positives * negatives);
}

/** Average precision: precision summed over steps of recall; undefined without positives. */
export function averagePrecision({ hits, alarms, positives }: RankedPoints): number | undefined {
  if (positives === 0) return undefined;
  let sum = 0;
  for (let i = 0; i < hits.length; i++) sum += (hits[i] - (hits[i - 1] ?? 0)) * hits[i] / (hits[i] + alarms[i]);
  return sum / positives;
}

/** AUC and AP of some positives among negatives that are sorted already (rising). O(positives log n). */
export function rankAgainst(negatives: Float64Array, positives: Float64Array): { readonly auc: number | undefined; readonly ap: number | undefined } {
  const sorted = positives.slice().sort();
  let [pairs, ap] = [0, 0];
  for (let i = sorted.length - 1; i >= 0;) {
    const score = sorted[i];
    let first = i;
    while (first > 0 && sorted[first - 1] === score) first--;
    const below = lowerBound(negatives, score);
    const atMost = upperBound(negatives, score);
    const tied = i - first + 1;
    pairs += tied * (below + (atMost - below) / 2);
    const hits = sorted.length - first;
    ap += tied * hits / (hits + negatives.length - below);
    i = first - 1;
  }
  return { auc: sorted.length > 0 && negatives.length > 0 ? pairs / (sorted.length * negatives.length) : undefined, ap: sorted.length > 0 ? ap / sorted.length : undefined };
}

/** First position of a value above `value`. */
function upperBound(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
