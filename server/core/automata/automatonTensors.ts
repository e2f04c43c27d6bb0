import { Automaton } from './automaton';
import type { Tensor } from '../models/safetensors';
import type { AutomatonArrays, AutomatonData } from './automaton';

const TENSORS = {
  entryStart: Uint32Array, entrySymbol: Uint32Array, entryTarget: Int32Array, entryCount: Uint32Array, size: Int32Array,
  passed: Uint32Array, ended: Uint32Array, incoming: Int32Array, source: Int32Array, flags: Uint8Array, number: Int32Array,
  prefixStart: Uint32Array, prefixSymbols: Uint32Array, prefixType: Uint32Array, passedByType: Uint32Array, endedByType: Uint32Array,
} as const;

/** An automaton's arrays, each name behind `prefix`. */
export function tensorsOf(automaton: Automaton, prefix: string): Record<string, Tensor> {
  const { arrays } = automaton;
  return Object.fromEntries(Object.keys(TENSORS).map((name) => [prefix + name, name === 'prefixType' ? Uint32Array.from(arrays.prefixType) : arrays[name as Exclude<keyof AutomatonArrays, 'prefixType'>]]));
}

/** The automaton of such tensors, or what is wrong with them. */
export function automatonFrom(tensors: Readonly<Record<string, Tensor>>, prefix: string, alphabet: readonly string[], typeNames: readonly string[], data: AutomatonData = {}): Automaton | { readonly fault: string } {
  const arrays: Record<string, Tensor> = {};
  for (const [name, type] of Object.entries(TENSORS)) {
    const tensor = tensors[prefix + name];
    if (!(tensor instanceof type)) return { fault: `the array ${prefix}${name} is missing or of another type` };
    arrays[name] = tensor;
  }
  const read = arrays as unknown as AutomatonArrays;
  // Numbers beyond 16 bits would become others.
  if (arrays['prefixType'].some((type) => type > 0xffff)) return { fault: 'the types of its prefixes are too many' };
  return Automaton.fromArrays(alphabet, typeNames, { ...read, prefixType: Uint16Array.from(read.prefixType) }, data) ?? { fault: 'the arrays of the automaton do not fit together' };
}
