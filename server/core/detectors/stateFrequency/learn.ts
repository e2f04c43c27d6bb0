import { type Automaton } from '../../automata/automaton';
import { learnTree } from '../../automata/learner';
import { buildWindowTree, windowCount, type PrefixTree } from '../../automata/prefixTree';
import { defaultLearnSettings } from '../../automata/settings';
import { calibrate } from '../scoring/calibration';
import { type Alphabet, kindCount } from '../../symbols/alphabet';
import type { EncodedRows, Sequences } from '../../symbols/rows';
import { sequences } from '../../symbols/rows';
import { symbolKey } from '../../symbols/words';
import { Cancelled, checkCancelled, type Control, subControl } from '../../util/control';
import { KeyIndex } from '../../util/hashTable';
import { quantileOfSorted } from '../../util/statistics';
import { countSymbols } from './kindModel';
import type { StateFrequencyModel, VisitRecords } from './model';
import { Run } from './run';
import type { ScoringModel } from './scorer';
import { blockOf, orderSurprise, SymbolFacts } from './scorer';
import type { StateFrequencySettings } from './settings';
import { zeros } from '../../util/memory';

/** Parts of the baseline's time that take turns in being left out. */
const FOLDS = 5;
/** Sizes and orders count as far as they are rarer than in this share of the baseline rows. */
const USUAL_SHARE = 0.99;
/** Seconds without a row that part two captures. */
const PAUSE = 3600;
/** From more windows than this on, those of rare prefixes are cut, so that the prefix tree does not grow with the baseline. */
const WHOLE_WINDOWS = 400_000;
/** Share of a self-baseline that may be attacks without spoiling the calibration. */
const SELF_CONTAMINATION = 0.02;

/** Baseline rows with the alphabet they are encoded in. */
export interface EncodedBaseline {
  readonly alphabet: Alphabet;
  readonly rows: EncodedRows;
  /** Whether the rows to be scored are the same, attacks included. */
  readonly self: boolean;
}

/** Learns the model, and calibrates it on the baseline with each row left out in turn. Throws `Cancelled` only. */
export function learnModel(baseline: EncodedBaseline, settings: StateFrequencySettings, control: Control): StateFrequencyModel {
  checkCancelled(control);
  const groups = sequences(baseline.rows);
  checkCancelled(control);
  const model = fitModel(baseline, groups, settings, subControl(control, 0, 0.9));
  const raw = scoresLeftOut(model, baseline, groups, subControl(control, 0.9, 1));
  return {
    ...model,
    kind: 'default',
    entity: settings.entity,
    calibration: calibrate(raw, { contamination: baseline.self ? SELF_CONTAMINATION : 0 }),
    baselineRows: baseline.rows.rowCount,
    states: model.automaton.stateCount,
    symbols: model.automatonSymbols.length,
  };
}

/**
 * Raw score of every baseline row as if it had not been part of the baseline: its own count is taken out of the kind,
 * size and order counts. Rows of a kind seen once are then as surprising as a new kind, so that new kinds are expected
 * as often as Good and Turing's estimate says (kinds seen once / rows). O(rows x windowLength).
 */
function scoresLeftOut(model: ScoringModel, baseline: EncodedBaseline, groups: Sequences, control: Control): Float64Array {
  const { rows } = baseline;
  const { order, starts } = groups;
  const facts = new SymbolFacts(model);
  const windowsPerRow = Math.ceil(model.settings.windowLength / model.settings.stride);
  const run = new Run(model, facts, rows, groups);
  const symbolParts: number[] = [];
  const raw = zeros(Float64Array, rows.rowCount);
  const key = zeros(Float64Array, rows.rowCount);
  const kinds = kindCount(model.alphabet);
  for (let e = 0; e < rows.entityCount; e++) {
    if ((e & 1023) === 0) checkCancelled(control);
    run.load(starts[e], starts[e + 1]);
    for (let i = 0; i < run.length; i++) {
      const row = order[starts[e] + i];
      const fact = run.fact[i];
      symbolParts[fact] ??= facts.kindModel.kindSurprise(facts.kind[fact], 1) + model.settings.sizeWeight * Math.max(0, facts.kindModel.sizeSurprise(rows.symbol[row], 1) - model.usualSize);
      const surprise = orderSurprise(model, run.before[i], facts.automatonSymbol[fact], facts.probability[fact], windowsPerRow);
      raw[row] = symbolParts[fact] + model.settings.orderWeight * Math.max(0, surprise - model.usualOrder);
      key[row] = run.after[i] * kinds + facts.kind[fact];
    }
  }
  // A capture that is its own baseline is never visited more often than itself: that part of its scores is 0.
  if (baseline.self) return raw;
  const excess = excessVisitsLeftOut(rows, key);
  for (let row = 0; row < rows.rowCount; row++) raw[row] += model.settings.frequencyWeight * excess[row];
  return raw;
}

/**
 * Excess of visits (nats) of each row, had its fifth of the baseline's time not been part of the baseline: how much more
 * often its entity made the same visit in that fifth than any entity did in any other fifth. O(rows log rows).
 */
function excessVisitsLeftOut(rows: EncodedRows, key: Float64Array): Float64Array {
  const n = rows.rowCount;
  const byTime = Uint32Array.from({ length: n }, (_, row) => row).sort((a, b) => rows.time[a] - rows.time[b] || a - b);
  const fold = new Uint8Array(n);
  for (let i = 0; i < n; i++) fold[byTime[i]] = Math.floor((i * FOLDS) / n);
  const visits = new KeyIndex(1024);
  const keys = new KeyIndex(1024);
  const visitOf = zeros(Uint32Array, n);
  const keyOf = zeros(Uint32Array, n);
  const counts: number[] = [];
  for (let row = 0; row < n; row++) {
    keyOf[row] = keys.add(key[row]);
    visitOf[row] = visits.add((keyOf[row] * rows.entityCount + rows.entity[row]) * FOLDS + fold[row]);
    counts[visitOf[row]] = (counts[visitOf[row]] ?? 0) + 1;
  }
  const most = zeros(Float64Array, keys.size * FOLDS);
  for (let row = 0; row < n; row++) most[keyOf[row] * FOLDS + fold[row]] = Math.max(most[keyOf[row] * FOLDS + fold[row]], counts[visitOf[row]]);
  return Float64Array.from({ length: n }, (_, row) => {
    let other = 0;
    for (let f = 0; f < FOLDS; f++) if (f !== fold[row]) other = Math.max(other, most[keyOf[row] * FOLDS + f]);
    return Math.max(0, Math.log(counts[visitOf[row]] + 1) - Math.log(other + 1));
  });
}

/** Statistics and automaton of one set of rows, not calibrated. */
function fitModel(baseline: EncodedBaseline, groups: Sequences, settings: StateFrequencySettings, control: Control): ScoringModel {
  const { alphabet, rows } = baseline;
  const counts = countSymbols(rows.symbol);
  const automatonSymbols = counts.symbols;
  const number = new Map(Array.from(automatonSymbols, (symbol, i) => [symbol, i]));
  const tree = windowTree(rows, groups, settings, number, automatonSymbols, alphabet);
  checkCancelled(control);
  const automaton = learnFrom(tree, settings, control);
  const blank: VisitRecords = { blockLength: Infinity, keys: new Float64Array(0), most: new Float64Array(0) };
  const model: ScoringModel = { settings, alphabet, counts, automaton, automatonSymbols, visits: blank, baseline: undefined, usualSize: 0, usualOrder: 0 };
  return { ...model, ...usual(model, baseline, groups, control) };
}

function learnFrom(tree: PrefixTree, settings: StateFrequencySettings, control: Control): Automaton {
  const automaton = learnTree(
    tree,
    { ...defaultLearnSettings, confidence: settings.significance, symbolCount: settings.symbolCount, stateCount: 0, sinks: true, sinkCount: settings.sinkCount },
    { cancelled: () => control.cancelled, step: (fraction) => control.report(fraction, 'Learning the automaton') },
  );
  if (control.cancelled) throw new Cancelled();
  return automaton;
}

/** The prefix tree of windows of each entity's symbols, starting every `stride` rows; entities with fewer rows give one shorter window. */
function windowTree(rows: EncodedRows, { order, starts }: Sequences, settings: StateFrequencySettings, numbers: ReadonlyMap<number, number>, symbols: Float64Array, alphabet: Alphabet): PrefixTree {
  const shape = { length: settings.windowLength, stride: settings.stride };
  const entities = {
    symbols: order.map((row) => numbers.get(rows.symbol[row]) as number), offsets: starts, types: new Uint16Array(0),
    alphabet: Array.from(symbols, (symbol) => symbolKey(alphabet, symbol)), typeNames: ['0'],
  };
  return buildWindowTree(entities, shape, Math.ceil(windowCount(entities, shape) / WHOLE_WINDOWS));
}

/** The marks below which `USUAL_SHARE` of size and order surprise, the visit records, and the rows of each state and entry. O(rows x windowLength). */
function usual(model: ScoringModel, baseline: EncodedBaseline, groups: Sequences, control: Control): Pick<ScoringModel, 'visits' | 'baseline' | 'usualSize' | 'usualOrder'> {
  const { rows } = baseline;
  const { automaton } = model;
  const seen = { states: new Float64Array(automaton.stateCount), entries: new Float64Array(automaton.arrays.entrySymbol.length) };
  const { order, starts } = groups;
  const facts = new SymbolFacts(model);
  const size = zeros(Float64Array, rows.rowCount);
  const orderParts = zeros(Float64Array, rows.rowCount);
  const run = new Run(model, facts, rows, groups);
  const records = new VisitRecorder();
  const blockLength = coveredTime(rows.time);
  const kinds = kindCount(model.alphabet);
  for (let e = 0; e < rows.entityCount; e++) {
    if ((e & 1023) === 0) checkCancelled(control);
    run.load(starts[e], starts[e + 1]);
    for (let i = 0; i < run.length; i++) {
      const row = order[starts[e] + i];
      const fact = run.fact[i];
      seen.states[run.after[i]]++;
      // Every symbol of the baseline has a number in the automaton.
      const entry = automaton.entry(run.before[i], facts.automatonSymbol[fact]);
      if (entry >= 0) seen.entries[entry]++;
      size[row] = facts.sizeSurprise[fact];
      orderParts[row] = orderSurprise(model, run.before[i], facts.automatonSymbol[fact], facts.probability[fact]);
      records.visit(run.after[i] * kinds + facts.kind[fact], blockOf(blockLength, rows.time[row]));
    }
    records.endBlock();
  }
  return {
    visits: records.finish(blockLength),
    baseline: seen,
    usualSize: Math.max(0, quantileOfSorted(size.sort(), USUAL_SHARE)),
    usualOrder: Math.max(0, quantileOfSorted(orderParts.sort(), USUAL_SHARE)),
  };
}

/** Keeps, for each key, the highest count within one block of one entity. */
class VisitRecorder {
  private readonly index = new KeyIndex(1024);
  private readonly most: number[] = [];
  private current = new Map<number, number>();
  private block: number | undefined;

  visit(key: number, block: number): void {
    if (block !== this.block) this.endBlock();
    this.block = block;
    this.current.set(key, (this.current.get(key) ?? 0) + 1);
  }

  endBlock(): void {
    for (const [key, count] of this.current) {
      const at = this.index.add(key);
      if (count > (this.most[at] ?? 0)) this.most[at] = count;
    }
    this.current.clear();
    this.block = undefined;
  }

  finish(blockLength: number): VisitRecords {
    const sorted = this.most.map((_, i) => i).sort((a, b) => this.index.key(a) - this.index.key(b));
    return { blockLength, keys: Float64Array.from(sorted, (i) => this.index.key(i)), most: Float64Array.from(sorted, (i) => this.most[i]) };
  }
}

/**
 * Seconds that the rows cover: from first to last, but pauses of more than an hour count as none, so that captures taken
 * months apart are not one long one. Infinity where all times are equal or missing. O(rows log rows).
 */
function coveredTime(time: Float64Array): number {
  const sorted = time.slice().sort();
  let covered = 0;
  for (let i = 1; i < sorted.length; i++) {
    const gap = sorted[i] - sorted[i - 1];
    if (gap <= PAUSE) covered += gap;
  }
  return covered > 0 ? covered : Infinity;
}
