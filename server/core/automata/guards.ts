import { matchAttributes } from './attributes';
import type { Attribute, TraceAttributes } from './attributes';
import type { Automaton, AutomatonArrays } from './automaton';

/**
 * Guards of transitions, and what the states of a guarded automaton know of attributes. Entry e is taken by numbers x with `low <= x < high` in every attribute
 * (`low[e * declared.length + k]`; -Infinity and Infinity are no bound). Entries of one state and symbol never overlap.
 */
export interface Guards {
  readonly declared: readonly Attribute[];
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** The three quartiles of each attribute in the traces learned from: `quartiles[3 * k ..]`. */
  readonly quartiles: Float64Array;
  /** What each state's outgoing symbols carried, four counts an attribute: `counts[4 * (state * declared.length + k) ..]`, below the first quartile first. */
  readonly counts: Uint32Array;
}

/** No guard of the state's transitions for a symbol holds. */
export const NO_GUARD = -2;

/** Which of four bins a number falls into: 0 below the first quartile .. 3. */
export function quartileOf(quartiles: Float64Array, attribute: number, value: number): number {
  const at = 3 * attribute;
  return value < quartiles[at] ? 0 : value < quartiles[at + 1] ? 1 : value < quartiles[at + 2] ? 2 : 3;
}

/**
 * The three quartiles of each attribute, NaN where it has no numbers: the number at place n/4, n/2 and 3n/4 of all n in ascending order, without their
 * fraction when `whole`. O(numbers x log numbers).
 */
export function quartilesOf({ declared, values }: TraceAttributes, whole: boolean): Float64Array {
  const width = declared.length;
  const quartiles = new Float64Array(3 * width);
  for (let k = 0; k < width; k++) {
    const own = new Float64Array(values.length / width);
    let n = 0;
    for (let i = k; i < values.length; i += width) if (!Number.isNaN(values[i])) own[n++] = values[i];
    const sorted = own.subarray(0, n).sort();
    for (let q = 1; q <= 3; q++) {
      const value = n > 0 ? sorted[Math.floor((n * q) / 4)] : NaN;
      quartiles[3 * k + q - 1] = whole ? Math.trunc(value) : value;
    }
  }
  return quartiles;
}

/** As `TraceAttributes`, of any precision. */
export type NumbersOfSymbols = Pick<TraceAttributes, 'declared'> & { readonly values: ArrayLike<number> };

/** Finds the transitions of a guarded automaton for the symbols of traces, whose attributes are matched by name. */
export class GuardedSteps {
  private readonly place: Int32Array;
  private readonly width: number;

  constructor(private readonly automaton: Automaton, private readonly guards: Guards, private readonly attributes: NumbersOfSymbols | undefined) {
    this.place = matchAttributes(guards.declared, attributes?.declared);
    this.width = attributes?.declared.length ?? 0;
  }

  /** The entry that the symbol at `position` of the traces takes from a state; -1 where the state has none for it, `NO_GUARD` where no guard holds. O(entries of the state and symbol). */
  entry(state: number, symbol: number, position: number): number {
    const { entryStart, entrySymbol } = this.automaton.arrays;
    const first = this.automaton.entry(state, symbol);
    if (first < 0) return first;
    for (let e = first; e < entryStart[state + 1] && entrySymbol[e] === symbol; e++) if (this.holds(e, position)) return e;
    return NO_GUARD;
  }

  /** A missing number meets no bound. */
  private holds(entry: number, position: number): boolean {
    const { low, high, declared } = this.guards;
    for (let k = 0, at = entry * declared.length; k < declared.length; k++, at++) {
      if (low[at] === -Infinity && high[at] === Infinity) continue;
      const value = this.place[k] < 0 ? NaN : this.attributes!.values[position * this.width + this.place[k]];
      if (!((low[at] === -Infinity || value >= low[at]) && (high[at] === Infinity || value < high[at]) && !Number.isNaN(value))) return false;
    }
    return true;
  }
}

/** The guard of an entry in words, such as `24 <= bytes < 50, proto < 1`; empty where it has none. */
export function guardText({ declared, low, high }: Guards, entry: number): string {
  const parts: string[] = [];
  declared.forEach(({ name }, k) => {
    const l = low[entry * declared.length + k], h = high[entry * declared.length + k];
    if (l !== -Infinity && h !== Infinity) parts.push(`${l} <= ${name} < ${h}`);
    else if (l !== -Infinity) parts.push(`${name} >= ${l}`);
    else if (h !== Infinity) parts.push(`${name} < ${h}`);
  });
  return parts.join(', ');
}

/** Pairs of guards that are compared when an automaton is read; learned ones have far fewer. */
const MOST_PAIRS = 1 << 24;

/** Whether guards fit the entries of an automaton: sizes, no bound that is not a number, and none that overlaps with another of its state and symbol. O(pairs of these), up to `MOST_PAIRS`. */
export function guardsFit({ declared, low, high, quartiles, counts }: Guards, { entryStart, entrySymbol, size }: AutomatonArrays): boolean {
  const width = declared.length;
  const entries = entrySymbol.length;
  if (low.length !== entries * width || high.length !== entries * width || quartiles.length !== 3 * width || counts.length !== 4 * size.length * width || !low.every((l, i) => l < high[i])) return false;
  const overlap = (a: number, b: number): boolean => {
    for (let k = 0; k < width; k++) if (high[a * width + k] <= low[b * width + k] || high[b * width + k] <= low[a * width + k]) return false;
    return true;
  };
  let pairs = 0;
  for (let q = 0; q < size.length; q++) {
    for (let a = entryStart[q]; a < entryStart[q + 1]; a++) {
      for (let b = a + 1; b < entryStart[q + 1] && entrySymbol[b] === entrySymbol[a]; b++) if (++pairs > MOST_PAIRS || overlap(a, b)) return false;
    }
  }
  return true;
}
