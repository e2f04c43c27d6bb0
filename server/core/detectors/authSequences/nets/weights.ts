import { sizeOf } from '../../../nn/shapes';
import { buildNet, type LineModel } from './lineModel';

/** Weights of a model by name, and how many numbers each has: what its file must hold. */
export function weightSizes(model: LineModel): Readonly<Record<string, number>> {
  return Object.fromEntries(buildNet(model, 1, false).graph.parameters.map(({ value }) => [value.name, sizeOf(value.shape)]));
}
