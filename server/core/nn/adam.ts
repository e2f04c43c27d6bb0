import type { Value } from './graph';
import { add, addAll, cast, div, mul, sub } from './ops/arithmetic';
import { node } from './ops/basics';
import { sqrt } from './ops/pointwise';
import { sum } from './ops/reduce';

/** Adam (Kingma and Ba 2015) with bias correction. */
export interface AdamSettings {
  /** Decay of the mean of gradients; default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares; default 0.999. */
  readonly beta2?: number;
  /** Added to the root; default 1e-8. */
  readonly epsilon?: number;
  /** Gradients are scaled down together when the root of the sum of all their squares is larger; default: never. */
  readonly clipNorm?: number;
}

/** A tensor that stays between steps, and what replaces it. */
export interface Update {
  readonly value: Value;
  readonly next: Value;
}

/** Root of the sum of all squares. */
export function globalNorm(gradients: readonly Value[]): Value {
  return sqrt(addAll(gradients.map((gradient) => sum(mul(gradient, gradient)))));
}

/** The gradients scaled by min(1, limit / norm), as PyTorch's clip_grad_norm_ does. */
function clipped(gradients: readonly Value[], limit: number): Value[] {
  const { graph, type } = gradients[0];
  const factor = node(graph, 'Min', [div(graph.scalar(limit, type), add(globalNorm(gradients), 1e-6)), graph.scalar(1, type)], []);
  return gradients.map((gradient) => mul(gradient, factor));
}

/**
 * Nodes of one step. Adds inputs to the graph: `adam.step` (steps done so far) and, for every parameter p, `adam.m.p` and `adam.v.p`.
 * These are m / (1 - beta1) and v / (1 - beta2) of the paper: one multiplication less for each number and step.
 */
export function adam(parameters: readonly Value[], gradients: readonly Value[], learningRate: Value, settings: AdamSettings = {}): Update[] {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, clipNorm } = settings;
  const { graph } = learningRate;
  return graph.untaped(() => {
    const step = graph.input('adam.step', graph.float, []);
    const done = add(step, 1);
    // 1 - beta^t in double precision: in single precision 1 - 0.999 is off by 5e-5.
    const precise = cast(done, 'float64');
    const correction = (beta: number): Value => sub(1, node(graph, 'Pow', [graph.scalar(beta, 'float64'), precise], [], {}, 'float64'));
    const root = sqrt(div(correction(beta2), 1 - beta2));
    const rate = cast(div(mul(mul(cast(learningRate, 'float64'), 1 - beta1), root), correction(beta1)), graph.float);
    const floor = cast(mul(root, epsilon), graph.float);
    const used = clipNorm === undefined ? gradients : clipped(gradients, clipNorm);
    const updates = parameters.flatMap((value, k): Update[] => {
      const m = graph.input(`adam.m.${value.name}`, value.type, value.shape);
      const v = graph.input(`adam.v.${value.name}`, value.type, value.shape);
      const gradient = used[k];
      const nextM = add(mul(m, beta1), gradient);
      const nextV = add(mul(v, beta2), mul(gradient, gradient));
      const change = div(mul(nextM, rate), add(sqrt(nextV), floor));
      return [{ value, next: sub(value, change) }, { value: m, next: nextM }, { value: v, next: nextV }];
    });
    return [{ value: step, next: done }, ...updates];
  });
}
