import type { Attributes, Graph, Value, ValueType } from '../graph';
import type { Shape } from '../shapes';
import { ShapeError, sameShape, sizeOf } from '../shapes';

/** A tensor, or a number that stands for a scalar constant. */
export type Operand = Value | number;

/** One node with one output; it is not taped. */
export function node(graph: Graph, op: string, inputs: readonly (Value | undefined)[], shape: Shape, attributes: Attributes = {}, type?: ValueType): Value {
  const of = type ?? inputs.find((input) => input !== undefined)?.type ?? graph.float;
  return graph.emit(op, inputs, [{ type: of, shape }], attributes)[0];
}

/** A list of whole numbers as ONNX wants shapes, axes and positions. */
export function integers(graph: Graph, data: readonly number[]): Value {
  return graph.constant(data, [data.length], 'int64');
}

/** The operands as tensors of one type and one graph. At least one of them must be a tensor. */
export function tensors(op: string, a: Operand, b: Operand): readonly [Value, Value] {
  const known = typeof a !== 'number' ? a : typeof b !== 'number' ? b : undefined;
  if (known === undefined) throw new ShapeError(`${op}: one operand must be a tensor.`);
  const value = (x: Operand): Value => (typeof x === 'number' ? known.graph.scalar(x, known.type) : x);
  const pair = [value(a), value(b)] as const;
  if (pair[0].type !== pair[1].type) throw new ShapeError(`${op}: operands are of type ${pair[0].type} and ${pair[1].type}; cast one of them.`);
  return pair;
}

/** Zeros of the same type and shape: one number in the file, repeated when it runs. */
export function zerosLike(value: Value): Value {
  return filled(value.graph, 0, value.shape, value.type);
}

export function filled(graph: Graph, x: number, shape: Shape, type: ValueType = graph.float): Value {
  return sizeOf(shape) <= 16 ? graph.constant(new Array<number>(sizeOf(shape)).fill(x), shape, type) : node(graph, 'Expand', [graph.scalar(x, type), integers(graph, shape)], shape);
}

/** Sums a gradient over the axes that broadcasting repeated, so that it has the operand's shape again. */
export function unbroadcast(gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const lead = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((n, axis) => (axis < lead || (shape[axis - lead] === 1 && n !== 1) ? [axis] : []));
  const summed = node(gradient.graph, 'ReduceSum', [gradient, integers(gradient.graph, axes)], gradient.shape.filter((_, axis) => !axes.includes(axis)), { keepdims: { int: 0 } });
  return sameShape(summed.shape, shape) ? summed : node(gradient.graph, 'Reshape', [summed, integers(gradient.graph, shape)], shape);
}

/** Sums of the columns of a matrix times a constant, [n, m] to [m]: as a product with a row of constants, a quarter faster than a reduction. */
export function columnSums(x: Value, factor = 1): Value {
  const [n, m] = x.shape;
  const sums = node(x.graph, 'Gemm', [filled(x.graph, factor, [1, n], x.type), x], [1, m]);
  return node(x.graph, 'Reshape', [sums, integers(x.graph, [m])], [m]);
}

/** A node with one differentiable input. */
export function unary(x: Value, forward: () => Value, backward: (gradient: Value, y: Value) => Value): Value {
  const [y] = x.graph.differentiable([x], () => [forward()], ([gradient]) => [gradient && backward(gradient, y)]);
  return y;
}
