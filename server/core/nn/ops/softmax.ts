import type { Value } from '../graph';
import { axisOf } from '../shapes';
import { mul, sub } from './arithmetic';
import { node, unary } from './basics';
import { exp } from './pointwise';
import { sum } from './reduce';

/** e^x / sum(e^x) along an axis (default the last). */
export function softmax(x: Value, axis = -1): Value {
  const at = axisOf(axis, x.shape, 'softmax');
  return unary(x, () => node(x.graph, 'Softmax', [x], x.shape, { axis: { int: at } }), (g, y) => {
    const t = mul(g, y);
    return sub(t, mul(y, sum(t, { axes: [at], keep: true })));
  });
}

/** Its logarithm, exact where softmax rounds to 0. */
export function logSoftmax(x: Value, axis = -1): Value {
  const at = axisOf(axis, x.shape, 'logSoftmax');
  return unary(x, () => node(x.graph, 'LogSoftmax', [x], x.shape, { axis: { int: at } }), (g, y) => sub(g, mul(exp(y), sum(g, { axes: [at], keep: true }))));
}
