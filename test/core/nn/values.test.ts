import { strict as assert } from 'node:assert';
import { mulberry32 } from '../../../server/core/util/rng';
import { Graph, ops as op } from '../../../server/core/nn';
import type { Value } from '../../../server/core/nn';
import { evaluator, needRuntime } from './run';

type Numbers = readonly number[];
const X: Numbers = [-2.5, -1, -0.25, 0, 0.5, 3];
/** The error function by its Taylor series: the oracle for |x| up to 3. */
const erf = (x: number): number => {
  let [term, total] = [x, x];
  for (let n = 1; n < 80; n++) total += (term *= -(x * x) / n) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * total;
};
const pointwise: Readonly<Record<string, readonly [(x: Value) => Value, (x: number) => number]>> = {
  exp: [op.exp, Math.exp],
  abs: [op.abs, Math.abs],
  tanh: [op.tanh, Math.tanh],
  sigmoid: [op.sigmoid, (x) => 1 / (1 + Math.exp(-x))],
  relu: [op.relu, (x) => Math.max(x, 0)],
  selu: [op.selu, (x) => 1.05070098735548 * (x > 0 ? x : 1.67326324235437 * (Math.exp(x) - 1))],
  gelu: [op.gelu, (x) => (x / 2) * (1 + erf(x / Math.SQRT2))],
  geluTanh: [op.geluTanh, (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))],
  'log of exp': [(x) => op.log(op.exp(x)), (x) => x],
  'square root of square': [(x) => op.sqrt(op.mul(x, x)), Math.abs],
  'pow 3': [(x) => op.pow(x, 3), (x) => x ** 3],
  '1 - x': [(x) => op.sub(1, x), (x) => 1 - x],
  'x / 4': [(x) => op.div(x, 4), (x) => x / 4],
};

const A = (g: Graph): Value => g.constant([1, 2, 3, 4, 5, 6], [2, 3]);
const rearranged: Readonly<Record<string, readonly [(g: Graph) => Value, Numbers]>> = {
  transpose: [(g) => op.transpose(A(g)), [1, 4, 2, 5, 3, 6]],
  slice: [(g) => op.slice(A(g), -1, 1, 3), [2, 3, 5, 6]],
  concat: [(g) => op.concat([A(g), op.slice(A(g), 1, 0, 1)], 1), [1, 2, 3, 1, 4, 5, 6, 4]],
  'second piece of a split': [(g) => op.split(A(g), [1, 2], 1)[1], [2, 3, 5, 6]],
  stack: [(g) => op.stack([A(g), op.neg(A(g))], 1), [1, 2, 3, -1, -2, -3, 4, 5, 6, -4, -5, -6]],
  expand: [(g) => op.expand(op.slice(A(g), 1, 0, 1), [2, 2, 2]), [1, 1, 4, 4, 1, 1, 4, 4]],
  swapFirst: [(g) => op.swapFirst(op.reshape(A(g), [2, 3, 1])), [1, 4, 2, 5, 3, 6]],
  'sum of rows': [(g) => op.sum(A(g), { axes: [1] }), [6, 15]],
  'sum of columns': [(g) => op.sum(A(g), { axes: [0] }), [5, 7, 9]],
  'mean of columns': [(g) => op.mean(A(g), { axes: [0], keep: true }), [2.5, 3.5, 4.5]],
  mean: [(g) => op.mean(A(g)), [3.5]],
  max: [(g) => op.max(A(g), { axes: [1] }), [3, 6]],
  'weighted mean': [(g) => op.weightedMean(A(g), g.constant([0, 0, 1, 0, 0, 3], [2, 3])), [5.25]],
  'weighted mean of nothing': [(g) => op.weightedMean(A(g), g.constant([0, 0, 0, 0, 0, 0], [2, 3])), [0]],
  rows: [(g) => op.rows(A(g), g.constant([1, 0, 1], [3], 'int32')), [4, 5, 6, 1, 2, 3, 4, 5, 6]],
  pick: [(g) => op.pick(A(g), g.constant([2, 0], [2], 'int64')), [3, 4]],
  matmul: [(g) => op.matmul(A(g), op.transpose(A(g))), [14, 32, 32, 77]],
  linear: [(g) => op.linear(A(g), g.constant([1, 0, -1], [1, 3]), g.constant([10], [1])), [8, 8]],
  softmax: [(g) => op.softmax(g.constant([0, Math.log(3), 5, 5], [2, 2])), [0.25, 0.75, 0.5, 0.5]],
  'logSoftmax of large numbers': [(g) => op.logSoftmax(g.constant([1000, 0], [2])), [0, -1000]],
  crossEntropy: [(g) => op.crossEntropy(g.constant([0, Math.log(3)], [1, 2]), g.constant([1], [1], 'int32')), [-Math.log(0.75)]],
  layerNorm: [(g) => op.layerNorm(g.constant([1, 3], [1, 2]), g.constant([2, 2], [2]), g.constant([5, 6], [2]), 0), [3, 8]],
  dropout: [(g) => op.dropout(A(g), 0.5, 'mask'), [2, 0, 6, 0, 0, 12]],
  'dropout at rate 0': [(g) => op.dropout(A(g), 0, 'mask'), [1, 2, 3, 4, 5, 6]],
  shakeShake: [(g) => op.shakeShake(A(g), op.neg(A(g)), g.constant([0.25, 1], [2, 1]), g.constant([0, 0], [2, 1])), [-0.5, -1, -1.5, 4, 5, 6]],
};

describe('values of operations', () => {
  for (const [name, [build, oracle]] of Object.entries(pointwise)) {
    it(name, async function () {
      needRuntime(this);
      const graph = new Graph();
      const [y] = await (await evaluator(graph, [build(graph.input('x', 'float32', [X.length]))]))({ x: X });
      X.forEach((x, k) => assert.ok(Math.abs(y[k] - oracle(x)) <= 2e-6 * Math.max(1, Math.abs(oracle(x))), `${x}: ${y[k]}, expected ${oracle(x)}`));
    });
  }
  for (const [name, [build, expected]] of Object.entries(rearranged)) {
    it(name, async function () {
      needRuntime(this);
      const graph = new Graph();
      const [y] = await (await evaluator(graph, [build(graph)]))({ mask: [1, 0, 1, 0, 0, 1] });
      assert.equal(y.length, expected.length);
      expected.forEach((x, k) => assert.ok(Math.abs(y[k] - x) <= 1e-5 * Math.max(1, Math.abs(x)), `${k}: ${y[k]}, expected ${x}`));
    });
  }

  it('lstm, step by step in plain numbers, in both directions', async function () {
    needRuntime(this);
    const [t, b, d, h] = [4, 2, 3, 2];
    const rng = mulberry32(3);
    const shapes = { x: [t, b, d], input: [4 * h, d], recurrent: [4 * h, h], inputBias: [4 * h], recurrentBias: [4 * h] };
    const data = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, Array.from({ length: shape.reduce((p, q) => p * q) }, () => 2 * rng() - 1)]));
    const graph = new Graph();
    const [x, input, recurrent, inputBias, recurrentBias] = Object.entries(shapes).map(([name, shape]) => graph.input(name, 'float32', shape));
    const weights = { input, recurrent, inputBias, recurrentBias };
    const outputs = [op.lstm(x, weights).steps, op.lstm(x, weights, { reverse: true }).steps];
    const got = await (await evaluator(graph, outputs))(data);
    const sigma = (z: number): number => 1 / (1 + Math.exp(-z));
    for (const reverse of [false, true]) {
      for (let row = 0; row < b; row++) {
        let [hidden, cell] = [new Array<number>(h).fill(0), new Array<number>(h).fill(0)];
        for (let s = 0; s < t; s++) {
          const at = reverse ? t - 1 - s : s;
          const gate = (k: number): number => data.inputBias[k] + data.recurrentBias[k] + hidden.reduce((sum, value, j) => sum + data.recurrent[k * h + j] * value, 0) + Array.from({ length: d }, (_, j) => data.input[k * d + j] * data.x[(at * b + row) * d + j]).reduce((p, q) => p + q);
          cell = cell.map((value, k) => sigma(gate(h + k)) * value + sigma(gate(k)) * Math.tanh(gate(2 * h + k)));
          hidden = cell.map((value, k) => sigma(gate(3 * h + k)) * Math.tanh(value));
          hidden.forEach((value, k) => assert.ok(Math.abs(got[reverse ? 1 : 0][(at * b + row) * h + k] - value) < 1e-6));
        }
      }
    }
  });
});
