/** AUC by its meaning: the share of (positive, negative) pairs in which the positive scores higher, ties half. O(n^2). */
export function slowAuc(scores: readonly number[], positive: readonly number[]): number | undefined {
  let won = 0;
  let pairs = 0;
  scores.forEach((a, i) => scores.forEach((b, j) => {
    if (positive[i] !== 1 || positive[j] !== 0) return;
    pairs++;
    won += a > b ? 1 : a === b ? 0.5 : 0;
  }));
  return pairs > 0 ? won / pairs : undefined;
}

/** Average precision: for each positive, the precision among all rows that score at least as high; their mean. O(n^2). */
export function slowAveragePrecision(scores: readonly number[], positive: readonly number[]): number | undefined {
  const precisions = scores.flatMap((score, i) => {
    if (positive[i] !== 1) return [];
    const above = positive.filter((_, j) => scores[j] >= score);
    return [above.filter((p) => p === 1).length / above.length];
  });
  return precisions.length > 0 ? precisions.reduce((a, b) => a + b, 0) / precisions.length : undefined;
}
