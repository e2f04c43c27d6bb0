import { Automaton, type AutomatonArrays } from '../automata/automaton';
import type { Container, Tensor } from '../models/safetensors';

const TENSORS = {
  entryStart: Uint32Array, entrySymbol: Uint32Array, entryTarget: Int32Array, entryCount: Uint32Array, size: Int32Array,
  passed: Uint32Array, ended: Uint32Array, incoming: Int32Array, source: Int32Array, flags: Uint8Array, number: Int32Array,
  prefixStart: Uint32Array, prefixSymbols: Uint32Array,
} as const;

/** An automaton's arrays by name, for a model file. Types of traces are left out: detectors learn from one type. */
export function automatonTensors(automaton: Automaton): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const name of Object.keys(TENSORS) as (keyof typeof TENSORS)[]) tensors[`automaton.${name}`] = automaton.arrays[name];
  return tensors;
}

/** The automaton of a model file, or what is wrong with its arrays; everything is checked before it is used. */
export function automatonOf(container: Container, alphabet: readonly string[]): Automaton | { readonly fault: string } {
  const arrays: Record<string, Tensor> = {};
  for (const [name, type] of Object.entries(TENSORS)) {
    const tensor = container.tensors[`automaton.${name}`];
    if (!(tensor instanceof type)) return { fault: `the array automaton.${name} is missing or of another type` };
    arrays[name] = tensor;
  }
  const read = arrays as unknown as AutomatonArrays;
  const all: AutomatonArrays = { ...read, prefixType: new Uint16Array(read.size.length), passedByType: read.passed, endedByType: read.ended };
  return Automaton.fromArrays(alphabet, ['0'], all) ?? { fault: 'the arrays of the automaton do not fit together' };
}
