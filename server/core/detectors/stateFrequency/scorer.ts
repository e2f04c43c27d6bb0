import { kindCount, kindOf } from '../../symbols/alphabet';
import type { EncodedRows, Sequences } from '../../symbols/rows';
import { sequences } from '../../symbols/rows';
import { checkCancelled, type Control } from '../../util/control';
import { KeyIndex } from '../../util/hashTable';
import type { Model } from '../detector';
import { KindModel } from './kindModel';
import type { StateFrequencyModel } from './model';

/** Pseudo-count of the overall symbol distribution in every state's own. */
export const STATE_PRIOR = 10;

/** What `score` needs of a model; the calibration is left out so that learning can use it before there is one. */
export type ScoringModel = Omit<StateFrequencyModel, keyof Model | 'kind'>;

export interface RowScores {
  /** Nats; the sum of the parts that `explain` gives. One entry a row, as in all below. */
  readonly raw: Float32Array;
  /** State after the row; 0 where the automaton has no transition for it. */
  readonly state: Uint32Array;
  readonly sequences: Sequences;
}

/** Everything about the symbols that occur, asked once each. */
export class SymbolFacts {
  readonly index = new KeyIndex(1024);
  readonly kindModel: KindModel;
  readonly kind: number[] = [];
  /** Symbol number in the automaton, -1 where it has none. */
  readonly automatonSymbol: number[] = [];
  readonly kindSurprise: number[] = [];
  readonly sizeSurprise: number[] = [];
  readonly probability: number[] = [];
  private readonly inAutomaton: ReadonlyMap<number, number>;

  constructor(private readonly model: ScoringModel) {
    this.kindModel = new KindModel(model.alphabet, model.counts);
    this.inAutomaton = new Map(Array.from(model.automatonSymbols, (symbol, i) => [symbol, i]));
  }

  /** Position of a symbol's facts. */
  of(symbol: number): number {
    const at = this.index.add(symbol);
    if (at < this.kind.length) return at;
    const kind = kindOf(this.model.alphabet, symbol);
    this.kind.push(kind);
    this.automatonSymbol.push(this.inAutomaton.get(symbol) ?? -1);
    this.kindSurprise.push(this.kindModel.kindSurprise(kind));
    this.sizeSurprise.push(this.kindModel.sizeSurprise(symbol));
    this.probability.push(Math.exp(-this.kindSurprise[at] - this.sizeSurprise[at]));
    return at;
  }
}

/** A row's place in the automaton: the state before it, and after it (0 where there is no transition). */
export interface Step {
  before: number;
  after: number;
}

/**
 * Replays the up to `windowLength - 1` rows before row `at` of an entity's sequence, then the row. Where a transition is
 * missing the run goes on at the root. O(windowLength).
 */
export function stepTo(model: ScoringModel, symbolOf: (position: number) => number, first: number, at: number, step: Step): void {
  const { automaton } = model;
  let state = 0;
  let before = 0;
  for (let i = Math.max(first, at - model.settings.windowLength + 1); i <= at; i++) {
    before = state;
    const symbol = symbolOf(i);
    const next = symbol < 0 ? -1 : automaton.step(state, symbol);
    state = next < 0 ? 0 : next;
  }
  step.before = before;
  step.after = state;
}

/** How much less likely a state makes a symbol than it is overall, in nats: ln P(symbol) - ln P(symbol | state). */
export function orderSurprise(model: ScoringModel, before: number, automatonSymbol: number, probability: number, without = 0): number {
  const { automaton } = model;
  const entry = automatonSymbol < 0 ? -1 : automaton.entry(before, automatonSymbol);
  const seen = entry < 0 ? 0 : Math.max(0, automaton.arrays.entryCount[entry] - without);
  const visits = Math.max(seen, automaton.arrays.passed[before] - without);
  return Math.log(probability) - Math.log((seen + STATE_PRIOR * probability) / (visits + STATE_PRIOR));
}

/** Key of a (state, kind) pair in `VisitRecords`. */
export function visitKey(model: ScoringModel, state: number, kind: number): number {
  return state * kindCount(model.alphabet) + kind;
}

/** The most visits of a (state, kind) by one entity that the baseline knows; 0 where it knows none. O(log records). */
export function usualVisits(model: ScoringModel, key: number): number {
  const { keys, most } = model.visits;
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low < keys.length && keys[low] === key ? most[low] : 0;
}

/** Number of the block of time that a row falls into. */
export function blockOf(blockLength: number, time: number): number {
  return blockLength === Infinity ? 0 : Math.floor(time / blockLength);
}

/**
 * Scores every row (docs/scores.md):
 *
 *     raw = -ln P(kind)                                        rarity of the kind of flow
 *         + sizeWeight  * max(0, -ln P(size | kind) - usual)    unusual bytes, packets, duration
 *         + orderWeight * max(0, ln P(s) - ln P(s | state) - usual)   unexpected after what came before
 *         + frequencyWeight * max(0, ln (v + 1) - ln (m + 1))  visited v times, m at most in the baseline
 *
 * The result does not depend on the order of files or rows, nor on what other entities do.
 * O(rows x windowLength) after sorting.
 */
export function scoreRows(model: ScoringModel, rows: EncodedRows, facts: SymbolFacts, control: Control): RowScores {
  const { order, starts } = sequences(rows);
  const { symbol, time, rowCount } = rows;
  const fact = new Uint32Array(rowCount);
  for (let row = 0; row < rowCount; row++) fact[row] = facts.of(symbol[row]);
  const automatonSymbol = Int32Array.from(facts.automatonSymbol);
  const kind = Float64Array.from(facts.kind);
  const symbolPart = Float64Array.from(facts.kindSurprise, (surprise, i) => surprise + model.settings.sizeWeight * Math.max(0, facts.sizeSurprise[i] - model.usualSize));
  const { orderWeight, frequencyWeight } = model.settings;

  const raw = new Float32Array(rowCount);
  const state = new Uint32Array(rowCount);
  const visits = new KeyIndex(256);
  let counts: number[] = [];
  const step: Step = { before: 0, after: 0 };
  const symbolOf = (position: number): number => automatonSymbol[fact[order[position]]];
  for (let e = 0; e < rows.entityCount; e++) {
    if ((e & 1023) === 0) {
      checkCancelled(control);
      control.report(starts[e] / Math.max(1, rowCount), 'Scoring');
    }
    const end = starts[e + 1];
    for (let blockStart = starts[e]; blockStart < end; ) {
      const block = blockOf(model.visits.blockLength, time[order[blockStart]]);
      if (visits.size > 0) visits.clear();
      counts = [];
      let blockEnd = blockStart;
      for (; blockEnd < end && blockOf(model.visits.blockLength, time[order[blockEnd]]) === block; blockEnd++) {
        const row = order[blockEnd];
        const f = fact[row];
        stepTo(model, symbolOf, starts[e], blockEnd, step);
        state[row] = step.after;
        const surprise = orderSurprise(model, step.before, automatonSymbol[f], facts.probability[f]);
        raw[row] = symbolPart[f] + orderWeight * Math.max(0, surprise - model.usualOrder);
        const at = visits.add(visitKey(model, step.after, kind[f]));
        counts[at] = (counts[at] ?? 0) + 1;
      }
      const excess = counts.map((n, at) => frequencyWeight * Math.max(0, Math.log(n + 1) - Math.log(usualVisits(model, visits.key(at)) + 1)));
      for (let i = blockStart; i < blockEnd; i++) raw[order[i]] += excess[visits.get(visitKey(model, state[order[i]], kind[fact[order[i]]]))];
      blockStart = blockEnd;
    }
  }
  return { raw, state, sequences: { order, starts } };
}
