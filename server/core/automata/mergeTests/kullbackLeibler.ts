import { NONE } from '../foldingTree';
import { passedOfType, typesConflict } from './pairCounts';
import type { FoldingTree } from '../foldingTree';
import type { LearnSettings } from '../settings';
import type { MergeTest } from './mergeTest';

/**
 * Minimal divergence: how much farther from the prefix tree is the merged automaton, per parameter saved? Every symbol is weighted as it
 * was in the prefix tree, by count^2 / total of its node. Source: specs, state machine, section 6.6; Thollard, Dupont and de la Higuera,
 * 2000 (MDI). O(symbols of both nodes) a pair.
 */
export function kullbackLeibler(nodes: FoldingTree, settings: LearnSettings): MergeTest {
  const { firstCount, nextCount, count, tree } = nodes;
  const { symbol } = tree;
  const most = Math.fround(settings.confidence);
  // The reference knows the types 0 and 1 only.
  const totalOf = (node: number): number => passedOfType(nodes, node, 0) + passedOfType(nodes, node, 1) + (settings.finalProbability ? nodes.ended[node] : 0);
  const weights = nodes.addWeights();
  for (let edge = 1; edge < tree.nodeCount; edge++) weights.count[edge] = tree.size[edge] ** 2 / totalOf(tree.parent[edge]);
  if (settings.finalProbability) for (let node = 0; node < tree.nodeCount; node++) if (tree.ended[node] > 0) weights.ended[node] = tree.ended[node] ** 2 / totalOf(node);
  const residue = settings.variant === 'default' ? undefined : nodes.keepResidue();
  let divergence = 0;
  let saved = 0;

  /** One symbol, or the end of traces: its counts and weights on both sides. */
  const term = (l: number, r: number, leftWeight: number, rightWeight: number, leftTotal: number, rightTotal: number): void => {
    const merged = Math.log((l + r) / (leftTotal + rightTotal));
    if (l > 0) divergence += leftWeight * Math.log(l / leftTotal) - leftWeight * merged;
    if (r > 0) divergence += rightWeight * Math.log(r / rightTotal) - rightWeight * merged;
    if (l > 0 && r > 0) saved++;
  };
  const add = (left: number, right: number): boolean => {
    if (settings.typeConsistent && nodes.typeCount > 0 && typesConflict(nodes, left, right)) return false;
    const leftTotal = totalOf(left), rightTotal = totalOf(right);
    if (leftTotal < settings.stateCount || rightTotal < settings.stateCount || leftTotal < 1 || rightTotal < 1) return true;
    for (let l = firstCount[left], r = firstCount[right]; l !== NONE; l = nextCount[l]) {
      while (r !== NONE && symbol[r] < symbol[l]) r = nextCount[r];
      const both = r !== NONE && symbol[r] === symbol[l];
      term(count[l], both ? count[r] : 0, weights.count[l], both ? weights.count[r] : 0, leftTotal, rightTotal);
    }
    for (const a of residue?.of(left) ?? []) {
      const r = nodes.countOf(left, a) === 0 ? nodes.countEdge(right, a) : NONE;
      if (r !== NONE) term(0, count[r], 0, weights.count[r], leftTotal, rightTotal);
    }
    if (settings.finalProbability) term(nodes.ended[left], nodes.ended[right], weights.ended[left], weights.ended[right], leftTotal, rightTotal);
    return true;
  };
  return {
    reset: () => {
      divergence = 0;
      saved = 0;
    },
    add,
    accepts: () => saved !== 0 && divergence / saved <= most,
    score: () => 100_000 - Math.trunc((100 * divergence) / saved),
    greatest: (size) => (nodes.allTooFew(size) ? -Infinity : Infinity),
  };
}
