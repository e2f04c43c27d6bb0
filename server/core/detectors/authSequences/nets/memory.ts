import type { Value } from '../../../nn/graph';
import type { Program, StateSpec } from '../../../nn/runtime';
import type { Net } from './net';

/** Outputs that replace what a net remembers; none for most. */
export function memoryOutputs({ memory = [] }: Net): Record<string, Value> {
  return Object.fromEntries(memory.map(({ value, next }) => [nextOf(value.name), next]));
}

/** The program with its memory among what the runtime keeps from call to call. */
export function withMemory<P extends Program>(program: P, { memory = [] }: Net): P {
  const names = new Set(memory.map(({ value }) => value.name));
  const kept = program.inputs.filter(({ name }) => names.has(name)).map((spec): StateSpec => ({ ...spec, next: nextOf(spec.name) }));
  const replacing = new Set(kept.map(({ next }) => next));
  return { ...program, inputs: program.inputs.filter(({ name }) => !names.has(name)), outputs: program.outputs.filter(({ name }) => !replacing.has(name)), state: [...program.state, ...kept] };
}

function nextOf(name: string): string {
  return `next.${name}`;
}
