import type { Value } from '../graph';
import { ShapeError, broadcast, sameShape } from '../shapes';
import type { Operand } from './basics';
import { node, tensors, unary, unbroadcast } from './basics';

/** A node of two broadcast operands, with both partial gradients. */
function binary(op: string, a: Operand, b: Operand, backward: (gradient: Value, x: Value, y: Value) => readonly [() => Value, () => Value]): Value {
  const [x, y] = tensors(op, a, b);
  const shape = broadcast(x.shape, y.shape, op);
  const [out] = x.graph.differentiable([x, y], () => [node(x.graph, op, [x, y], shape)], ([gradient]) => {
    if (gradient === undefined) return [];
    const [left, right] = backward(gradient, x, y);
    return [typeof a === 'number' ? undefined : unbroadcast(left(), x.shape), typeof b === 'number' ? undefined : unbroadcast(right(), y.shape)];
  });
  return out;
}

export function add(a: Operand, b: Operand): Value {
  return binary('Add', a, b, (g) => [() => g, () => g]);
}

export function sub(a: Operand, b: Operand): Value {
  return binary('Sub', a, b, (g) => [() => g, () => neg(g)]);
}

export function mul(a: Operand, b: Operand): Value {
  return binary('Mul', a, b, (g, x, y) => [() => mul(g, y), () => mul(g, x)]);
}

export function div(a: Operand, b: Operand): Value {
  return binary('Div', a, b, (g, x, y) => [() => div(g, y), () => neg(div(mul(g, x), mul(y, y)))]);
}

export function neg(x: Value): Value {
  return unary(x, () => node(x.graph, 'Neg', [x], x.shape), neg);
}

/** x to a constant exponent; at 0, exponents below 1 have an infinite gradient. */
export function pow(x: Value, exponent: number): Value {
  if (exponent === 1) return x;
  if (exponent === 2) return mul(x, x);
  return unary(x, () => node(x.graph, 'Pow', [x, x.graph.scalar(exponent, x.type)], x.shape), (g) => mul(g, mul(pow(x, exponent - 1), exponent)));
}

/** Sum of tensors of one shape. */
export function addAll(values: readonly Value[]): Value {
  const [first] = values;
  if (first === undefined) throw new ShapeError('addAll: nothing to add.');
  if (!values.every((value) => sameShape(value.shape, first.shape))) throw new ShapeError('addAll: the tensors must have one shape.');
  if (values.length <= 2) return values.length === 1 ? first : add(first, values[1]);
  return first.graph.differentiable(values, () => [node(first.graph, 'Sum', values, first.shape)], ([g]) => values.map(() => g))[0];
}

/** Numbers of another type; a gradient flows only from real to real. */
export function cast(x: Value, type: Value['type']): Value {
  if (x.type === type) return x;
  const code = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float64: 11 };
  const forward = (): Value => node(x.graph, 'Cast', [x], x.shape, { to: { int: code[type] } }, type);
  return x.type.startsWith('float') && type.startsWith('float') ? unary(x, forward, (g) => cast(g, x.type)) : forward();
}
