import { endedOfType, passedOfType } from './pairCounts';
import type { FoldingTree } from '../foldingTree';
import type { MergeTest } from './mergeTest';

/**
 * Labelled logs: the nodes of a pair must have seen traces of exactly the same types. The score counts the pairs. With `sinks`, candidates
 * that no trace goes on from, or that only one type of traces reaches, are sinks. Source: specs, state machine, section 6.9 (its
 * `overlap4logs`). O(types) a pair.
 */
export function sameTypes(nodes: FoldingTree): MergeTest {
  let pairs = 0;
  return {
    reset: () => {
      pairs = 0;
    },
    add: (left, right) => {
      for (let type = 0; type < Math.max(1, nodes.typeCount); type++) if (hasType(nodes, left, type) !== hasType(nodes, right, type)) return false;
      pairs++;
      return true;
    },
    accepts: () => true,
    score: () => pairs,
    isSink: (node) => nodes.passed[node] === 0 || hasOneType(nodes, node),
  };
}

function hasType(nodes: FoldingTree, node: number, type: number): boolean {
  return passedOfType(nodes, node, type) + endedOfType(nodes, node, type) > 0;
}

/** Whether all traces that reach a node have the same type. O(types). */
export function hasOneType(nodes: FoldingTree, node: number): boolean {
  let types = 0;
  for (let type = 0; type < Math.max(1, nodes.typeCount); type++) if (hasType(nodes, node, type)) types++;
  return types === 1;
}
