import type { Attributes, Value } from '../graph';
import { add, div, mul, sub } from './arithmetic';
import { node, unary } from './basics';

const of = (x: Value, op: string, attributes?: Attributes): Value => node(x.graph, op, [x], x.shape, attributes);

export function exp(x: Value): Value {
  return unary(x, () => of(x, 'Exp'), (g, y) => mul(g, y));
}

export function log(x: Value): Value {
  return unary(x, () => of(x, 'Log'), (g) => div(g, x));
}

/** Its gradient is infinite at 0: add a small number first. */
export function sqrt(x: Value): Value {
  return unary(x, () => of(x, 'Sqrt'), (g, y) => div(mul(g, 0.5), y));
}

/** Its gradient at 0 is 0. */
export function abs(x: Value): Value {
  return unary(x, () => of(x, 'Abs'), (g) => mul(g, of(x, 'Sign')));
}

export function tanh(x: Value): Value {
  return unary(x, () => of(x, 'Tanh'), (g, y) => mul(g, sub(1, mul(y, y))));
}

export function sigmoid(x: Value): Value {
  return unary(x, () => of(x, 'Sigmoid'), (g, y) => mul(g, mul(y, sub(1, y))));
}

/** 1 where x > 0, else 0: several times as fast as Sign or a comparison. The least positive numbers, below 1e-37, give less than 1. */
function positive(x: Value): Value {
  return of(x, 'HardSigmoid', { alpha: { float: 1e37 }, beta: { float: 0 } });
}

/** max(x, 0); its gradient at 0 is 0. */
export function relu(x: Value): Value {
  return unary(x, () => of(x, 'Relu'), (g, y) => mul(g, positive(y)));
}

/** The constants of Klambauer et al. 2017, "Self-normalizing neural networks". */
export const SELU = { alpha: 1.6732632423543772848, scale: 1.0507009873554804934 };

/** scale * x where x > 0, scale * alpha * (e^x - 1) elsewhere. */
export function selu(x: Value): Value {
  const { alpha, scale } = SELU;
  const attributes = { alpha: { float: alpha }, gamma: { float: scale } };
  // The slope is y + scale * alpha where y <= 0, and scale elsewhere: there the minimum takes the second operand, which is 0 where y <= 0.
  return unary(x, () => of(x, 'Selu', attributes), (g, y) => {
    const below = node(x.graph, 'Min', [y, mul(positive(y), scale - scale * alpha)], x.shape);
    return mul(g, add(below, scale * alpha));
  });
}

/** x * Phi(x), exact (by erf), as in BERT. */
export function gelu(x: Value): Value {
  return unary(x, () => node(x.graph, 'Gelu', [x], x.shape), (g) => {
    const half = mul(add(of(mul(x, Math.SQRT1_2), 'Erf'), 1), 0.5);
    const density = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return mul(g, add(half, mul(x, density)));
  });
}

/** x * Phi(x) by tanh, as in GPT-2. */
export function geluTanh(x: Value): Value {
  const cubic = mul(x, add(mul(mul(x, x), 0.044715), 1));
  return mul(mul(x, 0.5), add(tanh(mul(cubic, Math.sqrt(2 / Math.PI))), 1));
}

