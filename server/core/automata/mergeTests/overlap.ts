import { NONE } from '../foldingTree';
import { passedOfType, typesConflict } from './pairCounts';
import type { FoldingTree } from '../foldingTree';
import type { LearnSettings } from '../settings';
import type { MergeTest } from './mergeTest';

/**
 * Overlap: a state with many traces of the second type must know every symbol that is frequent in the other. The score counts the
 * symbols in common less those that only the left has. Source: specs, state machine, section 6.7. O(symbols of both nodes) a pair.
 */
export function overlap(nodes: FoldingTree, settings: LearnSettings): MergeTest {
  const { firstCount, nextCount, count, tree: { symbol } } = nodes;
  let score = 0;
  const lacks = (x: number, y: number): boolean => {
    if (passedOfType(nodes, x, 1) < settings.stateCount) return false;
    let a = firstCount[x];
    for (let b = firstCount[y]; b !== NONE; b = nextCount[b]) {
      if (count[b] < settings.symbolCount || count[b] === 0) continue;
      while (a !== NONE && (symbol[a] < symbol[b] || count[a] === 0)) a = nextCount[a];
      if (a === NONE || symbol[a] !== symbol[b]) return true;
    }
    return false;
  };
  const add = (left: number, right: number): boolean => {
    if (settings.typeConsistent && nodes.typeCount > 0 && typesConflict(nodes, left, right)) return false;
    if (lacks(left, right) || lacks(right, left)) return false;
    for (let l = firstCount[left], r = firstCount[right]; l !== NONE; l = nextCount[l]) {
      if (count[l] === 0) continue;
      while (r !== NONE && symbol[r] < symbol[l]) r = nextCount[r];
      score += r !== NONE && symbol[r] === symbol[l] && count[r] > 0 ? 1 : -1;
    }
    return true;
  };
  return {
    reset: () => {
      score = 0;
    },
    add, accepts: () => true, score: () => score,
  };
}
