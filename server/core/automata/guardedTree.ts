import { quartileOf } from './guards';
import type { TraceSet } from './traces';
import { zeros } from '../util/memory';

/** No node, no edge. */
const NONE = -1;

/** Looks at the pairs of nodes that a merge brings together. */
export interface GuardedPairs {
  add(left: number, right: number): void;
}

/**
 * Prefix trees that are folded into an automaton whose transitions have guards. A node keeps the events (places in `traces.symbols`) that led to it, so that what lies
 * behind it can be divided by their numbers. Nodes and edges are added at the end of arrays and never changed but by `fold`, which logs what it does; taking back
 * is undoing the log and cutting the arrays, exactly. About 60 bytes a node and 4 a step of a trace; every division makes new nodes for what lies behind.
 */
export class GuardedTree {
  nodeCount = 0;
  edgeCount = 0;
  /** Edges of a node: a list in order of symbols; of one symbol with guards, in the order of their numbers. */
  firstEdge = new Int32Array(1024);
  nextEdge = new Int32Array(1024);
  edgeSymbol = new Int32Array(1024);
  edgeTarget = new Int32Array(1024);
  /** How often the edge was taken. */
  count = new Int32Array(1024);
  /** Whether an edge has a guard; its bounds, one a attribute. */
  guarded = new Uint8Array(1024);
  low: Float64Array<ArrayBuffer>;
  high: Float64Array<ArrayBuffer>;
  /** Traces that go on from a node, and that end there. */
  passed = new Int32Array(1024);
  ended = new Int32Array(1024);
  /** Numbers of the symbols that follow a node, four bins an attribute that is part of distributions. */
  bins: Int32Array<ArrayBuffer>;
  /** Places in `declared` of the attributes with distributions. */
  readonly distributions: readonly number[];
  readonly width: number;
  /** Whether an event is the last of its trace. */
  readonly isLast: Uint8Array;
  /** The bin of each event's numbers, one an attribute with distribution; 4: missing. */
  readonly binOf: Uint8Array;
  /** x log x of every count that a node can have. */
  readonly xLogX: Float64Array;
  /** Room for the node that each event leads to. */
  readonly leadsTo: Int32Array;
  private representative = new Int32Array(1024);
  private start = new Int32Array(1024);
  private size = new Int32Array(1024);
  /** Nodes that were merged into a node, as a list; its last. */
  private nextMerged = new Int32Array(1024);
  private lastMerged = new Int32Array(1024);
  private events = new Int32Array(1024);
  private eventCount = 0;
  private log: number[] = [];
  private readonly place: Int32Array;

  constructor(readonly traces: TraceSet, quartiles: Float64Array) {
    const { alphabet, attributes, offsets, symbols } = traces;
    const declared = attributes?.declared ?? [];
    const values = attributes?.values ?? new Float64Array(0);
    this.width = declared.length;
    this.distributions = declared.flatMap(({ distribution }, k) => (distribution ? [k] : []));
    this.low = new Float64Array(1024 * this.width);
    this.high = new Float64Array(1024 * this.width);
    this.bins = new Int32Array(1024 * 4 * this.distributions.length);
    this.leadsTo = new Int32Array(symbols.length);
    this.xLogX = zeros(Float64Array, symbols.length + offsets.length + 1);
    for (let x = 2; x < this.xLogX.length; x++) this.xLogX[x] = x * Math.log(x);
    this.isLast = new Uint8Array(symbols.length);
    for (let t = 0; t + 1 < offsets.length; t++) if (offsets[t + 1] > offsets[t]) this.isLast[offsets[t + 1] - 1] = 1;
    const f = this.distributions.length;
    this.binOf = new Uint8Array(symbols.length * f);
    this.distributions.forEach((k, j) => {
      for (let i = 0; i < symbols.length; i++) {
        const value = values[i * this.width + k];
        this.binOf[i * f + j] = Number.isNaN(value) ? 4 : quartileOf(quartiles, k, value);
      }
    });
    this.place = new Int32Array(alphabet.length);
    this.growRoot(offsets);
  }

  /** The number of attribute k that event `i` carries; NaN: missing. */
  value(i: number, k: number): number {
    return this.traces.attributes!.values[i * this.width + k];
  }

  /** The node that stands for `node` after all merges. */
  find(node: number): number {
    let n = node;
    while (this.representative[n] !== NONE) n = this.representative[n];
    return n;
  }

  /** Traces that reach a node. */
  sizeOf(node: number): number {
    return this.passed[node] + this.ended[node];
  }

  /** All events that led to a node and to those merged into it. O(events). */
  eventsOf(node: number): Int32Array {
    let total = 0;
    for (let n = node; n !== NONE; n = this.nextMerged[n]) total += this.size[n];
    const all = new Int32Array(total);
    for (let n = node, at = 0; n !== NONE; at += this.size[n], n = this.nextMerged[n]) all.set(this.events.subarray(this.start[n], this.start[n] + this.size[n]), at);
    return all;
  }

  /** The first event that led to a node; NONE for the root. */
  firstEvent(node: number): number {
    return this.size[node] > 0 ? this.events[this.start[node]] : NONE;
  }

  /** The event before an event of its trace; NONE where it is the first. */
  eventBefore(event: number): number {
    return event === 0 || this.isLast[event - 1] === 1 ? NONE : event - 1;
  }

  /** Where the arrays end, to cut them there again. */
  mark(): readonly [number, number, number] {
    return [this.nodeCount, this.edgeCount, this.eventCount];
  }

  cut([nodes, edges, events]: readonly [number, number, number]): void {
    this.nodeCount = nodes;
    this.edgeCount = edges;
    this.eventCount = events;
  }

  /**
   * Adds the prefix tree of what follows `events`, breadth first, and returns its root. `leadsTo`, by event, gets the node that each event leads to.
   * O(events and all that follow, and the symbols of each node in order).
   */
  grow(events: Int32Array, leadsTo?: Int32Array): number {
    const root = this.newNode();
    this.start[root] = this.eventCount;
    this.size[root] = events.length;
    this.reserveEvents(events.length);
    this.events.set(events, this.eventCount);
    this.eventCount += events.length;
    for (let node = root; node < this.nodeCount; node++) {
      const { start, size } = this;
      if (leadsTo) for (let i = 0; i < size[node]; i++) leadsTo[this.events[start[node] + i]] = node;
      this.divide(node, start[node], size[node], (event) => (this.isLast[event] === 1 ? NONE : event + 1));
    }
    return root;
  }

  /** Folds `right` and all behind it into `left`; `test` sees every pair before it is joined. What guards of the left divide is divided first. Depth first, symbols ascending. */
  fold(left: number, right: number, test?: GuardedPairs): void {
    const stack = [left, right];
    while (stack.length > 0) {
      const r = stack.pop()!, l = stack.pop()!;
      test?.add(l, r);
      this.join(l, r);
      const below: number[] = [];
      let before = NONE;
      for (let edge = this.firstEdge[r]; edge !== NONE; edge = this.nextEdge[edge]) {
        const symbol = this.edgeSymbol[edge];
        let at = before === NONE ? this.firstEdge[l] : this.nextEdge[before];
        for (; at !== NONE && this.edgeSymbol[at] < symbol; at = this.nextEdge[at]) before = at;
        if (at === NONE || this.edgeSymbol[at] !== symbol) {
          this.log.push(before, ADOPTED, l);
          before = this.insertEdge(l, before, symbol, this.edgeTarget[edge], this.count[edge]);
        } else if (this.guarded[at] === 0) this.take(at, this.find(this.edgeTarget[edge]), below);
        else {
          const all = this.eventsOf(this.find(this.edgeTarget[edge]));
          for (; at !== NONE && this.edgeSymbol[at] === symbol; at = this.nextEdge[at]) {
            const own = all.filter((event) => this.holds(at, event));
            if (own.length > 0) this.take(at, own.length === all.length ? this.find(this.edgeTarget[edge]) : this.grow(own), below);
          }
        }
      }
      // The pair of the first symbol is looked at next.
      for (let i = below.length - 2; i >= 0; i -= 2) stack.push(below[i], below[i + 1]);
    }
  }

  /** What was folded stays. */
  keep(): void {
    this.log.length = 0;
  }

  /** Takes back all folds since the last `keep`, and cuts the arrays at `mark`. */
  undo(mark: readonly [number, number, number]): void {
    const { log } = this;
    while (log.length > 0) {
      const a = log.pop()!, kind = log.pop()!;
      if (kind === JOINED) this.unjoin(a, log.pop()!, log.pop()!);
      else if (kind === COUNTED) this.count[a] -= log.pop()!;
      else this.removeEdge(a, log.pop()!);
    }
    this.cut(mark);
  }

  /** Divides the edge to a node by `value < threshold` of an attribute: two edges to new trees. Events without the number are left out of both. */
  split(node: number, edge: number, attribute: number, threshold: number): readonly [number, number] {
    const events = this.eventsOf(this.find(this.edgeTarget[edge]));
    const lower = this.grow(events.filter((event) => this.value(event, attribute) < threshold));
    const upper = this.grow(events.filter((event) => this.value(event, attribute) >= threshold));
    const second = this.insertEdge(node, edge, this.edgeSymbol[edge], upper, this.sizeOf(upper));
    for (let k = 0; k < this.width; k++) {
      this.low[second * this.width + k] = this.low[edge * this.width + k];
      this.high[second * this.width + k] = this.high[edge * this.width + k];
    }
    this.edgeTarget[edge] = lower;
    this.count[edge] = this.sizeOf(lower);
    this.high[edge * this.width + attribute] = threshold;
    this.low[second * this.width + attribute] = threshold;
    this.guarded[edge] = this.guarded[second] = 1;
    return [edge, second];
  }

  private holds(edge: number, event: number): boolean {
    for (let k = 0, at = edge * this.width; k < this.width; k++, at++) {
      if (this.low[at] === -Infinity && this.high[at] === Infinity) continue;
      const value = this.value(event, k);
      if (Number.isNaN(value) || !(this.low[at] === -Infinity || value >= this.low[at]) || !(this.high[at] === Infinity || value < this.high[at])) return false;
    }
    return true;
  }

  private take(edge: number, right: number, below: number[]): void {
    const more = this.sizeOf(right);
    this.count[edge] += more;
    this.log.push(more, COUNTED, edge);
    const left = this.find(this.edgeTarget[edge]);
    if (left !== right) below.push(left, right);
  }

  private join(l: number, r: number): void {
    this.log.push(r, this.lastMerged[l], JOINED, l);
    this.representative[r] = l;
    this.add(l, r, 1);
    this.nextMerged[this.lastMerged[l]] = r;
    this.lastMerged[l] = this.lastMerged[r];
  }

  private unjoin(l: number, last: number, r: number): void {
    this.representative[r] = NONE;
    this.add(l, r, -1);
    this.nextMerged[last] = NONE;
    this.lastMerged[l] = last;
  }

  private add(l: number, r: number, sign: 1 | -1): void {
    this.passed[l] += sign * this.passed[r];
    this.ended[l] += sign * this.ended[r];
    const bins = 4 * this.distributions.length;
    for (let b = 0; b < bins; b++) this.bins[l * bins + b] += sign * this.bins[r * bins + b];
  }

  private removeEdge(node: number, before: number): void {
    const edge = before === NONE ? this.firstEdge[node] : this.nextEdge[before];
    if (before === NONE) this.firstEdge[node] = this.nextEdge[edge];
    else this.nextEdge[before] = this.nextEdge[edge];
  }

  /** The root of all traces: nothing leads to it, so it keeps no events. */
  private growRoot(offsets: Uint32Array): void {
    const starts = Int32Array.from({ length: offsets.length - 1 }, (_, t) => t);
    const root = this.newNode();
    this.reserveEvents(starts.length);
    this.events.set(starts, 0);
    this.eventCount = starts.length;
    for (let node = root; node < this.nodeCount; node++) {
      this.divide(node, node === root ? 0 : this.start[node], node === root ? starts.length : this.size[node],
        node === root ? (t) => (offsets[t] === offsets[t + 1] ? NONE : offsets[t]) : (event) => (this.isLast[event] === 1 ? NONE : event + 1));
    }
  }

  /** Counts what follows the events of a node (`following`; NONE: the trace ends), and makes its children. */
  private divide(node: number, start: number, size: number, following: (event: number) => number): void {
    const { binOf, distributions, place, traces: { symbols } } = this;
    const f = distributions.length;
    const seen: number[] = [];
    for (let i = start; i < start + size; i++) {
      const next = following(this.events[i]);
      if (next === NONE) {
        this.ended[node]++;
        continue;
      }
      this.passed[node]++;
      if (place[symbols[next]]++ === 0) seen.push(symbols[next]);
      for (let j = 0; j < f; j++) if (binOf[next * f + j] < 4) this.bins[(node * f + j) * 4 + binOf[next * f + j]]++;
    }
    seen.sort((a, b) => a - b);
    this.reserveEvents(this.passed[node]);
    let before = NONE;
    for (const symbol of seen) {
      const child = this.newNode();
      before = this.insertEdge(node, before, symbol, child, place[symbol]);
      this.start[child] = this.eventCount;
      this.size[child] = place[symbol];
      this.eventCount += place[symbol];
      place[symbol] = this.start[child];
    }
    for (let i = start; i < start + size; i++) {
      const next = following(this.events[i]);
      if (next !== NONE) this.events[place[symbols[next]]++] = next;
    }
    for (const symbol of seen) place[symbol] = 0;
  }

  private newNode(): number {
    const node = this.nodeCount++;
    if (node === this.passed.length) {
      for (const name of NODE_ARRAYS) this[name] = doubled(this[name]);
      this.bins = doubled(this.bins);
    }
    this.firstEdge[node] = this.representative[node] = this.nextMerged[node] = NONE;
    this.lastMerged[node] = node;
    this.passed[node] = this.ended[node] = this.start[node] = this.size[node] = 0;
    const bins = 4 * this.distributions.length;
    this.bins.fill(0, node * bins, (node + 1) * bins);
    return node;
  }

  /** A new edge of a node behind the edge `before` (NONE: as its first). */
  private insertEdge(node: number, before: number, symbol: number, target: number, count: number): number {
    const edge = this.edgeCount++;
    if (edge === this.count.length) {
      for (const name of EDGE_ARRAYS) this[name] = doubled(this[name]);
      const guarded = new Uint8Array(2 * edge);
      guarded.set(this.guarded);
      this.guarded = guarded;
      this.low = doubledNumbers(this.low);
      this.high = doubledNumbers(this.high);
    }
    this.edgeSymbol[edge] = symbol;
    this.edgeTarget[edge] = target;
    this.count[edge] = count;
    this.guarded[edge] = 0;
    this.low.fill(-Infinity, edge * this.width, (edge + 1) * this.width);
    this.high.fill(Infinity, edge * this.width, (edge + 1) * this.width);
    this.nextEdge[edge] = before === NONE ? this.firstEdge[node] : this.nextEdge[before];
    if (before === NONE) this.firstEdge[node] = edge;
    else this.nextEdge[before] = edge;
    return edge;
  }

  private reserveEvents(more: number): void {
    while (this.eventCount + more > this.events.length) this.events = doubled(this.events);
  }
}

const JOINED = 0;
const COUNTED = 1;
const ADOPTED = 2;
const NODE_ARRAYS = ['firstEdge', 'passed', 'ended', 'representative', 'start', 'size', 'nextMerged', 'lastMerged'] as const;
const EDGE_ARRAYS = ['nextEdge', 'edgeSymbol', 'edgeTarget', 'count'] as const;

function doubled(items: Int32Array): Int32Array<ArrayBuffer> {
  const next = new Int32Array(items.length * 2);
  next.set(items);
  return next;
}

function doubledNumbers(items: Float64Array): Float64Array<ArrayBuffer> {
  const next = new Float64Array(items.length * 2);
  next.set(items);
  return next;
}
