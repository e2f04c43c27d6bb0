import type { TraceAttributes } from './attributes';

/**
 * Traces as structure of arrays: trace t is `symbols[offsets[t] .. offsets[t + 1])`, and its type is `types[t]`.
 * Symbols and types are numbers; their names stand in `alphabet` and `typeNames`, in order of first appearance.
 */
export interface TraceSet {
  readonly symbols: Uint32Array;
  /** One entry more than there are traces; starts with 0 and never falls. */
  readonly offsets: Uint32Array;
  /** One entry a trace, an index of `typeNames`. */
  readonly types: Uint16Array;
  readonly alphabet: readonly string[];
  readonly typeNames: readonly string[];
  /** What the symbols carry behind them (`symbol/data`); absent when none does. */
  readonly data?: TraceData;
  /** Numbers that every symbol carries (`symbol:1.0,51.0`); absent when none are declared. */
  readonly attributes?: TraceAttributes;
}

/** Data of symbols: those of `symbols[i]` are `texts[of[i] - 1]`, and 0 is no data. Texts are numbered in order of first appearance. 4 bytes a symbol. */
export interface TraceData {
  readonly of: Uint32Array;
  readonly texts: readonly string[];
}

export function traceCount(traces: TraceSet): number {
  return traces.offsets.length - 1;
}

/** Gives texts numbers in order of first appearance. */
export class Names {
  readonly list: string[];
  private readonly numbers = new Map<string, number>();

  constructor(known: readonly string[] = []) {
    this.list = [...known];
    this.list.forEach((name, number) => this.numbers.set(name, number));
  }

  /** The number of a name; a new name gets the next one. */
  number(name: string): number {
    let number = this.numbers.get(name);
    if (number === undefined) {
      number = this.list.length;
      this.numbers.set(name, number);
      this.list.push(name);
    }
    return number;
  }

  get(name: string): number | undefined {
    return this.numbers.get(name);
  }
}

/**
 * The same traces in another alphabet, as a model needs them that was learned from other data. A symbol that `alphabet`
 * lacks, or that the traces' own has no name for, becomes `alphabet.length`, which no state of an automaton has a transition for. O(symbols).
 */
export function translateTraces(traces: TraceSet, alphabet: readonly string[]): TraceSet {
  const names = new Names(alphabet);
  const map = Uint32Array.from(traces.alphabet, (name) => names.get(name) ?? alphabet.length);
  return { ...traces, symbols: traces.symbols.map((symbol) => map[symbol] ?? alphabet.length), alphabet };
}

/** Traces from lists of names, for small inputs; `types` names one type a trace (default: all "0"), `data` one text or undefined a symbol (default: none). */
export function tracesOf(lists: readonly (readonly string[])[], types?: readonly string[], data?: readonly (readonly (string | undefined)[])[]): TraceSet {
  const alphabet = new Names();
  const typeNames = new Names();
  const texts = new Names();
  const of = Uint32Array.from(data?.flat() ?? [], (text) => (text === undefined ? 0 : texts.number(text) + 1));
  const offsets = new Uint32Array(lists.length + 1);
  lists.forEach((list, t) => (offsets[t + 1] = offsets[t] + list.length));
  return {
    symbols: Uint32Array.from(lists.flat(), (name) => alphabet.number(name)),
    offsets,
    types: Uint16Array.from(lists, (_, t) => typeNames.number(types?.[t] ?? '0')),
    alphabet: alphabet.list,
    typeNames: typeNames.list,
    ...(texts.list.length > 0 ? { data: { of, texts: texts.list } } : {}),
  };
}
