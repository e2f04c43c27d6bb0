import { LikelihoodSums } from './likelihoodSums';
import type { FoldingTree } from '../foldingTree';
import type { LearnSettings } from '../settings';
import type { MergeTest } from './mergeTest';

/**
 * Akaike's information criterion: a merge is good when it saves more parameters than log-likelihood. The score is twice the
 * difference. Source: specs, state machine, section 6.5.
 */
export function akaike(nodes: FoldingTree, settings: LearnSettings): MergeTest {
  const least = Math.fround(settings.confidence);
  const sums = new LikelihoodSums(nodes, settings);
  const score = (): number => 2 * (sums.freedom - (sums.separate - sums.merged));
  return { reset: () => sums.reset(), add: (left, right) => sums.add(left, right), accepts: () => sums.freedom !== 0 && score() > least, score, greatest: (size) => (nodes.allTooFew(size) ? -Infinity : Infinity) };
}
