import * as assert from 'node:assert/strict';
import { LEARNING_RATE, trainingProgram } from '../../server/core/nn/program';
import type { Tensors } from '../../server/core/nn/runtime';
import { stepDecay, train } from '../../server/core/nn/train';
import { noControl } from '../../server/core/util/control';
import type { NeuralProvider } from '../../server/protocol/settings';
import { batch, build, firstWeights, SMALL } from '../core/nn/nets';
import { linearMasks, linearRows, linearState, linearStep } from '../support/linearProgram';
import { testRuntime } from '../support/neuralRuntime';

/** Largest difference, relative to the largest number of each tensor. */
function apart(a: Tensors, b: Tensors): number {
  assert.deepEqual(Object.keys(a).sort(), Object.keys(b).sort());
  let worst = 0;
  for (const [name, left] of Object.entries(a)) {
    const right = b[name], scale = Array.from<number | bigint, number>(left as Float32Array, Number).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
    assert.equal(left.length, right.length);
    for (let i = 0; i < left.length; i++) worst = Math.max(worst, Math.abs(Number(left[i]) - Number(right[i])) / scale);
  }
  return worst;
}

const moments = (state: Tensors): Tensors => Object.fromEntries(Object.entries(state).filter(([name]) => name.startsWith('adam.')));

/** Twenty steps of Adam on one batch of one of the reference nets: all losses, and all that is kept. */
async function steps(name: string, provider: NeuralProvider): Promise<{ losses: Float32Array; state: Tensors }> {
  const net = SMALL[name], program = trainingProgram({ loss: build(net, true).loss }), weights = firstWeights(net);
  const state = Object.fromEntries(program.state.map(({ name: kept, shape }) => [kept, weights[kept] ?? new Float32Array(shape.reduce((a, b) => a * b, 1))]));
  const runtime = testRuntime({ provider }), session = await runtime.open(program, state), losses = new Float32Array(20);
  for (let k = 0; k < losses.length; k++) losses[k] = Number((await session.run({ ...batch(net), [LEARNING_RATE]: Float32Array.of(1e-3) }))['loss'][0]);
  const last = await session.state();
  await runtime.dispose();
  return { losses, state: last };
}

describe('WebAssembly build of the runtime', () => {
  for (const name of Object.keys(SMALL)) {
    it(`${name}: twenty steps of training as in the native build`, async () => {
      const [native, wasm] = await Promise.all([steps(name, 'cpu'), steps(name, 'wasm')]);
      assert.ok(native.losses[19] < native.losses[0]);
      assert.ok(apart({ losses: native.losses }, { losses: wasm.losses }) < 1e-5);
      // Means of gradients and of their squares. Not the weights: Adam divides a gradient by its size, and one that is zero but for rounding (of a bias that attention cancels) moves a weight as far as any.
      assert.ok(apart(moments(native.state), moments(wasm.state)) < 1e-4);
    });
  }

  it('the training loop ends with the same weights and the same curve', async () => {
    const [native, wasm] = await Promise.all((['cpu', 'wasm'] as const).map(async (provider) => {
      const runtime = testRuntime({ provider });
      const result = await train({ runtime, training: { programs: [linearStep], data: linearRows(100, 1) }, state: linearState, epochs: 4, learningRate: stepDecay(0.05, 0.5, 2), masks: linearMasks, control: noControl });
      await runtime.dispose();
      return result;
    }));
    assert.ok(apart(native.state, wasm.state) < 1e-5);
    assert.ok(apart({ losses: Float32Array.from(native.curve.losses) }, { losses: Float32Array.from(wasm.curve.losses) }) < 1e-5);
  });
});
