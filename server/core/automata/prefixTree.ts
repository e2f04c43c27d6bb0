import { grown, zeros } from '../util/memory';
import { traceCount } from './traces';
import type { TraceSet } from './traces';

/**
 * The prefix tree of a set of traces: one node per distinct prefix, numbered breadth first with the children of a node in
 * order of their symbols, so that the children of node n are the nodes `firstChild[n] .. firstChild[n + 1])` and how often
 * symbol a follows n is the size of the child by a. 24 bytes a node, more only when traces have several types.
 */
export interface PrefixTree {
  readonly traces: TraceSet;
  readonly nodeCount: number;
  /** One entry more than there are nodes. */
  readonly firstChild: Uint32Array;
  /** The symbol that leads to the node; 0 for the root, which none leads to. */
  readonly symbol: Uint32Array;
  /** -1 for the root. */
  readonly parent: Int32Array;
  /** Traces that pass the node or end there. */
  readonly size: Uint32Array;
  /** Traces that end there. */
  readonly ended: Uint32Array;
  /** The first trace, in the order of the set, that reaches the node. */
  readonly firstTrace: Uint32Array;
  /** First node of each depth, and the number of nodes as the last entry. */
  readonly levelStart: readonly number[];
  /** Traces of each type that go on from a node, `typeNames.length` entries a node; absent when there is one type. */
  readonly passedByType: Uint32Array | undefined;
  /** Traces of each type that end at a node; absent when there is one type. */
  readonly endedByType: Uint32Array | undefined;
}

/** The prefix tree of all traces. O(symbols + nodes x log(children of a node)), no hashing: every level splits the traces of a node by their next symbol. */
export function buildPrefixTree(traces: TraceSet): PrefixTree {
  const total = traceCount(traces);
  const level = new Level(total);
  for (let t = 0; t < total; t++) level.set(t, t, traces.offsets[t], traces.offsets[t + 1]);
  return splitLevels(traces, level, 0);
}

/** How windows are cut out of sequences. */
export interface WindowShape {
  /** Symbols of a window. */
  readonly length: number;
  /** Symbols from the start of a window to that of the next in its sequence. */
  readonly stride: number;
}

/** How many windows the sequences have: a sequence shorter than a window is one, and the last one may be shorter too. O(sequences). */
export function windowCount({ offsets }: TraceSet, { length, stride }: WindowShape): number {
  let windows = 0;
  for (let t = 0; t + 1 < offsets.length; t++) {
    const symbols = offsets[t + 1] - offsets[t];
    windows += Math.min(Math.ceil(symbols / stride), 1 + Math.ceil(Math.max(0, symbols - length) / stride));
  }
  return windows;
}

/**
 * The prefix tree of all windows of sequences that have one type, without writing the windows out. A prefix of fewer than `fewest` windows is not
 * followed further: its windows end there (the reference's `parentsizethreshold`). No more than windows / `fewest` nodes of a depth then
 * have children. 32 bytes a window while it is built. O(windows x length).
 */
export function buildWindowTree(sequences: TraceSet, shape: WindowShape, fewest = 1): PrefixTree {
  const { offsets } = sequences;
  const level = new Level(windowCount(sequences, shape));
  for (let t = 0, window = 0; t + 1 < offsets.length; t++) {
    const end = offsets[t + 1];
    for (let from = offsets[t]; from < end; from += shape.stride) {
      level.set(window, window++, from, Math.min(end, from + shape.length));
      if (from + shape.length >= end) break;
    }
  }
  const tree = splitLevels(sequences, level, fewest);
  // Windows are no traces of the set.
  return { ...tree, traces: { ...sequences, symbols: new Uint32Array(0), offsets: new Uint32Array(1), types: new Uint16Array(0) } };
}

/**
 * Splits traces level by level. `level` has those of the root, each with where it stands and stops, so that only the symbol itself is a jump
 * in memory; from level to level the traces stay together by node, and within one in their own order.
 */
function splitLevels(traces: TraceSet, level: Level, fewest: number): PrefixTree {
  const { symbols, types } = traces;
  const total = level.trace.length;
  const typeCount = traces.typeNames.length > 1 ? traces.typeNames.length : 0;
  const symbolOf = new Growable(), parent = new Growable(), size = new Growable(), firstChild = new Growable(), ended = new Growable(), firstTrace = new Growable();
  const passedByType = new Growable(), endedByType = new Growable();
  let nextLevel = new Level(total);
  const place = new Uint32Array(traces.alphabet.length + 1);
  const following: number[] = [];
  const levelStart = [0];
  symbolOf.push(0);
  parent.push(0xffffffff);
  size.push(total);
  firstTrace.push(0);

  for (let node = 0; node < size.length; ) {
    const levelEnd = size.length;
    let start = 0;
    let placed = 0;
    for (; node < levelEnd; node++) {
      const end = start + size.items[node];
      const isRare = size.items[node] < fewest;
      if (isRare) for (let i = start; i < end; i++) level.stop[i] = level.at[i];
      firstChild.push(size.length);
      if (typeCount > 0) {
        passedByType.pushZeros(typeCount);
        endedByType.pushZeros(typeCount);
      }
      let endings = 0;
      following.length = 0;
      for (let i = start; i < end; i++) {
        const ends = level.at[i] === level.stop[i];
        if (typeCount > 0) (ends ? endedByType : passedByType).items[node * typeCount + types[level.trace[i]]]++;
        if (ends) {
          endings++;
          continue;
        }
        const symbol = symbols[level.at[i]];
        level.symbol[i] = symbol;
        if (place[symbol]++ === 0) following.push(symbol);
      }
      ended.push(endings);
      if (following.length > 1) following.sort((a, b) => a - b);
      for (const symbol of following) {
        symbolOf.push(symbol);
        parent.push(node);
        size.push(place[symbol]);
        const first = placed;
        placed += place[symbol];
        place[symbol] = first;
      }
      for (let i = start; i < end; i++) {
        if (level.at[i] < level.stop[i]) nextLevel.set(place[level.symbol[i]]++, level.trace[i], level.at[i] + 1, level.stop[i]);
      }
      for (const symbol of following) place[symbol] = 0;
      start = end;
    }
    for (let child = levelEnd, i = 0; child < size.length; i += size.items[child++]) firstTrace.push(nextLevel.trace[i]);
    [level, nextLevel] = [nextLevel, level];
    levelStart.push(levelEnd);
  }
  firstChild.push(size.length);
  return {
    traces, nodeCount: size.length,
    firstChild: firstChild.trimmed(), symbol: symbolOf.trimmed(), parent: new Int32Array(parent.trimmed().buffer),
    size: size.trimmed(), ended: ended.trimmed(), firstTrace: firstTrace.trimmed(), levelStart,
    passedByType: typeCount > 0 ? passedByType.trimmed() : undefined,
    endedByType: typeCount > 0 ? endedByType.trimmed() : undefined,
  };
}

/** Length of the prefix that a node stands for. O(log depth). */
export function depthOf(tree: PrefixTree, node: number): number {
  let low = 0;
  let high = tree.levelStart.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (tree.levelStart[middle] <= node) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The prefix that a node stands for, root first. O(depth). */
export function prefixOf(tree: PrefixTree, node: number): number[] {
  const prefix: number[] = [];
  for (let n = node; tree.parent[n] >= 0; n = tree.parent[n]) prefix.push(tree.symbol[n]);
  return prefix.reverse();
}

/**
 * Numbers of the nodes in the order in which inserting one trace after the other would create them: the nodes
 * of the first trace from 1, then what the second adds, ...; the root is -1, as in the `main` reference. O(nodes).
 */
export function creationNumbers(tree: PrefixTree): Int32Array {
  const firstOfTrace = new Uint32Array(traceCount(tree.traces) + 1);
  const firstDepth = new Uint32Array(traceCount(tree.traces)).fill(0xffffffff);
  for (let node = 1, depth = 0; node < tree.nodeCount; node++) {
    while (node >= tree.levelStart[depth + 1]) depth++;
    const trace = tree.firstTrace[node];
    firstOfTrace[trace + 1]++;
    if (depth < firstDepth[trace]) firstDepth[trace] = depth;
  }
  for (let t = 1; t < firstOfTrace.length; t++) firstOfTrace[t] += firstOfTrace[t - 1];
  const numbers = new Int32Array(tree.nodeCount);
  numbers[0] = -1;
  for (let node = 1, depth = 0; node < tree.nodeCount; node++) {
    while (node >= tree.levelStart[depth + 1]) depth++;
    const trace = tree.firstTrace[node];
    numbers[node] = 1 + firstOfTrace[trace] + depth - firstDepth[trace];
  }
  return numbers;
}

/** The traces of one level of the tree. */
class Level {
  readonly trace: Uint32Array;
  readonly at: Uint32Array;
  readonly stop: Uint32Array;
  /** The next symbol of each trace that goes on. */
  readonly symbol: Uint32Array;

  constructor(size: number) {
    this.trace = zeros(Uint32Array, size);
    this.at = zeros(Uint32Array, size);
    this.stop = zeros(Uint32Array, size);
    this.symbol = zeros(Uint32Array, size);
  }

  set(i: number, trace: number, at: number, stop: number): void {
    this.trace[i] = trace;
    this.at[i] = at;
    this.stop[i] = stop;
  }
}

/** Unsigned 32-bit numbers that can be appended to. */
class Growable {
  items = new Uint32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.items.length) this.reserve(this.length + 1);
    this.items[this.length++] = value;
  }

  pushZeros(count: number): void {
    this.reserve(this.length + count);
    this.length += count;
  }

  trimmed(): Uint32Array {
    return this.items.slice(0, this.length);
  }

  private reserve(length: number): void {
    if (length <= this.items.length) return;
    this.items = grown(this.items, Math.max(length, Math.ceil(this.items.length * 1.5)));
  }
}
