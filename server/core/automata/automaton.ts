import { guardsFit, guardText } from './guards';
import type { Guards } from './guards';
import type { StateId } from '../util/ids';

/** State flags of `AutomatonArrays.flags`. */
export const StateFlag = {
  /** A state of the core; its transitions were learned. */
  core: 1,
  /** A candidate: it was seen too rarely to become a state or to merge. */
  candidate: 2,
  /** Fewer events than the learner's sink count. */
  sink: 4,
} as const;

/**
 * An automaton as arrays. States are numbered breadth first from the root, 0, along transitions in order of symbols.
 * The entries of state q are `entryStart[q] .. entryStart[q + 1])`, in order of symbols: one for each symbol that q was seen
 * with or has a transition for.
 */
export interface AutomatonArrays {
  readonly entryStart: Uint32Array;
  readonly entrySymbol: Uint32Array;
  /** Target state, -1: no transition. */
  readonly entryTarget: Int32Array;
  /** How often the symbol followed, as the state's data count it; may be 0 for a transition that a merge brought. */
  readonly entryCount: Uint32Array;
  /** Traces through the state, as the learner adds them up (`sicco` with tried merges takes off too much, even below 0). */
  readonly size: Int32Array;
  /** Traces that went on from the state, and that ended there, as its data count them. */
  readonly passed: Uint32Array;
  readonly ended: Uint32Array;
  /** Symbol by which the state was first reached; -1 for the root. */
  readonly incoming: Int32Array;
  /** State from which it was first reached; -1 for the root or when that state is not part of the automaton. */
  readonly source: Int32Array;
  /** Bits of `StateFlag`. */
  readonly flags: Uint8Array;
  /** The state's number in the reference's files; there the root is -1 or 0, and numbers have gaps. */
  readonly number: Int32Array;
  /** Prefix that first reached state q: `prefixSymbols[prefixStart[q] .. prefixStart[q + 1])`, and the type of its trace. */
  readonly prefixStart: Uint32Array;
  readonly prefixSymbols: Uint32Array;
  readonly prefixType: Uint16Array;
  /** `passed` and `ended` by type, one entry a state and type. */
  readonly passedByType: Uint32Array;
  readonly endedByType: Uint32Array;
}

/** What an automaton knows besides counts; each part is there when the merge test was about it. */
export interface AutomatonData {
  /** Of a Mealy machine: entry e has the output `names[ofEntry[e]]` (`a|b`: several), -1 none. */
  readonly outputs?: { readonly names: readonly string[]; readonly ofEntry: Int32Array };
  /** Of regression: how many numbers followed each state, and their mean (0 where none did), which the state predicts. */
  readonly values?: { readonly count: Int32Array; readonly mean: Float64Array };
  /** Of guarded automata: a state may have several entries for one symbol, each with its guard; see `GuardedSteps`. */
  readonly guards?: Guards;
}

/** Below this many (state, symbol) pairs, transitions are looked up in a full table (16 MB at most). */
const TABLE_LIMIT = 1 << 22;

/** A learned automaton: frozen, compact, quick to step through. */
export class Automaton {
  readonly stateCount: number;
  /** Entry of each (state, symbol) pair, -1: none. */
  private readonly table: Int32Array | undefined;

  constructor(readonly alphabet: readonly string[], readonly typeNames: readonly string[], readonly arrays: AutomatonArrays, readonly data: AutomatonData = {}) {
    this.stateCount = arrays.size.length;
    if (this.stateCount * alphabet.length > TABLE_LIMIT) return;
    this.table = new Int32Array(this.stateCount * alphabet.length).fill(-1);
    for (let q = 0; q < this.stateCount; q++) {
      for (let e = arrays.entryStart[q + 1] - 1; e >= arrays.entryStart[q]; e--) this.table[q * alphabet.length + arrays.entrySymbol[e]] = e;
    }
  }

  /** The entry of (state, symbol), an index of the entry arrays, or -1; of several with guards the first. Symbols outside the alphabet have none. O(1), or O(log entries) in huge automata. */
  entry(state: number, symbol: number): number {
    if (symbol >= this.alphabet.length) return -1;
    if (this.table) return this.table[state * this.alphabet.length + symbol];
    const { entryStart, entrySymbol } = this.arrays;
    let low = entryStart[state];
    let high = entryStart[state + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (entrySymbol[middle] < symbol) low = middle + 1;
      else high = middle;
    }
    return low < entryStart[state + 1] && entrySymbol[low] === symbol ? low : -1;
  }

  /** The state after `symbol`, or -1 where `state` has no transition for it. O(1), or O(log entries) in huge automata. */
  step(state: number, symbol: number): StateId | -1 {
    const entry = this.entry(state, symbol);
    return (entry < 0 ? -1 : this.arrays.entryTarget[entry]) as StateId | -1;
  }

  /** The output of an entry, undefined where none is known. */
  output(entry: number): string | undefined {
    return this.data.outputs?.names[this.data.outputs.ofEntry[entry]];
  }

  /** The guard of an entry in words; undefined where it has none. */
  guard(entry: number): string | undefined {
    return (this.data.guards && guardText(this.data.guards, entry)) || undefined;
  }

  /** The symbol of an entry as it is written at a transition: `a`, in a Mealy machine `a / x`, with a guard `a, bytes < 50`. */
  label(entry: number): string {
    const symbol = this.alphabet[this.arrays.entrySymbol[entry]];
    const output = this.output(entry);
    const guard = this.guard(entry);
    return (output === undefined ? symbol : `${symbol} / ${output}`) + (guard === undefined ? '' : `, ${guard}`);
  }

  /** The mean of the numbers that followed a state, undefined where there were none. */
  mean(state: number): number | undefined {
    const { values } = this.data;
    return values && values.count[state] > 0 ? values.mean[state] : undefined;
  }

  isCore(state: number): boolean {
    return (this.arrays.flags[state] & StateFlag.core) !== 0;
  }

  isSink(state: number): boolean {
    return (this.arrays.flags[state] & StateFlag.sink) !== 0;
  }

  /** The symbols that first led to a state, root first. */
  prefix(state: number): Uint32Array {
    return this.arrays.prefixSymbols.subarray(this.arrays.prefixStart[state], this.arrays.prefixStart[state + 1]);
  }

  /** The arrays by name, to be written to a model file together with `alphabet` and `typeNames`. */
  toArrays(): AutomatonArrays {
    return this.arrays;
  }

  /** The automaton of such arrays, or undefined when they do not fit each other (a damaged file). */
  static fromArrays(alphabet: readonly string[], typeNames: readonly string[], arrays: AutomatonArrays, data: AutomatonData = {}): Automaton | undefined {
    return fits(alphabet.length, typeNames.length, arrays, data.guards !== undefined) && dataFit(arrays, data) ? new Automaton(alphabet, typeNames, arrays, data) : undefined;
  }
}

function fits(symbols: number, types: number, a: AutomatonArrays, severalEntries: boolean): boolean {
  const states = a.size.length;
  const perState = [a.passed, a.ended, a.incoming, a.source, a.flags, a.number, a.prefixType];
  const within = (values: ArrayLike<number>, low: number, high: number): boolean => Array.prototype.every.call(values, (v: number) => v >= low && v < high);
  return states > 0 && perState.every((array) => array.length === states)
    && isRunStart(a.entryStart, states, a.entrySymbol.length) && isRunStart(a.prefixStart, states, a.prefixSymbols.length)
    && a.entryTarget.length === a.entrySymbol.length && a.entryCount.length === a.entrySymbol.length
    && within(a.entrySymbol, 0, symbols) && within(a.entryTarget, -1, states) && within(a.prefixSymbols, 0, symbols)
    && within(a.incoming, -1, symbols) && within(a.source, -1, states) && within(a.prefixType, 0, Math.max(1, types))
    && a.passedByType.length === states * types && a.endedByType.length === states * types && ascendsWithinStates(a, severalEntries);
}

function dataFit(arrays: AutomatonArrays, { outputs, values, guards }: AutomatonData): boolean {
  return (!guards || guardsFit(guards, arrays))
    && (!outputs || (outputs.ofEntry.length === arrays.entrySymbol.length && outputs.ofEntry.every((o) => o >= -1 && o < outputs.names.length)))
    && (!values || (values.count.length === arrays.size.length && values.mean.length === arrays.size.length && values.mean.every(Number.isFinite)));
}

function isRunStart(start: Uint32Array, runs: number, total: number): boolean {
  return start.length === runs + 1 && start[0] === 0 && start[runs] === total && start.every((at, i) => i === 0 || at >= start[i - 1]);
}

function ascendsWithinStates(a: AutomatonArrays, severalEntries: boolean): boolean {
  for (let q = 0; q < a.size.length; q++) {
    for (let e = a.entryStart[q] + 1; e < a.entryStart[q + 1]; e++) if (a.entrySymbol[e] < a.entrySymbol[e - 1] || (a.entrySymbol[e] === a.entrySymbol[e - 1] && !severalEntries)) return false;
  }
  return true;
}
