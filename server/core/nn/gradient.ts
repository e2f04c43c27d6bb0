import type { Value } from './graph';
import { ShapeError, showShape } from './shapes';
import { addAll } from './ops/arithmetic';
import { zerosLike } from './ops/basics';

/**
 * Nodes for the gradient of a scalar `loss` by each of `wrt` (reverse mode); zeros where it does not depend on one. Gradients themselves cannot be differentiated.
 * O(operations on the tape).
 */
export function gradients(loss: Value, wrt: readonly Value[]): Value[] {
  const graph = loss.graph;
  if (loss.shape.length !== 0) throw new ShapeError(`gradients: the loss must be a scalar, its shape is ${showShape(loss.shape)}.`);
  const reached = new Set(wrt);
  const path = graph.tape.filter((entry) => {
    if (!entry.inputs.some((value) => reached.has(value))) return false;
    for (const output of entry.outputs) reached.add(output);
    return true;
  });
  const parts = new Map<Value, Value[]>([[loss, [graph.scalar(1, loss.type)]]]);
  const total = (value: Value): Value | undefined => {
    const terms = parts.get(value);
    if (terms === undefined) return undefined;
    const sum = addAll(terms);
    parts.set(value, [sum]);
    return sum;
  };
  return graph.untaped(() => {
    for (const { inputs, outputs, backward } of path.reverse()) {
      const given = outputs.map(total);
      if (given.every((gradient) => gradient === undefined)) continue;
      backward(given).forEach((gradient, k) => {
        const input = inputs[k];
        if (gradient === undefined || !reached.has(input)) return;
        const terms = parts.get(input);
        if (terms === undefined) parts.set(input, [gradient]);
        else terms.push(gradient);
      });
    }
    return wrt.map((value) => total(value) ?? zerosLike(value));
  });
}
