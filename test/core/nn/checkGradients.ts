import { strict as assert } from 'node:assert';
import { mulberry32 } from '../../../server/core/util/rng';
import { gradients } from '../../../server/core/nn/gradient';
import type { FloatType, Value } from '../../../server/core/nn/graph';
import { Graph } from '../../../server/core/nn/graph';
import { zeros } from '../../../server/core/nn/initialise';
import { add, mul, sum } from '../../../server/core/nn/ops';
import { evaluator } from './run';

export interface GradientCase {
  /** Shapes of the tensors whose gradients are checked. */
  readonly of: readonly (readonly number[])[];
  readonly build: (...x: Value[]) => Value | readonly Value[];
  /** Range of the numbers; default -1 to 1. */
  readonly range?: readonly [number, number];
  /** Other inputs by name. */
  readonly feeds?: Readonly<Record<string, readonly number[]>>;
  /** Single precision where the runtime has an operator in no other. */
  readonly float?: FloatType;
}

/**
 * Compares gradients with central differences, for every number of every tensor: the loss is the sum of the outputs, each multiplied by its own constant. In double precision
 * (step 1e-5, tolerance 1e-7 of the largest gradient), or in single precision (step 1e-2 with a fourth-order formula, tolerance 2e-3).
 */
export async function checkGradients({ of, build, range: [low, high] = [-1, 1], feeds = {}, float = 'float64' }: GradientCase): Promise<void> {
  const rng = mulberry32(of.length + 7);
  const graph = new Graph(float);
  const x = of.map((shape, k) => graph.parameter(`x${k}`, shape, zeros));
  const built = build(...x);
  const outputs = 'name' in built ? [built] : built;
  const weighted = outputs.map((y) => sum(mul(y, graph.constant(Array.from({ length: y.shape.reduce((a, b) => a * b, 1) }, () => 2 * rng() - 1), y.shape))));
  const loss = weighted.reduce((a, b) => add(a, b));
  const run = await evaluator(graph, [loss, ...gradients(loss, x)]);
  const numbers = Object.fromEntries(of.map((shape, k) => [`x${k}`, Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => low + (high - low) * rng())]));
  const [, ...analytic] = await run({ ...feeds, ...numbers });
  const lossAt = async (name: string, at: number, value: number): Promise<number> => {
    const changed = numbers[name].slice();
    changed[at] = value;
    return (await run({ ...feeds, ...numbers, [name]: changed }))[0][0];
  };
  const step = float === 'float64' ? 1e-5 : 1e-2;
  const tolerance = float === 'float64' ? 1e-7 : 2e-3;
  const scale = Math.max(...analytic.flatMap((gradient) => Array.from(gradient, Math.abs)));
  assert.ok(scale > 0, 'all gradients are 0');
  for (let k = 0; k < of.length; k++) {
    const name = `x${k}`;
    for (let at = 0; at < numbers[name].length; at++) {
      const centre = numbers[name][at];
      const difference = async (h: number): Promise<number> => ((await lossAt(name, at, centre + h)) - (await lossAt(name, at, centre - h))) / (2 * h);
      const numeric = float === 'float64' ? await difference(step) : (4 * (await difference(step)) - (await difference(2 * step))) / 3;
      assert.ok(Math.abs(numeric - analytic[k][at]) <= tolerance * Math.max(1, scale), `gradient by x${k}[${at}]: ${analytic[k][at]}, by differences ${numeric}`);
    }
  }
}
