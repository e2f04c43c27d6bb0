import { automatonOf, automatonTensors } from '../automatonTensors';
import { countsOf, countTensors } from '../automatonView';
import type { Container, Tensor } from '../../models/safetensors';
import { isCalibration } from '../../evaluation/calibration';
import { resolveSettings, type SettingValues } from '../../settings/setting';
import { type Alphabet, isAlphabet, kindCount, sizeCount } from '../../symbols/alphabet';
import { symbolKey } from '../../symbols/words';
import type { StateFrequencyModel } from './model';
import { SETTINGS, type StateFrequencySettings } from './settings';

interface Header {
  readonly settings: StateFrequencySettings;
  readonly alphabet: Alphabet;
  readonly usualSize: number;
  readonly usualOrder: number;
  readonly tailScale: number;
  /** Seconds, or null for no limit. */
  readonly blockLength: number | null;
}

/** The model as named arrays and one JSON text; equal models give equal bytes. */
export function saveModel(model: StateFrequencyModel): Container {
  const header: Header = {
    settings: model.settings, alphabet: model.alphabet, usualSize: model.usualSize, usualOrder: model.usualOrder,
    tailScale: model.calibration.scale, blockLength: model.visits.blockLength === Infinity ? null : model.visits.blockLength,
  };
  const tensors: Record<string, Tensor> = {
    'counts.symbols': model.counts.symbols, 'counts.counts': model.counts.counts,
    'visits.keys': model.visits.keys, 'visits.most': model.visits.most,
    'calibration.raw': model.calibration.raw, 'calibration.tail': model.calibration.tail,
    ...automatonTensors(model.automaton), ...countTensors(model.baseline),
  };
  return { metadata: { stateFrequency: JSON.stringify(header) }, tensors };
}

/** The model, or what is wrong with the container: every array and index is checked before it is used. */
export function loadModel(container: Container): StateFrequencyModel | { readonly fault: string } {
  let header: Header | null;
  try {
    header = JSON.parse(container.metadata['stateFrequency'] ?? 'null') as Header | null;
  } catch {
    return { fault: 'its description is no JSON' };
  }
  const settings = settingsOf(header);
  if (!header || !settings || !isAlphabet(header.alphabet)) return { fault: 'its description lacks settings or alphabet' };
  const { alphabet, usualSize, usualOrder, tailScale, blockLength } = header;
  if (![usualSize, usualOrder, blockLength ?? 1].every(Number.isFinite) || (blockLength ?? 1) <= 0) return { fault: 'a number of its description is missing' };
  const float = (name: string): Float64Array | undefined => (container.tensors[name] instanceof Float64Array ? container.tensors[name] : undefined);
  const [symbols, counts, keys, most, raw, tail] = ['counts.symbols', 'counts.counts', 'visits.keys', 'visits.most', 'calibration.raw', 'calibration.tail'].map(float);
  if (!symbols || !counts || !keys || !most || !raw || !tail) return { fault: 'an array is missing' };
  if (symbols.length !== counts.length || keys.length !== most.length) return { fault: 'arrays that belong together differ in length' };
  const calibration = { raw, tail, scale: tailScale };
  if (!isCalibration(calibration)) return { fault: 'its calibration is no falling curve' };
  if (!isAscending(symbols) || !isAscending(keys) || !counts.every(isCount) || !most.every(isCount) || !(symbols[symbols.length - 1] < kindCount(alphabet) * sizeCount(alphabet))) return { fault: 'its counts are no counts of symbols' };
  const automaton = automatonOf(container, Array.from(symbols, (symbol) => symbolKey(alphabet, symbol)));
  if ('fault' in automaton) return automaton;
  const baseline = countsOf(container.tensors, automaton);
  if (baseline && 'fault' in baseline) return baseline;
  const rows = counts.reduce((a, b) => a + b, 0);
  return {
    settings, alphabet, counts: { rows, symbols, counts }, automaton, automatonSymbols: symbols,
    kind: 'default', visits: { blockLength: blockLength ?? Infinity, keys, most }, baseline, usualSize, usualOrder, calibration, entity: settings.entity,
    baselineRows: rows, states: automaton.stateCount, symbols: symbols.length,
  };
}

/** The settings of a description, all of them and in range; undefined where they are not. */
export function settingsOf(header: { readonly settings?: unknown } | null): StateFrequencySettings | undefined {
  const given = header?.settings;
  if (typeof given !== 'object' || given === null || SETTINGS.some(({ name }) => !(name in given))) return undefined;
  const { values, problems } = resolveSettings(SETTINGS, given as SettingValues);
  return problems.length === 0 ? (values as unknown as StateFrequencySettings) : undefined;
}

function isAscending(values: Float64Array): boolean {
  return values.every((value, i) => isCount(value) && (i === 0 || value > values[i - 1]));
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
