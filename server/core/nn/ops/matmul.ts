import type { Value } from '../graph';
import { broadcast, need, sizeOf } from '../shapes';
import { columnSums, node, unbroadcast } from './basics';
import { reshape, transpose } from './shape';

/** Matrix product over the last two axes, batched and broadcast over the others: [..., n, k] by [..., k, m] is [..., n, m]. */
export function matmul(a: Value, b: Value): Value {
  need(a.shape.length >= 2 && b.shape.length >= 2 && a.shape.at(-1) === b.shape.at(-2), 'matmul', '[..., n, k] and [..., k, m]', a.shape, b.shape);
  const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2), 'matmul'), a.shape.at(-2)!, b.shape.at(-1)!];
  const [y] = a.graph.differentiable([a, b], () => [node(a.graph, 'MatMul', [a, b], shape)], ([g]) => {
    return g === undefined ? [] : [unbroadcast(matmul(g, transpose(b)), a.shape), unbroadcast(matmul(transpose(a), g), b.shape)];
  });
  return y;
}

/** Options of `gemm`: which matrix is turned, and what is added. */
export interface Gemm {
  readonly turnA?: boolean;
  readonly turnB?: boolean;
  /** Added to the product, broadcast to it. */
  readonly plus?: Value;
}

/** One product of two matrices, with turning and adding inside (ONNX Gemm); not taped. */
export function gemm(a: Value, b: Value, { turnA = false, turnB = false, plus }: Gemm = {}): Value {
  const [n, k] = turnA ? [a.shape[1], a.shape[0]] : a.shape;
  const [k2, m] = turnB ? [b.shape[1], b.shape[0]] : b.shape;
  need(a.shape.length === 2 && b.shape.length === 2 && k === k2, 'gemm', 'two matrices that fit', a.shape, b.shape);
  return node(a.graph, 'Gemm', plus === undefined ? [a, b] : [a, b, plus], [n, m], { ...(turnA ? { transA: { int: 1 } } : {}), ...(turnB ? { transB: { int: 1 } } : {}) });
}

/** Rows of x times the turned weight, plus bias: [..., k] by [m, k] is [..., m]. The layout of PyTorch's `Linear`. */
export function linear(x: Value, weight: Value, bias?: Value): Value {
  const k = x.shape.at(-1);
  need(x.shape.length >= 1 && weight.shape.length === 2 && weight.shape[1] === k, 'linear', 'x [..., k] and weight [m, k]', x.shape, weight.shape);
  const [m] = weight.shape;
  if (bias !== undefined) need(bias.shape.length === 1 && bias.shape[0] === m, 'linear', `a bias of [${m}]`, bias.shape);
  const rows = reshape(x, [sizeOf(x.shape.slice(0, -1)), k!]);
  const [y] = x.graph.differentiable(bias === undefined ? [rows, weight] : [rows, weight, bias], () => [gemm(rows, weight, { turnB: true, ...(bias && { plus: bias }) })], ([g]) => {
    return g === undefined ? [] : [gemm(g, weight), gemm(g, rows, { turnA: true }), ...(bias === undefined ? [] : [columnSums(g)])];
  });
  return reshape(y, [...x.shape.slice(0, -1), m]);
}
