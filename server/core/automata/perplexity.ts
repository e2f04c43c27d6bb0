/**
 * Perplexity of the PAutomaC competition: 2^-(sum over traces of p log2 q), with the true probabilities p and the model's q both normalised over
 * the test set. `logProbabilities` are natural logarithms. NaN when the solution has no positive probability. O(traces).
 * Source: Verwer, Eyraud and de la Higuera, 2014.
 */
export function competitionPerplexity(solution: ArrayLike<number>, logProbabilities: ArrayLike<number>): number {
  let greatest = -Infinity, sumP = 0;
  for (let t = 0; t < solution.length; t++) {
    greatest = Math.max(greatest, logProbabilities[t]);
    sumP += solution[t];
  }
  let sumQ = 0;
  for (let t = 0; t < solution.length; t++) sumQ += Math.exp(logProbabilities[t] - greatest);
  const logSumQ = greatest + Math.log(sumQ);
  let entropy = 0;
  for (let t = 0; t < solution.length; t++) if (solution[t] > 0) entropy -= (solution[t] / sumP) * (logProbabilities[t] - logSumQ);
  return Math.exp(entropy);
}

/** Perplexity a step: the exponential of the mean negative log-probability of a symbol or an end. */
export function stepPerplexity(logProbabilities: Float64Array, steps: number): number {
  return steps === 0 ? NaN : Math.exp(-logProbabilities.reduce((a, b) => a + b, 0) / steps);
}
