import { sizeOf } from '../../../nn/shapes';
import { buildNet, type LineModel } from './lineModel';
import type { Weights } from './training';

/** Weights of a model by name, and how many numbers each has: what its file must hold. */
export function weightSizes(model: LineModel): Readonly<Record<string, number>> {
  return Object.fromEntries(parametersOf(model).map(({ name, shape }) => [name, sizeOf(shape)]));
}

/** Numbers that training changes. */
export function parameterCount(model: LineModel): number {
  return Object.values(weightSizes(model)).reduce((sum, size) => sum + size, 0);
}

/**
 * Weights of a model for the same one over a vocabulary that grew: vectors of known values move to their new rows, those of new values begin as the unknown value's.
 * `translation`: what each token is in the new vocabulary. O(weights).
 */
export function grownWeights(from: LineModel, to: LineModel, weights: Weights, translation: Int32Array): Weights {
  const shapes = new Map(parametersOf(from).map(({ name, shape }) => [name, shape]));
  return Object.fromEntries(parametersOf(to).map(({ name, shape }) => {
    const old = weights[name];
    const rows = shapes.get(name)?.[0] ?? 0;
    if (rows === shape[0] && old.length === sizeOf(shape)) return [name, old];
    const width = sizeOf(shape) / shape[0];
    const grown = new Float32Array(sizeOf(shape));
    const unknown = old.subarray((rows - 1) * width, rows * width);
    const move = rowMoves(from, to, name, rows, translation);
    for (let row = 0; row < shape[0]; row++) grown.set(unknown, row * width);
    for (let row = 0; row < rows; row++) grown.set(old.subarray(row * width, (row + 1) * width), move(row) * width);
    return [name, grown];
  }));
}

function parametersOf(model: LineModel): readonly { readonly name: string; readonly shape: readonly number[] }[] {
  return buildNet(model, 1, false).graph.parameters.map(({ value }) => value);
}

/** Where the rows of a weight go: rows are tokens, or values of the table that its name has the number of (of a position, for a bias). */
function rowMoves(from: LineModel, to: LineModel, name: string, rows: number, translation: Int32Array): (row: number) => number {
  const [, kind, number] = /^(values|bias)(\d+)/.exec(name) ?? [];
  const [before, after] = [from.tables, to.tables];
  if (!before || !after || number === undefined) return (row) => translation[row] ?? row;
  const table = kind === 'bias' ? before.tableOf[Number(number)] : Number(number);
  const last = after.tokens[table].length - 1;
  return (row) => (row === rows - 1 ? last : after.rowOf[table][translation[before.tokens[table][row]]]);
}
