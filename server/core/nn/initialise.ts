import type { Rng } from '../util/rng';
import { randomNormal } from '../util/rng';
import type { Shape } from './shapes';
import { sizeOf } from './shapes';

/** First numbers of a parameter. A weight of a linear layer has the shape [outputs, inputs]. */
export type Initialiser = (shape: Shape, rng: Rng) => Float32Array;

const fill = (shape: Shape, draw: () => number): Float32Array => Float32Array.from({ length: sizeOf(shape) }, draw);

/** Numbers that come into and go out of one unit: product of all axes but the first, and of all but the second. */
function fans(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  const field = sizeOf(shape.slice(2));
  return { fanIn: (shape[1] ?? 1) * field, fanOut: (shape[0] ?? 1) * field };
}

export const constant = (x: number): Initialiser => (shape) => new Float32Array(sizeOf(shape)).fill(x);
export const zeros = constant(0);
export const ones = constant(1);

export const uniform = (low: number, high: number): Initialiser => (shape, rng) => fill(shape, () => low + (high - low) * rng());
export const normal = (mean: number, deviation: number): Initialiser => (shape, rng) => fill(shape, () => mean + deviation * randomNormal(rng));

/** Normal numbers drawn again while they are more than two deviations off the mean. */
export const truncatedNormal = (mean: number, deviation: number): Initialiser => (shape, rng) =>
  fill(shape, () => {
    let z = randomNormal(rng);
    while (Math.abs(z) > 2) z = randomNormal(rng);
    return mean + deviation * z;
  });

/** Uniform in +-sqrt(6 / (in + out)) (Glorot and Bengio 2010). */
export const xavierUniform: Initialiser = (shape, rng) => {
  const { fanIn, fanOut } = fans(shape);
  const bound = Math.sqrt(6 / (fanIn + fanOut));
  return uniform(-bound, bound)(shape, rng);
};

/** Normal with variance 1 / in (LeCun et al. 1998), what SELU needs. */
export const lecunNormal: Initialiser = (shape, rng) => normal(0, Math.sqrt(1 / fans(shape).fanIn))(shape, rng);

/** Uniform in +-1 / sqrt(in): what PyTorch's linear layers start from. */
export const fanInUniform: Initialiser = (shape, rng) => {
  const bound = 1 / Math.sqrt(fans(shape).fanIn);
  return uniform(-bound, bound)(shape, rng);
};
