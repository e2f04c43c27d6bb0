import { FoldingTree, NONE } from './foldingTree';
import type { MergeTestFactory } from './mergeTests/mergeTest';
import type { PrefixTree } from './prefixTree';
import type { LearnSettings } from './settings';

/** What nodes are added up by: how far they lie behind the root of their tree, or the symbol that leads to them. */
export type SumBy = 'depth' | 'symbol';

/**
 * Whether what lies behind two nodes is alike as a whole: the counts of all nodes of one depth (or one incoming symbol) are added up on either
 * side, and the sums are tested with the merge test as the pairs of a merge are. What lies behind `left` counts as deep as `right` has nodes; a
 * node counts once a depth (or symbol). Data of symbols are not looked at. Source: specs, state machine, end of section 4.
 * O(depth x nodes reached) on each side.
 */
export function sumsAgree(nodes: FoldingTree, left: number, right: number, by: SumBy, factory: MergeTestFactory, settings: LearnSettings): boolean {
  const rights = sums(nodes, right, by, Infinity);
  const lefts = sums(nodes, left, by, rights.depth);
  const keys = [...new Set([...lefts.groups.keys(), ...rights.groups.keys()])].sort((a, b) => a - b);
  const tree = treeOf(nodes, keys.flatMap((key) => [lefts.groups.get(key) ?? new Sum(nodes.typeCount), rights.groups.get(key) ?? new Sum(nodes.typeCount)]));
  const test = factory(new FoldingTree(tree, settings), settings);
  test.reset();
  for (let pair = 1; pair < 2 * keys.length; pair += 2) if (!test.add(pair, pair + 1)) return false;
  return test.accepts();
}

/** Counts of nodes taken together. */
class Sum {
  size = 0;
  ended = 0;
  readonly counts = new Map<number, number>();
  readonly passedByType: Uint32Array;
  readonly endedByType: Uint32Array;

  constructor(private readonly types: number) {
    this.passedByType = new Uint32Array(types);
    this.endedByType = new Uint32Array(types);
  }

  add(nodes: FoldingTree, node: number): void {
    this.size += nodes.passed[node] + nodes.ended[node];
    this.ended += nodes.ended[node];
    for (let edge = nodes.firstCount[node]; edge !== NONE; edge = nodes.nextCount[edge]) {
      const symbol = nodes.tree.symbol[edge];
      if (nodes.count[edge] > 0) this.counts.set(symbol, (this.counts.get(symbol) ?? 0) + nodes.count[edge]);
    }
    for (let t = 0; t < this.types; t++) {
      this.passedByType[t] += nodes.passedByType[node * this.types + t];
      this.endedByType[t] += nodes.endedByType[node * this.types + t];
    }
  }
}

/** Adds up the nodes behind `root`, and itself (as depth 0; no symbol leads to it here), down to a depth. */
function sums(nodes: FoldingTree, root: number, by: SumBy, deepest: number): { groups: Map<number, Sum>; depth: number } {
  const groups = new Map<number, Sum>();
  const seen = new Set<number>();
  let level = new Set([root]);
  let depth = 0;
  const add = (key: number, node: number): void => {
    const place = key * nodes.tree.nodeCount + node;
    if (seen.has(place)) return;
    seen.add(place);
    const sum = groups.get(key) ?? new Sum(nodes.typeCount);
    groups.set(key, sum);
    sum.add(nodes, node);
  };
  if (by === 'depth') add(0, root);
  for (; depth < deepest; depth++) {
    const next = new Set<number>();
    for (const node of level) {
      for (let edge = nodes.firstEdge[node]; edge !== NONE; edge = nodes.nextEdge[edge]) {
        const target = nodes.find(edge);
        next.add(target);
        add(by === 'depth' ? depth + 1 : nodes.tree.symbol[edge], target);
      }
    }
    if (next.size === 0) break;
    level = next;
  }
  return { groups, depth };
}

/** A prefix tree in which sum i is node i + 1, so that merge tests can look at sums as they look at nodes. */
function treeOf(nodes: FoldingTree, list: readonly Sum[]): PrefixTree {
  const { alphabet, typeNames } = nodes.tree.traces;
  const children = list.map((sum) => [...sum.counts].sort(([a], [b]) => a - b));
  const nodeCount = 1 + list.length + children.reduce((total, counts) => total + counts.length, 0);
  const perNode = { symbol: new Uint32Array(nodeCount), parent: new Int32Array(nodeCount).fill(-1), size: new Uint32Array(nodeCount), ended: new Uint32Array(nodeCount), firstTrace: new Uint32Array(nodeCount) };
  const { symbol, parent, size, ended } = perNode;
  const firstChild = new Uint32Array(nodeCount + 1).fill(nodeCount);
  const types = nodes.typeCount;
  const passedByType = new Uint32Array(nodeCount * types), endedByType = new Uint32Array(nodeCount * types);
  firstChild[0] = 1;
  let child = 1 + list.length;
  list.forEach((sum, i) => {
    const node = i + 1;
    parent[node] = 0;
    size[node] = sum.size;
    ended[node] = sum.ended;
    passedByType.set(sum.passedByType, node * types);
    endedByType.set(sum.endedByType, node * types);
    firstChild[node] = child;
    for (const [a, count] of children[i]) {
      symbol[child] = a;
      parent[child] = node;
      size[child++] = count;
    }
  });
  return {
    ...perNode, nodeCount, firstChild, levelStart: [0, 1, 1 + list.length, nodeCount],
    traces: { symbols: new Uint32Array(0), offsets: new Uint32Array(1), types: new Uint16Array(0), alphabet, typeNames },
    passedByType: types > 0 ? passedByType : undefined, endedByType: types > 0 ? endedByType : undefined,
  };
}
