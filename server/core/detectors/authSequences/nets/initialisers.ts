import type { Initialiser } from '../../../nn/initialise';
import { truncatedNormal, xavierUniform } from '../../../nn/initialise';

/** Linear layers of the published transformers: Xavier uniform, divided by the root of the inputs (specs/auth-sequence.md, section 4). */
export const scaledXavier: Initialiser = (shape, rng) => {
  const scale = 1 / Math.sqrt(shape[1] ?? 1);
  return xavierUniform(shape, rng).map((x) => x * scale);
};

/** Weights of the published LSTM models: a normal distribution cut at two deviations of 1 / sqrt(inputs). */
export const scaledTruncated: Initialiser = (shape, rng) => truncatedNormal(0, 1 / Math.sqrt(shape[1] ?? shape[0] ?? 1))(shape, rng);

/** Their embeddings: the same with deviation 1. */
export const truncated: Initialiser = truncatedNormal(0, 1);
