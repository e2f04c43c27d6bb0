import { typesConflict } from './pairCounts';
import type { FoldingTree } from '../foldingTree';
import type { LearnSettings } from '../settings';
import type { MergeTest } from './mergeTest';

/**
 * Regression: the data behind symbols (`symbol/3.5`) are numbers, and a state predicts their mean. Nodes of a pair with at least
 * `symbolCount` numbers each whose means differ by more than `confidence` never merge. The score is two a saved mean, less what the squared error
 * grows: 2 x pairs + n ln(RSS before / n) - n ln(RSS after / n), -1 if that is negative. Source: specs, state machine, section 6.9
 * (its `mse_error`). O(1) a pair.
 */
export function meanSquaredError(nodes: FoldingTree, settings: LearnSettings): MergeTest {
  const values = nodes.keepValues();
  const most = Math.fround(settings.confidence);
  let pairs = 0, numbers = 0, before = 0, growth = 0;
  const add = (left: number, right: number): boolean => {
    if (settings.typeConsistent && nodes.typeCount > 0 && typesConflict(nodes, left, right)) return false;
    const { count, mean, squares } = values;
    const least = Math.max(1, settings.symbolCount);
    if (count[left] >= least && count[right] >= least && Math.abs(mean[left] - mean[right]) > most) return false;
    pairs++;
    numbers += count[left] + count[right];
    before += squares[left] + squares[right];
    growth += values.growth(left, right);
    return true;
  };
  return {
    reset: () => {
      pairs = numbers = before = growth = 0;
    },
    add,
    accepts: () => true,
    // No growth costs nothing, also where the numbers fitted exactly and the logarithms are not finite.
    score: () => Math.max(-1, growth === 0 ? 2 * pairs : 2 * pairs - numbers * Math.log((before + growth) / before)),
  };
}
