import { mulberry32, randomBelow } from '../util/rng';
import { depthOf } from './prefixTree';
import type { PrefixTree } from './prefixTree';
import type { TraceSet } from './traces';

/** Steps that the traces of a tree have, their ends included. O(nodes). */
export function treeSteps(tree: PrefixTree): number {
  let steps = 0;
  for (let node = 0; node < tree.nodeCount; node++) steps += tree.size[node];
  return steps;
}

/**
 * The traces of a tree in an order that is the same for equal trees and otherwise as good as chance, so that every n-th of them is a fair
 * sample; one of `every` when not all are wanted. O(their symbols).
 */
export function treeTraces(tree: PrefixTree, every = 1): TraceSet {
  const { alphabet, typeNames } = tree.traces;
  const types = Math.max(1, typeNames.length);
  const ends: number[] = [], endTypes: number[] = [];
  for (let node = 0, seen = 0; node < tree.nodeCount; node++) {
    for (let t = 0; t < types && tree.ended[node] > 0; t++) {
      const count = tree.endedByType?.[node * types + t] ?? tree.ended[node];
      // Those of `seen` .. `seen + count` that `every` divides.
      for (let i = Math.ceil(seen / every); i * every < seen + count; i++) {
        ends.push(node);
        endTypes.push(t);
      }
      seen += count;
    }
  }
  const order = Uint32Array.from(ends, (_, i) => i);
  // Fisher and Yates.
  const rng = mulberry32(1);
  for (let i = order.length - 1; i > 0; i--) {
    const other = randomBelow(rng, i + 1), moved = order[i];
    order[i] = order[other];
    order[other] = moved;
  }
  const offsets = new Uint32Array(order.length + 1);
  for (let i = 0; i < order.length; i++) offsets[i + 1] = offsets[i] + depthOf(tree, ends[order[i]]);
  const symbols = new Uint32Array(offsets[order.length]);
  for (let i = 0; i < order.length; i++) {
    for (let at = offsets[i + 1], node = ends[order[i]]; node > 0; node = tree.parent[node]) symbols[--at] = tree.symbol[node];
  }
  return { symbols, offsets, types: Uint16Array.from(order, (t) => endTypes[t]), alphabet, typeNames };
}
