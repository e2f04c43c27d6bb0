import type { Value } from '../graph';
import type { Shape } from '../shapes';
import { ShapeError, axisOf, broadcast, need, sameShape, showShape, sizeOf } from '../shapes';
import { filled, integers, node, unary, unbroadcast } from './basics';

/** The same numbers in another shape; one length may be -1 and is worked out. */
export function reshape(x: Value, to: Shape): Value {
  const known = sizeOf(to.filter((n) => n !== -1));
  const shape = to.map((n) => (n === -1 ? sizeOf(x.shape) / known : n));
  need(sizeOf(shape) === sizeOf(x.shape) && shape.every(Number.isInteger), 'reshape', `as many numbers as ${showShape(to)}`, x.shape);
  return sameShape(shape, x.shape) ? x : unary(x, () => node(x.graph, 'Reshape', [x, integers(x.graph, shape)], shape), (g) => reshape(g, x.shape));
}

/** Axis k of the result is axis `order[k]` of x; default: the last two change places. */
export function transpose(x: Value, order?: readonly number[]): Value {
  const rank = x.shape.length;
  need(rank >= 2 || order !== undefined, 'transpose', 'two axes or more', x.shape);
  const axes = order ?? x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  need(axes.length === rank && new Set(axes).size === rank && axes.every((axis) => axis >= 0 && axis < rank), 'transpose', `an order of ${rank} axes and not ${showShape(axes)}`, x.shape);
  const shape = axes.map((axis) => x.shape[axis]);
  return unary(x, () => node(x.graph, 'Transpose', [x], shape, { perm: { ints: axes } }), (g) => transpose(g, x.shape.map((_, axis) => axes.indexOf(axis))));
}

/** Tensors behind one another along an axis. */
export function concat(values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (first === undefined) throw new ShapeError('concat: nothing to join.');
  const at = axisOf(axis, first.shape, 'concat');
  for (const value of values) need(value.shape.length === first.shape.length && value.shape.every((n, k) => k === at || n === first.shape[k]), 'concat', `equal lengths except along axis ${at}`, first.shape, value.shape);
  if (values.length === 1) return first;
  const lengths = values.map((value) => value.shape[at]);
  const shape = first.shape.map((n, k) => (k === at ? lengths.reduce((a, b) => a + b, 0) : n));
  return first.graph.differentiable(values, () => [node(first.graph, 'Concat', values, shape, { axis: { int: at } })], ([g]) => (g === undefined ? [] : split(g, lengths, at)))[0];
}

/** Consecutive pieces of these lengths along an axis. */
export function split(x: Value, lengths: readonly number[], axis: number): Value[] {
  const at = axisOf(axis, x.shape, 'split');
  need(lengths.reduce((a, b) => a + b, 0) === x.shape[at], 'split', `lengths ${showShape(lengths)} that add up to axis ${at}`, x.shape);
  if (lengths.length === 1) return [x];
  const outputs = lengths.map((length) => ({ type: x.type, shape: x.shape.map((n, k) => (k === at ? length : n)) }));
  const pieces = x.graph.differentiable([x], () => x.graph.emit('Split', [x, integers(x.graph, lengths)], outputs, { axis: { int: at } }), (gs) => {
    return [concat(gs.map((g, k) => g ?? filled(x.graph, 0, outputs[k].shape, x.type)), at)];
  });
  return pieces;
}

/** Positions [start, end) of an axis. */
export function slice(x: Value, axis: number, start: number, end: number): Value {
  const at = axisOf(axis, x.shape, 'slice');
  const length = x.shape[at];
  need(start >= 0 && start <= end && end <= length, 'slice', `0 <= start <= end <= ${length} and not ${start}, ${end}`, x.shape);
  if (start === 0 && end === length) return x;
  const shape = x.shape.map((n, k) => (k === at ? end - start : n));
  const one = (n: number): Value => integers(x.graph, [n]);
  return unary(x, () => node(x.graph, 'Slice', [x, one(start), one(end), one(at)], shape), (g) => {
    const gap = (n: number): Value[] => (n === 0 ? [] : [filled(x.graph, 0, x.shape.map((m, k) => (k === at ? n : m)), x.type)]);
    return concat([...gap(start), g, ...gap(length - end)], at);
  });
}

/** Repeats axes of length 1 (and puts new ones in front) until the shape is reached. */
export function expand(x: Value, shape: Shape): Value {
  need(sameShape(broadcast(x.shape, shape, 'expand'), shape), 'expand', `a shape that ${showShape(shape)} repeats`, x.shape);
  return sameShape(x.shape, shape) ? x : unary(x, () => node(x.graph, 'Expand', [x, integers(x.graph, shape)], shape), (g) => unbroadcast(g, x.shape));
}

/** Tensors of one shape behind one another along a new axis. */
export function stack(values: readonly Value[], axis: number): Value {
  return concat(values.map((value) => reshape(value, [...value.shape.slice(0, axis), 1, ...value.shape.slice(axis)])), axis);
}

