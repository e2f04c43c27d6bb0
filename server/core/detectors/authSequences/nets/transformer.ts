import type { Graph, Value } from '../../../nn/graph';
import { xavierUniform } from '../../../nn/initialise';
import { embeddingLayer, encoderBlock, positions } from '../../../nn/layers';
import { add, causalMask, concat, dropout, mul, reshape, rows, slice } from '../../../nn/ops';
import type { Output } from '../../../nn/ops';
import type { TransformerConfig } from './config';
import { scaledXavier } from './initialisers';
import type { Net } from './net';

/** Sizes of a built model. */
export interface NetShape {
  readonly vocabulary: number;
  /** Tokens of a line. */
  readonly columns: number;
  /** Rows of a call. */
  readonly rows: number;
  /** Whether numbers are dropped. */
  readonly training: boolean;
}

/** Vectors of tokens (int32 [b, t]) after the encoder, [b, t, width], and the output layer, which is the embedding (tied, no bias). */
export function encodeTokens(graph: Graph, config: TransformerConfig, tokens: Value, { vocabulary, training }: Pick<NetShape, 'vocabulary' | 'training'>): { readonly hidden: Value; readonly output: Output } {
  const { layers, width, masked } = config;
  const t = tokens.shape[1];
  const rate = training ? config.dropout : 0;
  const words = embeddingLayer(graph, 'words', vocabulary, width, xavierUniform);
  let hidden = dropout(add(mul(words.apply(tokens), Math.sqrt(width)), positions(graph, t, width)), rate, 'words.dropout');
  const mask = masked ? undefined : causalMask(hidden, t);
  for (let layer = 0; layer < layers; layer++) hidden = encoderBlock(graph, `layer${layer}`, { ...config, training, weight: scaledXavier }).apply(hidden, mask);
  return { hidden, output: { weight: words.weight } };
}

/**
 * Language model of single lines. Causal: `tokens` [rows, columns] are lines, the first token is never predicted (loss 0). Masked: `tokens` are lines with a mask
 * token in them, `at` [rows] is where (row * columns + position) and `targets` [rows] what it hides; losses are [rows, 1].
 */
export function transformer(graph: Graph, config: TransformerConfig, shape: NetShape): Net {
  const { rows: b, columns: t } = shape;
  const tokens = graph.input('tokens', 'int32', [b, t]);
  const flat = (x: Value): Value => reshape(x, [-1, config.width]);
  if (config.masked) {
    const at = graph.input('at', 'int32', [b]);
    const targets = graph.input('targets', 'int32', [b]);
    const { hidden, output } = encodeTokens(graph, config, tokens, shape);
    return { graph, heads: [{ hidden: rows(flat(hidden), at), output, targets }], arrange: ([losses]) => reshape(losses, [b, 1]), tokens: t };
  }
  const { hidden, output } = encodeTokens(graph, config, slice(tokens, 1, 0, t - 1), shape);
  return { graph, heads: [{ hidden: flat(hidden), output, targets: reshape(slice(tokens, 1, 1, t), [b * (t - 1)]) }], arrange: ([losses]) => behindZeros(reshape(losses, [b, t - 1])), tokens: t - 1 };
}

/** A column of zeros in front: for the token that nothing predicts. [b, t - 1] to [b, t]. */
export function behindZeros(losses: Value): Value {
  return concat([mul(slice(losses, 1, 0, 1), 0), losses], 1);
}
