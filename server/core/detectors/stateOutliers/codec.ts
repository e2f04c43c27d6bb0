import * as v from 'valibot';
import { counts, type Fault, finite, isAscending, isCount, parsed, realNumber, settingRecord, shortText, storedSettings, wholeNumber } from '../../models/checked';
import type { Container, Tensor } from '../../models/safetensors';
import { isCalibration } from '../scoring/calibration';
import type { Tensors } from '../../outliers/outlierModel';
import { type Alphabet, isAlphabet, kindCount } from '../../symbols/alphabet';
import { symbolKey } from '../../symbols/words';
import { automatonOf, automatonTensors } from '../automatonTensors';
import { countsOf, countTensors } from '../automatonView';
import { FEATURE_SETS } from './features';
import { histogramsOf, histogramTensors } from './histograms';
import type { RowsModel } from './judge';
import type { EntityRule, StateOutliersModel } from './model';
import { OUTLIER_KINDS, type UsedKind } from './outlierKinds';
import { profilesOf } from './profiles';
import { rangesOf } from './ranges';
import { SETTINGS, type StateOutliersSettings } from './settings';
import { isTail } from './tail';
import { attributesOf } from './traces';

interface Header {
  readonly settings: StateOutliersSettings;
  readonly alphabet: Alphabet;
  /** Names of the features of the set that the baseline had. */
  readonly features: readonly string[];
  readonly tailScale: number;
  readonly rule: EntityRule;
  readonly heldBack: StateOutliersModel['heldBack'];
}

const OVERALL = 'all';

/** The model as named arrays and one JSON text; equal models give equal bytes. */
export function saveModel(model: StateOutliersModel): Container {
  const { settings, alphabet, heldBack, calibration, scaling, ranges } = model;
  const header: Header = { settings, alphabet, features: model.features.map(({ name }) => name), rule: model.rule, heldBack, tailScale: calibration.scale };
  const tensors: Record<string, Tensor> = {
    'counts.symbols': model.counts.symbols, 'counts.counts': model.counts.counts, 'scaling.center': scaling.center, 'scaling.range': scaling.range, ranges: ranges.values,
    'profiles.entities': model.profiles.entities, 'profiles.shares': model.profiles.shares,
    'calibration.raw': calibration.raw, 'calibration.tail': calibration.tail, ...automatonTensors(model.automaton), ...countTensors(model.baseline), ...histogramTensors(model.histograms),
  };
  const add = (name: string, rows: RowsModel | undefined): void => {
    if (!rows) return;
    for (const [key, tensor] of Object.entries(rows.outliers.save())) tensors[`model.${name}.${key}`] = tensor;
    Object.assign(tensors, { [`tail.${name}.scores`]: rows.tail.scores, [`tail.${name}.surprise`]: rows.tail.surprise, [`tail.${name}.scale`]: Float64Array.of(rows.tail.scale) });
  };
  model.ofState.forEach((own, state) => add(String(state), own));
  add(OVERALL, model.overall);
  return { metadata: { stateOutliers: JSON.stringify(header) }, tensors };
}

const ruleOf = v.object({ fitRaw: realNumber, usualMisfits: realNumber, judged: wholeNumber, tooSmall: wholeNumber });
const headerOf = v.object({ settings: settingRecord, alphabet: v.unknown(), features: v.array(shortText), tailScale: realNumber, rule: ruleOf, heldBack: v.picklist(['entities', 'time', 'rows']) });

/** The model, or what is wrong with the container: every array and index is checked before it is used. */
export function loadModel({ metadata, tensors }: Container): StateOutliersModel | Fault {
  const header = parsed(headerOf, metadata['stateOutliers']);
  if (!header) return { fault: 'its description is no JSON, or lacks a number or the rule for entities' };
  const settings = storedSettings<StateOutliersSettings>(SETTINGS, header.settings, true);
  const { alphabet, tailScale, rule, heldBack, features: named } = header;
  if (!settings || !isAlphabet(alphabet) || alphabet.quantities.length > 0) return { fault: 'its description lacks settings or alphabet' };
  const features = FEATURE_SETS[settings.features].filter(({ name }) => named.includes(name));
  const width = features.length;
  if (width === 0 || width !== named.length) return { fault: `its description names features that the set ${settings.features} does not have` };
  const raw = finite(tensors['calibration.raw']), tail = finite(tensors['calibration.tail']);
  if (!raw || !tail || !isCalibration({ raw, tail, scale: tailScale })) return { fault: 'its calibration is no falling curve' };
  const symbols = counts(tensors['counts.symbols']), occurrences = counts(tensors['counts.counts'], symbols?.length ?? 0);
  if (!symbols || !occurrences || symbols.length === 0 || !isAscending(symbols) || !(symbols[symbols.length - 1] < kindCount(alphabet))) return { fault: 'its counts are no counts of symbols' };
  const rows = occurrences.reduce((a, b) => a + b, 0);
  if (!isCount(rows)) return { fault: 'its rows are too many to be counted' };
  const automaton = automatonOf(tensors, Array.from(symbols, (symbol) => symbolKey(alphabet, symbol)), settings.transitions === 'kinds' ? undefined : attributesOf(features));
  if ('fault' in automaton) return automaton;
  const baseline = countsOf(tensors, automaton);
  if (!baseline || 'fault' in baseline) return baseline ?? { fault: 'its counts of baseline rows are missing' };
  const center = finite(tensors['scaling.center'], { length: width }), range = finite(tensors['scaling.range'], { length: width, min: Number.MIN_VALUE });
  if (!center || !range) return { fault: 'its scaling does not fit its features' };
  const ranges = rangesOf(tensors['ranges'], width, automaton.stateCount + 1);
  if (!ranges) return { fault: 'its ranges do not fit its states' };
  const profiles = profilesOf(tensors['profiles.entities'], tensors['profiles.shares'], automaton.stateCount);
  if (!profiles) return { fault: 'its profiles do not fit its states' };
  const histograms = histogramsOf(tensors, (automaton.stateCount + 1) * width);
  if (histograms && 'fault' in histograms) return histograms;
  const grouped = modelTensors(tensors);
  const ofState: (RowsModel | undefined)[] = [];
  for (let state = 0; state <= automaton.stateCount; state++) {
    const name = state === automaton.stateCount ? OVERALL : String(state);
    const own = rowsModel(grouped.get(name), tailOf(tensors, name), OUTLIER_KINDS[settings.model], width);
    if (own && 'fault' in own) return own;
    ofState.push(own);
  }
  const overall = ofState.pop();
  return {
    settings, alphabet, features, counts: { rows, symbols, counts: occurrences }, scaling: { center, range }, automaton, automatonSymbols: symbols, baseline, ranges, histograms, overall, ofState,
    rule, profiles, heldBack, calibration: { raw, tail, scale: tailScale }, entity: settings.entity, baselineRows: rows, states: automaton.stateCount, symbols: symbols.length,
  };
}

function tailOf(tensors: Tensors, name: string): RowsModel['tail'] | undefined {
  const scores = finite(tensors[`tail.${name}.scores`]), surprise = finite(tensors[`tail.${name}.surprise`]), scale = finite(tensors[`tail.${name}.scale`], { length: 1 });
  return scores && surprise && scale && { scores, surprise, scale: scale[0] };
}

/** The arrays of outlier models by the name of the state. */
function modelTensors(tensors: Readonly<Record<string, Tensor>>): Map<string, Record<string, Tensor>> {
  const grouped = new Map<string, Record<string, Tensor>>();
  for (const [name, tensor] of Object.entries(tensors)) {
    const [, state, key] = /^model\.([^.]+)\.(.+)$/.exec(name) ?? [];
    if (state === undefined || key === undefined) continue;
    const own = grouped.get(state) ?? (Object.create(null) as Record<string, Tensor>);
    own[key] = tensor;
    grouped.set(state, own);
  }
  return grouped;
}

function rowsModel(tensors: Tensors | undefined, tail: RowsModel['tail'] | undefined, { kind }: UsedKind, columns: number): RowsModel | Fault | undefined {
  if (!tensors) return undefined;
  const outliers = kind.load(tensors);
  if ('fault' in outliers) return outliers;
  if (outliers.columns !== columns) return { fault: `a model of a state has ${outliers.columns} columns where there are ${columns} features` };
  return tail && isTail(tail) ? { outliers, tail } : { fault: 'the scores of a state are no rising curve' };
}
