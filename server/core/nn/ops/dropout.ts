import type { Value } from '../graph';
import { add, cast, mul } from './arithmetic';
import { SELU } from './pointwise';

/** Zeros a share `rate` of the numbers and scales the others by 1 / (1 - rate) (inverted dropout). `name` is the mask's, an input that `maskSource` fills. At rate 0 nothing happens. */
export function dropout(x: Value, rate: number, name: string): Value {
  if (rate === 0) return x;
  const mask = x.graph.mask(name, x.shape, rate);
  return mul(x, mul(cast(mask, x.type), 1 / (1 - rate)));
}

/** Dropout that keeps mean 0 and variance 1 of SELU's outputs: dropped numbers become SELU's lower limit, and all are scaled and shifted (Klambauer et al. 2017, section "New dropout technique"). */
export function alphaDropout(x: Value, rate: number, name: string): Value {
  if (rate === 0) return x;
  const keep = 1 - rate;
  const low = -SELU.alpha * SELU.scale;
  const scale = 1 / Math.sqrt(keep * (1 + rate * low * low));
  const mask = cast(x.graph.mask(name, x.shape, rate), x.type);
  // scale * (mask * x + (1 - mask) * low) + shift with shift = -scale * rate * low.
  return add(mul(mask, mul(add(x, -low), scale)), scale * low * (1 - rate));
}
