import { strict as assert } from 'node:assert';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import { Graph, ShapeError, exportOnnx, freeze, gradients, inferenceProgram, initialState, maskSource, ops as op, trainingProgram } from '../../../server/core/nn';
import type { AdamSettings } from '../../../server/core/nn';
import { globalNorm } from '../../../server/core/nn/adam';
import { normal, zeros } from '../../../server/core/nn/initialise';
import { encoderBlock, linearLayer } from '../../../server/core/nn/layers';
import { SMALL, batch, build, firstWeights } from './nets';
import { Runner, evaluator, needRuntime, openSession, runtime } from './run';

/** Adam as its paper writes it, in double precision: the oracle. */
function slowAdam(x: number[], gradient: (x: readonly number[]) => number[], steps: number, rate: (step: number) => number, { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, clipNorm = Infinity }: AdamSettings): void {
  const [m, v] = [x.map(() => 0), x.map(() => 0)];
  for (let t = 1; t <= steps; t++) {
    const raw = gradient(x);
    const scale = Math.min(1, clipNorm / (Math.hypot(...raw) + 1e-6));
    raw.forEach((g, k) => {
      m[k] = beta1 * m[k] + (1 - beta1) * g * scale;
      v[k] = beta2 * v[k] + (1 - beta2) * (g * scale) ** 2;
      x[k] -= (rate(t) * (m[k] / (1 - beta1 ** t))) / (Math.sqrt(v[k] / (1 - beta2 ** t)) + epsilon);
    });
  }
}

describe('programs of nets', () => {
  for (const [name, settings] of Object.entries({ 'by default': {}, 'other decays': { beta1: 0.7, beta2: 0.9, epsilon: 1e-3 }, 'clipped': { clipNorm: 0.5 } })) {
    it(`Adam, ${name}, with a rate that falls`, async function () {
      needRuntime(this);
      const graph = new Graph();
      const x = graph.parameter('x', [3], zeros);
      const target = graph.constant([3, -2, 0.5], [3]);
      const difference = op.sub(x, target);
      const program = trainingProgram({ loss: op.sum(op.mul(op.mul(difference, difference), graph.constant([1, 5, 0.1], [3]))), adam: settings });
      const start = [0, 0.25, 1];
      const runner = await Runner.open(program, { ...initialState(program, graph, 1), x: Float32Array.from(start) });
      const rate = (step: number): number => (step <= 20 ? 0.1 : 0.02);
      for (let step = 1; step <= 40; step++) await runner.run({ learningRate: Float32Array.of(rate(step)) });
      const expected = [...start];
      slowAdam(expected, (at) => [2 * (at[0] - 3), 10 * (at[1] + 2), 0.2 * (at[2] - 0.5)], 40, rate, settings);
      expected.forEach((value, k) => assert.ok(Math.abs((runner.state.x as Float32Array)[k] - value) < 2e-6, `x[${k}]: ${runner.state.x} against ${expected}`));
      assert.equal(Number(runner.state['adam.step'][0]), 40);
      await runner.close();
    });
  }

  it('the global norm is the root of all squares', async function () {
    needRuntime(this);
    const graph = new Graph();
    const [a, b] = [graph.input('a', 'float32', [2]), graph.input('b', 'float32', [1, 1])];
    const run = await evaluator(graph, [globalNorm([a, b])]);
    assert.equal((await run({ a: [2, 3], b: [6] }))[0][0], 7);
  });

  it('embedding gradients lose nothing at equal indices on two threads', async function () {
    needRuntime(this);
    const [vocabulary, width, count] = [50, 64, 10_000];
    const graph = new Graph();
    const table = graph.parameter('table', [vocabulary, width], zeros);
    const indices = graph.input('indices', 'int32', [count]);
    const weights = graph.input('weights', 'float32', [count, 1]);
    const run = await evaluator(graph, gradients(op.sum(op.mul(op.rows(table, indices), weights)), [table]));
    const rng = mulberry32(4);
    // Half of all at one index; whole weights, whose sums single precision holds exactly.
    const at = Array.from({ length: count }, () => (rng() < 0.5 ? 7 : randomBelow(rng, vocabulary)));
    const weight = at.map(() => randomBelow(rng, 5));
    const expected = new Float64Array(vocabulary * width);
    at.forEach((row, k) => { for (let column = 0; column < width; column++) expected[row * width + column] += weight[k]; });
    for (let round = 0; round < 30; round++) assert.deepEqual((await run({ table: expected, indices: at, weights: weight }))[0], expected, `round ${round}`);
  });

  it('the whole step is the same on every run', async function () {
    needRuntime(this);
    const step = async (): Promise<Record<string, unknown>> => {
      const net = build(SMALL.tf, true);
      const program = trainingProgram({ loss: net.loss });
      const runner = await Runner.open(program, { ...initialState(program, net.graph, 1), ...firstWeights(SMALL.tf) });
      for (let k = 0; k < 3; k++) await runner.run({ ...batch(SMALL.tf, k), learningRate: Float32Array.of(0.01) });
      return runner.state;
    };
    assert.deepEqual(await step(), await step());
  });

  it('NaN and infinity come through to the loss', async function () {
    needRuntime(this);
    for (const kind of ['tf', 'lstm', 'mlp']) {
      for (const bad of [NaN, Infinity]) {
        const net = build(SMALL[kind], true);
        const program = trainingProgram({ loss: net.loss });
        const weights = firstWeights(SMALL[kind]);
        for (const weight of Object.values(weights)) weight[0] = bad;
        const runner = await Runner.open(program, { ...initialState(program, net.graph, 1), ...weights });
        const loss = Number((await runner.run({ ...batch(SMALL[kind]), learningRate: Float32Array.of(0.01) })).loss[0]);
        const next = Number((await runner.run({ ...batch(SMALL[kind]), learningRate: Float32Array.of(0.01) })).loss[0]);
        assert.ok(!Number.isFinite(loss) && !Number.isFinite(next), `${kind}: ${loss}, ${next}`);
        await runner.close();
      }
    }
  });

  it('training and inference give one loss; a frozen program and an exported file the same', async function () {
    needRuntime(this);
    for (const kind of ['tf', 'lstm'] as const) {
      const weights = firstWeights(SMALL[kind]);
      const feeds = batch(SMALL[kind]);
      const training = build(SMALL[kind], true);
      const whole = await evaluator(training.graph, [training.score]);
      const [expected] = await whole({ ...weights, ...(feeds as Record<string, Float32Array>) });
      const program = inferenceProgram({ score: build(SMALL[kind], false).score });
      const frozen = freeze(program, weights);
      assert.deepEqual(frozen.state, []);
      for (const [each, state] of [[program, weights], [frozen, {}]] as const) {
        const { score } = await (await Runner.open(each, state)).run(feeds);
        expected.forEach((loss, k) => assert.ok(Math.abs(Number(score[k]) - loss) < 1e-5 * Math.max(1, loss), `${kind} ${k}: ${score[k]} against ${loss}`));
      }
      // The file alone, by the runtime alone.
      const session = await openSession(exportOnnx(program, weights));
      assert.deepEqual(session.inputNames, ['x', 'y']);
      const tensor = (name: string): InstanceType<NonNullable<typeof runtime.ort>['Tensor']> => new runtime.ort!.Tensor('int32', feeds[name] as Int32Array, program.inputs.find((input) => input.name === name)!.shape);
      const got = await session.run({ x: tensor('x'), y: tensor('y') });
      expected.forEach((loss, k) => assert.ok(Math.abs(Number((got.score.data as Float32Array)[k]) - loss) < 1e-5 * Math.max(1, loss)));
    }
    assert.throws(() => exportOnnx(inferenceProgram({ score: build(SMALL.tf, false).score }), {}), (error) => error instanceof ShapeError && /weight emb needs 800 numbers, got none/.test(error.message));
  });

  it('the loss of an unlikely target is finite in training, exact in inference, and its gradient is right in both', async function () {
    needRuntime(this);
    const graph = new Graph();
    const hidden = graph.parameter('hidden', [1, 1], zeros);
    const weight = graph.constant([0, 400], [2, 1]);
    const targets = graph.constant([0], [1], 'int32');
    const loss = op.sum(op.trainingLoss(hidden, { weight }, targets));
    const run = await evaluator(graph, [loss, op.outputLoss(hidden, { weight }, targets), ...gradients(loss, [hidden])]);
    const [cut, exact, gradient] = await run({ hidden: [1] });
    assert.ok(Math.abs(cut[0] - 87.3365) < 1e-3);
    assert.equal(exact[0], 400);
    assert.equal(gradient[0], 400);
  });

  it('padding and later positions change nothing', async function () {
    needRuntime(this);
    const graph = new Graph();
    const [b, t, d] = [2, 5, 8];
    const x = graph.input('x', 'float32', [b, t, d]);
    const present = graph.input('present', 'float32', [b, t]);
    const causal = encoderBlock(graph, 'causal', { width: d, heads: 2, feedForward: 6, weight: normal(0, 0.5) }).apply(x, op.causalMask(x, t));
    const padded = encoderBlock(graph, 'padded', { width: d, heads: 2, feedForward: 6, weight: normal(0, 0.5) }).apply(x, op.paddingMask(present));
    const run = await evaluator(graph, [causal, padded]);
    const rng = mulberry32(8);
    const weights = Object.fromEntries(graph.parameters.map(({ value, initialiser }) => [value.name, initialiser(value.shape, rng)]));
    const one = Array.from({ length: b * t * d }, () => rng() - 0.5);
    const feeds = { ...weights, present: [1, 1, 1, 0, 0, 1, 1, 1, 0, 0] };
    const before = await run({ ...feeds, x: one });
    const after = await run({ ...feeds, x: one.map((value, k) => (Math.floor(k / d) % t >= 3 ? rng() : value)) });
    for (let k = 0; k < b * t * d; k++) {
      if (Math.floor(k / d) % t < 3) for (const at of [0, 1]) assert.ok(Math.abs(before[at][k] - after[at][k]) < 1e-6, `${at === 0 ? 'causal' : 'padded'} ${k}`);
      else assert.notEqual(before[0][k], after[0][k]);
    }
  });

  it('heads as one matrix and heads that are turned give the same', async function () {
    needRuntime(this);
    const graph = new Graph();
    const [b, t, d, heads] = [2, 6, 8, 4];
    const [q, k, v] = ['q', 'k', 'v'].map((name) => graph.input(name, 'float32', [b, t, d]));
    const mask = op.add(op.causalMask(q, t), op.paddingMask(graph.constant([1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0], [b, t])));
    const side = op.headAttention(q, k, v, heads, { mask });
    const turned = op.headAttention(q, k, v, heads, { mask: op.expand(mask, [b, heads, t, t]) });
    const rng = mulberry32(5);
    const draw = (): number[] => Array.from({ length: b * t * d }, () => 2 * rng() - 1);
    const [x, y] = await (await evaluator(graph, [side, turned]))({ q: draw(), k: draw(), v: draw() });
    x.forEach((value, at) => assert.ok(Math.abs(value - y[at]) < 1e-6));
  });

  it('alpha dropout keeps mean 0 and variance 1', async function () {
    needRuntime(this);
    const graph = new Graph();
    const n = 100_000;
    const [y] = await (await evaluator(graph, [op.alphaDropout(graph.input('x', 'float32', [n]), 0.1, 'mask')]))({ x: normal(0, 1)([n], mulberry32(1)), mask: maskSource(graph.masks, 3)(0).mask as Uint8Array });
    const mean = y.reduce((a, b) => a + b, 0) / n;
    assert.ok(Math.abs(mean) < 0.02, `mean ${mean}`);
    assert.ok(Math.abs(y.reduce((a, b) => a + (b - mean) ** 2, 0) / n - 1) < 0.02);
  });

  it('a net with dropout learns what a function of its input is', async function () {
    needRuntime(this);
    const graph = new Graph();
    const n = 64;
    const x = graph.input('x', 'float32', [n, 4]);
    const hidden = op.dropout(op.gelu(linearLayer(graph, 'in', { inputs: 4, outputs: 32 }).apply(x)), 0.1, 'drop');
    const output = linearLayer(graph, 'out', { inputs: 32, outputs: 3 });
    const program = trainingProgram({ loss: op.mean(op.trainingLoss(hidden, { weight: output.weight, bias: output.bias! }, graph.input('y', 'int32', [n]))), adam: { clipNorm: 1 } });
    const runner = await Runner.open(program, initialState(program, graph, 2));
    const [masks, rng] = [maskSource(program.masks, 11), mulberry32(6)];
    const losses: number[] = [];
    for (let step = 0; step < 300; step++) {
      const data = Float32Array.from({ length: 4 * n }, () => 2 * rng() - 1);
      const y = Int32Array.from({ length: n }, (_, k) => (data[4 * k] > 0 ? (data[4 * k + 1] > 0 ? 0 : 1) : 2));
      losses.push(Number((await runner.run({ ...masks(step), x: data, y, learningRate: Float32Array.of(0.01) })).loss[0]));
    }
    assert.ok(losses[0] > 0.9 && losses.slice(-20).every((loss) => loss < 0.3), `${losses[0]} to ${losses.at(-1)}`);
    await runner.close();
  });
});
