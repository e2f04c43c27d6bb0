import * as v from 'valibot';
import { counts, type Fault, finite, parsed, realNumber, settingRecord, wholeNumber } from '../../../models/checked';
import { calibrate, isCalibration } from '../../scoring/calibration';
import type { Container } from '../../../models/safetensors';
import { type Alphabet, isAlphabet } from '../../../symbols/alphabet';
import { Encoder } from '../../../symbols/encoder';
import { EntityTable } from '../../../symbols/entities';
import { fitAlphabet } from '../../../symbols/fit';
import type { EncodedRows } from '../../../symbols/rows';
import { slidingWindows, type Windows } from '../../../symbols/windows';
import { count, symbolKey, symbolWords } from '../../../symbols/words';
import { Cancelled, type Control } from '../../../util/control';
import { KeyIndex } from '../../../util/hashTable';
import { automatonOf, automatonTensors } from '../../automatonTensors';
import { countsOf, countTensors, type RowCounts, type RowSteps } from '../../automatonView';
import type { BaselineRows, Evidence, Model, ScoreColumns, Scores } from '../../detector';
import type { Automaton } from '../../../automata/automaton';
import { flexfringeVersion } from '../../../automata/flexfringeJson';
import type { TraceSet } from '../../../automata/traces';
import { areSymbols, settingsOf } from '../codec';
import type { StateFrequencySettings } from '../settings';
import { adoptedAlphabet, adoptedAutomaton } from './adopted';
import { countReference, learnReference, type ReferenceModel, scoreReference } from './sequent';
import { referenceSettings, type ReferenceSettings } from './settings';

/** Rows whose steps are worked out between pauses. */
const SLICE_ROWS = 1 << 15;

/** SEQUENT as a model of the detector: its automaton and visits, with the alphabet that made the symbols. */
export interface SequentModel extends Model {
  readonly kind: 'reference';
  readonly settings: StateFrequencySettings;
  readonly alphabet: Alphabet;
  /** Symbol of the alphabet by the automaton's symbol number, in order of first appearance in what the automaton was learned from. */
  readonly order: Float64Array;
  readonly sequent: ReferenceModel;
  /** Undefined in files of version 1. */
  readonly baseline: RowCounts | undefined;
}

/**
 * Learns as SEQUENT does from rows in file order: from the symbols that the log has (FlexFringe CSV), or from percentile
 * bins of protocol, bytes, packets and duration. With an automaton given, only its visits are counted.
 */
export function learnSequent({ table, automaton: text }: BaselineRows, settings: StateFrequencySettings, control: Control): SequentModel {
  const adopted = text === undefined ? undefined : adoptedAutomaton(text);
  const alphabet = adopted ? adoptedAlphabet(adopted, table) : fitAlphabet(table, { ...settings, alphabet: table.symbol ? 'given' : 'sequent' });
  const entities = new EntityTable('pair');
  const entity = entities.encode(table);
  const symbol = new Encoder(alphabet).encode(table);
  const order = adopted ? numbersIn(alphabet, adopted.alphabet) : inOrder(symbol);
  const own = ownSettings(settings, adopted);
  const windows = slidingWindows(entity, entities.size, own.windows);
  const traces = tracesOf(alphabet, order, symbol, windows);
  const sequent = adopted ? countReference(adopted, traces, own) : learnReference(traces, own, { cancelled: () => control.cancelled });
  if (control.cancelled) throw new Cancelled();
  const result = scoreReference(sequent, traces);
  const worst = worstOfRows(windows, result.traces, table.rowCount);
  const baseline = { states: new Float64Array(sequent.automaton.stateCount), entries: new Float64Array(sequent.automaton.arrays.entrySymbol.length) };
  const steps = windowSteps(sequent.automaton, order, symbol, windows, worst.window);
  for (let row = 0; row < table.rowCount; row++) {
    if (worst.window[row] < 0) continue;
    baseline.states[result.replay.states[placeInWindow(windows, worst.window, row)]]++;
    const step = steps.of(row);
    if (step >= 0) baseline.entries[step]++;
  }
  return {
    kind: 'reference', settings, alphabet, order, sequent, baseline, entity: 'pair', baselineRows: table.rowCount, states: sequent.automaton.stateCount, symbols: order.length,
    calibration: calibrate(Float64Array.from(worst.raw).filter((score) => score > -Infinity), { contamination: 0 }),
  };
}

/** SEQUENT's settings, with the window that was asked for, and replay as the automaton's version of FlexFringe does it. */
function ownSettings({ referenceModel, referenceScale, referenceWindow }: StateFrequencySettings, automaton: Automaton | undefined): ReferenceSettings {
  const own = referenceSettings(referenceModel, referenceScale, automaton && flexfringeVersion(automaton));
  return referenceWindow === 0 ? own : { ...own, windows: { ...own.windows, size: referenceWindow } };
}

function inOrder(symbols: Uint32Array): Float64Array {
  const numbers = new KeyIndex();
  for (const symbol of symbols) numbers.add(symbol);
  return Float64Array.from({ length: numbers.size }, (_, i) => numbers.key(i));
}

/** Numbers of names in an alphabet of given symbols. */
function numbersIn({ categories }: Alphabet, names: readonly string[]): Float64Array {
  const numbers = new Map(categories[0].values.map((name, i) => [name, i + 1]));
  return Float64Array.from(names, (name) => numbers.get(name) ?? 0);
}

/** What explaining rows needs beside their scores. */
export interface SequentResult {
  readonly windows: Windows;
  readonly result: ReturnType<typeof scoreReference>;
  /** Of each row the worst window with it, -1 where none has it. */
  readonly window: Int32Array;
  /** Rows without a window. */
  readonly uncovered: number;
}

/** Scores windows as SEQUENT does, in the order of their last rows, whatever their entities. A row's score is that of the worst window with it. */
export function scoreSequent(model: SequentModel, rows: EncodedRows, columns: ScoreColumns): SequentResult {
  const windows = slidingWindows(rows.entity, rows.entityCount, model.sequent.settings.windows);
  const result = scoreReference(model.sequent, tracesOf(model.alphabet, model.order, rows.symbol, windows));
  const { raw, window } = worstOfRows(windows, result.traces, rows.rowCount);
  columns.raw.set(raw);
  for (let row = 0; row < rows.rowCount; row++) {
    if (window[row] >= 0) columns.state[row] = result.replay.states[placeInWindow(windows, window, row)];
  }
  return { windows, result, window, uncovered: window.reduce((n, w) => n + (w < 0 ? 1 : 0), 0) };
}

export function sequentScores(model: SequentModel, rows: EncodedRows, columns: ScoreColumns, { windows, result, window, uncovered }: SequentResult): Scores {
  const { size } = model.sequent.settings.windows;
  return {
    ...columns,
    notes: uncovered > 0 ? [`${count(uncovered)} rows were not scored: their connections have fewer than ${size} rows, and SEQUENT scores windows of ${size} only.`] : [],
    explain: (row) => explainWindow(model, rows, windows, result, window[row], row),
    steps: windowSteps(model.sequent.automaton, model.order, rows.symbol, windows, window),
  };
}

export function saveSequent(model: SequentModel): Container {
  return {
    metadata: { stateFrequencyReference: JSON.stringify({ settings: model.settings, alphabet: model.alphabet, baselineRows: model.baselineRows, tailScale: model.calibration.scale }) },
    tensors: { order: model.order, visits: model.sequent.visits, 'calibration.raw': model.calibration.raw, 'calibration.tail': model.calibration.tail, ...automatonTensors(model.sequent.automaton), ...countTensors(model.baseline) },
  };
}

const headerOf = v.object({ settings: settingRecord, alphabet: v.unknown(), baselineRows: wholeNumber, tailScale: realNumber });

export function loadSequent({ metadata, tensors }: Container): SequentModel | Fault {
  const header = parsed(headerOf, metadata['stateFrequencyReference']);
  if (!header) return { fault: 'its description is no JSON, or a number of it is missing' };
  const given = settingsOf(header.settings);
  const { alphabet, baselineRows } = header;
  if (!given || !isAlphabet(alphabet)) return { fault: 'its description lacks settings or alphabet' };
  const order = counts(tensors['order']), raw = finite(tensors['calibration.raw']), tail = finite(tensors['calibration.tail']);
  if (!order || !raw || !tail) return { fault: 'an array is missing, or has numbers that it cannot have' };
  if (!areSymbols(order, alphabet)) return { fault: 'its symbols are not of its alphabet' };
  const automaton = automatonOf(tensors, Array.from(order, (symbol) => symbolKey(alphabet, symbol)));
  if ('fault' in automaton) return automaton;
  const visits = counts(tensors['visits'], automaton.stateCount);
  if (!visits) return { fault: 'its visits are no counts of its states' };
  const baseline = countsOf(tensors, automaton);
  if (baseline && 'fault' in baseline) return baseline;
  const calibration = { raw, tail, scale: header.tailScale };
  if (!isCalibration(calibration)) return { fault: 'its calibration is no falling curve' };
  const settings = ownSettings(given, automaton);
  return {
    kind: 'reference', settings: given, alphabet, order, baseline, entity: 'pair', baselineRows, states: automaton.stateCount, symbols: order.length,
    sequent: { settings, automaton, visits, totalVisits: visits.reduce((a, b) => a + b, 0) }, calibration,
  };
}

function tracesOf(alphabet: Alphabet, order: Float64Array, symbols: Uint32Array, windows: Windows): TraceSet {
  const numbers = new Map(Array.from(order, (symbol, i) => [symbol, i]));
  return {
    // Symbols that the baseline lacks get one number beyond the alphabet: no state has a transition for it.
    symbols: windows.rows.map((row) => numbers.get(symbols[row]) ?? order.length), offsets: windows.offsets, types: new Uint16Array(windows.entities.length),
    alphabet: Array.from(order, (symbol) => symbolKey(alphabet, symbol)), typeNames: ['0'],
  };
}

/** Where a row stands in its window, as a position in the rows of all windows. */
function placeInWindow({ rows, offsets }: Windows, window: Int32Array, row: number): number {
  return offsets[window[row]] + rows.subarray(offsets[window[row]], offsets[window[row] + 1]).indexOf(row);
}

/** Steps of rows, each in its own window from the root on. */
function windowSteps(automaton: Automaton, order: Float64Array, symbol: Uint32Array, windows: Windows, window: Int32Array): RowSteps {
  const numbers = new Map(Array.from(order, (s, i) => [s, i]));
  const entry = (state: number, row: number): number => automaton.entry(state, numbers.get(symbol[row]) ?? order.length);
  const of = (row: number): number => {
    let state = 0;
    for (let i = windows.offsets[window[row]]; windows.rows[i] !== row; i++) {
      const taken = entry(state, windows.rows[i]);
      state = taken < 0 ? 0 : Math.max(0, automaton.arrays.entryTarget[taken]);
    }
    const taken = entry(state, row);
    return taken < 0 ? -1 - state : taken;
  };
  return {
    of,
    *fill(steps) {
      for (let row = 0; row < symbol.length; row++) {
        if (window[row] >= 0) steps[row] = of(row);
        if (row % SLICE_ROWS === SLICE_ROWS - 1) yield;
      }
    },
  };
}

/** For each row the highest score of the windows that hold it, and that window; -Infinity and -1 where none does. */
function worstOfRows(windows: Windows, scores: Float64Array, rowCount: number): { raw: Float32Array; window: Int32Array } {
  const raw = new Float32Array(rowCount).fill(-Infinity);
  const window = new Int32Array(rowCount).fill(-1);
  for (let w = 0; w < scores.length; w++) {
    for (let i = windows.offsets[w]; i < windows.offsets[w + 1]; i++) {
      const row = windows.rows[i];
      if (window[row] >= 0 && scores[w] <= raw[row]) continue;
      raw[row] = scores[w];
      window[row] = w;
    }
  }
  return { raw, window };
}

function explainWindow(model: SequentModel, rows: EncodedRows, windows: Windows, result: ReturnType<typeof scoreReference>, window: number, row: number): Evidence {
  if (window < 0) return { parts: [], expected: [], message: `Not scored: its connection has fewer than ${model.sequent.settings.windows.size} rows.` };
  const { number } = model.sequent.automaton.arrays;
  const from = windows.offsets[window];
  const parts = Array.from(windows.rows.subarray(from, windows.offsets[window + 1]), (member, i) => ({
    name: `step ${i + 1}`, value: result.steps[from + i],
    text: `${symbolWords(model.alphabet, rows.symbol[member])}: state ${number[result.replay.states[from + i]]}, visited ${count(model.sequent.visits[result.replay.states[from + i]])} times in training`,
  }));
  const cause = result.rootCauses[window];
  return { parts, expected: [], message: `${symbolWords(model.alphabet, rows.symbol[row])}: part of ${parts.length} rows whose states are visited more often than in training, above all state ${number[cause]} (${count(model.sequent.visits[cause])} visits).` };
}
