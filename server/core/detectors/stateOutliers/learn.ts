import { learn as learnAutomaton } from '../../automata/learner';
import { defaultLearnSettings } from '../../automata/settings';
import type { Automaton } from '../../automata/automaton';
import type { TraceSet } from '../../automata/traces';
import type { Matrix } from '../../outliers/matrix';
import { calibrate } from '../scoring/calibration';
import type { Alphabet } from '../../symbols/alphabet';
import { type EncodedRows, type Sequences, sequences } from '../../symbols/rows';
import { symbolKey } from '../../symbols/words';
import { Cancelled, checkCancelled, type Control, subControl } from '../../util/control';
import { mulberry32 } from '../../util/rng';
import { quantileOfSorted } from '../../util/statistics';
import { countSymbols, type SymbolCounts } from '../stateFrequency/kindModel';
import { type Feature, fitScaling, type VectorModel, vectorsOf } from './features';
import { type FoldedModel, fitRows } from './fit';
import { fitHistograms } from './histograms';
import { byState, Judge, visitWeights } from './judge';
import type { EntityRule, ScoringModel, StateOutliersModel } from './model';
import { OUTLIER_KINDS } from './outlierKinds';
import { fitProfiles } from './profiles';
import { fitRanges } from './ranges';
import { sampleOf } from './sample';
import type { StateOutliersSettings } from './settings';
import { makeTraces } from './traces';
import { Walk, type WalkModel } from './walk';
import { zeros } from '../../util/memory';

/** Parts of the baseline that are held back in turn. */
const PARTS = 3;
/** From this many entities on, parts are made of whole entities; otherwise of stretches of time. */
const LEAST_ENTITIES = 20;
/** Stretches of an entity's rows that fall into the parts in turn. */
const STRETCHES = 12;
/** The model of all rows learns from this many times the rows of one of a state. */
const OVERALL_SAMPLE = 4;
/** Rows that the common scale is made from, at most. */
const CALIBRATION_ROWS = 100_000;
/** Into how many parts guards divide the transition of a state and kind at most. */
const GUARD_PARTS = 8;
/** Share of a self-baseline that may be attacks without spoiling the calibration. */
const SELF_CONTAMINATION = 0.02;
/** A row fits below the score that this share of held-back rows stays under, and an entity while its misfits are as few as those of this share of entities. */
const FITTING_ROWS = 0.99;
const FITTING_ENTITIES = 0.95;

/** Visits of rows to states, in order of entities. */
interface Visits {
  readonly row: Uint32Array;
  readonly state: Uint32Array;
}

/**
 * Learns the automaton, the outlier models of its states, and the common scale from rows that were held back: whole entities in turn, where there are enough. The
 * rows need these features. Throws `Cancelled` only.
 */
export function learnModel(alphabet: Alphabet, features: readonly Feature[], rows: EncodedRows, self: boolean, settings: StateOutliersSettings, control: Control): StateOutliersModel {
  checkCancelled(control);
  const groups = sequences(rows);
  checkCancelled(control);
  const counts = countSymbols(rows.symbol);
  const names = Array.from(counts.symbols, (symbol) => symbolKey(alphabet, symbol));
  const traces = makeTraces(rows, groups, settings, features, counts.symbols, names);
  checkCancelled(control);
  const automaton = learnStates(traces, settings, subControl(control, 0, 0.4));
  const walked = { settings, features, automaton, automatonSymbols: counts.symbols };
  const { visits, baseline, stateOf } = walkAll(walked, rows, groups, control);

  const rng = mulberry32(settings.seed);
  const overallSample = sampleOf(Uint32Array.from({ length: rows.rowCount }, (_, row) => row), OVERALL_SAMPLE * settings.sampleSize, rng);
  const vectorModel: VectorModel = { features, scaling: fitScaling(features, rows, overallSample) };
  const { part, heldBack } = partsOf(rows, groups, settings);
  // A kind of flow that only the rows held back have is new when they are judged.
  const othersOf = (p: number): Uint32Array => Uint32Array.from(part.keys()).filter((row) => part[row] !== p);
  const without = Array.from({ length: PARTS }, (_, p) => countSymbols(rows.symbol, othersOf(p)));
  const used = OUTLIER_KINDS[settings.model];
  const usedSettings = used.settings(quartiles(vectorsOf(vectorModel, rows, overallSample)));
  const fit = (sample: Uint32Array): FoldedModel | undefined => fitRows(used, usedSettings, vectorModel, rows, sample, part, PARTS, settings.seed);
  const overall = fit(overallSample);
  checkCancelled(control);
  const { starts, visits: grouped } = byState(visits.state, automaton.stateCount);
  const samples: Uint32Array[] = [];
  const ofState: (FoldedModel | undefined)[] = [];
  for (let state = 0; state < automaton.stateCount; state++) {
    checkCancelled(control);
    control.report(0.45 + (0.35 * state) / automaton.stateCount, 'Learning the states');
    const all = grouped.subarray(starts[state], starts[state + 1]).map((visit) => visits.row[visit]);
    samples.push(sampleOf(all, settings.sampleSize, rng));
    ofState.push(baseline.states[state] >= settings.leastRows ? fit(samples[state]) : undefined);
  }
  checkCancelled(control);
  const model: ScoringModel = {
    ...vectorModel, ...walked, alphabet, counts, baseline, ranges: fitRanges(features, rows, [...ofStates(stateOf, automaton.stateCount), Uint32Array.from({ length: rows.rowCount }, (_, row) => row)], [...samples, overallSample]),
    histograms: fitHistograms(features, rows, stateOf, automaton.stateCount),
    overall: overall?.full, ofState: ofState.map((folded) => folded?.full),
  };
  const chosen = chosenRows(rows.rowCount, settings);
  const raw = scoresHeldBack(model, without, overall, ofState, rows, visits, part, chosen, subControl(control, 0.8, 1));
  const judged = Uint32Array.from({ length: rows.rowCount }, (_, row) => row).filter((row) => chosen[row] === 1);
  return {
    ...model, heldBack, rule: entityRule(rows, groups, raw, judged, settings), profiles: fitProfiles(walked, rows, groups, settings),
    calibration: calibrate(Float64Array.from(judged, (row) => raw[row]), { contamination: self ? SELF_CONTAMINATION : 0 }),
    entity: settings.entity, baselineRows: rows.rowCount, states: automaton.stateCount, symbols: counts.symbols.length,
  };
}

/** The rows of each state. */
function ofStates(stateOf: Uint32Array, states: number): Uint32Array[] {
  const { starts, visits } = byState(stateOf, states);
  return Array.from({ length: states }, (_, state) => visits.subarray(starts[state], starts[state + 1]));
}

/** Quartiles of each column, three a column. */
function quartiles({ values, columns }: Matrix): Float64Array {
  const limits: number[] = [];
  for (let c = 0; c < columns; c++) {
    const sorted = values.filter((_, i) => i % columns === c).sort();
    limits.push(...[0.25, 0.5, 0.75].map((share) => quantileOfSorted(sorted, share)));
  }
  return Float64Array.from(limits);
}

function learnStates(traces: TraceSet, settings: StateOutliersSettings, control: Control): Automaton {
  const { significance, symbolCount, sinkCount } = settings;
  const common = { ...defaultLearnSettings, confidence: significance, stateCount: 0, sinks: true, sinkCount, markovian: 1 };
  const automaton = learnAutomaton(
    traces,
    settings.transitions === 'kinds' ? { ...common, symbolCount, mergeSinks: true } : { ...common, mergeTest: 'attributes', splitParts: GUARD_PARTS },
    { cancelled: () => control.cancelled, step: (fraction) => control.report(fraction, 'Learning the automaton') },
  );
  if (control.cancelled) throw new Cancelled();
  return automaton;
}

/** The visits of all rows, and the rows of each state and entry, each row counted once, in the state that it has in `stateOf`. */
function walkAll(model: WalkModel, rows: EncodedRows, groups: Sequences, control: Control): { visits: Visits; baseline: ScoringModel['baseline']; stateOf: Uint32Array } {
  const { automaton } = model;
  const baseline = { states: new Float64Array(automaton.stateCount), entries: new Float64Array(automaton.arrays.entrySymbol.length) };
  const walk = new Walk(model, rows, groups);
  const stateOf = zeros(Uint32Array, rows.rowCount);
  const parts: Visits[] = [];
  for (let e = 0; e < rows.entityCount; e++) {
    if ((e & 1023) === 0) checkCancelled(control);
    const start = groups.starts[e];
    walk.load(start, groups.starts[e + 1]);
    parts.push({ row: walk.visitAt.subarray(0, walk.visits).map((at) => groups.order[start + at]), state: walk.visitState.slice(0, walk.visits) });
    for (let i = 0; i < walk.length; i++) {
      stateOf[groups.order[start + i]] = walk.state[i];
      baseline.states[walk.state[i]]++;
      const entry = walk.entry(i);
      if (entry >= 0) baseline.entries[entry]++;
    }
  }
  return { visits: { row: joined(parts.map((p) => p.row)), state: joined(parts.map((p) => p.state)) }, baseline, stateOf };
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = zeros(Uint32Array, parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The part of each row that is held back together. */
function partsOf(rows: EncodedRows, { order, starts }: Sequences, { holdBack }: StateOutliersSettings): { part: Uint8Array; heldBack: StateOutliersModel['heldBack'] } {
  const part = new Uint8Array(rows.rowCount);
  const heldBack = holdBack === 'rows' ? 'rows' : rows.entityCount >= LEAST_ENTITIES ? 'entities' : 'time';
  for (let e = 0; e < rows.entityCount; e++) {
    const n = starts[e + 1] - starts[e];
    for (let i = 0; i < n; i++) part[order[starts[e] + i]] = (heldBack === 'rows' ? i : heldBack === 'entities' ? e : Math.floor((STRETCHES * i) / n)) % PARTS;
  }
  return { part, heldBack };
}

/** A 1 for each row that the common scale is made from. */
function chosenRows(rowCount: number, { seed }: StateOutliersSettings): Uint8Array {
  const chosen = new Uint8Array(rowCount);
  for (const row of sampleOf(Uint32Array.from({ length: rowCount }, (_, row) => row), CALIBRATION_ROWS, mulberry32(seed))) chosen[row] = 1;
  return chosen;
}

/** Raw scores of the chosen rows, by models that were learned without the part that each row is of. */
function scoresHeldBack(model: ScoringModel, without: readonly SymbolCounts[], overall: FoldedModel | undefined, ofState: readonly (FoldedModel | undefined)[], rows: EncodedRows, visits: Visits, part: Uint8Array, chosen: Uint8Array, control: Control): Float64Array {
  const weights = visitWeights(model.baseline.states);
  const raw = zeros(Float64Array, rows.rowCount);
  const weight = zeros(Float64Array, rows.rowCount);
  for (let p = 0; p < PARTS; p++) {
    control.report(p / PARTS, 'Calibrating');
    const judge = new Judge({ ...model, counts: without[p], overall: overall?.without[p], ofState: ofState.map((folded) => folded?.without[p]) });
    const own = Uint32Array.from(visits.row.keys()).filter((visit) => part[visits.row[visit]] === p && chosen[visits.row[visit]] === 1);
    const row = own.map((visit) => visits.row[visit]);
    const state = own.map((visit) => visits.state[visit]);
    judge.surprises(rows, row, state, control).forEach((surprise, i) => {
      raw[row[i]] += weights[state[i]] * surprise;
      weight[row[i]] += weights[state[i]];
    });
  }
  return raw.map((sum, row) => (weight[row] > 0 ? sum / weight[row] : 0));
}

/** From the held-back scores of rows: see `EntityRule`. */
function entityRule(rows: EncodedRows, { starts }: Sequences, raw: Float64Array, judged: Uint32Array, { leastEntityRows }: StateOutliersSettings): EntityRule {
  const fitRaw = quantileOfSorted(Float64Array.from(judged, (row) => raw[row]).sort(), FITTING_ROWS);
  const seen = zeros(Float64Array, rows.entityCount);
  const misfits = zeros(Float64Array, rows.entityCount);
  for (const row of judged) {
    seen[rows.entity[row]]++;
    if (raw[row] > fitRaw) misfits[rows.entity[row]]++;
  }
  const large = Array.from(seen.keys()).filter((e) => starts[e + 1] - starts[e] >= leastEntityRows && seen[e] > 0);
  const shares = Float64Array.from(large, (e) => misfits[e] / seen[e]).sort();
  return { fitRaw, usualMisfits: Math.max(1 - FITTING_ROWS, shares.length > 0 ? quantileOfSorted(shares, FITTING_ENTITIES) : 0), judged: large.length, tooSmall: rows.entityCount - large.length };
}
