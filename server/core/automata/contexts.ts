import { numbersIn } from '../models/checked';
import type { Tensor } from '../models/safetensors';
import type { TraceSet } from './traces';
import { traceCount } from './traces';

/** Absolute discount of every count: what it takes off goes to the next shorter context (Ney, Essen and Kneser, 1994). */
const DISCOUNT = 0.75;
/** Contexts seen less often are not made longer. */
const EXTENDED_FROM = 3;
const EMPTY = 0xffffffff;
/** Of a file: the longest contexts, and slots of a table that are taken one behind the other. */
const LONGEST_ORDER = 64;
const LONGEST_RUN = 1024;

/** Numbers of pairs of numbers, in order of first appearance: open addressing, 12 bytes a slot, no object a pair. */
class PairTable {
  firsts = new Uint32Array(1024).fill(EMPTY);
  seconds = new Uint32Array(1024);
  values = new Uint32Array(1024);
  size = 0;

  /** The slot of a pair, or that of where it would be. */
  slot(first: number, second: number): number {
    const mask = this.firsts.length - 1;
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second + 1, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & mask;
    while (this.firsts[slot] !== EMPTY && (this.firsts[slot] !== first || this.seconds[slot] !== second)) slot = (slot + 1) & mask;
    return slot;
  }

  has(slot: number): boolean {
    return this.firsts[slot] !== EMPTY;
  }

  put(first: number, second: number, value: number): void {
    if ((this.size + 1) * 2 > this.firsts.length) this.rehash();
    const slot = this.slot(first, second);
    if (this.firsts[slot] === EMPTY) this.size++;
    this.firsts[slot] = first;
    this.seconds[slot] = second;
    this.values[slot] = value;
  }

  /** The table of such arrays, or undefined where pairs could be looked for very long or for ever: it is half empty at least, and no run of taken slots is long. */
  static from(firsts: Uint32Array | undefined, seconds: Uint32Array | undefined, values: Uint32Array | undefined): PairTable | undefined {
    if (!firsts || !seconds || !values || firsts.length === 0 || (firsts.length & (firsts.length - 1)) !== 0 || seconds.length !== firsts.length || values.length !== firsts.length) return undefined;
    let size = 0, run = 0, longest = 0;
    for (const first of firsts) {
      run = first === EMPTY ? 0 : run + 1;
      longest = Math.max(longest, run);
      size += first === EMPTY ? 0 : 1;
    }
    return size * 2 <= firsts.length && longest <= LONGEST_RUN ? Object.assign(new PairTable(), { firsts, seconds, values, size }) : undefined;
  }

  private rehash(): void {
    const { firsts, seconds, values } = this;
    const length = firsts.length * 4;
    this.firsts = new Uint32Array(length).fill(EMPTY);
    this.seconds = new Uint32Array(length);
    this.values = new Uint32Array(length);
    for (let i = 0; i < firsts.length; i++) {
      if (firsts[i] === EMPTY) continue;
      const slot = this.slot(firsts[i], seconds[i]);
      this.firsts[slot] = firsts[i];
      this.seconds[slot] = seconds[i];
      this.values[slot] = values[i];
    }
  }
}

/**
 * How often each symbol (or the end) follows each context of up to `order` last symbols, the start of the trace being one. Contexts
 * are numbered from 0, the empty one; the longer ones only exist behind contexts that were seen often enough.
 */
export class Contexts {
  private constructor(readonly symbolCount: number, readonly order: number, private readonly longer: PairTable, private readonly counts: PairTable, private totals: Uint32Array, private distinct: Uint32Array) {}

  /** Counts all contexts of the traces. O(symbols x order); memory in the number of contexts that occur often. */
  static of(traces: TraceSet, order: number): Contexts {
    const { symbols, offsets, alphabet } = traces;
    const longer = new PairTable(), counts = new PairTable();
    const self = new Contexts(alphabet.length, order, longer, counts, new Uint32Array(1024), new Uint32Array(1024));
    const end = alphabet.length;
    const steps = symbols.length + traceCount(traces);
    // The context of each step that is being made longer, order after order; EMPTY: it is as long as it gets.
    const contextOf = new Uint32Array(steps);
    let contexts = 1;
    for (let k = 0; k <= order; k++) {
      let at = 0;
      for (let t = 0; t + 1 < offsets.length; t++) {
        for (let i = offsets[t]; i <= offsets[t + 1]; i++, at++) {
          const context = contextOf[at];
          if (context === EMPTY) continue;
          const next = i < offsets[t + 1] ? symbols[i] : end;
          const slot = counts.slot(context, next);
          self.totals[context]++;
          if (counts.has(slot)) counts.values[slot]++;
          else {
            self.distinct[context]++;
            counts.put(context, next, 1);
          }
        }
      }
      if (k === order) break;
      at = 0;
      for (let t = 0; t + 1 < offsets.length; t++) {
        for (let i = offsets[t]; i <= offsets[t + 1]; i++, at++) {
          const context = contextOf[at];
          const from = i - 1 - k;
          if (context === EMPTY) continue;
          if (from < offsets[t] - 1 || self.totals[context] < EXTENDED_FROM) {
            contextOf[at] = EMPTY;
            continue;
          }
          const before = from < offsets[t] ? end : symbols[from];
          const slot = longer.slot(context, before);
          if (longer.has(slot)) contextOf[at] = longer.values[slot];
          else {
            longer.put(context, before, contexts);
            self.reserve(contexts + 1);
            contextOf[at] = contexts++;
          }
        }
      }
    }
    self.totals = self.totals.slice(0, contexts);
    self.distinct = self.distinct.slice(0, contexts);
    return self;
  }

  /**
   * The probability of each step of traces t in `[first, last)`, ends included, with contexts of up to k symbols: `into[k]` for k from 0 to `order`.
   * Shorter contexts back longer ones off; all is backed off to the uniform distribution. O(steps x order).
   */
  probabilities(traces: TraceSet, first: number, last: number, into: readonly Float64Array[]): void {
    const { symbols, offsets } = traces;
    const end = this.symbolCount;
    let at = 0;
    for (let t = first; t < last; t++) {
      for (let i = offsets[t]; i <= offsets[t + 1]; i++, at++) {
        // A symbol outside the alphabet counts as one more that was never seen.
        const next = i < offsets[t + 1] ? (symbols[i] < end ? symbols[i] : end + 1) : end;
        let p = 1 / (end + 2);
        let context = 0;
        for (let k = 0; k <= this.order; k++) {
          if (context !== EMPTY) {
            const total = this.totals[context];
            const slot = this.counts.slot(context, next);
            const count = this.counts.has(slot) ? this.counts.values[slot] : 0;
            if (total > 0) p = (Math.max(0, count - DISCOUNT) + DISCOUNT * this.distinct[context] * p) / total;
            const from = i - 1 - k;
            const before = from < offsets[t] ? end : symbols[from];
            const deeper = from < offsets[t] - 1 ? -1 : this.longer.slot(context, before);
            context = deeper >= 0 && this.longer.has(deeper) ? this.longer.values[deeper] : EMPTY;
          }
          into[k][at] = p;
        }
      }
    }
  }

  /** The tables as tensors. */
  tensors(): Record<string, Tensor> {
    const { longer, counts } = this;
    return {
      'contexts.shape': Uint32Array.of(this.symbolCount, this.order), 'contexts.totals': this.totals, 'contexts.distinct': this.distinct,
      ...Object.fromEntries(Object.entries({ longer, counts }).flatMap(([name, table]) => (['firsts', 'seconds', 'values'] as const).map((part) => [`contexts.${name}.${part}`, table[part]]))),
    };
  }

  /** Contexts from tensors, or undefined where they do not fit together. O(their size). */
  static from(tensors: Readonly<Record<string, Tensor>>, symbolCount: number): Contexts | undefined {
    const get = (name: string): Uint32Array | undefined => numbersIn(tensors[`contexts.${name}`], Uint32Array);
    const shape = get('shape'), totals = get('totals'), distinct = get('distinct');
    const longer = PairTable.from(get('longer.firsts'), get('longer.seconds'), get('longer.values')), counts = PairTable.from(get('counts.firsts'), get('counts.seconds'), get('counts.values'));
    if (shape?.length !== 2 || shape[0] !== symbolCount || shape[1] > LONGEST_ORDER || !totals || !distinct || totals.length === 0 || totals.length !== distinct.length || !longer || !counts) return undefined;
    // What follows a context adds up to how often it was there.
    const steps = new Float64Array(totals.length), kinds = new Float64Array(totals.length);
    for (const [i, context] of counts.firsts.entries()) {
      if (context === EMPTY) continue;
      if (context >= totals.length) return undefined;
      steps[context] += counts.values[i];
      kinds[context]++;
    }
    const fits = totals.every((total, context) => steps[context] === total && kinds[context] === distinct[context]) && longer.firsts.every((first, i) => first === EMPTY || (first < totals.length && longer.values[i] < totals.length));
    return fits ? new Contexts(shape[0], shape[1], longer, counts, totals, distinct) : undefined;
  }

  private reserve(contexts: number): void {
    if (contexts <= this.totals.length) return;
    for (const name of ['totals', 'distinct'] as const) {
      const next = new Uint32Array(this.totals.length > this[name].length ? this.totals.length : contexts * 2);
      next.set(this[name]);
      this[name] = next;
    }
  }
}
