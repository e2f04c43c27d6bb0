import type { Value } from '../graph';
import { need } from '../shapes';
import { add, mul, neg } from './arithmetic';
import { node } from './basics';
import { pick } from './gather';
import { log } from './pointwise';
import { concat, reshape, split, transpose } from './shape';
import { gemm, linear } from './matmul';
import { logSoftmax } from './softmax';

/** Rows of logits that are worked on at once: they stay in the processor's cache, and no tensor of all positions by the whole vocabulary exists. */
const CHUNK_ROWS = 384;
/** Below this probability a loss is cut off (at 87.3); the smallest normal number of single precision. */
const LEAST = 1.1754943508222875e-38;

/** Negative log likelihood of the targets under softmax(x): x [..., V], targets (int32) [...]; the result has the targets' shape. */
export function crossEntropy(x: Value, targets: Value): Value {
  return neg(pick(logSoftmax(x), targets));
}

/** The output layer of a classifier over many classes. */
export interface Output {
  /** [V, d]; the embedding itself when output and embedding are tied. */
  readonly weight: Value;
  /** [V]. */
  readonly bias?: Value;
}

/** Numbers of rows, each at most `CHUNK_ROWS` and nearly equal. */
function chunks(n: number): readonly number[] {
  const count = Math.max(1, Math.ceil(n / CHUNK_ROWS));
  return Array.from({ length: count }, (_, k) => Math.floor(((k + 1) * n) / count) - Math.floor((k * n) / count));
}

/**
 * `crossEntropy` of a linear output layer, row by row: hidden [n, d], targets (int32) [n]; the result is [n]. The same numbers as of the two parts, in chunks of rows, and
 * with the gradient softmax - onehot written into the softmax itself. A row whose target has a probability below 1e-38 counts 87.3 (its gradient is exact); `outputLoss` has no such limit.
 * Choose positions first (`rows`): those that do not count then cost nothing.
 */
export function trainingLoss(hidden: Value, output: Output, targets: Value): Value {
  const { weight, bias } = output;
  const { graph, type } = hidden;
  need(hidden.shape.length === 2 && weight.shape.length === 2 && weight.shape[1] === hidden.shape[1] && targets.shape.join() === String(hidden.shape[0]), 'trainingLoss', 'hidden [n, d], weight [V, d], targets [n]', hidden.shape, weight.shape, targets.shape);
  const lengths = chunks(hidden.shape[0]);
  const least = type === 'float32' ? LEAST : 1e-300;
  let xs: Value[] = [];
  const excess: Value[] = [];
  const forward = (): Value[] => {
    xs = split(hidden, lengths, 0);
    const losses = split(targets, lengths, 0).map((y, k) => {
      const logits = gemm(xs[k], weight, { turnB: true, ...(bias && { plus: bias }) });
      const p = node(graph, 'Softmax', [logits], logits.shape, { axis: { int: 1 } });
      const at = reshape(y, [lengths[k], 1]);
      const likelihood = node(graph, 'GatherElements', [p, at], at.shape, { axis: { int: 1 } }, type);
      // -1, but known only after the likelihood was read: p is not needed any more then, and is changed in place.
      const minusOne = add(mul(likelihood, 0), -1);
      excess[k] = node(graph, 'ScatterElements', [p, at, minusOne], p.shape, { axis: { int: 1 }, reduction: { text: 'add' } });
      return neg(log(add(likelihood, least)));
    });
    return [reshape(concat(losses, 0), targets.shape)];
  };
  const backward = ([g]: readonly (Value | undefined)[]): Value[] => {
    if (g === undefined) return [];
    const factors = split(reshape(g, [hidden.shape[0], 1]), lengths, 0);
    const toHidden = factors.map((factor, k) => mul(gemm(excess[k], weight), factor));
    // Chunks add up inside of the products. Turned, because a product is fastest when its large matrix is not turned.
    const turned = factors.reduce<Value | undefined>((sum, factor, k) => gemm(mul(xs[k], factor), excess[k], { turnA: true, ...(sum && { plus: sum }) }), undefined);
    const toBias = bias && factors.reduce<Value | undefined>((sum, factor, k) => gemm(factor, excess[k], { turnA: true, ...(sum && { plus: sum }) }), undefined);
    return [concat(toHidden, 0), transpose(turned!), ...(toBias === undefined ? [] : [reshape(toBias, [weight.shape[0]])])];
  };
  return graph.differentiable(bias === undefined ? [hidden, weight] : [hidden, weight, bias], forward, backward)[0];
}

/** The same for inference: exact for the least likely targets, no gradient. */
export function outputLoss(hidden: Value, output: Output, targets: Value): Value {
  const lengths = chunks(hidden.shape[0]);
  return hidden.graph.untaped(() => {
    const ys = split(targets, lengths, 0);
    return concat(split(hidden, lengths, 0).map((x, k) => crossEntropy(linear(x, output.weight, output.bias), ys[k])), 0);
  });
}
