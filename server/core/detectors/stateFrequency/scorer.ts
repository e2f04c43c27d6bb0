import { kindCount, kindOf } from '../../symbols/alphabet';
import type { EncodedRows, EntityRange } from '../../symbols/rows';
import { checkCancelled, type Control } from '../../util/control';
import { KeyIndex } from '../../util/hashTable';
import { lowerBound } from '../../util/sorted';
import type { Model, ScoreColumns } from '../detector';
import { KindModel } from './kindModel';
import { Run } from './run';
import type { StateFrequencyModel } from './model';

/** Pseudo-count of the overall symbol distribution in every state's own. */
export const STATE_PRIOR = 10;

/** What `score` needs of a model; the calibration is left out so that learning can use it before there is one. */
export type ScoringModel = Omit<StateFrequencyModel, keyof Model | 'kind'>;

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
  const at = lowerBound(keys, key);
  return at < keys.length && keys[at] === key ? most[at] : 0;
}

/** Number of the block of time that a row falls into. */
export function blockOf(blockLength: number, time: number): number {
  return blockLength === Infinity ? 0 : Math.floor(time / blockLength);
}

/** Rows scored between looks at whether to go on. */
const ROWS_PER_CHECK = 1 << 16;

/**
 * Scores every row of a range of entities (docs/scores.md):
 *
 *     raw = -ln P(kind)                                        rarity of the kind of flow
 *         + sizeWeight  * max(0, -ln P(size | kind) - usual)    unusual bytes, packets, duration
 *         + orderWeight * max(0, ln P(s) - ln P(s | state) - usual)   unexpected after what came before
 *         + frequencyWeight * max(0, ln (v + 1) - ln (m + 1))  visited v times, m at most in the baseline
 *
 * The result does not depend on the order of files or rows, nor on what other entities do.
 * O(rows x windowLength).
 */
export function scoreRange(model: ScoringModel, rows: EncodedRows, columns: ScoreColumns, range: EntityRange, control: Control): void {
  const { order, starts, raw, state } = columns;
  const { time } = rows;
  const { sizeWeight, frequencyWeight } = model.settings;
  const { blockLength } = model.visits;
  const kinds = kindCount(model.alphabet);
  const facts = new SymbolFacts(model);
  const run = new Run(model, facts, rows, columns);
  const surprises = new OrderSurprises(model, facts);
  const symbolPart: number[] = [];
  const visits = new VisitCounts(model);
  // One entity's blocks of time, raw scores and visits, in time order. Rows lie scattered over the capture: values are fetched, and
  // results put back, in loops that do nothing else, so that the processor waits for many of them at once.
  let block = new Float64Array(0);
  let part = new Float32Array(0);
  let visit = new Uint32Array(0);
  const firstRow = starts[range.from];
  const rowCount = starts[range.to] - firstRow;
  let checkAt = firstRow;
  for (let e = range.from; e < range.to; e++) {
    const start = starts[e];
    if (start >= checkAt) {
      checkCancelled(control);
      control.report((start - firstRow) / Math.max(1, rowCount), 'Scoring');
      checkAt = start + ROWS_PER_CHECK;
    }
    run.load(start, starts[e + 1]);
    const { length, fact, before, after } = run;
    if (length > part.length) {
      block = new Float64Array(fact.length);
      part = new Float32Array(fact.length);
      visit = new Uint32Array(fact.length);
    }
    for (let i = 0; i < length; i++) block[i] = time[order[start + i]];
    for (let i = 0; i < length; i++) block[i] = blockOf(blockLength, block[i]);
    for (let from = 0; from < length; ) {
      const thisBlock = block[from];
      let to = from;
      for (; to < length && block[to] === thisBlock; to++) {
        const f = fact[to];
        const ofSymbol = (symbolPart[f] ??= facts.kindSurprise[f] + sizeWeight * Math.max(0, facts.sizeSurprise[f] - model.usualSize));
        part[to] = ofSymbol + surprises.excess(before[to], f);
        visit[to] = visits.count(after[to] * kinds + facts.kind[f]);
      }
      const excess = visits.take(frequencyWeight);
      for (; from < to; from++) part[from] += excess[visit[from]];
    }
    for (let i = 0; i < length; i++) {
      const row = order[start + i];
      raw[row] = part[i];
      state[row] = after[i];
    }
  }
}

/** The order part of scores. It depends on the entry of the automaton alone, where there is one, and is worked out once for each. */
class OrderSurprises {
  private readonly ofEntry: Float64Array;

  constructor(private readonly model: ScoringModel, private readonly facts: SymbolFacts) {
    this.ofEntry = new Float64Array(model.automaton.arrays.entrySymbol.length).fill(NaN);
  }

  excess(before: number, fact: number): number {
    const symbol = this.facts.automatonSymbol[fact];
    const entry = symbol < 0 ? -1 : this.model.automaton.entry(before, symbol);
    if (entry < 0) return this.compute(before, fact);
    const known = this.ofEntry[entry];
    return known === known ? known : (this.ofEntry[entry] = this.compute(before, fact));
  }

  private compute(before: number, fact: number): number {
    const { model, facts } = this;
    return model.settings.orderWeight * Math.max(0, orderSurprise(model, before, facts.automatonSymbol[fact], facts.probability[fact]) - model.usualOrder);
  }
}

/** Counts an entity's visits of one block, then says how far they exceed what the baseline has. */
class VisitCounts {
  private readonly keys = new KeyIndex(256);
  private counts = new Uint32Array(256);
  private excess = new Float64Array(256);
  private readonly usual = new KeyIndex(1024);

  constructor(private readonly model: ScoringModel) {
    for (const key of model.visits.keys) this.usual.add(key);
  }

  /** Counts a visit and returns the number of its key in this block. */
  count(key: number): number {
    const at = this.keys.add(key);
    if (at >= this.counts.length) {
      const wider = new Uint32Array(this.counts.length * 2);
      wider.set(this.counts);
      this.counts = wider;
      this.excess = new Float64Array(wider.length);
    }
    this.counts[at]++;
    return at;
  }

  /** The frequency part by number of key, valid until the next `take`; counting starts anew. O(keys of the block). */
  take(weight: number): Float64Array {
    const { keys, counts, excess, usual } = this;
    const { most } = this.model.visits;
    for (let at = 0; at < keys.size; at++) {
      const known = usual.get(keys.key(at));
      excess[at] = weight * Math.max(0, Math.log(counts[at] + 1) - Math.log((known < 0 ? 0 : most[known]) + 1));
      counts[at] = 0;
    }
    keys.clear();
    return excess;
  }
}
