import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import { gradients } from '../../../server/core/nn/gradient';
import { Graph } from '../../../server/core/nn/graph';
import { trainingProgram } from '../../../server/core/nn/program';
import { needShared } from '../../support/shared';
import { SMALL, batch, build, firstWeights } from './nets';
import { Runner, evaluator, needRuntime } from './run';

interface Fixture {
  readonly loss: number;
  readonly grads: Readonly<Record<string, readonly number[]>>;
  readonly losses: readonly number[];
  readonly params_after: Readonly<Record<string, readonly number[]>>;
  readonly lr: number;
}

/** Relative error of a tensor: its largest difference, divided by the largest number of the expected tensor. */
function tensorError(got: ArrayLike<number>, expected: readonly number[], counts: (k: number) => boolean = () => true): number {
  assert.equal(got.length, expected.length);
  const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return expected.reduce((most, x, k) => (counts(k) ? Math.max(most, Math.abs(got[k] - x)) : most), 0) / scale;
}

/**
 * A bias of attention's keys moves all scores of a query alike, which softmax does not see: its gradient is 0, and what is computed is rounding. Adam divides by the gradient's
 * own size, so after its steps these numbers are rounding too, in every engine.
 */
const hasGradient = (name: string, length: number) => (k: number): boolean => !name.endsWith('bqkv') || k < length / 3 || k >= (2 * length) / 3;

describe('nets against the reference fixtures', () => {
  for (const kind of ['tf', 'lstm', 'mlp']) {
    it(`${kind}: loss, gradients and 20 steps of Adam`, async function () {
      needRuntime(this);
      const path = needShared(this, 'golden/neural/fixtures.json');
      const fixture = (JSON.parse(fs.readFileSync(path, 'utf8')) as Record<string, Fixture>)[kind];
      const weights = firstWeights(SMALL[kind]);
      const feeds = batch(SMALL[kind]);
      const names = Object.keys(fixture.grads);

      const checked = build(SMALL[kind], true, new Graph());
      const parameters = names.map((name) => checked.graph.parameters.find(({ value }) => value.name === name)!.value);
      const run = await evaluator(checked.graph, [checked.loss, ...gradients(checked.loss, parameters)]);
      const [loss, ...grads] = await run({ ...weights, ...(feeds as Record<string, Float32Array>) });
      assert.ok(Math.abs(loss[0] / fixture.loss - 1) < 1e-6);
      names.forEach((name, k) => assert.ok(tensorError(grads[k], fixture.grads[name]) < 1e-5, `gradient of ${name}: ${tensorError(grads[k], fixture.grads[name])}`));

      const { loss: trained } = build(SMALL[kind], true);
      const program = trainingProgram({ loss: trained });
      const zero = Object.fromEntries(program.state.map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]));
      const runner = await Runner.open(program, { ...zero, ...weights });
      const losses: number[] = [];
      for (let step = 0; step < 20; step++) losses.push(Number((await runner.run({ ...feeds, learningRate: Float32Array.of(fixture.lr) })).loss[0]));
      losses.forEach((got, step) => assert.ok(Math.abs(got / fixture.losses[step] - 1) < 1e-5, `loss of step ${step}: ${got} against ${fixture.losses[step]}`));
      for (const name of names) {
        const expected = fixture.params_after[name];
        assert.ok(tensorError(runner.state[name] as Float32Array, expected, hasGradient(name, expected.length)) < 1e-5, `${name} after 20 steps`);
      }
      await runner.close();
    });
  }
});
