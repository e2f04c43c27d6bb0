import type { Graph } from '../../../nn/graph';
import { xavierUniform } from '../../../nn/initialise';
import { embeddingLayer, encoderBlock, positions } from '../../../nn/layers';
import { add, dropout, mul, reshape, slice, sub, swapFirst } from '../../../nn/ops';
import type { MultiLineConfig } from './config';
import { scaledXavier } from './initialisers';
import type { Net } from './net';
import type { NetShape } from './transformer';

const HIDDEN = 1e9;

/**
 * Predicts all tokens of a line from the user's up to `window` lines before it. A line's vector is its tokens' vectors side by side. Inputs: `tokens` int32 [rows, window + steps - 1,
 * columns], consecutive lines; `present` [rows, window + steps - 1], 0 for lines that are not there; `targets` int32 [steps, rows, columns], the lines behind the last `steps` of
 * them. Losses are [steps * rows, columns], step by step.
 */
export function multiLine(graph: Graph, config: MultiLineConfig, { vocabulary, columns: t, rows: b, training }: NetShape): Net {
  const { width, layers, window, steps } = config;
  const n = window + steps - 1;
  const tokens = graph.input('tokens', 'int32', [b, n, t]);
  const present = graph.input('present', 'float32', [b, n]);
  const targets = graph.input('targets', 'int32', [steps, b, t]);
  const words = embeddingLayer(graph, 'words', vocabulary, width / t, xavierUniform);
  // Line q sees itself and the window - 1 lines before it.
  const band = graph.constant(Array.from({ length: n * n }, (_, k) => (k % n > Math.floor(k / n) || k % n <= Math.floor(k / n) - window ? -HIDDEN : 0)), [n, n]);
  const mask = add(mul(sub(reshape(present, [b, 1, 1, n]), 1), HIDDEN), band);
  let state = dropout(add(reshape(words.apply(tokens), [b, n, width]), positions(graph, n, width)), training ? config.dropout : 0, 'words.dropout');
  for (let layer = 0; layer < layers; layer++) state = encoderBlock(graph, `layer${layer}`, { ...config, training, weight: scaledXavier }).apply(state, mask);
  const asked = swapFirst(slice(state, 1, window - 1, n));
  const rows = steps * b;
  const head = { hidden: reshape(asked, [rows * t, width / t]), output: { weight: words.weight }, targets: reshape(targets, [rows * t]) };
  return { graph, heads: [head], arrange: ([losses]) => reshape(losses, [rows, t]), tokens: t };
}
