import { Heap } from '../util/heap';
import { depthOf } from './prefixTree';
import { NONE } from './sortedLists';
import type { FoldingTree } from './foldingTree';
import type { LearnSettings } from './settings';

/** Where the search breadth first met a state: by which symbol from which state, that one by its place in the search. */
interface Meeting {
  readonly place: number;
  readonly from: number;
  readonly symbol: number;
}

/**
 * The red nodes in the order in which merges with them are tried, and the blue ones in the order in which they are examined; both are kept up to date
 * from step to step, in the cost of what a step changed, so that very many candidates do not make every step slow.
 */
export class Frontier {
  /** Blue nodes that are no sinks. */
  coreCount = 0;
  /** Their traces. */
  waiting = 0;
  private ordered: number[] = [];
  private inOrder = true;
  private readonly meetings = new Map<number, Meeting>();
  private readonly blue: Heap;
  /** By node: its place among the blue, and how large it was and whether it was a sink when it got there. */
  private readonly place: Int32Array;
  private readonly size: Int32Array;
  private readonly sink: Uint8Array;

  /** `numbers` breaks ties between candidates of equal size, the smaller first. */
  constructor(private readonly nodes: FoldingTree, private readonly settings: LearnSettings, private readonly numbers: Int32Array | undefined, private readonly isSink: (node: number) => boolean) {
    const n = nodes.tree.nodeCount;
    this.place = new Int32Array(n).fill(NONE);
    this.size = new Int32Array(n);
    this.sink = new Uint8Array(n);
    this.blue = new Heap((a, b) => this.sink[a] - this.sink[b] || this.compare(a, b, this.size), (node, place) => (this.place[node] = place));
    this.extend(0);
  }

  get blueCount(): number {
    return this.blue.length;
  }

  /** The states: breadth first with children in order of symbols, or in the `sicco` version as candidates are ordered. */
  get reds(): readonly number[] {
    if (this.settings.variant === 'sicco') this.ordered.sort((a, b) => this.compare(a, b, this.nodes.size));
    else if (!this.inOrder) this.search();
    this.inOrder = true;
    return this.ordered;
  }

  /** The candidates to examine, best first: those that are no sinks, or all when only sinks are left. */
  *candidates(): Generator<number, void, undefined> {
    const sinks = this.coreCount === 0;
    for (const node of this.blue.inOrder()) {
      if (!sinks && this.sink[node] === 1) return;
      yield node;
    }
  }

  /** The first of them, if there is one. */
  first(): readonly number[] {
    return this.blue.length > 0 ? [this.blue.at(0)] : [];
  }

  /** A node is a state from now on. O(its symbols). */
  extend(node: number): void {
    const { nodes } = this;
    nodes.isState[node] = 1;
    this.remove(node);
    this.ordered.push(node);
    this.inOrder = false;
    for (let edge = nodes.firstEdge[node]; edge !== NONE; edge = nodes.nextEdge[edge]) this.add(nodes.find(edge));
  }

  /** Takes in the last merge, of `blue` into `red`. O(pairs of the merge x log candidates). */
  merged(red: number, blue: number): void {
    const { nodes } = this;
    this.remove(blue);
    nodes.takeChanges((left) => {
      if (this.place[left] === NONE) return;
      this.remove(left);
      this.add(left);
    }, (owner, edge) => {
      if (nodes.isState[owner] === 1) this.add(nodes.find(edge));
    });
    if (this.settings.variant === 'default' && this.inOrder) this.inOrder = !this.isMetEarlier(red, blue);
  }

  /** Looks at all candidates anew, where trying a merge changes their sizes. O(symbols of all states). */
  refresh(): void {
    const { nodes } = this;
    while (this.blue.length > 0) this.remove(this.blue.at(this.blue.length - 1));
    for (const red of this.ordered) for (let edge = nodes.firstEdge[red]; edge !== NONE; edge = nodes.nextEdge[edge]) this.add(nodes.find(edge));
  }

  private add(node: number): void {
    const size = this.nodes.size[node];
    if (this.place[node] !== NONE || this.nodes.isState[node] === 1 || size === 0) return;
    this.size[node] = size;
    this.sink[node] = this.isSink(node) ? 1 : 0;
    if (this.sink[node] === 0) {
      this.coreCount++;
      this.waiting += size;
    }
    this.blue.push(node);
  }

  private remove(node: number): void {
    if (this.place[node] === NONE) return;
    if (this.sink[node] === 0) {
      this.coreCount--;
      this.waiting -= this.size[node];
    }
    this.blue.remove(this.place[node]);
  }

  private compare(a: number, b: number, size: Int32Array): number {
    const { settings: { shallowFirst, variant }, numbers, nodes: { tree } } = this;
    if (shallowFirst) {
      const deeper = depthOf(tree, a) - depthOf(tree, b);
      if (deeper !== 0) return variant === 'main' ? -deeper : deeper;
    }
    return size[b] - size[a] || (numbers ? numbers[a] - numbers[b] : a - b);
  }

  /** Lists the states breadth first; in the `main` version along the edges that first led to states, and no others. */
  private search(): void {
    const { nodes, meetings } = this;
    const reds = [0];
    meetings.clear();
    meetings.set(0, { place: 0, from: -1, symbol: -1 });
    for (let i = 0; i < reds.length; i++) {
      for (let edge = nodes.firstEdge[reds[i]]; edge !== NONE; edge = nodes.nextEdge[edge]) {
        if (this.settings.variant === 'main' && nodes.isMerged(edge)) continue;
        const target = nodes.find(edge);
        if (nodes.isState[target] === 0 || meetings.has(target)) continue;
        meetings.set(target, { place: reds.length, from: i, symbol: nodes.tree.symbol[edge] });
        reds.push(target);
      }
    }
    this.ordered = reds;
  }

  /** Whether the edge that led to `blue`, and now leads to `red`, lets the search meet `red` earlier. */
  private isMetEarlier(red: number, blue: number): boolean {
    const { nodes: { tree }, meetings } = this;
    const known = meetings.get(red)!;
    const { place } = meetings.get(this.nodes.find(tree.parent[blue]))!;
    return place < known.from || (place === known.from && tree.symbol[blue] < known.symbol);
  }
}
