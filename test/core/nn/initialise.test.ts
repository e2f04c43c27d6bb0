import { strict as assert } from 'node:assert';
import { mulberry32 } from '../../../server/core/util/rng';
import * as init from '../../../server/core/nn/initialise';
import { Graph, initialState, ops as op, trainingProgram } from '../../../server/core/nn';

const moments = (x: Float32Array): { mean: number; deviation: number; most: number } => {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  return { mean, deviation: Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length), most: x.reduce((a, b) => Math.max(a, Math.abs(b)), 0) };
};

describe('initialisers', () => {
  const shape = [200, 300];
  const cases: Readonly<Record<string, readonly [init.Initialiser, number, number, number]>> = {
    uniform: [init.uniform(-1, 3), 1, 4 / Math.sqrt(12), 3],
    normal: [init.normal(1, 2), 1, 2, Infinity],
    // Variance of the normal distribution cut at two deviations: 0.7737 (Johnson, Kotz and Balakrishnan 1994, 13.10).
    truncatedNormal: [init.truncatedNormal(0, 0.02), 0, 0.02 * Math.sqrt(0.7737), 0.04],
    xavierUniform: [init.xavierUniform, 0, Math.sqrt(2 / 500), Math.sqrt(6 / 500)],
    lecunNormal: [init.lecunNormal, 0, Math.sqrt(1 / 300), Infinity],
    fanInUniform: [init.fanInUniform, 0, Math.sqrt(1 / 900), Math.sqrt(1 / 300)],
  };
  for (const [name, [initialiser, mean, deviation, most]] of Object.entries(cases)) {
    it(name, () => {
      const got = moments(initialiser(shape, mulberry32(3)));
      assert.ok(Math.abs(got.mean - mean) < (5 * deviation) / Math.sqrt(60_000), `mean ${got.mean}`);
      assert.ok(Math.abs(got.deviation / deviation - 1) < 0.02, `deviation ${got.deviation}`);
      assert.ok(got.most <= most * 1.000001, `most ${got.most}`);
    });
  }

  it('a seed fixes the first state, and moments start at 0', () => {
    const graph = new Graph();
    const w = graph.parameter('w', [3, 2], init.xavierUniform);
    const program = trainingProgram({ loss: op.mean(op.linear(graph.input('x', 'float32', [4, 2]), w, graph.parameter('b', [3], init.ones))) });
    const state = initialState(program, graph, 9);
    assert.deepEqual(state, initialState(program, graph, 9));
    assert.notDeepEqual(state.w, initialState(program, graph, 10).w);
    assert.deepEqual(state.b, Float32Array.of(1, 1, 1));
    assert.deepEqual(state['adam.v.w'], new Float32Array(6));
    assert.deepEqual(state['adam.step'], new Float32Array(1));
  });
});
