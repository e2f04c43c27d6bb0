import { Automaton } from '../../automata/automaton';
import type { AutomatonArrays } from '../../automata/automaton';
import type { Container, Tensor } from '../../models/safetensors';
import type { Alphabet } from '../../symbols/alphabet';
import { symbolKey } from '../../symbols/words';
import type { StateFrequencyModel } from './model';
import type { StateFrequencySettings } from './settings';

const TENSORS = {
  entryStart: Uint32Array, entrySymbol: Uint32Array, entryTarget: Int32Array, entryCount: Uint32Array, size: Int32Array,
  passed: Uint32Array, ended: Uint32Array, incoming: Int32Array, source: Int32Array, flags: Uint8Array, number: Int32Array,
  prefixStart: Uint32Array, prefixSymbols: Uint32Array,
} as const;

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
  const { arrays } = model.automaton;
  const header: Header = {
    settings: model.settings, alphabet: model.alphabet, usualSize: model.usualSize, usualOrder: model.usualOrder,
    tailScale: model.calibration.scale, blockLength: model.visits.blockLength === Infinity ? null : model.visits.blockLength,
  };
  const tensors: Record<string, Tensor> = {
    'counts.symbols': model.counts.symbols, 'counts.counts': model.counts.counts,
    'visits.keys': model.visits.keys, 'visits.most': model.visits.most,
    'calibration.raw': model.calibration.raw, 'calibration.tail': model.calibration.tail,
  };
  for (const name of Object.keys(TENSORS) as (keyof typeof TENSORS)[]) tensors[`automaton.${name}`] = arrays[name];
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
  const arrays = automatonArrays(container);
  if ('fault' in arrays) return arrays;
  const alphabet = Array.from(symbols, (symbol) => symbolKey(header.alphabet, symbol));
  if (arrays.entrySymbol.some((s) => s >= alphabet.length)) return { fault: 'a transition has a symbol that the alphabet lacks' };
  const automaton = new Automaton(alphabet, ['0'], arrays);
  return {
    settings: header.settings, alphabet: header.alphabet, counts: { rows: counts.reduce((a, b) => a + b, 0), symbols, counts }, automaton, automatonSymbols: symbols,
    visits: { blockLength: header.blockLength ?? Infinity, keys, most }, usualSize: header.usualSize, usualOrder: header.usualOrder,
    calibration: { raw, tail, scale: header.tailScale }, entity: header.settings.entity,
    baselineRows: counts.reduce((a, b) => a + b, 0), states: automaton.stateCount, symbols: symbols.length,
  };
}

function automatonArrays(container: Container): AutomatonArrays | { readonly fault: string } {
  const arrays: Record<string, Tensor> = {};
  for (const [name, type] of Object.entries(TENSORS)) {
    const tensor = container.tensors[`automaton.${name}`];
    if (!(tensor instanceof type)) return { fault: `the array automaton.${name} is missing or of another type` };
    arrays[name] = tensor;
  }
  const a = arrays as unknown as AutomatonArrays;
  const states = a.size.length;
  const entries = a.entrySymbol.length;
  if (states === 0 || a.entryStart.length !== states + 1 || a.entryStart[states] !== entries || a.entryTarget.length !== entries || a.entryCount.length !== entries) return { fault: 'the arrays of the automaton do not fit together' };
  for (const perState of [a.passed, a.ended, a.incoming, a.source, a.flags, a.number]) if (perState.length !== states) return { fault: 'an array of the automaton lacks states' };
  for (let q = 0; q < states; q++) if (a.entryStart[q] > a.entryStart[q + 1]) return { fault: 'the entries of the automaton are out of order' };
  for (const target of a.entryTarget) if (target < -1 || target >= states) return { fault: 'a transition leads outside the automaton' };
  return { ...a, prefixType: new Uint16Array(states), passedByType: a.passed, endedByType: a.ended };
}
