import type { PrefixTree } from './prefixTree';

/**
 * Tells `visit` of every symbol of the tree's traces, in their order: where it stands in `traces.symbols`, and the edge of the tree it takes
 * (named by the node it leads to). O(symbols x log(children of a node)), no memory.
 */
export function forEachSymbol(tree: PrefixTree, visit: (position: number, edge: number) => void): void {
  const { firstChild, symbol, traces: { offsets, symbols } } = tree;
  for (let t = 0; t + 1 < offsets.length; t++) {
    for (let i = offsets[t], node = 0; i < offsets[t + 1]; i++) {
      let low = firstChild[node];
      let high = firstChild[node + 1] - 1;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (symbol[middle] < symbols[i]) low = middle + 1;
        else high = middle;
      }
      node = low;
      visit(i, node);
    }
  }
}
