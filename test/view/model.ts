import type { Rng } from '../../server/core/util/rng';
import type { TrainingState } from '../../server/protocol/training';
import { mulberry32, randomBelow } from '../../server/core/util/rng';

/** Size of a made up capture and its automaton. */
export interface ModelOptions {
  readonly seed: number;
  readonly states: number;
  readonly edges: number;
  /** Rows of the capture; 0: learned, but nothing scored. */
  readonly rows: number;
  /** Transitions that one state in the middle gets on top, spread over all states. */
  readonly fan: number;
  /** Of a net that is said to have been trained. */
  readonly training?: TrainingState;
  /** 1: its rows have numbers (histogramAnswers.ts). */
  readonly numbers: number;
}

export const NO_GROUP = 0xffffffff;
const EDGE_SYMBOLS = 3;
const SERVICES = ['http to port 80', 'https to port 443', 'dns to port 53', 'ssh to port 22', 'ntp to port 123', 'smb to port 445', 'tcp to port 8080', 'udp to port 5353', 'icmp echo', 'rdp to port 3389'];
const OUTCOMES = ['established', 'closed by the server', 'reset', 'no answer', 'rejected'];
const ATTACKS = ['tcp to port 23, no answer, 0 bytes', 'tcp to port 4444, established, 12 kB to 90 kB', 'dns to port 53, 14 kB out', 'ssh to port 22, reset, 1 packet', 'tcp to port 445, rejected, 0 bytes', 'icmp echo, 1,400 bytes'];

/**
 * An automaton and the rows of a capture that walked through it, as columns: everything that a server would tell is counted from these, so that all views agree.
 * The same options give the same model.
 */
export class Model {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** Edges of state s: [edgeStart[s], edgeStart[s + 1]). */
  readonly edgeStart: Uint32Array;
  readonly edgeSymbols: Uint32Array;
  readonly edgeBaseline: Float64Array;
  readonly baseline: Float64Array;
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  /** Root causes are edges that attackers took. */
  readonly attacks: readonly number[];

  readonly rowEdge: Uint32Array;
  readonly rowEntity: Uint32Array;
  readonly rowTime: Float64Array;
  readonly rowRaw: Float32Array;
  readonly rowScore: Float32Array;
  /** Edge of the root cause; NO_GROUP: not flagged. */
  readonly rowGroup: Uint32Array;
  readonly entities: number;

  constructor(readonly options: ModelOptions) {
    const rng = mulberry32(options.seed), { states } = options;
    ({ from: this.from, to: this.to, symbols: this.edgeSymbols } = edgesOf(options, rng));
    this.edgeStart = starts(this.from, states);
    [this.parent, this.depth] = shortest(states, this.edgeStart, this.to);
    const weights = this.from.map(() => 1 + Math.floor(40 * rng() ** 6));
    this.edgeBaseline = Float64Array.from(weights, (weight) => weight);
    this.baseline = new Float64Array(states);
    this.attacks = this.rare(rng);
    for (const edge of this.attacks) { weights[edge] = 0; this.edgeBaseline[edge] = edge % 3 === 0 ? 0 : 1; }
    this.walkBaseline(rng, weights);
    this.entities = Math.max(1, Math.round(options.rows / 60));
    const rows = states === 0 || this.from.length === 0 ? 0 : options.rows;
    this.rowEdge = new Uint32Array(rows);
    this.rowEntity = new Uint32Array(rows);
    this.rowTime = new Float64Array(rows);
    this.rowRaw = new Float32Array(rows);
    this.rowScore = new Float32Array(rows);
    this.rowGroup = new Uint32Array(rows).fill(NO_GROUP);
    this.walkCapture(rng, weights);
  }

  symbolOf(edge: number, index = 0): string {
    const attack = this.attacks.indexOf(edge);
    if (attack >= 0 && index === 0) return ATTACKS[attack % ATTACKS.length];
    const code = Math.imul(edge + 1, 2654435761) + index * 7919 >>> 0;
    return `${SERVICES[code % SERVICES.length]}, ${OUTCOMES[(code >>> 5) % OUTCOMES.length]}, ${1 + (code >>> 9) % 900} to ${1000 + (code >>> 13) % 9000} bytes`;
  }

  /** The most frequent way in, in words. */
  labelOf(state: number): string {
    const edge = this.intoMost[state];
    return state === 0 ? 'start of a trace' : edge < 0 ? 'never reached' : this.symbolOf(edge);
  }

  /** The edge that most of the baseline arrives by; -1: none. */
  get intoMost(): Int32Array {
    return this.intoMostCache ??= this.countInto();
  }

  private intoMostCache: Int32Array | undefined;
  private countInto(): Int32Array {
    const into = new Int32Array(this.options.states).fill(-1);
    for (let e = 0; e < this.to.length; e++) {
      const best = into[this.to[e]];
      if (best < 0 || this.edgeBaseline[e] > this.edgeBaseline[best]) into[this.to[e]] = e;
    }
    return into;
  }

  entityOf(entity: number): string {
    return `${this.sourceOf(entity)} -> ${this.destinationOf(entity)}`;
  }

  sourceOf(entity: number): string {
    return `10.0.${entity % 7}.${1 + Math.imul(entity, 37) % 50}`;
  }

  destinationOf(entity: number): string {
    return entity % 5 === 0 ? `10.0.9.${1 + entity % 40}` : `198.51.100.${1 + Math.imul(entity, 13) % 200}`;
  }

  pathOf(row: number): string {
    return this.rowTime[row] < this.time[0] + (this.time[1] - this.time[0]) / 2 ? 'day1/conn.log' : 'day2/conn.log';
  }

  /** Seconds, first and last row. */
  readonly time: readonly [number, number] = [1_700_000_000, 1_700_172_800];

  private rare(rng: Rng): number[] {
    const count = Math.min(this.to.length - 1, Math.max(2, Math.round(Math.sqrt(this.options.states) / 2)));
    const chosen = new Set<number>();
    for (let tries = 0; chosen.size < count && tries < 50 * count; tries++) {
      const edge = randomBelow(rng, this.to.length);
      if (this.depth[this.from[edge]] >= 0 && this.parent[this.to[edge]] !== this.from[edge]) chosen.add(edge);
    }
    return [...chosen].sort((a, b) => a - b);
  }

  private walkBaseline(rng: Rng, weights: Uint32Array): void {
    if (this.options.states === 0) return;
    for (let state = 0, step = 0; step < 4 * this.from.length; step++) {
      const edge = step % 25 === 24 ? -1 : this.choose(rng, state, weights);
      if (edge < 0) state = 0;
      else { this.edgeBaseline[edge] += 1; state = this.to[edge]; }
    }
    for (let e = 0; e < this.to.length; e++) this.baseline[this.to[e]] += this.edgeBaseline[e];
    this.baseline[0] += Math.ceil(4 * this.from.length / 25);
  }

  private choose(rng: Rng, state: number, weights: Uint32Array): number {
    let sum = 0;
    const end = Math.min(this.edgeStart[state + 1], this.edgeStart[state] + 64);
    for (let e = this.edgeStart[state]; e < end; e++) sum += weights[e];
    let left = rng() * sum;
    for (let e = this.edgeStart[state]; e < end; e++) if ((left -= weights[e]) < 0) return e;
    return -1;
  }

  /** Entities walk one after the other; one in ten attacks: it goes the shortest way to a rare edge, takes it and starts again. */
  private walkCapture(rng: Rng, weights: Uint32Array): void {
    const drifted = weights.map((weight, e) => Math.imul(this.from[e] + 1, 48271) % 10 === 0 ? weight * 6 : weight);
    const perEntity = Math.max(1, Math.ceil(this.rowEdge.length / this.entities));
    let state = 0, way: number[] = [];
    for (let row = 0; row < this.rowEdge.length; row++) {
      const entity = Math.floor(row / perEntity), step = row % perEntity, attacker = entity % 10 === 3 && this.attacks.length > 0;
      const attack = this.attacks[Math.floor(this.attacks.length * (Math.imul(entity, 2654435761) >>> 0) / 2 ** 32)];
      if (step === 0) { state = 0; way = []; }
      if (attacker && step > perEntity / 3 && way.length === 0) { state = 0; way = this.wayTo(attack); }
      let edge = way.length > 0 ? way.shift()! : this.choose(rng, state, drifted);
      if (edge < 0) { state = 0; edge = this.edgeStart[0]; }
      this.rowEdge[row] = edge;
      this.rowEntity[row] = entity;
      const length = this.time[1] - this.time[0], begin = attacker ? 0.55 + 0.25 * ((entity % 70) / 70) : entity / this.entities * 0.7;
      this.rowTime[row] = this.time[0] + length * Math.min(1, begin + (attacker ? 0.1 : 0.3) * step / perEntity);
      state = this.to[edge];
      const raw = -Math.log2((this.edgeBaseline[edge] + 0.5) / (this.baseline[this.from[edge]] + 1));
      this.rowRaw[row] = raw;
      const isAttack = attacker && edge === attack;
      this.rowScore[row] = isAttack ? 92 + Math.min(8, raw / 2) : Math.min(89, 10 * Math.max(0, raw));
      if (isAttack) this.rowGroup[row] = edge;
    }
  }

  /** Edges of a shortest way from the root over one edge. */
  wayTo(edge: number): number[] {
    const way = [edge];
    for (let state = this.from[edge]; state > 0; state = this.parent[state]) way.unshift(this.edgeBetween(this.parent[state], state));
    return way;
  }

  edgeBetween(from: number, to: number): number {
    for (let e = this.edgeStart[from]; e < this.edgeStart[from + 1]; e++) if (this.to[e] === to) return e;
    return -1;
  }
}

/** A random tree, links back and to popular states, loops, and the fan; in order of `from`, then `to`. */
function edgesOf({ states, edges, fan }: ModelOptions, rng: Rng): { from: Uint32Array; to: Uint32Array; symbols: Uint32Array } {
  const keys = new Map<number, number>();
  const add = (from: number, to: number, symbols: number): void => void keys.set(from * states + to, (keys.get(from * states + to) ?? 0) + symbols);
  for (let s = 1; s < states; s++) add(Math.floor((s - 1) * rng() ** 1.4), s, 1 + randomBelow(rng, EDGE_SYMBOLS));
  const wanted = Math.min(edges, states * states);
  for (let tries = 0; keys.size < wanted && tries < 4 * wanted; tries++) {
    const from = Math.floor(states * rng() ** 2);
    add(from, rng() < 0.1 ? from : Math.floor(rng() < 0.5 ? states * rng() ** 3 : Math.min(states - 1, from + 30 * rng())), 1 + randomBelow(rng, EDGE_SYMBOLS));
  }
  const hub = Math.min(1, states - 1), targets = Math.max(1, states - 1);
  for (let i = 0; i < Math.min(fan, targets); i++) add(hub, (hub + 1 + i) % states, Math.ceil((fan - i) / targets));
  const sorted = [...keys].sort(([a], [b]) => a - b);
  return { from: Uint32Array.from(sorted, ([key]) => Math.floor(key / states)), to: Uint32Array.from(sorted, ([key]) => key % states), symbols: Uint32Array.from(sorted, ([, symbols]) => symbols) };
}

function starts(from: Uint32Array, states: number): Uint32Array {
  const start = new Uint32Array(states + 1);
  for (const state of from) start[state + 1]++;
  for (let s = 0; s < states; s++) start[s + 1] += start[s];
  return start;
}

function shortest(states: number, edgeStart: Uint32Array, to: Uint32Array): [Int32Array, Int32Array] {
  const parent = new Int32Array(states).fill(-1), depth = new Int32Array(states).fill(-1), queue = new Uint32Array(states);
  let length = 0;
  if (states > 0) { depth[0] = 0; length = 1; }
  for (let i = 0; i < length; i++) {
    const state = queue[i];
    for (let e = edgeStart[state]; e < edgeStart[state + 1]; e++) {
      if (depth[to[e]] >= 0) continue;
      depth[to[e]] = depth[state] + 1;
      parent[to[e]] = state;
      queue[length++] = to[e];
    }
  }
  return [parent, depth];
}
