import { type Automaton } from '../../automata/automaton';
import { learn as learnAutomaton } from '../../automata/learner';
import { defaultLearnSettings } from '../../automata/settings';
import type { TraceSet } from '../../automata/traces';
import { calibrate } from '../../evaluation/calibration';
import type { Alphabet } from '../../symbols/alphabet';
import type { EncodedRows, Sequences } from '../../symbols/rows';
import { sequences } from '../../symbols/rows';
import { symbolKey } from '../../symbols/words';
import { Cancelled, checkCancelled, type Control, subControl } from '../../util/control';
import { KeyIndex } from '../../util/hashTable';
import { quantileOfSorted } from '../../util/statistics';
import { countSymbols } from './kindModel';
import type { StateFrequencyModel, VisitRecords } from './model';
import type { ScoringModel, Step } from './scorer';
import { blockOf, orderSurprise, scoreRows, stepTo, SymbolFacts, visitKey } from './scorer';
import type { StateFrequencySettings } from './settings';

/** Baselines of up to this many rows are calibrated on every row, in turns; larger ones on one fifth. */
const CROSS_FIT_ROWS = 200_000;
const FOLDS = 5;
/** Traces that the automaton is learned from at most; larger baselines are taken every n-th trace. */
const MAX_TRACES = 400_000;
/** Share of a self-baseline that may be attacks without spoiling the calibration. */
const SELF_CONTAMINATION = 0.02;

/** Baseline rows with the alphabet they are encoded in. */
export interface Baseline {
  readonly alphabet: Alphabet;
  readonly rows: EncodedRows;
  readonly entityHash: (entity: number) => number;
  readonly self: boolean;
}

/**
 * Learns the model, and calibrates it on rows held back: in turns each fifth of the entities (of time, where there are
 * few entities) is scored by what the others teach. Throws `Cancelled` only.
 */
export function learnModel(baseline: Baseline, settings: StateFrequencySettings, control: Control): StateFrequencyModel {
  const groups = sequences(baseline.rows);
  const folds = foldOfRows(baseline, groups);
  const turns = baseline.rows.rowCount <= CROSS_FIT_ROWS ? FOLDS : 1;
  const raw: number[] = [];
  for (let fold = 0; fold < turns; fold++) {
    const part = subControl(control, fold / (turns + 1), (fold + 1) / (turns + 1));
    const learned = fitModel(select(baseline, folds, (f) => f !== fold), settings, subControl(part, 0, 0.8));
    const held = select(baseline, folds, (f) => f === fold);
    for (const score of scoreRows(learned, held.rows, held.entityHash, subControl(part, 0.8, 1)).raw) raw.push(score);
  }
  const model = fitModel(baseline, settings, subControl(control, turns / (turns + 1), 1));
  return { ...model, calibration: calibrate(Float64Array.from(raw), { contamination: baseline.self ? SELF_CONTAMINATION : 0 }) };
}

/** Statistics and automaton of one set of rows, not calibrated. */
function fitModel(baseline: Baseline, settings: StateFrequencySettings, control: Control): ScoringModel {
  const { alphabet, rows } = baseline;
  const counts = countSymbols(rows.symbol);
  const groups = sequences(rows);
  const automatonSymbols = counts.symbols;
  const number = new Map(Array.from(automatonSymbols, (symbol, i) => [symbol, i]));
  const traces = makeTraces(rows, groups, settings, (symbol) => number.get(symbol) as number, automatonSymbols, alphabet);
  const automaton = learnFrom(traces, settings, control);
  const blank: VisitRecords = { blockLength: Infinity, keys: new Float64Array(0), most: new Float64Array(0), second: new Float64Array(0), holder: new Uint32Array(0) };
  const model: ScoringModel = { settings, alphabet, counts, automaton, automatonSymbols, visits: blank, usualSize: 0, usualOrder: 0, self: baseline.self };
  return { ...model, ...usual(model, baseline, groups, control) };
}

function learnFrom(traces: TraceSet, settings: StateFrequencySettings, control: Control): Automaton {
  const automaton = learnAutomaton(
    traces,
    { ...defaultLearnSettings, confidence: settings.significance, symbolCount: settings.symbolCount, stateCount: 0, sinks: true, sinkCount: settings.sinkCount },
    { cancelled: () => control.cancelled, step: (fraction) => control.report(fraction, 'Learning the automaton') },
  );
  if (control.cancelled) throw new Cancelled();
  return automaton;
}

/** Windows of each entity's symbols, starting every `stride` rows; entities with fewer rows give one shorter trace. */
function makeTraces(rows: EncodedRows, groups: Sequences, settings: StateFrequencySettings, numberOf: (symbol: number) => number, symbols: Float64Array, alphabet: Alphabet): TraceSet {
  const { windowLength } = settings;
  const { order, starts } = groups;
  const windows = rows.rowCount / settings.stride;
  const stride = settings.stride * Math.max(1, Math.ceil(windows / MAX_TRACES));
  const flat: number[] = [];
  const offsets: number[] = [0];
  for (let e = 0; e < rows.entityCount; e++) {
    const end = starts[e + 1];
    for (let from = starts[e]; from < end; from += stride) {
      const to = Math.min(end, from + windowLength);
      for (let i = from; i < to; i++) flat.push(numberOf(rows.symbol[order[i]]));
      offsets.push(flat.length);
      if (to === end) break;
    }
  }
  return {
    symbols: Uint32Array.from(flat), offsets: Uint32Array.from(offsets), types: new Uint16Array(offsets.length - 1),
    alphabet: Array.from(symbols, (symbol) => symbolKey(alphabet, symbol)), typeNames: ['0'],
  };
}

/** The 95 % marks of size and order surprise, and the visit records. O(rows x windowLength). */
function usual(model: ScoringModel, baseline: Baseline, groups: Sequences, control: Control): Pick<ScoringModel, 'visits' | 'usualSize' | 'usualOrder'> {
  const { rows } = baseline;
  const { order, starts } = groups;
  const facts = new SymbolFacts(model);
  const size = new Float64Array(rows.rowCount);
  const orderParts = new Float64Array(rows.rowCount);
  const state = new Uint32Array(rows.rowCount);
  const step: Step = { before: 0, after: 0 };
  const symbolOf = (position: number): number => facts.automatonSymbol[facts.of(rows.symbol[order[position]])];
  const records = new VisitRecorder();
  const blockLength = timeSpan(rows.time);
  for (let e = 0; e < rows.entityCount; e++) {
    if ((e & 1023) === 0) checkCancelled(control);
    for (let i = starts[e]; i < starts[e + 1]; i++) {
      const row = order[i];
      const fact = facts.of(rows.symbol[row]);
      stepTo(model, symbolOf, starts[e], i, step);
      state[row] = step.after;
      size[row] = facts.sizeSurprise[fact];
      orderParts[row] = orderSurprise(model, step.before, facts.automatonSymbol[fact], facts.probability[fact]);
      records.visit(visitKey(model, step.after, facts.kind[fact]), blockOf(blockLength, rows.time[row]));
    }
    records.endEntity(baseline.entityHash(e));
  }
  return {
    visits: records.finish(blockLength),
    usualSize: Math.max(0, quantileOfSorted(size.sort(), 0.95)),
    usualOrder: Math.max(0, quantileOfSorted(orderParts.sort(), 0.95)),
  };
}

/** Keeps, for each key, the two highest counts within one block of two different entities. */
class VisitRecorder {
  private readonly index = new KeyIndex(1024);
  private readonly most: number[] = [];
  private readonly second: number[] = [];
  private readonly holder: number[] = [];
  private current = new Map<number, number>();
  private best = new Map<number, number>();
  private block: number | undefined;

  visit(key: number, block: number): void {
    if (block !== this.block) this.endBlock();
    this.block = block;
    this.current.set(key, (this.current.get(key) ?? 0) + 1);
  }

  endEntity(hash: number): void {
    this.endBlock();
    this.block = undefined;
    for (const [key, count] of this.best) {
      const at = this.index.add(key);
      if (count > (this.most[at] ?? 0)) {
        this.second[at] = this.most[at] ?? 0;
        this.most[at] = count;
        this.holder[at] = hash;
      } else if (count > this.second[at]) this.second[at] = count;
    }
    this.best = new Map();
  }

  finish(blockLength: number): VisitRecords {
    const sorted = this.most.map((_, i) => i).sort((a, b) => this.index.key(a) - this.index.key(b));
    return {
      blockLength,
      keys: Float64Array.from(sorted, (i) => this.index.key(i)),
      most: Float64Array.from(sorted, (i) => this.most[i]),
      second: Float64Array.from(sorted, (i) => this.second[i]),
      holder: Uint32Array.from(sorted, (i) => this.holder[i]),
    };
  }

  private endBlock(): void {
    for (const [key, count] of this.current) if (count > (this.best.get(key) ?? 0)) this.best.set(key, count);
    this.current = new Map();
  }
}

/** Seconds from the first to the last row; Infinity where all are equal or there is no time. */
function timeSpan(time: Float64Array): number {
  let first = Infinity;
  let last = -Infinity;
  for (const t of time) {
    if (t < first) first = t;
    if (t > last) last = t;
  }
  return last > first ? last - first : Infinity;
}

/** Fold of each row: by entity, or by fifths of time within each entity where there are too few entities to hold any back. */
function foldOfRows(baseline: Baseline, groups: Sequences): Uint8Array {
  const { rows, entityHash } = baseline;
  const { order, starts } = groups;
  const folds = new Uint8Array(rows.rowCount);
  const byEntity = rows.entityCount >= 2 * FOLDS;
  for (let e = 0; e < rows.entityCount; e++) {
    const fold = entityHash(e) % FOLDS;
    const length = starts[e + 1] - starts[e];
    for (let i = 0; i < length; i++) folds[order[starts[e] + i]] = byEntity ? fold : Math.floor((i * FOLDS) / length);
  }
  return folds;
}

function select(baseline: Baseline, folds: Uint8Array, keep: (fold: number) => boolean): Baseline {
  const { rows } = baseline;
  const chosen: number[] = [];
  for (let row = 0; row < rows.rowCount; row++) if (keep(folds[row])) chosen.push(row);
  return {
    ...baseline,
    rows: {
      rowCount: chosen.length,
      entityCount: rows.entityCount,
      entity: Uint32Array.from(chosen, (row) => rows.entity[row]),
      time: Float64Array.from(chosen, (row) => rows.time[row]),
      symbol: Uint32Array.from(chosen, (row) => rows.symbol[row]),
    },
  };
}

