import * as assert from 'node:assert/strict';
import { batchLoader } from '../../../server/core/nn/batches';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../../../server/core/nn/checkpoint';
import { NeuralError, type NeuralRuntime, type Tensors } from '../../../server/core/nn/runtime';
import { type StepReport, stepDecay, train, type TrainOptions } from '../../../server/core/nn/train';
import { noControl } from '../../../server/core/util/control';
import { BATCH, FEATURES, linearLoss, linearMasks, linearRows, linearState, linearStep } from '../../support/linearProgram';
import { testRuntime } from '../../support/neuralRuntime';
import { f32, program } from '../../support/onnxPrograms';

const ROWS = 100, STEPS = Math.ceil(ROWS / BATCH);
const runtime = testRuntime();
const rows = linearRows(ROWS, 1), others = linearRows(40, 2, false);

function options(change: Partial<TrainOptions> = {}): TrainOptions {
  return { runtime, training: { programs: [linearStep], data: rows }, state: linearState, epochs: 6, learningRate: stepDecay(0.05, 0.5, 4), masks: linearMasks, control: noControl, ...change };
}
const validation = { programs: [linearLoss], data: others };

/** The same training in double precision, a row at a time. */
function oracle(epochs: number): { w: number[]; losses: number[] } {
  const w = new Array<number>(FEATURES).fill(0), momentum = new Array<number>(FEATURES).fill(0), losses: number[] = [];
  const masks = linearMasks();
  for (let epoch = 0, step = 0; epoch < epochs; epoch++) for (let index = 0; index < rows.batches(epoch); index++, step++) {
    const { tensors, rows: count } = rows.batch(epoch, index), gradient = new Array<number>(FEATURES).fill(0), { mask } = masks(step);
    let loss = 0;
    for (let i = 0; i < count; i++) {
      const x = Array.from((tensors['x'] as Float32Array).subarray(i * FEATURES, (i + 1) * FEATURES)), error = x.reduce((sum, value, f) => sum + value * w[f], 0) - Number(tensors['t'][i]);
      loss += (error * error) / count;
      x.forEach((value, f) => { gradient[f] += (error * value) / count; });
    }
    losses.push(loss);
    const rate = 0.05 * (epoch < 4 ? 1 : 0.5);
    for (let f = 0; f < FEATURES; f++) {
      momentum[f] = 0.9 * momentum[f] + (mask[f] ? gradient[f] : 0);
      w[f] -= rate * momentum[f];
    }
  }
  return { w, losses };
}
const near = (a: ArrayLike<number | bigint>, b: readonly number[]): void => {
  assert.equal(a.length, b.length);
  b.forEach((value, i) => assert.ok(Math.abs(Number(a[i]) - value) <= 1e-4 * Math.max(1, Math.abs(value)), `${i}: ${a[i]} is not ${value}`));
};

describe('training', () => {
  after(() => runtime.dispose());

  it('equals a slow training in double precision: every loss and the last weights', async () => {
    const reports: StepReport[] = [], told: [number, string][] = [];
    const { outcome, state, curve, checkpoint } = await train(options({ onStep: (at) => reports.push(at), control: { report: (fraction, text) => told.push([fraction, text]), cancelled: false } }));
    const { w, losses } = oracle(6);
    assert.equal(outcome, 'finished');
    near(state['w'], w);
    near(curve.losses, losses);
    assert.deepEqual([reports.map(({ step }) => step), reports[STEPS * 4].learningRate, reports[STEPS * 4 - 1].learningRate], [losses.map((_, i) => i + 1), 0.025, 0.05]);
    assert.deepEqual([told.length, told[0][1], told[told.length - 1][0]], [STEPS * 6, `epoch 1 of 6, loss ${reports[0].loss.toPrecision(4)}`, 1]);
    assert.deepEqual([checkpoint.epoch, checkpoint.step, state['seen']], [6, STEPS * 6, BigInt64Array.of(BigInt(STEPS * 6 * BATCH), BigInt(STEPS * 6 * FEATURES))]);
  });

  it('same seed, same bytes', async () => {
    const [a, b] = await Promise.all([train(options({ validation })), train(options({ validation }))]);
    assert.deepEqual(writeCheckpoint(a.checkpoint, ''), writeCheckpoint(b.checkpoint, ''));
    assert.deepEqual(a.state, b.state);
  });

  it('stopped anywhere and gone on from the file: the same bytes as a run without a stop', async () => {
    const whole = await train(options({ validation }));
    for (const stops of [[1], [STEPS], [STEPS + 3, STEPS * 4 - 1], [5, 6, 7, 20]]) {
      let resume: Checkpoint | undefined;
      for (const maxSteps of [...stops, Infinity]) {
        const part = await train(options({ validation, maxSteps, ...(resume ? { resume } : {}) }));
        assert.equal(part.outcome, maxSteps === Infinity ? 'finished' : 'stepLimit');
        const read = readCheckpoint(writeCheckpoint(part.checkpoint, 'run'), linearStep, 'run');
        if ('fault' in read) assert.fail(read.fault);
        resume = read;
        if (maxSteps === Infinity) assert.deepEqual([part.state, part.curve], [whole.state, whole.curve]);
      }
      assert.deepEqual(writeCheckpoint(resume as Checkpoint, ''), writeCheckpoint(whole.checkpoint, ''));
    }
  });

  it('cancelled between steps: says so, and goes on from there', async () => {
    let done = 0;
    const whole = await train(options());
    const { outcome, checkpoint } = await train(options({ onStep: () => { done++; }, control: { report: () => undefined, get cancelled() { return done >= 10; } } }));
    assert.deepEqual([outcome, checkpoint.step, done], ['cancelled', 10, 10]);
    assert.deepEqual((await train(options({ resume: checkpoint }))).state, whole.state);
  });

  it('early stopping: ends after the patience, and gives the weights of the least validation loss', async () => {
    // Rows whose target has nothing to do with their features: what is learned is noise, and soon worse than nothing.
    const noise = linearRows(40, 7, true, 0), wrong = { ...noise, batch: (epoch: number, index: number) => { const one = noise.batch(epoch, index); return { ...one, tensors: { ...one.tensors, t: (one.tensors['t'] as Float32Array).map((v, i) => v * (epoch < 2 ? 1 : -1 - i)) } }; } };
    const seen: { epoch: number; loss: number; w: Float32Array }[] = [];
    let last: Checkpoint | undefined;
    const { outcome, state, curve } = await train(options({
      training: { programs: [linearStep], data: wrong }, validation, epochs: 50, learningRate: stepDecay(0.02), earlyStopping: { patience: 3 },
      onValidation: ({ epoch, loss }) => seen.push({ epoch, loss, w: new Float32Array() }),
      onCheckpoint: (checkpoint) => { last = checkpoint; seen[seen.length - 1].w = checkpoint.state['w'] as Float32Array; },
    }));
    assert.equal(outcome, 'stoppedEarly');
    const best = seen.reduce((a, b) => (b.loss < a.loss ? b : a));
    assert.equal(seen.length, best.epoch + 1 + 3);
    assert.deepEqual([state['w'], last?.best?.loss, curve.validationLosses], [best.w, best.loss, seen.map(({ loss }) => loss)]);
    assert.ok(best.epoch < 10);
  });

  it('early stopping wants an improvement of at least what is set', async () => {
    const { outcome, curve } = await train(options({ validation, epochs: 50, earlyStopping: { patience: 2, least: 1000 } }));
    assert.deepEqual([outcome, curve.validationLosses.length], ['stoppedEarly', 3]);
  });

  it('validation: each row counts alike, whatever batch it is in', async () => {
    const { curve, state } = await train(options({ validation, epochs: 1 })), w = Array.from(state['w'], Number);
    let sum = 0;
    others.t.forEach((t, row) => { sum += (w.reduce((s, v, f) => s + v * others.x[row * FEATURES + f], 0) - t) ** 2; });
    near(curve.validationLosses, [sum / 40]);
  });

  it('diverged: stops, gives the last good weights, says step and what to do', async () => {
    const checkpoints: Checkpoint[] = [];
    const { outcome, state, problem, checkpoint } = await train(options({ epochs: 200, learningRate: ({ step }) => (step < 9 ? 0.05 : 1e6), checkpointEvery: 4, onCheckpoint: (one) => { checkpoints.push(one); } }));
    assert.equal(outcome, 'diverged');
    assert.match(problem?.message ?? '', /(The loss became (NaN|Infinity)|Weights became infinite or no numbers) at step \d+ \(epoch \d+, learning rate 1000000\); the weights of step \d+ are kept\./);
    assert.match(problem?.next ?? '', /learning rate/);
    assert.ok(checkpoints.length >= 2);
    assert.deepEqual(state, checkpoints[checkpoints.length - 1].state);
    assert.ok(Object.values(state).every((data) => Array.from<number | bigint>(data as Float32Array).every((value) => Number.isFinite(Number(value)))));
    assert.equal(checkpoint.step, checkpoints[checkpoints.length - 1].step);
  });

  it('weights that the last step of an epoch spoilt are not kept, though every loss was a number', async () => {
    const { outcome, state, problem } = await train(options({ epochs: 2, learningRate: ({ step }) => (step === 2 * STEPS - 1 ? Number.NaN : 0.05) }));
    assert.deepEqual([outcome, state], ['diverged', (await train(options({ epochs: 1 }))).state]);
    assert.match(problem?.message ?? '', new RegExp(`Weights became infinite or no numbers at step ${2 * STEPS + 1} \\(epoch 2`));
  });

  it('not a number from the first step: the first weights, and no checkpoint was given', async () => {
    let given = 0;
    const bad = { ...rows, batch: (epoch: number, index: number) => { const one = rows.batch(epoch, index); return { ...one, tensors: { ...one.tensors, x: (one.tensors['x'] as Float32Array).map(() => Number.NaN) } }; } };
    const { outcome, state } = await train(options({ training: { programs: [linearStep], data: bad }, onCheckpoint: () => { given++; } }));
    assert.deepEqual([outcome, state, given], ['diverged', linearState, 0]);
  });

  it('ends at the time limit', async () => {
    let now = 0;
    const { outcome, checkpoint } = await train(options({ timeLimit: { milliseconds: 50, clock: () => (now += 5) } }));
    assert.deepEqual([outcome, checkpoint.step], ['timeLimit', 9]);
  });

  it('no rows: says so', async () => {
    const { outcome, problem, state } = await train(options({ training: { programs: [linearStep], data: linearRows(0, 1) } }));
    assert.deepEqual([outcome, problem?.code, state], ['finished', 'no-rows', linearState]);
  });

  it('batches of several lengths run in programs that share the weights', async () => {
    const lengths = [2, 5], counted = lengths.map((length) => program([
      ['MatMul', ['rowWeight', 'x'], ['sums']], ['ReduceSum', ['sums'], ['loss'], { keepdims: 0 }], ['Add', ['total', 'loss'], ['total_next']],
    ], { inputs: [f32('x', 4, length), f32('rowWeight', 4)], outputs: [f32('loss')], state: [{ ...f32('total'), next: 'total_next' }] }));
    const rowLengths = Array.from({ length: 23 }, (_, row) => 1 + (row % 5));
    const data = batchLoader({ rows: 23, batch: 4, seed: 1, lengths: rowLengths, buckets: lengths, fill: (batch, variant) => ({ x: Float32Array.from({ length: 4 * lengths[variant] }, (_, i) => (i % lengths[variant] < rowLengths[batch[Math.floor(i / lengths[variant])]] ? 1 : 0)) }) });
    const { state } = await train({ runtime, training: { programs: counted, data }, state: { total: new Float32Array(1) }, epochs: 3, learningRate: stepDecay(1), control: noControl });
    assert.deepEqual(state, { total: Float32Array.of(3 * rowLengths.reduce((a, b) => a + b)) });
  });

  it('a runtime that fails: the error comes through, sessions are closed', async () => {
    let closed = 0;
    const failing: NeuralRuntime = {
      async open(opened, state) {
        const session = await runtime.open(opened, state);
        let calls = 0;
        return { ...session, run: (feeds: Tensors) => (++calls > 3 ? Promise.reject(new NeuralError('memory', 'full')) : session.run(feeds)), close: () => { closed++; return session.close(); } };
      },
    };
    await assert.rejects(train(options({ runtime: failing })), (error: NeuralError) => error instanceof NeuralError && error.reason === 'memory');
    assert.deepEqual([closed, runtime.pid], [1, undefined]);
  });
});
