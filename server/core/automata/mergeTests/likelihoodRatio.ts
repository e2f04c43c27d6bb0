import { chiSquaredSurvival } from '../../util/statistics';
import { LikelihoodSums } from './likelihoodSums';
import type { FoldingTree } from '../foldingTree';
import type { LearnSettings } from '../settings';
import type { MergeTest } from './mergeTest';

/**
 * Likelihood-ratio test of SEQUENT: are the symbols that follow two nodes better explained by two distributions than by one?
 * The score of a merge is its p-value. Source: specs, state machine, section 6.2.
 */
export function likelihoodRatio(nodes: FoldingTree, settings: LearnSettings): MergeTest {
  // The reference keeps the significance as a 32-bit float, and p-values are compared with the rounded value.
  const confidence = Math.fround(settings.confidence);
  const sums = new LikelihoodSums(nodes, settings);
  let pValue = NaN;
  const score = (): number => {
    if (Number.isNaN(pValue)) {
      const statistic = 2 * (sums.separate - sums.merged);
      pValue = statistic < Number.EPSILON ? 1 : sums.freedom === 0 ? 0 : chiSquaredSurvival(statistic, sums.freedom);
    }
    return pValue;
  };
  return {
    reset: () => {
      sums.reset();
      pValue = NaN;
    },
    add: (left, right) => sums.add(left, right),
    accepts: () => score() >= confidence,
    score,
    greatest: () => 1,
  };
}
