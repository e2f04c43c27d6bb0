import { EdgeOutputs } from './edgeOutputs';
import { NodeValues } from './nodeValues';
import { Residue } from './residue';
import { NONE, SortedLists } from './sortedLists';
import type { LearnSettings } from './settings';
import type { PrefixTree } from './prefixTree';
import { zeros } from '../util/memory';

export { NONE };

/** After so many pairs a fold asks whether it shall go on. */
const ASKED = 1024;

/** Looks at the pairs of nodes that a merge brings together; false when a pair forbids the merge. */
export interface PairTest {
  add(left: number, right: number): boolean;
}

/** Of edges, and of the ends at nodes. */
export interface Weights {
  readonly count: Float64Array;
  readonly ended: Float64Array;
}

/**
 * A prefix tree that is being folded into an automaton. Merged nodes point to their representative (`find`); an edge is named by the
 * tree node it led to first, so that symbols, counts and targets of edges need no arrays of their own:
 * edge e has symbol `tree.symbol[e]`, count `count[e]` and target `find(e)`. Edges of a node are lists in order of symbols (`SortedLists`).
 *
 * Targets (`firstEdge`, `nextEdge`) and counts (`firstCount`, `nextCount`) are two lists, because with `mergeData` off the
 * counts stay those of the tree, and with it on they are added before the targets are merged.
 * Every change is logged; `try` takes all back, and so does a merge that is cancelled.
 */
export class FoldingTree {
  readonly firstEdge: Int32Array;
  readonly nextEdge: Int32Array;
  readonly firstCount: Int32Array;
  readonly nextCount: Int32Array;
  readonly count: Int32Array;
  /** Numbers beside every count and every count of ends, which add up as these do; absent unless a merge test asked for them. */
  private weights: Weights | undefined;
  /** What tried merges leave behind in the reference; absent unless a merge test asked for it. */
  private residue: Residue | undefined;
  /** Data of symbols as outputs of edges, and as numbers that follow nodes; absent unless a merge test asked for them. */
  outputs: EdgeOutputs | undefined;
  values: NodeValues | undefined;
  /** Nodes that no other node stands for, reachable or not. */
  left: number;
  /** 1: the node is a state (red). */
  readonly isState: Uint8Array;
  /** Traces that pass a node or end there; merges add up (in `sicco` only with `mergeData`). */
  readonly size: Int32Array;
  /** Traces that go on from a node, and that end there, as tests see them. */
  readonly passed: Int32Array;
  readonly ended: Int32Array;
  readonly typeCount: number;
  readonly passedByType: Int32Array;
  readonly endedByType: Int32Array;
  /** Whether a fold was left undone because `cancelled` said so. */
  stopped = false;
  private readonly edges: SortedLists;
  /** The lists of counts. */
  readonly counts: SortedLists;
  /** By node, the sum of its counts below `rareBelow`; absent unless a merge test asked for it. */
  private rareSums: Int32Array | undefined;
  private rareBelow = 0;
  private pairs = 0;
  private readonly representative: Int32Array;
  private readonly addSizes: boolean;
  /** The `sicco` version takes sizes back that it never added: with `testMerge` and without `mergeData` sizes shrink with each test. */
  private readonly subtractSizes: boolean;
  private readonly stopAtConflict: boolean;
  private readonly checksPairs: boolean;
  private log = new Int32Array(4096);
  private logged = 0;
  private frames = new Int32Array(1024);

  /** `cancelled` is asked in long folds. */
  constructor(readonly tree: PrefixTree, private readonly settings: LearnSettings, private readonly cancelled: () => boolean = () => false) {
    const n = tree.nodeCount;
    const sicco = settings.variant === 'sicco';
    this.addSizes = settings.mergeData || !sicco;
    this.subtractSizes = this.addSizes || sicco;
    this.stopAtConflict = !sicco;
    this.firstEdge = new Int32Array(n);
    this.nextEdge = new Int32Array(n);
    this.size = Int32Array.from(tree.size);
    this.ended = settings.mergeData ? Int32Array.from(tree.ended) : new Int32Array(tree.ended.buffer);
    this.passed = new Int32Array(n);
    for (let node = 0; node < n; node++) {
      const first = tree.firstChild[node];
      const end = tree.firstChild[node + 1];
      this.passed[node] = tree.size[node] - tree.ended[node];
      this.firstEdge[node] = first < end ? first : NONE;
      for (let e = first; e < end; e++) this.nextEdge[e] = e + 1 < end ? e + 1 : NONE;
    }
    this.nextEdge[0] = NONE;
    this.firstCount = this.firstEdge.slice();
    this.nextCount = this.nextEdge.slice();
    this.edges = new SortedLists(this.firstEdge, this.nextEdge, tree.symbol);
    this.counts = new SortedLists(this.firstCount, this.nextCount, tree.symbol);
    this.count = settings.mergeData ? Int32Array.from(tree.size) : new Int32Array(tree.size.buffer);
    this.typeCount = tree.passedByType ? tree.traces.typeNames.length : 0;
    this.passedByType = Int32Array.from(tree.passedByType ?? []);
    this.endedByType = Int32Array.from(tree.endedByType ?? []);
    this.representative = new Int32Array(n).fill(NONE);
    this.isState = new Uint8Array(n);
    this.left = n;
    this.checksPairs = settings.kState > 0 || settings.statesFixed || settings.allFixed;
  }

  /** Gives every count a weight, 0 at first, which merges add up (and take back) as they do the counts. 16 bytes a node. */
  addWeights(): Weights {
    const { nodeCount } = this.tree;
    return (this.weights = { count: zeros(Float64Array, nodeCount), ended: zeros(Float64Array, nodeCount) });
  }

  /** The sums of each node's counts below `below`, kept up to date by merges. 4 bytes a node. */
  addRareSums(below: number): Int32Array {
    const { nodeCount, parent, size } = this.tree;
    this.rareBelow = below;
    this.rareSums = new Int32Array(nodeCount);
    for (let edge = 1; edge < nodeCount; edge++) if (size[edge] < below) this.rareSums[parent[edge]] += size[edge];
    return this.rareSums;
  }

  /** Keeps the outputs of edges, which merges unite as they add up counts. */
  keepOutputs(): EdgeOutputs {
    return (this.outputs ??= new EdgeOutputs(this.tree));
  }

  /** Keeps the numbers that follow nodes, which merges bring together as they add up counts. */
  keepValues(): NodeValues {
    return (this.values ??= new NodeValues(this.tree));
  }

  /** Remembers from now on the symbols that tried merges leave behind in the reference; undefined where they leave none. */
  keepResidue(): Residue | undefined {
    if (this.settings.testMerge && this.settings.mergeData) this.residue = new Residue();
    return this.residue;
  }

  /** The edge by a symbol from a node, or NONE. O(log symbols of the node). */
  edge(node: number, symbol: number): number {
    return this.edges.find(node, symbol);
  }

  /** The edge that has the count of a symbol after a node, or NONE. O(log symbols of the node). */
  countEdge(node: number, symbol: number): number {
    return this.counts.find(node, symbol);
  }

  /** Whether tried merges leave something behind, so that trying less is not the same. */
  get triesLeaveTraces(): boolean {
    return this.residue !== undefined || this.sizesShrink;
  }

  /** Whether sizes shrink with every tried merge. */
  get sizesShrink(): boolean {
    return this.settings.testMerge && this.subtractSizes && !this.addSizes;
  }

  /** Whether no node of a subtree of so many traces has enough of them for a test to look at it. */
  allTooFew(size: number): boolean {
    return this.settings.mergeData && size < this.settings.stateCount;
  }

  /** How often a symbol follows a node. O(log symbols of the node). */
  countOf(node: number, symbol: number): number {
    const edge = this.countEdge(node, symbol);
    return edge === NONE ? 0 : this.count[edge];
  }

  /** Whether too few traces pass a node (or end there, where ends count) for a test to look at it. */
  tooFew(node: number): boolean {
    return this.passed[node] + (this.settings.finalProbability ? this.ended[node] : 0) < this.settings.stateCount;
  }

  /** The node that stands for `node` after all merges. */
  find(node: number): number {
    let n = node;
    while (this.representative[n] !== NONE) n = this.representative[n];
    return n;
  }

  isMerged(node: number): boolean {
    return this.representative[node] !== NONE;
  }

  /** Compares all pairs that merging `right` into `left` would bring together, on the trees as they are. False: rejected on the way. */
  probe(left: number, right: number, test: PairTest): boolean {
    return this.fold(left, right, test, false);
  }

  /** Merges, compares each pair as it comes together, and takes everything back. */
  try(left: number, right: number, test: PairTest): boolean {
    const passed = this.fold(left, right, test, true);
    this.undo(this.subtractSizes);
    return passed;
  }

  /** Merges `right` and all that lies behind it into `left`; false when that was cancelled, and then nothing is changed. */
  merge(left: number, right: number): boolean {
    if (this.fold(left, right, undefined, true)) return true;
    this.undo(this.addSizes);
    return false;
  }

  /** What the last merge did, once: the nodes that others merged into, and the edges that nodes got. O(pairs of the merge). */
  takeChanges(joined: (left: number) => void, adopted: (owner: number, edge: number) => void): void {
    const { log, logged } = this;
    for (let at = 0; at < logged; at += 5) {
      if (log[at] === ADOPTED) adopted(log[at + 1], log[at + 3]);
      if (log[at] !== JOINED) continue;
      joined(log[at + 1]);
      this.left--;
      this.edges.forget(log[at + 2]);
      this.counts.forget(log[at + 2]);
    }
    this.outputs?.keep();
    this.values?.keep();
    this.logged = 0;
  }

  /** Depth first over the pairs; a frame on the stack is (left, next edge of right, last edge of left before it, depth). */
  private fold(root: number, candidate: number, test: PairTest | undefined, perform: boolean): boolean {
    const { kTail } = this.settings;
    const symbol = this.tree.symbol;
    let top = 0;
    let accepted = true;
    this.logged = 0;
    const enter = (left: number, right: number, depth: number): boolean => {
      if (++this.pairs % ASKED === 0 && this.cancelled()) {
        this.stopped = true;
        return false;
      }
      if (test) {
        if (kTail !== -1 && depth > kTail) return true;
        if (this.checksPairs && this.tooSmall(left, right)) return true;
        if ((this.checksPairs && this.breaksFixed(left, right)) || !test.add(left, right)) {
          accepted = false;
          return !this.stopAtConflict;
        }
      }
      if (perform) this.join(left, right);
      const edge = this.firstEdge[right];
      if (edge === NONE) return true;
      if (top + 4 > this.frames.length) this.frames = grown(this.frames);
      this.frames[top++] = left;
      this.frames[top++] = edge;
      this.frames[top++] = NONE;
      this.frames[top++] = depth;
      return true;
    };

    if (!enter(root, candidate, 0)) return false;
    while (top > 0) {
      const frames = this.frames;
      const left = frames[top - 4];
      const edge = frames[top - 3];
      const depth = frames[top - 1];
      const following = this.nextEdge[edge];
      const before = this.edges.before(left, symbol[edge], frames[top - 2]);
      const at = this.edges.after(left, before);
      if (following === NONE) top -= 4;
      else {
        frames[top - 3] = following;
        frames[top - 2] = before;
      }
      if (at !== NONE && symbol[at] === symbol[edge]) {
        const x = this.find(at);
        const y = this.find(edge);
        if (x !== y && !enter(x, y, depth + 1)) return false;
      } else if (perform) {
        this.edges.insert(left, before, edge);
        this.note(ADOPTED, left, before, edge, following);
      }
    }
    return accepted;
  }

  /** Whether one of a pair has fewer traces than `kState`: what lies behind it is not compared. */
  private tooSmall(left: number, right: number): boolean {
    return this.size[left] < this.settings.kState || this.size[right] < this.settings.kState;
  }

  /** Whether a merge would give a node that must stay as it is a transition that it lacks. */
  private breaksFixed(left: number, right: number): boolean {
    if (!this.settings.allFixed && !(this.settings.statesFixed && this.isState[left] === 1)) return false;
    for (let r = this.firstEdge[right]; r !== NONE; r = this.nextEdge[r]) if (this.edge(left, this.tree.symbol[r]) === NONE) return true;
    return false;
  }

  private join(left: number, right: number): void {
    this.representative[right] = left;
    if (this.addSizes) this.size[left] += this.size[right];
    const rare = this.rareSums ? this.rareSums[left] : 0;
    if (this.settings.mergeData) this.addData(left, right, 1);
    this.note(JOINED, left, right, rare, 0);
  }

  private addData(left: number, right: number, sign: 1 | -1): void {
    this.passed[left] += sign * this.passed[right];
    this.ended[left] += sign * this.ended[right];
    if (this.weights) this.weights.ended[left] += sign * this.weights.ended[right];
    for (let t = 0; t < this.typeCount; t++) {
      this.passedByType[left * this.typeCount + t] += sign * this.passedByType[right * this.typeCount + t];
      this.endedByType[left * this.typeCount + t] += sign * this.endedByType[right * this.typeCount + t];
    }
    if (sign < 0) {
      this.values?.takeBack(left);
      return;
    }
    this.values?.merge(left, right);
    this.residue?.pass(right, left);
    const symbol = this.tree.symbol;
    let before = NONE;
    for (let edge = this.firstCount[right], following = NONE; edge !== NONE; edge = following) {
      following = this.nextCount[edge];
      before = this.counts.before(left, symbol[edge], before);
      const at = this.counts.after(left, before);
      if (at !== NONE && symbol[at] === symbol[edge]) {
        if (this.rareSums) this.rareSums[left] += this.rare(this.count[at] + this.count[edge]) - this.rare(this.count[at]);
        this.count[at] += this.count[edge];
        if (this.weights) this.weights.count[at] += this.weights.count[edge];
        this.outputs?.merge(at, edge);
        this.note(COUNTED, at, edge, 0, 0);
      } else {
        if (this.rareSums) this.rareSums[left] += this.rare(this.count[edge]);
        this.counts.insert(left, before, edge);
        this.note(COUNT_ADOPTED, left, before, edge, following);
        before = edge;
      }
    }
  }

  private rare(count: number): number {
    return count < this.rareBelow ? count : 0;
  }

  private note(kind: number, a: number, b: number, c: number, d: number): void {
    if (this.logged + 5 > this.log.length) this.log = grown(this.log);
    this.log[this.logged++] = kind;
    this.log[this.logged++] = a;
    this.log[this.logged++] = b;
    this.log[this.logged++] = c;
    this.log[this.logged++] = d;
  }

  private undo(sizes: boolean): void {
    const log = this.log;
    while (this.logged > 0) {
      const at = (this.logged -= 5);
      const a = log[at + 1], b = log[at + 2], c = log[at + 3], d = log[at + 4];
      switch (log[at]) {
        case ADOPTED:
          this.edges.remove(a, b, c, d);
          break;
        case COUNT_ADOPTED:
          this.counts.remove(a, b, c, d);
          this.residue?.leave(a, this.tree.symbol[c]);
          break;
        case COUNTED:
          this.count[a] -= this.count[b];
          if (this.weights) this.weights.count[a] -= this.weights.count[b];
          this.outputs?.takeBack(a);
          break;
        case JOINED:
          this.representative[b] = NONE;
          if (sizes) this.size[a] -= this.size[b];
          if (this.settings.mergeData) this.addData(a, b, -1);
          if (this.rareSums) this.rareSums[a] = c;
          break;
      }
    }
  }
}

const JOINED = 0;
const ADOPTED = 1;
const COUNTED = 2;
const COUNT_ADOPTED = 3;

function grown(items: Int32Array): Int32Array<ArrayBuffer> {
  const next = new Int32Array(items.length * 2);
  next.set(items);
  return next;
}
