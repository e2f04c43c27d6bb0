import { sizeOf } from '../../../nn/shapes';
import type { LineModel } from './lineModel';
import { buildNet } from './lineModel';

/** Weights of a model by name, and how many numbers each has: what its file must hold. */
export function weightSizes(model: LineModel): Readonly<Record<string, number>> {
  return Object.fromEntries(buildNet(model, 1, false).graph.parameters.map(({ value }) => [value.name, sizeOf(value.shape)]));
}

/** Numbers that training changes. */
export function parameterCount(model: LineModel): number {
  return Object.values(weightSizes(model)).reduce((sum, size) => sum + size, 0);
}
