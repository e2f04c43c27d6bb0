import type { Value } from '../graph';
import { axisOf } from '../shapes';
import { div, mul } from './arithmetic';
import { columnSums, integers, node, unary } from './basics';
import { expand, reshape } from './shape';

export interface Reduction {
  /** Axes to fold; default all. */
  readonly axes?: readonly number[];
  /** Folded axes stay with length 1; default false. */
  readonly keep?: boolean;
}

function reduce(op: 'ReduceSum' | 'ReduceMean' | 'ReduceMax', x: Value, { axes, keep = false }: Reduction, backward: (gradient: Value, folded: number) => Value): Value {
  const over = (axes ?? x.shape.map((_, axis) => axis)).map((axis) => axisOf(axis, x.shape, op));
  if (over.length === 0) return x;
  const kept = x.shape.map((n, axis) => (over.includes(axis) ? 1 : n));
  const shape = keep ? kept : x.shape.filter((_, axis) => !over.includes(axis));
  const folded = over.reduce((product, axis) => product * x.shape[axis], 1);
  const columns = op !== 'ReduceMax' && x.shape.length === 2 && over.length === 1 && over[0] === 0;
  const forward = (): Value => {
    if (columns) return reshape(columnSums(x, op === 'ReduceMean' ? 1 / folded : 1), shape);
    return node(x.graph, op, [x, integers(x.graph, over)], shape, { keepdims: { int: keep ? 1 : 0 } });
  };
  return unary(x, forward, (g) => expand(reshape(backward(g, folded), kept), x.shape));
}

export function sum(x: Value, reduction: Reduction = {}): Value {
  return reduce('ReduceSum', x, reduction, (g) => g);
}

export function mean(x: Value, reduction: Reduction = {}): Value {
  return reduce('ReduceMean', x, reduction, (g, folded) => div(g, folded));
}

/** Largest number; it has no gradient. */
export function max(x: Value, reduction: Reduction = {}): Value {
  return x.graph.untaped(() => reduce('ReduceMax', x, reduction, (g) => g));
}

/** sum(weights * x) / sum(weights), 0 where all weights are 0: a mean over chosen positions. Weights must not be negative and have no gradient. */
export function weightedMean(x: Value, weights: Value): Value {
  const total = sum(weights);
  const divisor = node(x.graph, 'Max', [total, x.graph.scalar(1e-12, x.type)], []);
  return div(sum(mul(x, weights)), divisor);
}
