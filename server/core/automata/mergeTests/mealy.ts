import { NONE } from '../foldingTree';
import { typesConflict } from './pairCounts';
import type { FoldingTree } from '../foldingTree';
import type { LearnSettings } from '../settings';
import type { MergeTest } from './mergeTest';

/**
 * Mealy machines: the data behind a symbol (`symbol/data`) are the output of its transition, and states that answer the same symbol with
 * different outputs never merge. A symbol without data agrees with every output. The score counts the symbols that both nodes of a pair
 * have. Source: specs, state machine, section 6.9. O(symbols of both nodes) a pair.
 */
export function mealy(nodes: FoldingTree, settings: LearnSettings): MergeTest {
  const { firstCount, nextCount, count, tree: { symbol } } = nodes;
  const outputs = nodes.keepOutputs();
  let matched = 0;
  const add = (left: number, right: number): boolean => {
    if (settings.typeConsistent && nodes.typeCount > 0 && typesConflict(nodes, left, right)) return false;
    for (let l = firstCount[left], r = firstCount[right]; l !== NONE; l = nextCount[l]) {
      while (r !== NONE && symbol[r] < symbol[l]) r = nextCount[r];
      if (r === NONE || symbol[r] !== symbol[l] || count[l] === 0 || count[r] === 0) continue;
      if (!outputs.agree(l, r)) return false;
      matched++;
    }
    return true;
  };
  return {
    reset: () => {
      matched = 0;
    },
    add, accepts: () => true, score: () => matched,
  };
}
