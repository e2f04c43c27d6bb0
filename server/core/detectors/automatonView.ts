import type { Automaton } from '../automata/automaton';
import { counts as wholeCounts } from '../models/checked';
import type { FieldWords } from '../symbols/fieldWords';
import type { Slices } from '../util/slices';

/** Rows that arrive in each state, and that took each entry of the automaton (`AutomatonArrays.entrySymbol`). A row is counted where it is judged, once. */
export interface RowCounts {
  readonly states: Float64Array;
  readonly entries: Float64Array;
}

/** How the values of a field are spread among rows of the baseline, in bins by ascending edges as `Bins` numbers them. */
export interface Spread {
  readonly edges: Float64Array;
  /** Rows of the baseline by bin: `edges.length + 2` of them. */
  readonly baseline: Float64Array;
  /** The bins `[first, end)` are those between the baseline's least and greatest value. */
  readonly first: number;
  readonly end: number;
  /** What a bin holds: "300 to 314", "no value". */
  words(bin: number): string;
}

/** The numbers of rows that a model looks at (`EncodedRows.features`). */
export interface NumbersView {
  /** Names of the fields, in the order of the features. */
  readonly names: readonly string[];
  /** Whether the rows of a state are compared with those of the baseline that came to it; otherwise with all of the baseline. */
  isOwn(state: number): boolean;
  /** The values of a field in the rows that those of a state are compared with; undefined: the model does not tell. O(bins). */
  spread(state: number, field: number): Spread | undefined;
  /** A value of a field: "41,203,004", "3.1 s"; NaN: "no value". */
  words(field: number, value: number): string;
}

/** The automaton of a model as people look at it. */
export interface AutomatonView {
  readonly automaton: Automaton;
  /** Symbol of rows by the automaton's symbol number. */
  readonly symbols: Float64Array;
  /** Rows of the baseline. */
  readonly baseline: RowCounts;
  /** What is not usual about how rows are counted; absent where nothing is. */
  readonly note?: string;
  /** A symbol of rows in few words, for the name of a state. */
  shortWords(symbol: number): string;
  /** What the guard of an entry takes, in words; undefined: it has none. Absent where the automaton has no guards. */
  guardWords?(entry: number): string | undefined;
  /** What the fields of rows with these symbols hold; `rows`: how many have each. O(symbols x fields). */
  fields(symbols: ArrayLike<number>, rows: ArrayLike<number>): readonly FieldWords[];
  /** Absent where the model looks at no numbers beside symbols. */
  readonly numbers?: NumbersView;
}

/**
 * How scored rows came to their states. A step is the entry of the automaton that belongs to the row's symbol in the state before it, or, where
 * that state has no entry for the symbol, -1 - (state before).
 */
export interface RowSteps {
  /** The step of one row that is scored. */
  of(row: number): number;
  /** The steps of all rows that are scored. */
  fill(steps: Int32Array): Slices;
}

/** The state before a step. O(log states). */
export function stateBefore(automaton: Automaton, step: number): number {
  if (step < 0) return -1 - step;
  const { entryStart } = automaton.arrays;
  let low = 0;
  let high = automaton.stateCount - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (entryStart[middle] <= step) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The baseline by the automaton's own counts, for models that do not know their rows: what its traces count, of which one row can be part of several. */
export function ownCounts(automaton: Automaton): RowCounts {
  const { entryCount, entryTarget } = automaton.arrays;
  const states = new Float64Array(automaton.stateCount);
  entryCount.forEach((count, entry) => (states[Math.max(0, entryTarget[entry])] += count));
  return { states, entries: Float64Array.from(entryCount) };
}

/** Says that `ownCounts` are in use. */
export const OWN_COUNTS_NOTE = 'The model was learned by an older Anomaline and counts its baseline by traces, not by rows: shares compare roughly. Learn it again for exact ones.';

/** The arrays of counts as a model file keeps them. */
export function countTensors(counts: RowCounts | undefined): Readonly<Record<string, Float64Array>> {
  return counts ? { 'baseline.states': counts.states, 'baseline.entries': counts.entries } : {};
}

/** The counts of a model file; undefined where it has none. */
export function countsOf(tensors: Readonly<Record<string, unknown>>, automaton: Automaton): RowCounts | undefined | { readonly fault: string } {
  const { 'baseline.states': states, 'baseline.entries': entries } = tensors;
  if (states === undefined && entries === undefined) return undefined;
  const found = { states: wholeCounts(states, automaton.stateCount), entries: wholeCounts(entries, automaton.arrays.entrySymbol.length) };
  return found.states && found.entries ? { states: found.states, entries: found.entries } : { fault: 'its counts of baseline rows do not fit its automaton' };
}
