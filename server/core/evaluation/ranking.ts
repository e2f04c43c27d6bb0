/** How well scores tell positives from negatives. */
export interface Ranking {
  readonly rows: number;
  readonly positives: number;
  /** Area under the ROC curve, ties counted half; undefined without positives or without negatives. */
  readonly auc: number | undefined;
  /** Average precision: precision summed over recall steps, tied scores taken together. */
  readonly ap: number | undefined;
  /** Of flagged rows (score at or above the threshold) that are positive; of positives that are flagged. */
  readonly precision: number | undefined;
  readonly recall: number | undefined;
  /** Flagged negative rows per 1,000 negative rows. */
  readonly alarmsPer1000: number;
  readonly flagged: number;
  /** Share of positives among the k highest, ties in row order. */
  readonly precisionAtK: Readonly<Record<string, number>>;
}

/** Judges scores against labels. O(n log n). */
export function rank(scores: Float64Array | Float32Array, positive: Uint8Array, threshold: (score: number) => boolean, ks: readonly number[]): Ranking {
  const n = scores.length;
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  order.sort((a, b) => scores[b] - scores[a] || a - b);
  let positives = 0;
  for (const p of positive) positives += p;
  const negatives = n - positives;
  let seen = 0;
  let hits = 0;
  let pairs = 0;
  let ap = 0;
  while (seen < n) {
    let end = seen + 1;
    let tied = positive[order[seen]];
    while (end < n && scores[order[end]] === scores[order[seen]]) tied += positive[order[end++]];
    const tiedNegatives = end - seen - tied;
    pairs += tiedNegatives * (hits + tied / 2);
    hits += tied;
    seen = end;
    ap += (tied / Math.max(1, positives)) * (hits / seen);
  }
  let flagged = 0;
  let flaggedPositive = 0;
  for (let i = 0; i < n; i++) {
    if (!threshold(scores[i])) continue;
    flagged++;
    flaggedPositive += positive[i];
  }
  const precisionAtK: Record<string, number> = {};
  for (const k of ks) {
    let found = 0;
    for (let i = 0; i < Math.min(k, n); i++) found += positive[order[i]];
    precisionAtK[k] = n > 0 ? found / Math.min(k, n) : 0;
  }
  return {
    rows: n,
    positives,
    auc: positives > 0 && negatives > 0 ? pairs / (positives * negatives) : undefined,
    ap: positives > 0 ? ap : undefined,
    precision: flagged > 0 ? flaggedPositive / flagged : undefined,
    recall: positives > 0 ? flaggedPositive / positives : undefined,
    alarmsPer1000: negatives > 0 ? (1000 * (flagged - flaggedPositive)) / negatives : 0,
    flagged,
    precisionAtK,
  };
}
