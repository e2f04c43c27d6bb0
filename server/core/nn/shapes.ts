/** Lengths of a tensor's axes, outermost first; [] is a scalar. */
export type Shape = readonly number[];

/** A graph was built from tensors that do not fit: a mistake in the program, not in the data. */
export class ShapeError extends Error {}

/** Numbers in a tensor of that shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, n) => product * n, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, axis) => n === b[axis]);
}

/** `[2, 3]`, for messages. */
export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** The axis counted from the front; negative ones count from the back, as in NumPy. Throws outside of the rank. */
export function axisOf(axis: number, shape: Shape, op: string): number {
  const at = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(at) || at < 0 || at >= shape.length) throw new ShapeError(`${op}: axis ${axis} is outside of shape ${showShape(shape)}.`);
  return at;
}

/** The shape that both are stretched to, by NumPy's rule: aligned at the last axis, an axis of length 1 is repeated. Throws when they do not fit. */
export function broadcast(a: Shape, b: Shape, op: string): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const p = a[axis - rank + a.length] ?? 1;
    const q = b[axis - rank + b.length] ?? 1;
    if (p !== q && p !== 1 && q !== 1) throw new ShapeError(`${op}: shapes ${showShape(a)} and ${showShape(b)} do not broadcast (axis ${axis}: ${p} against ${q}).`);
    return p === 1 ? q : p;
  });
}

/** Throws unless `holds`; the message names the operation and the shapes. */
export function need(holds: boolean, op: string, expected: string, ...shapes: Shape[]): void {
  if (!holds) throw new ShapeError(`${op}: needs ${expected}; got ${shapes.map(showShape).join(' and ')}.`);
}
