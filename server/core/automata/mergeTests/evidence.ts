import { endedOfType, typesConflict } from './pairCounts';
import type { FoldingTree } from '../foldingTree';
import type { LearnSettings } from '../settings';
import type { MergeTest } from './mergeTest';

/**
 * Evidence-driven merging of labelled traces: the score counts the pairs that both end traces of the same of the first two types.
 * Source: specs, state machine, section 6.8; Lang, Pearlmutter and Price, 1998. O(types^2) a pair.
 */
export function evidence(nodes: FoldingTree, settings: LearnSettings): MergeTest {
  let agreeing = 0;
  return {
    reset: () => {
      agreeing = 0;
    },
    add: (left, right) => {
      if (settings.typeConsistent && nodes.typeCount > 0 && typesConflict(nodes, left, right)) return false;
      for (let type = 0; type < 2; type++) if (endedOfType(nodes, left, type) > 0 && endedOfType(nodes, right, type) > 0) agreeing++;
      return true;
    },
    accepts: () => true,
    score: () => agreeing,
    // Each trace of the candidate ends at one node.
    greatest: (size) => (settings.mergeData ? size : Infinity),
  };
}
