import { mulberry32 } from '../util/rng';
import { traceCount } from './traces';
import { finite } from '../models/checked';
import type { Tensor } from '../models/safetensors';
import type { TraceSet } from './traces';

/** Added to every expected count, so that nothing becomes impossible. */
const PRIOR = 0.1;
/** Paths through states with less than this share of the probability are not followed. */
const LEAST_SHARE = 1e-4;
/** Steps of a batch, at least: as many as keep the cost of new probabilities below that of counting. */
const BATCH = 500;
/** The n-th batch has the weight n^-FORGETTING: above 1/2 and at most 1; the less, the sooner what came before is forgotten. */
const FORGETTING = 0.6;
/** Of longer traces only so many first steps are learned from, which bounds memory. */
const LONGEST = 4096;
/** Hidden states of a file at most: a step costs their square. */
const MOST_STATES = 256;

/** Expected numbers of initial states, transitions (without the factor of the present probability while they are counted) and emissions. */
interface Counts {
  readonly initial: Float64Array;
  readonly transition: Float64Array;
  readonly emission: Float64Array;
}

/**
 * A hidden Markov model of traces: it starts in a hidden state, each state emits a symbol or the end and goes on to another. Unlike in an
 * automaton the symbols do not tell the state, so that few states predict what would take an automaton very many.
 */
export class HiddenMarkov {
  private constructor(
    /** Number of symbols M: emission M is the end, M + 1 a symbol that was never seen. */
    readonly symbolCount: number,
    /** Probability of each state at the start. */
    readonly initial: Float64Array,
    /** `[from * states + to]`; each row sums to 1. */
    readonly transition: Float64Array,
    /** `[emission * states + state]`; sums to 1 for each state. */
    readonly emission: Float64Array,
  ) {}

  /**
   * Learns by expectation maximisation in batches of traces, from states that differ by chance (`seed`: equal traces give equal models). The traces
   * are gone through `passes` times, but not many more than `mostSteps` steps. O(steps x states^2) at most, far less once the states are told apart.
   * Source: Cappé and Moulines, On-line expectation-maximization algorithm for latent data models, 2009.
   */
  static learn(traces: TraceSet, states: number, seed: number, passes: number, mostSteps: number, cancelled: () => boolean = () => false): HiddenMarkov {
    const total = traceCount(traces);
    const model = HiddenMarkov.start(traces, states, seed);
    const known = model.noCounts();
    const steps = traces.symbols.length + total;
    const batches = Math.max(1, Math.floor(steps / Math.max(BATCH, model.symbolCount)));
    const updates = Math.max(1, Math.min(passes * batches, Math.ceil((mostSteps * batches) / steps)));
    for (let n = 0; n < updates && !cancelled(); n++) {
      const found = model.noCounts();
      // Traces lie in any order, such as by time: a batch takes some from everywhere.
      model.count(traces, n % batches, batches, found);
      const weight = (n + 1) ** -FORGETTING;
      for (const name of ['initial', 'transition', 'emission'] as const) {
        const into = known[name], from = found[name];
        for (let i = 0; i < into.length; i++) into[i] += weight * (from[i] * batches - into[i]);
      }
      model.take(known);
    }
    return model;
  }

  /** A model one round of plain expectation maximisation on, from all of the traces. */
  refined(traces: TraceSet): HiddenMarkov {
    const next = new HiddenMarkov(this.symbolCount, this.initial.slice(), this.transition.slice(), this.emission.slice());
    const counts = next.noCounts();
    next.count(traces, 0, 1, counts);
    next.take(counts);
    return next;
  }

  get states(): number {
    return this.initial.length;
  }

  /** The probability of each step of traces t in `[first, last)`, ends included. O(steps x states^2) at most. */
  probabilities(traces: TraceSet, first: number, last: number): Float64Array {
    const { symbols, offsets } = traces;
    const result = new Float64Array(offsets[last] - offsets[first] + last - first);
    const path = new Path(this.states);
    let at = 0;
    for (let t = first; t < last; t++) {
      for (let i = offsets[t]; i <= offsets[t + 1]; i++) {
        // Only the step before is needed.
        const emitted = i === offsets[t + 1] ? this.symbolCount : symbols[i] < this.symbolCount ? symbols[i] : this.symbolCount + 1;
        if (i === offsets[t]) path.clear();
        else path.keepLast();
        result[at++] = path.forward(this, emitted);
      }
    }
    return result;
  }

  /** The model as tensors of a model file. */
  tensors(): Record<string, Tensor> {
    return { 'hidden.initial': this.initial, 'hidden.transition': this.transition, 'hidden.emission': this.emission };
  }

  /** The model of such tensors, or undefined where they do not fit together or are no probabilities. */
  static from(tensors: Readonly<Record<string, Tensor>>, symbolCount: number): HiddenMarkov | undefined {
    // Every step must have a probability above 0.
    const shares = (name: string, length?: number): Float64Array | undefined => finite(tensors[`hidden.${name}`], { min: Number.MIN_VALUE, max: 1, ...(length === undefined ? {} : { length }) });
    const initial = shares('initial');
    const states = initial?.length ?? 0;
    const transition = shares('transition', states * states), emission = shares('emission', (symbolCount + 2) * states);
    if (!initial || !transition || !emission || states === 0 || states > MOST_STATES || !isWhole(initial, 0, 1, states)) return undefined;
    for (let q = 0; q < states; q++) if (!isWhole(transition, q * states, 1, states) || !isWhole(emission, q, states, symbolCount + 2)) return undefined;
    return new HiddenMarkov(symbolCount, initial, transition, emission);
  }

  private static start(traces: TraceSet, states: number, seed: number): HiddenMarkov {
    const rng = mulberry32(seed);
    const symbolCount = traces.alphabet.length;
    const exponential = (): number => -Math.log(1 - rng());
    const seen = new Float64Array(symbolCount + 2);
    for (const symbol of traces.symbols) seen[symbol]++;
    seen[symbolCount] = traceCount(traces);
    const model = new HiddenMarkov(symbolCount, new Float64Array(states), new Float64Array(states * states), new Float64Array(seen.length * states));
    model.take({ initial: model.initial, transition: model.transition.map(exponential), emission: model.emission.map((_, k) => seen[Math.floor(k / states)] * (1 + exponential())) });
    return model;
  }

  private noCounts(): Counts {
    const { initial, transition, emission } = this;
    return { initial: new Float64Array(initial.length), transition: new Float64Array(transition.length), emission: new Float64Array(emission.length) };
  }

  /** Takes the likeliest probabilities for such counts. */
  private take(counts: Counts): void {
    const { states } = this;
    share(counts.initial, this.initial, 0, 1, states);
    for (let q = 0; q < states; q++) {
      share(counts.transition, this.transition, q * states, 1, states);
      share(counts.emission, this.emission, q, states, this.symbolCount + 2);
    }
  }

  /** Adds what traces `start`, `start + stride`, ... are expected to have done (forward-backward algorithm). */
  private count(traces: TraceSet, start: number, stride: number, into: Counts): void {
    const { states, initial, transition, emission, symbolCount } = this;
    const { symbols, offsets } = traces;
    const path = new Path(states);
    const behind = new Float64Array(states), weight = new Float64Array(states);
    for (let t = start; t < traceCount(traces); t += stride) {
      const steps = Math.min(LONGEST, offsets[t + 1] - offsets[t] + 1);
      const emitted = (s: number): number => (offsets[t] + s < offsets[t + 1] ? symbols[offsets[t] + s] : symbolCount);
      path.clear();
      for (let s = 0; s < steps; s++) path.forward(this, emitted(s));
      const { state, share: ahead, ends } = path;
      behind.fill(1);
      for (let s = steps - 1; s >= 0; s--) {
        const from = s === 0 ? 0 : ends[s - 1], to = ends[s];
        const row = emitted(s) * states;
        let mass = 0;
        for (let x = from; x < to; x++) mass += ahead[x] * behind[state[x]];
        for (let x = from; x < to; x++) {
          const q = state[x];
          into.emission[row + q] += (ahead[x] * behind[q]) / mass;
          weight[q] = (behind[q] * emission[row + q]) / (path.followed[s] * mass);
        }
        if (s === 0) for (let x = from; x < to; x++) into.initial[state[x]] += initial[state[x]] * weight[state[x]];
        for (let y = s > 1 ? ends[s - 2] : 0; s > 0 && y < from; y++) {
          const line = state[y] * states;
          const share = ahead[y];
          let sum = 0;
          for (let x = from; x < to; x++) {
            const w = weight[state[x]];
            sum += transition[line + state[x]] * w;
            into.transition[line + state[x]] += share * w;
          }
          behind[state[y]] = sum;
        }
      }
    }
    for (let k = 0; k < transition.length; k++) into.transition[k] *= transition[k];
  }
}

/** The states that a trace may be in after each of its steps, likely ones only, with their probabilities given what was seen so far. */
class Path {
  state = new Uint16Array(1024);
  share = new Float64Array(1024);
  /** The states of step s are `ends[s - 1] .. ends[s])`. */
  readonly ends: number[] = [];
  /** Of each step, given those before: the probability of it with one of its states. */
  readonly followed: number[] = [];
  private readonly next: Float64Array;

  constructor(states: number) {
    this.next = new Float64Array(states);
  }

  clear(): void {
    this.ends.length = this.followed.length = 0;
  }

  /** Forgets all steps but the last. */
  keepLast(): void {
    const from = this.ends.length > 1 ? this.ends[this.ends.length - 2] : 0;
    const to = this.ends[this.ends.length - 1];
    this.state.copyWithin(0, from, to);
    this.share.copyWithin(0, from, to);
    this.clear();
    this.ends.push(to - from);
  }

  /** One step more. Returns its probability. */
  forward(model: HiddenMarkov, emitted: number): number {
    const { next, ends } = this;
    const states = next.length;
    const { transition, emission } = model;
    const steps = ends.length;
    const to = steps === 0 ? 0 : ends[steps - 1];
    if (steps === 0) next.set(model.initial);
    else {
      next.fill(0);
      for (let x = steps > 1 ? ends[steps - 2] : 0; x < to; x++) {
        const share = this.share[x];
        for (let q = 0, k = this.state[x] * states; q < states; q++, k++) next[q] += share * transition[k];
      }
    }
    let sum = 0;
    for (let q = 0, k = emitted * states; q < states; q++, k++) sum += next[q] *= emission[k];
    this.reserve(to + states);
    let end = to, followed = 0;
    for (let q = 0; q < states; q++) {
      if (next[q] < sum * LEAST_SHARE) continue;
      this.state[end] = q;
      this.share[end++] = next[q];
      followed += next[q];
    }
    for (let x = to; x < end; x++) this.share[x] /= followed;
    ends.push(end);
    this.followed.push(followed);
    return sum;
  }

  private reserve(length: number): void {
    if (length <= this.state.length) return;
    const [state, share] = [new Uint16Array(length * 2), new Float64Array(length * 2)];
    state.set(this.state);
    share.set(this.share);
    Object.assign(this, { state, share });
  }
}

/** Makes shares of the counts at `start`, `start + stride`, ... */
function share(counts: Float64Array, into: Float64Array, start: number, stride: number, length: number): void {
  let sum = 0;
  for (let i = 0, k = start; i < length; i++, k += stride) sum += counts[k] + PRIOR;
  for (let i = 0, k = start; i < length; i++, k += stride) into[k] = (counts[k] + PRIOR) / sum;
}

/** Whether the shares at `start`, `start + stride`, ... add up to 1. */
function isWhole(shares: Float64Array, start: number, stride: number, length: number): boolean {
  let sum = 0;
  for (let i = 0, k = start; i < length; i++, k += stride) sum += shares[k];
  return Math.abs(sum - 1) <= 1e-6;
}
