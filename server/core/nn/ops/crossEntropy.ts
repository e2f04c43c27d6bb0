import type { Value } from '../graph';
import { need } from '../shapes';
import { add, mul, neg } from './arithmetic';
import { filled, node } from './basics';
import { pick } from './gather';
import { gemm } from './matmul';
import { log } from './pointwise';
import { concat, reshape, slice, transpose } from './shape';
import { linear } from './matmul';
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

/** Ranges of rows, each at most `CHUNK_ROWS` long and nearly equal. */
function chunks(n: number): readonly (readonly [number, number])[] {
  const count = Math.max(1, Math.ceil(n / CHUNK_ROWS));
  return Array.from({ length: count }, (_, k) => [Math.floor((k * n) / count), Math.floor(((k + 1) * n) / count)] as const);
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
  const parts = chunks(hidden.shape[0]).map(([from, to]) => ({ from, to, x: slice(hidden, 0, from, to), y: slice(targets, 0, from, to) }));
  const excess: Value[] = [];
  const losses = parts.map(({ x, y }, k) => {
    return graph.differentiable(
      bias === undefined ? [x, weight] : [x, weight, bias],
      () => {
        const n = x.shape[0];
        const logits = gemm(x, weight, { turnB: true, ...(bias && { plus: bias }) });
        const p = node(graph, 'Softmax', [logits], logits.shape, { axis: { int: 1 } });
        const likelihood = pick(p, y);
        excess[k] = node(graph, 'ScatterElements', [p, reshape(y, [n, 1]), filled(graph, -1, [n, 1], type)], p.shape, { axis: { int: 1 }, reduction: { text: 'add' } });
        return [neg(log(add(likelihood, type === 'float32' ? LEAST : 1e-300)))];
      },
      ([g]) => {
        if (g === undefined) return [];
        const factor = reshape(g, [x.shape[0], 1]);
        const toHidden = mul(gemm(excess[k], weight), factor);
        const toWeight = gemm(excess[k], mul(x, factor), { turnA: true });
        return [toHidden, toWeight, ...(bias === undefined ? [] : [reshape(gemm(transpose(factor), excess[k]), bias.shape)])];
      },
    )[0];
  });
  return concat(losses, 0);
}

/** The same for inference: exact for the least likely targets, no gradient. */
export function outputLoss(hidden: Value, output: Output, targets: Value): Value {
  const { graph } = hidden;
  return graph.untaped(() => concat(chunks(hidden.shape[0]).map(([from, to]) => crossEntropy(linear(slice(hidden, 0, from, to), output.weight, output.bias), slice(targets, 0, from, to))), 0));
}
