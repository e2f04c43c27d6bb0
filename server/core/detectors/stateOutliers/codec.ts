import { resolveSettings, type SettingValues } from '../../settings/setting';
import type { Container, Tensor } from '../../models/safetensors';
import { isCalibration } from '../../evaluation/calibration';
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
import { areProfiles } from './profiles';
import { RANGE_NUMBERS } from './ranges';
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

type Fault = { readonly fault: string };
const OVERALL = 'all';

/** The model as named arrays and one JSON text; equal models give equal bytes. */
export function saveModel(model: StateOutliersModel): Container {
  const { settings, alphabet, rule, heldBack, calibration, counts, scaling, ranges } = model;
  const header: Header = { settings, alphabet, features: model.features.map(({ name }) => name), rule, heldBack, tailScale: calibration.scale };
  const tensors: Record<string, Tensor> = {
    'counts.symbols': counts.symbols, 'counts.counts': counts.counts, 'scaling.center': scaling.center, 'scaling.range': scaling.range, ranges: ranges.values,
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

/** The model, or what is wrong with the container: every array and index is checked before it is used. */
export function loadModel(container: Container): StateOutliersModel | Fault {
  let header: Header | null;
  try {
    header = JSON.parse(container.metadata['stateOutliers'] ?? 'null') as Header | null;
  } catch {
    return { fault: 'its description is no JSON' };
  }
  const settings = settingsOf(header);
  if (!header || !settings || !isAlphabet(header.alphabet) || header.alphabet.quantities.length > 0) return { fault: 'its description lacks settings or alphabet' };
  const { alphabet, tailScale, rule, heldBack } = header;
  const set = FEATURE_SETS[settings.features];
  const named = Array.isArray(header.features) ? header.features : [];
  const features = set.filter(({ name }) => named.includes(name));
  if (features.length === 0 || features.length !== named.length) return { fault: `its description names features that the set ${settings.features} does not have` };
  if (!isRule(rule) || !['entities', 'time', 'rows'].includes(heldBack)) return { fault: 'its description lacks the rule for entities' };
  const { tensors } = container;
  const float = (name: string): Float64Array => (tensors[name] instanceof Float64Array ? tensors[name] : new Float64Array(0));
  const [symbols, counts, center, range, ranges] = ['counts.symbols', 'counts.counts', 'scaling.center', 'scaling.range', 'ranges'].map(float);
  const calibration = { raw: float('calibration.raw'), tail: float('calibration.tail'), scale: tailScale };
  if (!isCalibration(calibration)) return { fault: 'its calibration is no falling curve' };
  if (symbols.length !== counts.length || symbols.length === 0 || !isAscending(symbols) || !counts.every(isCount) || !(symbols[symbols.length - 1] < kindCount(alphabet))) return { fault: 'its counts are no counts of symbols' };
  const automaton = automatonOf(container, Array.from(symbols, (symbol) => symbolKey(alphabet, symbol)), settings.transitions === 'kinds' ? undefined : attributesOf(features));
  if ('fault' in automaton) return automaton;
  const baseline = countsOf(tensors, automaton);
  if (!baseline || 'fault' in baseline) return baseline ?? { fault: 'its counts of baseline rows are missing' };
  const width = features.length;
  if (center.length !== features.length || range.length !== features.length || !center.every(Number.isFinite) || !range.every((r) => r > 0 && Number.isFinite(r))) return { fault: 'its scaling does not fit its features' };
  if (ranges.length !== (automaton.stateCount + 1) * width * RANGE_NUMBERS) return { fault: 'its ranges do not fit its states' };
  const profiles = { entities: float('profiles.entities'), shares: float('profiles.shares') };
  if (!(tensors['profiles.entities'] instanceof Float64Array && tensors['profiles.shares'] instanceof Float64Array) || !areProfiles(profiles, automaton.stateCount)) return { fault: 'its profiles do not fit its states' };
  const histograms = histogramsOf(tensors, (automaton.stateCount + 1) * width);
  if (histograms && 'fault' in histograms) return histograms;
  const grouped = modelTensors(tensors);
  const ofState: (RowsModel | undefined)[] = [];
  for (let state = 0; state <= automaton.stateCount; state++) {
    const name = state === automaton.stateCount ? OVERALL : String(state);
    const own = rowsModel(grouped.get(name), { scores: float(`tail.${name}.scores`), surprise: float(`tail.${name}.surprise`), scale: float(`tail.${name}.scale`)[0] }, OUTLIER_KINDS[settings.model], features.length);
    if (own && 'fault' in own) return own;
    ofState.push(own);
  }
  const overall = ofState.pop();
  const rows = counts.reduce((a, b) => a + b, 0);
  return {
    settings, alphabet, features, counts: { rows, symbols, counts }, scaling: { center, range }, automaton, automatonSymbols: symbols, baseline, ranges: { width, values: ranges }, histograms, overall, ofState,
    rule, profiles, heldBack, calibration, entity: settings.entity, baselineRows: rows, states: automaton.stateCount, symbols: symbols.length,
  };
}

/** The arrays of outlier models by the name of the state. */
function modelTensors(tensors: Readonly<Record<string, Tensor>>): Map<string, Record<string, Tensor>> {
  const grouped = new Map<string, Record<string, Tensor>>();
  for (const [name, tensor] of Object.entries(tensors)) {
    const [, state, key] = /^model\.([^.]+)\.(.+)$/.exec(name) ?? [];
    if (state === undefined || key === undefined) continue;
    grouped.set(state, Object.assign(grouped.get(state) ?? {}, { [key]: tensor }));
  }
  return grouped;
}

function rowsModel(tensors: Tensors | undefined, tail: RowsModel['tail'], { kind }: UsedKind, columns: number): RowsModel | Fault | undefined {
  if (!tensors) return undefined;
  const outliers = kind.load(tensors);
  if ('fault' in outliers) return outliers;
  if (outliers.columns !== columns) return { fault: `a model of a state has ${outliers.columns} columns where there are ${columns} features` };
  return isTail(tail) ? { outliers, tail } : { fault: 'the scores of a state are no rising curve' };
}

function settingsOf(header: Header | null): StateOutliersSettings | undefined {
  const given = header?.settings;
  if (typeof given !== 'object' || given === null || SETTINGS.some(({ name }) => !(name in given))) return undefined;
  const { values, problems } = resolveSettings(SETTINGS, given as unknown as SettingValues);
  return problems.length === 0 ? (values as unknown as StateOutliersSettings) : undefined;
}

function isRule(rule: unknown): rule is EntityRule {
  const { fitRaw, usualMisfits, judged, tooSmall } = (typeof rule === 'object' && rule !== null ? rule : {}) as Record<string, unknown>;
  return [fitRaw, usualMisfits].every(Number.isFinite) && [judged, tooSmall].every((n) => isCount(n as number));
}

function isAscending(values: Float64Array): boolean {
  return values.every((value, i) => isCount(value) && (i === 0 || value > values[i - 1]));
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
