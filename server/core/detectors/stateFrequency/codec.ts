import * as v from 'valibot';
import { counts, type Fault, finite, isAscending, isCount, parsed, realNumber, settingRecord, storedSettings } from '../../models/checked';
import { automatonOf, automatonTensors } from '../automatonTensors';
import { countsOf, countTensors } from '../automatonView';
import type { Container, Tensor } from '../../models/safetensors';
import { isCalibration } from '../scoring/calibration';
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

const headerOf = v.object({ settings: settingRecord, alphabet: v.unknown(), usualSize: realNumber, usualOrder: realNumber, tailScale: realNumber, blockLength: v.nullable(v.pipe(realNumber, v.gtValue(0))) });

/** The model, or what is wrong with the container: every array and index is checked before it is used. */
export function loadModel({ metadata, tensors }: Container): StateFrequencyModel | Fault {
  const header = parsed(headerOf, metadata['stateFrequency']);
  if (!header) return { fault: 'its description is no JSON, or a number of it is missing' };
  const settings = settingsOf(header.settings);
  const { alphabet, usualSize, usualOrder, tailScale, blockLength } = header;
  if (!settings || !isAlphabet(alphabet)) return { fault: 'its description lacks settings or alphabet' };
  const symbols = counts(tensors['counts.symbols']), keys = counts(tensors['visits.keys']), raw = finite(tensors['calibration.raw']), tail = finite(tensors['calibration.tail']);
  if (!symbols || !keys || !raw || !tail) return { fault: 'an array is missing, or has numbers that it cannot have' };
  const calibration = { raw, tail, scale: tailScale };
  if (!isCalibration(calibration)) return { fault: 'its calibration is no falling curve' };
  const occurrences = counts(tensors['counts.counts'], symbols.length), most = counts(tensors['visits.most'], keys.length);
  if (!occurrences || !most || !isAscending(symbols) || !isAscending(keys) || !areSymbols(symbols, alphabet)) return { fault: 'its counts are no counts of symbols' };
  const automaton = automatonOf(tensors, Array.from(symbols, (symbol) => symbolKey(alphabet, symbol)));
  if ('fault' in automaton) return automaton;
  const baseline = countsOf(tensors, automaton);
  if (baseline && 'fault' in baseline) return baseline;
  const rows = occurrences.reduce((a, b) => a + b, 0);
  if (!isCount(rows)) return { fault: 'its rows are too many to be counted' };
  return {
    settings, alphabet, counts: { rows, symbols, counts: occurrences }, automaton, automatonSymbols: symbols,
    kind: 'default', visits: { blockLength: blockLength ?? Infinity, keys, most }, baseline, usualSize, usualOrder, calibration, entity: settings.entity,
    baselineRows: rows, states: automaton.stateCount, symbols: symbols.length,
  };
}

/** Whether all numbers are symbols of the alphabet. */
export function areSymbols(symbols: Float64Array, alphabet: Alphabet): boolean {
  const end = kindCount(alphabet) * sizeCount(alphabet);
  return symbols.every((symbol) => symbol < end);
}

/** The settings of a description, all of them and in range; undefined where they are not. */
export function settingsOf(given: unknown): StateFrequencySettings | undefined {
  return storedSettings(SETTINGS, given, true);
}
