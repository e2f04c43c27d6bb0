import { ratioPValue, xLogX } from './guardedSums';
import type { GuardedTree } from './guardedTree';

/** A division of the events that lead to a node: those below `threshold` in an attribute, and the others. */
export interface Split {
  readonly attribute: number;
  readonly threshold: number;
  readonly statistic: number;
  readonly freedom: number;
  /** Of the likelihood ratio between what follows both parts. */
  readonly pValue: number;
  /** How many thresholds were tried, over all attributes. */
  readonly tried: number;
}

/**
 * The best division of the events that lead to a node by a threshold of a splittable attribute: events move from one part to the other in ascending order, each with all that
 * follows it, and at every change of the number the parts are compared as the pairs of a merge would be; the threshold is one more degree of freedom. Parts have at
 * least `least` events. `better` decides between candidates. Undefined where nothing can be divided. Source: specs, state machine, section 9 (RTI+).
 * O(attributes x (events x log events + symbols that follow)).
 */
export function bestSplit(tree: GuardedTree, node: number, least: number, better: (a: Split, b: Split) => boolean): Split | undefined {
  const events = tree.eventsOf(node);
  const declared = tree.traces.attributes?.declared ?? [];
  if (events.length < 2 * least) return undefined;
  const mark = tree.mark();
  const parts = new MovingParts(tree, events);
  let best: Split | undefined;
  let tried = 0;
  declared.forEach(({ splittable }, attribute) => {
    if (!splittable) return;
    // Events without the number take no guarded transition, and stay out.
    const sorted = events.filter((event) => !Number.isNaN(tree.value(event, attribute))).sort((a, b) => tree.value(a, attribute) - tree.value(b, attribute) || a - b);
    if (sorted.length < 2 * least) return;
    parts.reset(sorted);
    for (let i = 0; i + least < sorted.length; ) {
      const from = tree.value(sorted[i], attribute);
      for (; i < sorted.length && tree.value(sorted[i], attribute) === from; i++) parts.move(sorted[i]);
      if (i < least || sorted.length - i < least) continue;
      tried++;
      const freedom = parts.freedom + 1;
      const split = { attribute, threshold: tree.value(sorted[i], attribute), statistic: parts.statistic, freedom, pValue: ratioPValue(parts.statistic, freedom), tried };
      if (!best || better(split, best)) best = split;
    }
  });
  tree.cut(mark);
  return best && { ...best, tried };
}

/** Two copies of the tree behind a node between which events move, with the likelihood ratio of their difference kept up to date: O(1) a step of a trace and attribute. */
class MovingParts {
  statistic = 0;
  freedom = 0;
  private readonly root: number;
  private readonly nodes: number;
  private readonly leadsTo: Int32Array;
  /** By node from the root of the tree: all traces through it, those that moved, and of them those that ended. */
  private readonly total: Int32Array;
  private readonly moved: Int32Array;
  private readonly ends: Int32Array;
  private readonly movedEnds: Int32Array;
  private readonly bins: Int32Array;
  private readonly movedBins: Int32Array;
  private readonly binTotals: Int32Array;
  private readonly movedBinTotals: Int32Array;

  constructor(private readonly tree: GuardedTree, events: Int32Array) {
    this.leadsTo = tree.leadsTo;
    this.root = tree.grow(events, this.leadsTo);
    this.nodes = tree.nodeCount - this.root;
    const f = tree.distributions.length;
    this.total = new Int32Array(this.nodes);
    this.moved = new Int32Array(this.nodes);
    this.ends = new Int32Array(this.nodes);
    this.movedEnds = new Int32Array(this.nodes);
    this.bins = new Int32Array(4 * f * this.nodes);
    this.movedBins = new Int32Array(4 * f * this.nodes);
    this.binTotals = new Int32Array(f * this.nodes);
    this.movedBinTotals = new Int32Array(f * this.nodes);
  }

  /** All events are in the part that stays. */
  reset(events: Int32Array): void {
    for (const counts of [this.total, this.moved, this.ends, this.movedEnds, this.bins, this.movedBins, this.binTotals, this.movedBinTotals]) counts.fill(0);
    this.statistic = 0;
    this.freedom = 0;
    for (const event of events) this.walk(event, this.total, this.ends, this.bins, this.binTotals);
  }

  private walk(event: number, total: Int32Array, ends: Int32Array, bins: Int32Array, binTotals: Int32Array): void {
    const { tree, leadsTo, root } = this;
    const f = tree.distributions.length;
    for (let e = event; ; e++) {
      const node = leadsTo[e] - root;
      total[node]++;
      if (tree.isLast[e] === 1) {
        ends[node]++;
        return;
      }
      for (let j = 0; j < f; j++) {
        const bin = tree.binOf[(e + 1) * f + j];
        if (bin === 4) continue;
        bins[(node * f + j) * 4 + bin]++;
        binTotals[node * f + j]++;
      }
    }
  }

  /** Moves one event and what follows it. A node's symbols are counted as traces through its children. */
  move(event: number): void {
    const { tree, leadsTo, root, moved, total, movedEnds, ends, bins, movedBins, binTotals, movedBinTotals } = this;
    const f = tree.distributions.length;
    for (let e = event, isRoot = true; ; e++, isRoot = false) {
      const node = leadsTo[e] - root;
      // As a child the node is a cell of its parent, and itself the whole of its own distribution.
      if (!isRoot) this.cell(moved[node], total[node]);
      this.whole(moved[node]++, total[node]);
      if (tree.isLast[e] === 1) {
        this.cell(movedEnds[node]++, ends[node]);
        return;
      }
      for (let j = 0; j < f; j++) {
        const bin = tree.binOf[(e + 1) * f + j];
        if (bin === 4) continue;
        const at = (node * f + j) * 4 + bin;
        this.cell(movedBins[at]++, bins[at]);
        this.whole(movedBinTotals[node * f + j]++, binTotals[node * f + j]);
      }
    }
  }

  /** One of `all` in a cell moves, of which `before` have. */
  private cell(before: number, all: number): void {
    this.statistic += growth(before, all);
    this.freedom += (before + 1 < all ? 1 : 0) - (before > 0 ? 1 : 0);
  }

  private whole(before: number, all: number): void {
    this.statistic -= growth(before, all);
  }
}

/** How much x log x of two parts of `all` grows, twice, when one more than `before` moves. */
function growth(before: number, all: number): number {
  return 2 * (xLogX(before + 1) + xLogX(all - before - 1) - xLogX(before) - xLogX(all - before));
}
