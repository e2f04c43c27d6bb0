import type { Value } from '../../../server/core/nn/graph';
import { bidirectional, embeddingLayer, encoderBlock, layerNormLayer, linearLayer, lstmLayer } from '../../../server/core/nn/layers';
import * as op from '../../../server/core/nn/ops';
import type { GradientCase } from './checkGradients';
import { checkGradients } from './checkGradients';
import { needRuntime } from './run';

const int = (like: Value, data: readonly number[], shape: readonly number[]): Value => like.graph.constant(data, shape, 'int32');
/** Runs a layer whose weights are the case's tensors, not parameters of its own: they take their places in the order in which the layer asks for them. */
function withWeights<T>(weights: readonly Value[], make: (graph: Value['graph']) => T): T {
  const { graph } = weights[0];
  let next = 0;
  return make(Object.create(graph, { parameter: { value: () => weights[next++] } }) as Value['graph']);
}

const cases: Readonly<Record<string, GradientCase>> = {
  'add, broadcast both ways': { of: [[3, 1], [4]], build: (a, b) => op.add(a, b) },
  'add of a number': { of: [[3]], build: (a) => op.add(a, 2) },
  'sub, broadcast to a higher rank': { of: [[2, 3, 4], [3, 1]], build: (a, b) => op.sub(a, b) },
  'number - tensor': { of: [[3]], build: (a) => op.sub(1, a) },
  mul: { of: [[2, 3], [1, 3]], build: (a, b) => op.mul(a, b) },
  'mul of a tensor with itself': { of: [[5]], build: (a) => op.mul(a, a) },
  div: { of: [[2, 3], [3]], build: (a, b) => op.div(a, op.add(op.mul(b, b), 1)) },
  'number / tensor': { of: [[4]], range: [1, 2], build: (a) => op.div(3, a) },
  neg: { of: [[4]], build: op.neg },
  pow: { of: [[4]], range: [0.5, 2], build: (a) => [op.pow(a, 3), op.pow(a, 2), op.pow(a, 1), op.pow(a, -0.5)] },
  'addAll of three': { of: [[4], [4]], build: (a, b) => op.addAll([a, op.mul(a, b), b]) },
  'one tensor used many times': { of: [[3]], build: (a) => op.addAll([a, op.exp(a), op.mul(a, a), op.tanh(a)]) },
  exp: { of: [[5]], build: op.exp },
  log: { of: [[5]], range: [0.5, 2], build: op.log },
  sqrt: { of: [[5]], range: [0.5, 2], build: op.sqrt },
  abs: { of: [[9]], build: op.abs },
  tanh: { of: [[5]], range: [-2, 2], build: op.tanh },
  sigmoid: { of: [[5]], range: [-2, 2], build: op.sigmoid },
  relu: { of: [[9]], float: 'float32', build: op.relu },
  selu: { of: [[40]], range: [-3, 3], float: 'float32', build: op.selu },
  gelu: { of: [[30]], range: [-3, 3], float: 'float32', build: op.gelu },
  'gelu by tanh': { of: [[30]], range: [-3, 3], build: op.geluTanh },
  reshape: { of: [[2, 6]], build: (a) => op.reshape(a, [3, -1]) },
  'transpose of the last two axes': { of: [[2, 3, 4]], build: (a) => op.transpose(a) },
  'transpose of all axes': { of: [[2, 3, 4]], build: (a) => op.transpose(a, [2, 0, 1]) },
  concat: { of: [[2, 3], [2, 1]], build: (a, b) => op.concat([a, b, a], 1) },
  split: { of: [[2, 6]], build: (a) => op.split(a, [1, 3, 2], -1) },
  'split of which a piece is not used': { of: [[6, 2]], build: (a) => op.split(a, [1, 3, 2], 0)[1] },
  slice: { of: [[5, 2]], build: (a) => [op.slice(a, 0, 1, 4), op.slice(a, 0, 0, 2), op.slice(a, 0, 3, 5)] },
  expand: { of: [[3, 1]], build: (a) => op.expand(a, [2, 3, 4]) },
  stack: { of: [[2, 3], [2, 3]], build: (a, b) => op.stack([a, b], 1) },
  sum: { of: [[2, 3, 4]], build: (a) => [op.sum(a), op.sum(a, { axes: [1] }), op.sum(a, { axes: [0, -1], keep: true })] },
  mean: { of: [[2, 3, 4]], build: (a) => [op.mean(a), op.mean(a, { axes: [0] }), op.mean(a, { axes: [1, 2], keep: true })] },
  'weighted mean': { of: [[4]], build: (a) => op.weightedMean(a, a.graph.constant([1, 0, 2, 0.5], [4])) },
  matmul: { of: [[3, 4], [4, 2]], build: (a, b) => op.matmul(a, b) },
  'matmul in batches, one side broadcast': { of: [[2, 3, 2, 4], [3, 4, 2]], build: (a, b) => op.matmul(a, b) },
  linear: { of: [[2, 3, 4], [5, 4], [5]], build: (x, w, b) => op.linear(x, w, b) },
  'linear without bias': { of: [[3, 4], [5, 4]], build: (x, w) => op.linear(x, w) },
  'rows with equal indices': { of: [[4, 3]], build: (a) => op.rows(a, int(a, [0, 2, 2, 2, 3, 0], [2, 3])) },
  pick: { of: [[2, 3, 4]], build: (a) => op.pick(a, int(a, [0, 3, 1, 1, 2, 0], [2, 3])) },
  softmax: { of: [[2, 5]], range: [-3, 3], build: (a) => op.softmax(a) },
  'softmax over the first axis': { of: [[3, 2]], build: (a) => op.softmax(a, 0) },
  logSoftmax: { of: [[2, 5]], range: [-3, 3], build: (a) => op.logSoftmax(a) },
  layerNorm: { of: [[2, 3, 6], [6], [6]], build: (x, g, b) => op.layerNorm(x, g, b) },
  crossEntropy: { of: [[3, 5]], build: (x) => op.crossEntropy(x, int(x, [4, 0, 2], [3])) },
  'training loss': { of: [[3, 4], [5, 4], [5]], build: (h, weight, bias) => op.trainingLoss(h, { weight, bias }, int(h, [4, 0, 2], [3])) },
  'training loss without bias': { of: [[3, 4], [5, 4]], build: (h, weight) => op.trainingLoss(h, { weight }, int(h, [4, 4, 4], [3])) },
  'tied output at chosen positions': {
    of: [[5, 4]],
    build: (table) => {
      const hidden = op.tanh(op.rows(table, int(table, [1, 1, 3, 0, 4, 2], [6])));
      return op.weightedMean(op.trainingLoss(op.rows(hidden, int(table, [0, 2, 5], [3])), { weight: table }, int(table, [1, 3, 0], [3])), table.graph.constant([1, 1, 0], [3]));
    },
  },
  'training loss in several chunks': { of: [[2, 3], [4, 3]], build: (x, weight) => op.trainingLoss(op.rows(x, int(x, Array.from({ length: 900 }, (_, k) => k % 2), [900])), { weight }, int(x, Array.from({ length: 900 }, (_, k) => k % 4), [900])) },
  dropout: { of: [[2, 3]], build: (x) => op.dropout(x, 0.5, 'mask'), feeds: { mask: [1, 0, 1, 1, 0, 0] } },
  'alpha dropout': { of: [[2, 3]], build: (x) => op.alphaDropout(x, 0.25, 'mask'), feeds: { mask: [1, 0, 1, 1, 0, 1] } },
  'self-attention': { of: [[2, 3, 12]], build: (x) => op.selfAttention(x, 2) },
  'heads that are turned': { of: [[1, 33, 4], [1, 33, 4], [1, 33, 4]], build: (q, k, v) => op.slice(op.headAttention(q, k, v, 2, { mask: op.causalMask(q, 33) }), 1, 30, 33) },
  'causal self-attention of two heads': { of: [[2, 3, 12]], build: (x) => op.selfAttention(x, 2, { mask: op.causalMask(x, 3) }) },
  'causal self-attention': { of: [[1, 4, 6]], build: (x) => op.selfAttention(x, 1, { mask: op.causalMask(x, 4) }) },
  'padded self-attention': { of: [[2, 3, 6]], build: (x) => op.selfAttention(x, 2, { mask: op.paddingMask(x.graph.constant([1, 1, 0, 1, 0, 0], [2, 3])) }) },
  'attention with dropout': { of: [[2, 2, 3], [2, 4, 3], [2, 4, 2]], build: (q, k, v) => op.attention(q, k, v, { dropout: { rate: 0.5, name: 'mask' } }), feeds: { mask: [1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 0] } },
  'lstm, all outputs': {
    of: [[3, 2, 3], [8, 3], [8, 2], [8], [8], [2, 2], [2, 2]],
    build: (x, input, recurrent, inputBias, recurrentBias, hidden, cell) => Object.values(op.lstm(x, { input, recurrent, inputBias, recurrentBias }, { initial: { hidden, cell } })) as Value[],
  },
  'lstm, last state alone': {
    of: [[3, 2, 3], [8, 3], [8, 2], [8], [8]],
    build: (x, input, recurrent, inputBias, recurrentBias) => op.lstm(x, { input, recurrent, inputBias, recurrentBias }).hidden,
  },
  'lstm, last cell alone': {
    of: [[2, 1, 3], [8, 3], [8, 2], [8], [8]],
    build: (x, input, recurrent, inputBias, recurrentBias) => op.lstm(x, { input, recurrent, inputBias, recurrentBias }).cell,
  },
  'lstm backwards in time': {
    of: [[3, 2, 3], [8, 3], [8, 2], [8], [8]],
    build: (x, input, recurrent, inputBias, recurrentBias) => op.lstm(x, { input, recurrent, inputBias, recurrentBias }, { reverse: true }).steps,
  },
  'layer: linear': { of: [[2, 3], [4, 3], [4]], build: (x, ...w) => withWeights(w, (graph) => linearLayer(graph, 'layer', { inputs: 3, outputs: 4 })).apply(x) },
  'layer: embedding': { of: [[4, 3]], build: (...w) => withWeights(w, (graph) => embeddingLayer(graph, 'layer', 4, 3)).apply(int(w[0], [3, 1, 3], [3])) },
  'layer: norm': { of: [[2, 3], [3], [3]], build: (x, ...w) => withWeights(w, (graph) => layerNormLayer(graph, 'layer', 3)).apply(x) },
  'layer: encoder block': {
    of: [[2, 3, 4], [12, 4], [12], [4, 4], [4], [4], [4], [5, 4], [5], [4, 5], [4], [4], [4]],
    float: 'float32',
    build: (x, ...w) => withWeights(w, (graph) => encoderBlock(graph, 'layer', { width: 4, heads: 2, feedForward: 5, activation: 'gelu' })).apply(x, op.causalMask(x, 3)),
  },
  'layer: LSTM in both directions': {
    of: [[3, 2, 3], [4, 3], [4, 1], [4], [4], [4, 3], [4, 1], [4], [4]],
    build: (x, ...w) => withWeights(w, (graph) => bidirectional(lstmLayer(graph, 'a', 3, 1), lstmLayer(graph, 'b', 3, 1), x)),
  },
};

describe('gradients against finite differences', () => {
  for (const [name, gradientCase] of Object.entries(cases)) {
    it(name, async function () {
      needRuntime(this);
      await checkGradients(gradientCase);
    });
  }
});
