import type { Graph, Value } from '../../../nn/graph';
import { mean, mul, sum, weightedMean } from '../../../nn/ops';
import { linear, outputLoss, softmax, trainingLoss } from '../../../nn/ops';
import type { Output } from '../../../nn/ops';
import { ROW_WEIGHT } from '../../../nn/batches';

/** Predictions of one output layer: row k of `hidden` [n, d] predicts `targets[k]` among the rows of `output.weight`. */
export interface Head {
  readonly hidden: Value;
  readonly output: Output;
  /** int32 [n]. */
  readonly targets: Value;
}

/** A model built for a fixed number of rows a call. */
export interface Net {
  readonly graph: Graph;
  readonly heads: readonly Head[];
  /** Losses of the heads, each [n], as [rows, columns]. */
  readonly arrange: (losses: readonly Value[]) => Value;
  /** Tokens that a line's loss is the mean of: columns that are not there count 0, as in the published system. */
  readonly tokens: number;
  /** Tensors kept between calls, each with what replaces it: what a model remembers of the lines before. */
  readonly memory?: readonly { readonly value: Value; readonly next: Value }[];
}

/** Loss of each token, [rows, columns]; for training by the operation with a gradient. */
export function tokenLosses({ heads, arrange }: Net, training: boolean): Value {
  const losses = training ? trainingLoss : outputLoss;
  return arrange(heads.map(({ hidden, output, targets }) => losses(hidden, output, targets)));
}

/** Mean loss of a batch: rows count by the input `rowWeight` [rows], each with the mean over its tokens. */
export function meanLoss(net: Net, training: boolean): Value {
  const losses = tokenLosses(net, training);
  const lines = mul(sum(losses, { axes: [1] }), 1 / net.tokens);
  return weightedMean(lines, net.graph.input(ROW_WEIGHT, 'float32', lines.shape));
}

/** What a head expects, [n, V], each row adding up to 1. */
export function expectations({ hidden, output }: Head): Value {
  return hidden.graph.untaped(() => softmax(linear(hidden, output.weight, output.bias)));
}

/** Loss of a batch without weights, for checks. */
export function plainLoss(net: Net, training: boolean): Value {
  return mul(mean(sum(tokenLosses(net, training), { axes: [1] })), 1 / net.tokens);
}
