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
  const before = weightSizes(from);
  const tokens = tokenOrigins(from, to, translation);
  return Object.fromEntries(parametersOf(to).map(({ name, shape }) => {
    const { name: old, origins } = tableOrigins(from, to, name, translation) ?? { name, origins: before[name] === sizeOf(shape) ? undefined : tokens };
    if (!origins) return [name, weights[old]];
    const width = sizeOf(shape) / shape[0];
    const grown = new Float32Array(sizeOf(shape));
    origins.forEach((row, at) => grown.set(weights[old].subarray(row * width, (row + 1) * width), at * width));
    return [name, grown];
  }));
}

function parametersOf(model: LineModel): readonly { readonly name: string; readonly shape: readonly number[] }[] {
  return buildNet(model, 1, false).graph.parameters.map(({ value }) => value);
}

/** The token of the old vocabulary whose vector each token begins with. */
function tokenOrigins(from: LineModel, to: LineModel, translation: Int32Array): Int32Array {
  const origins = new Int32Array(to.space.size);
  for (let position = 0; position < to.columns; position++) {
    const unknown = from.space.candidates(position).at(-1) ?? 0;
    for (const token of to.space.candidates(position)) origins[token] = unknown;
  }
  translation.forEach((token, old) => (origins[token] = old));
  return origins;
}

/**
 * The same for a weight whose rows are the values of a table, with the weight's name in the old model; undefined where they are none. Names have the number of the table, or of
 * the position for a bias; positions that shared a table may have one each now.
 */
function tableOrigins(from: LineModel, to: LineModel, name: string, translation: Int32Array): { readonly name: string; readonly origins: Int32Array } | undefined {
  const [, kind, number] = /^(values|bias)(\d+)/.exec(name) ?? [];
  if (!from.tables || !to.tables || number === undefined) return undefined;
  const position = kind === 'bias' ? Number(number) : to.tables.tableOf.indexOf(Number(number));
  const [before, after] = [from.tables.tableOf[position], to.tables.tableOf[position]];
  const old = from.tables.tokens[before];
  const origins = new Int32Array(to.tables.tokens[after].length).fill(old.length - 1);
  for (let row = 0; row < old.length - 1; row++) origins[to.tables.rowOf[after][translation[old[row]]]] = row;
  return { name: kind === 'bias' ? name : name.replace(/^values\d+/, `values${before}`), origins };
}
