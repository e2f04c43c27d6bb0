import { automatonOf, automatonTensors } from '../automatonTensors';
import type { Container, Tensor } from '../../models/safetensors';
import type { Alphabet } from '../../symbols/alphabet';
import { symbolKey } from '../../symbols/words';
import type { StateFrequencyModel } from './model';
import type { StateFrequencySettings } from './settings';

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
    ...automatonTensors(model.automaton),
  };
  return { metadata: { stateFrequency: JSON.stringify(header) }, tensors };
}

/** The model, or what is wrong with the container: every array and index is checked before it is used. */
export function loadModel(container: Container): StateFrequencyModel | { readonly fault: string } {
  let header: Header;
  try {
    header = JSON.parse(container.metadata['stateFrequency'] ?? 'null') as Header;
  } catch {
    return { fault: 'its description is no JSON' };
  }
  if (!header?.settings || !header.alphabet?.categories || !header.alphabet.quantities) return { fault: 'its description lacks settings or alphabet' };
  const float = (name: string): Float64Array | undefined => (container.tensors[name] instanceof Float64Array ? container.tensors[name] : undefined);
  const [symbols, counts, keys, most, raw, tail] = ['counts.symbols', 'counts.counts', 'visits.keys', 'visits.most', 'calibration.raw', 'calibration.tail'].map(float);
  if (!symbols || !counts || !keys || !most || !raw || !tail) return { fault: 'an array is missing' };
  if (symbols.length !== counts.length || keys.length !== most.length || raw.length !== tail.length || raw.length === 0) return { fault: 'arrays that belong together differ in length' };
  const automaton = automatonOf(container, Array.from(symbols, (symbol) => symbolKey(header.alphabet, symbol)));
  if ('fault' in automaton) return automaton;
  return {
    settings: header.settings, alphabet: header.alphabet, counts: { rows: counts.reduce((a, b) => a + b, 0), symbols, counts }, automaton, automatonSymbols: symbols,
    kind: 'default', visits: { blockLength: header.blockLength ?? Infinity, keys, most }, usualSize: header.usualSize, usualOrder: header.usualOrder,
    calibration: { raw, tail, scale: header.tailScale }, entity: header.settings.entity,
    baselineRows: counts.reduce((a, b) => a + b, 0), states: automaton.stateCount, symbols: symbols.length,
  };
}
