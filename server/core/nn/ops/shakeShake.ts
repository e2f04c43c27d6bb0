import type { Value } from '../graph';
import { add, mul, sub } from './arithmetic';
import { unbroadcast } from './basics';

/**
 * Shake-Shake of two branches (Gastaldi 2017): forward `alpha * a + (1 - alpha) * b`, backward with `beta` in alpha's place. a and b have one shape; alpha and beta broadcast to it and are fed, uniform in [0, 1).
 * For inference use the mean of the branches.
 */
export function shakeShake(a: Value, b: Value, alpha: Value, beta: Value): Value {
  const [y] = a.graph.differentiable([a, b], () => [add(b, mul(alpha, sub(a, b)))], ([g]) => {
    if (g === undefined) return [];
    const toA = mul(g, beta);
    return [unbroadcast(toA, a.shape), unbroadcast(sub(g, toA), b.shape)];
  });
  return y;
}
