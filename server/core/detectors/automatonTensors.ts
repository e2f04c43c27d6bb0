import type { Attribute } from '../automata/attributes';
import { Automaton, type AutomatonArrays } from '../automata/automaton';
import type { Guards } from '../automata/guards';
import type { Container, Tensor } from '../models/safetensors';

const TENSORS = {
  entryStart: Uint32Array, entrySymbol: Uint32Array, entryTarget: Int32Array, entryCount: Uint32Array, size: Int32Array,
  passed: Uint32Array, ended: Uint32Array, incoming: Int32Array, source: Int32Array, flags: Uint8Array, number: Int32Array,
  prefixStart: Uint32Array, prefixSymbols: Uint32Array,
} as const;

const GUARD_TENSORS = { low: Float64Array, high: Float64Array, quartiles: Float64Array, counts: Uint32Array } as const;

/** An automaton's arrays and those of its guards by name, for a model file. Types of traces are left out: detectors learn from one type. */
export function automatonTensors({ arrays, data: { guards } }: Automaton): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const name of Object.keys(TENSORS) as (keyof typeof TENSORS)[]) tensors[`automaton.${name}`] = arrays[name];
  if (guards) for (const name of Object.keys(GUARD_TENSORS) as (keyof typeof GUARD_TENSORS)[]) tensors[`guards.${name}`] = guards[name];
  return tensors;
}

/** The automaton of a model file, or what is wrong with its arrays; everything is checked before it is used. `declared`: the attributes that its transitions are guarded by; undefined: they have no guards. */
export function automatonOf(tensors: Container['tensors'], alphabet: readonly string[], declared?: readonly Attribute[]): Automaton | { readonly fault: string } {
  const read = typed<AutomatonArrays>(tensors, 'automaton.', TENSORS);
  if ('fault' in read) return read;
  const all: AutomatonArrays = { ...read, prefixType: new Uint16Array(read.size.length), passedByType: read.passed, endedByType: read.ended };
  if (!declared) return Automaton.fromArrays(alphabet, ['0'], all) ?? { fault: 'the arrays of the automaton do not fit together' };
  const bounds = typed<Omit<Guards, 'declared'>>(tensors, 'guards.', GUARD_TENSORS);
  if ('fault' in bounds) return bounds;
  return Automaton.fromArrays(alphabet, ['0'], all, { guards: { declared, ...bounds } }) ?? { fault: 'the arrays of the automaton and its guards do not fit together' };
}

/** The arrays of some names, each of its type, or which one is not. */
function typed<Arrays>(tensors: Container['tensors'], prefix: string, types: Readonly<Record<string, new (n: number) => Tensor>>): Arrays | { readonly fault: string } {
  const arrays: Record<string, Tensor> = {};
  for (const [name, type] of Object.entries(types)) {
    const tensor = tensors[prefix + name];
    if (!(tensor instanceof type)) return { fault: `the array ${prefix}${name} is missing or of another type` };
    arrays[name] = tensor;
  }
  return arrays as Arrays;
}
