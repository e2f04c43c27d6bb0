import type { Graph, Value } from '../../../nn/graph';
import { zeros } from '../../../nn/initialise';
import { embeddingLayer, linearLayer, lstmLayer } from '../../../nn/layers';
import type { LstmLayer } from '../../../nn/layers';
import { concat, reshape, slice, swapFirst } from '../../../nn/ops';
import type { Output } from '../../../nn/ops';
import type { LstmConfig } from './config';
import { scaledTruncated, truncated } from './initialisers';
import { attend } from './lstmAttention';
import type { Net } from './net';
import type { NetShape } from './transformer';
import { behindZeros } from './transformer';

/** Tokens of the frame that a bidirectional model reads around a line. */
const START = 1;
const END = 2;

function layerOf(graph: Graph, name: string, inputs: number, hidden: number): LstmLayer {
  return lstmLayer(graph, name, inputs, hidden, (shape, rng) => (shape.length === 1 ? zeros : scaledTruncated)(shape, rng));
}

/** Weights of an LSTM as the published models draw them, biases 0. */
export function lstmWeights(graph: Graph, name: string, inputs: number, hidden: number): LstmLayer['weights'] {
  return layerOf(graph, name, inputs, hidden).weights;
}

/** States that predict, [b, t, width], and the output layer. `tokens` int32 [b, t]: without the last token, or in both directions whole lines. */
export function lstmStates(graph: Graph, config: LstmConfig, tokens: Value, vocabulary: number): { readonly states: Value; readonly weights?: Value; readonly output: Output } {
  const { bidirectional, embedding, hidden } = config;
  const [b] = tokens.shape;
  const words = embeddingLayer(graph, 'words', vocabulary, embedding, truncated);
  const both = bidirectional || config.attention !== undefined;
  const forward = layerOf(graph, 'forward', embedding, hidden);
  const backward = bidirectional ? layerOf(graph, 'backward', embedding, hidden) : undefined;
  const last = linearLayer(graph, 'output', { inputs: both ? 2 * hidden : hidden, outputs: vocabulary, weight: scaledTruncated });
  const output = { weight: last.weight, ...(last.bias && { bias: last.bias }) };
  if (backward !== undefined) {
    const edge = (token: number): Value => graph.constant(new Array<number>(b).fill(token), [b, 1], 'int32');
    const framed = swapFirst(words.apply(concat([edge(START), tokens, edge(END)], 1)));
    const [n] = framed.shape;
    // A token is predicted from the state before it and, of the way back, from the one behind it.
    const before = slice(forward.apply(framed).steps, 0, 0, n - 2);
    const behind = slice(backward.apply(framed, { reverse: true }).steps, 0, 2, n);
    return { states: swapFirst(concat([before, behind], 2)), output };
  }
  const states = swapFirst(forward.apply(swapFirst(words.apply(tokens))).steps);
  if (config.attention === undefined) return { states, output };
  const { context, weights } = attend(graph, config.attention, states, config.reference === true);
  return { states: concat([states, context], 2), weights, output };
}

/** LSTM language model of single lines: `tokens` int32 [rows, columns]. In one direction the first token is never predicted (loss 0). */
export function lstmModel(graph: Graph, config: LstmConfig, { vocabulary, columns: t, rows: b }: NetShape): Net {
  const tokens = graph.input('tokens', 'int32', [b, t]);
  const n = config.bidirectional ? t : t - 1;
  const { states, output } = lstmStates(graph, config, config.bidirectional ? tokens : slice(tokens, 1, 0, n), vocabulary);
  const targets = reshape(slice(tokens, 1, t - n, t), [b * n]);
  const arrange = ([losses]: readonly Value[]): Value => (n === t ? reshape(losses, [b, t]) : behindZeros(reshape(losses, [b, n])));
  return { graph, heads: [{ hidden: reshape(states, [b * n, states.shape[2]]), output, targets }], arrange, tokens: n };
}
