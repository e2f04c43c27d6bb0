import { NONE } from '../foldingTree';
import { hoeffdingFactor } from './alergia';
import { typesConflict } from './pairCounts';
import type { FoldingTree } from '../foldingTree';
import type { LearnSettings } from '../settings';
import type { MergeTest } from './mergeTest';

/**
 * Alergia as first published: relative frequencies without pools or Laplace counts; all accepted merges score 0, so that the first
 * state breadth first wins. Source: specs, state machine, section 6.4; Carrasco and Oncina, 1994. O(symbols of both nodes) a pair.
 */
export function alergia94(nodes: FoldingTree, settings: LearnSettings): MergeTest {
  const factor = hoeffdingFactor(settings.confidence);
  const { firstCount, nextCount, count, tree: { symbol } } = nodes;
  const add = (left: number, right: number): boolean => {
    if (settings.typeConsistent && nodes.typeCount > 0 && typesConflict(nodes, left, right)) return false;
    if (nodes.tooFew(left) || nodes.tooFew(right)) return true;
    const ends = settings.finalProbability;
    const leftTotal = nodes.passed[left] + (ends ? nodes.ended[left] : 0);
    const rightTotal = nodes.passed[right] + (ends ? nodes.ended[right] : 0);
    if (leftTotal === 0 || rightTotal === 0) return true;
    const bound = (1 / Math.sqrt(leftTotal) + 1 / Math.sqrt(rightTotal)) * factor;
    const differ = (l: number, r: number): boolean => Math.abs(l / leftTotal - r / rightTotal) > bound;
    let l = firstCount[left], r = firstCount[right];
    while (l !== NONE || r !== NONE) {
      const leftSymbol = l === NONE ? Infinity : symbol[l], rightSymbol = r === NONE ? Infinity : symbol[r];
      if (differ(leftSymbol <= rightSymbol ? count[l] : 0, rightSymbol <= leftSymbol ? count[r] : 0)) return false;
      if (leftSymbol <= rightSymbol) l = nextCount[l];
      if (rightSymbol <= leftSymbol) r = nextCount[r];
    }
    return !(ends && differ(nodes.ended[left], nodes.ended[right]));
  };
  return { reset: () => undefined, add, accepts: () => true, score: () => 0, greatest: () => 0 };
}
