import type { ElementType, TensorData, Tensors, TensorSpec } from '../../core/nn/runtime';
import { NeuralError } from '../../core/nn/runtime';

const ARRAYS = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, uint8: Uint8Array, bool: Uint8Array } as const satisfies Record<ElementType, unknown>;

/** Numbers in a tensor; 1 for a scalar. */
export function sizeOf({ shape }: TensorSpec): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Zeros for a tensor. */
export function emptyTensor(spec: TensorSpec): TensorData {
  return new ARRAYS[spec.type](sizeOf(spec));
}

/** Copies with memory of their own: what came through a channel is often a view of a whole message. */
export function ownTensors(tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, data]) => [name, data.slice()]));
}

/**
 * Throws a `NeuralError` unless `tensors` are of the types and sizes that `specs` ask for, with no other names.
 * `partly`: some may be missing.
 */
export function checkTensors(what: string, specs: readonly TensorSpec[], tensors: Tensors, partly = false): void {
  const known = new Set<string>();
  for (const spec of specs) {
    known.add(spec.name);
    const data = Object.hasOwn(tensors, spec.name) ? tensors[spec.name] : undefined;
    if (data === undefined) {
      if (partly) continue;
      throw new NeuralError('program', `The ${what} "${spec.name}" is missing.`);
    }
    if (!(data instanceof ARRAYS[spec.type])) throw new NeuralError('program', `The ${what} "${spec.name}" must be a ${ARRAYS[spec.type].name} (${spec.type}), it is a ${(data as object).constructor.name}.`);
    if (data.length !== sizeOf(spec)) throw new NeuralError('program', `The ${what} "${spec.name}" must have ${sizeOf(spec)} numbers (shape [${spec.shape.join(', ')}]), it has ${data.length}.`);
  }
  const stranger = Object.keys(tensors).find((name) => !known.has(name));
  if (stranger !== undefined) throw new NeuralError('program', `The program has no ${what} "${stranger}"; it has ${[...known].join(', ') || 'none'}.`);
}
