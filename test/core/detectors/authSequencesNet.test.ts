import { strict as assert } from 'node:assert';
import { fromBinary } from '@bufbuild/protobuf';
import { authSequences } from '../../../server/core/detectors/authSequences';
import type { AuthSequencesModel } from '../../../server/core/detectors/authSequences/model';
import { netOf } from '../../../server/core/detectors/authSequences/net';
import { type LineModelName, SETTINGS } from '../../../server/core/detectors/authSequences/settings';
import { trainNet } from '../../../server/core/detectors/authSequences/trainNet';
import { type KeptTraining, LearningError } from '../../../server/core/detectors/detector';
import { calibrate } from '../../../server/core/detectors/scoring/calibration';
import { type Container, readContainer, writeContainer } from '../../../server/core/models/safetensors';
import { ModelProtoSchema } from '../../../server/core/nn/onnx/onnx_pb';
import { NeuralError, type NeuralRuntime, type NeuralSession } from '../../../server/core/nn/runtime';
import { Cancelled, type Control, noControl } from '../../../server/core/util/control';
import { tokenTranslation } from '../../../server/core/auth/vocabularyGrowth';
import { authRows, authSettings, learnAuth, ordinaryEvents, scoreAuth, usualEvent } from '../../support/authEvents';
import { type Flow, tableOf } from '../../support/flows';
import { linearState, linearStep } from '../../support/linearProgram';
import { testRuntime } from '../../support/neuralRuntime';
import { needRuntime, openSession, runtime as native } from '../nn/run';

const baseline = ordinaryEvents(240);
const table = tableOf(baseline);
const odd: Flow[] = [{ ...usualEvent, destination: 'pc3' }, { ...usualEvent, user: 'PC7$' }, usualEvent, { ...usualEvent, destination: 'srv9', logonType: 'Batch' }];
const oddTable = tableOf(odd);
const bytesOf = (model: AuthSequencesModel): Uint8Array => writeContainer(authSequences.save(model));
const lineModels = (SETTINGS.find(({ name }) => name === 'model') as { readonly choices: readonly LineModelName[] }).choices.filter((name) => name !== 'counts');

describe('authentication sequences by nets', function () {
  this.timeout(60_000);
  const runtime = testRuntime({ threads: 1 });
  // A session that stays open: else each test would start the runtime's process several times.
  before(() => runtime.open(linearStep, linearState));
  after(() => runtime.dispose());
  const learnNet = (change: Parameters<typeof learnAuth>[1] = {}, more: Parameters<typeof learnAuth>[2] = {}, rows = table): Promise<AuthSequencesModel> => learnAuth(rows, { model: 'attention', ...change }, { runtime, ...more });

  for (const name of lineModels) {
    it(`${name}: learns, scores, explains, is read back`, async function () {
      needRuntime(this);
      const small = tableOf(baseline.slice(0, 70));
      const model = await learnNet({ model: name, normalise: name === 'lstm', time: name === 'transformer', accounts: 'people' }, {}, small);
      assert.ok(model.net && model.net.curve.losses.length > 0);
      const scores = await scoreAuth(model, oddTable, runtime);
      assert.equal(scores.raw[1], -Infinity);
      for (const row of [0, 2, 3]) {
        const { parts, field, message } = scores.explain(row);
        assert.ok(Math.abs(parts.reduce((sum, { value }) => sum + value, 0) - scores.raw[row]) < 1e-3);
        assert.ok(field !== undefined && !/undefined|NaN/.test(message), message);
      }
      const container = readContainer(bytesOf(model)), loaded = 'fault' in container ? container : authSequences.load(container);
      assert.ok(!('fault' in loaded), JSON.stringify(loaded));
      assert.deepEqual(bytesOf(loaded), bytesOf(model));
      assert.deepEqual((await scoreAuth(loaded, oddTable, runtime)).raw, scores.raw);
    });
  }

  it('a model that sees earlier events of the user sees them whatever rows are put together by', async function () {
    needRuntime(this);
    const rows = tableOf(ordinaryEvents(40, 1e6, 8));
    const model = await learnNet({ model: 'tieredLstm', holdBack: 0.4 }, {}, tableOf(baseline.slice(0, 70)));
    const byUser = await scoreAuth(model, rows, runtime);
    for (const entity of ['pair', 'destination'] as const) {
      const { raw } = await scoreAuth({ ...model, entity, settings: { ...model.settings, entity } }, rows, runtime);
      raw.forEach((score, row) => assert.ok(Math.abs(score - byUser.raw[row]) < 1e-4, `${entity}, row ${row}: ${score} and not ${byUser.raw[row]}`));
    }
  });

  it('the scale is made from rows that the net was not trained on, each seen after those before it', async function () {
    needRuntime(this);
    const some = baseline.slice(0, 120), rows = tableOf(some);
    const learned = await learnNet({ model: 'tieredLstm', holdBack: 0.3, countShare: 0 }, {}, rows);
    const { raw } = await scoreAuth(learned, rows, runtime);
    // The last three in ten of each user.
    const held = [...new Set(some.map(({ user }) => user))].flatMap((user) => {
      const own = some.flatMap((event, row) => (event.user === user ? [row] : []));
      return own.slice(own.length - Math.floor(own.length * 0.3));
    });
    const { scale, raw: points } = calibrate(Float64Array.from(held, (row) => raw[row]), { contamination: 0 });
    assert.deepEqual([learned.calibration.raw.length, learned.calibration.scale.toFixed(3)], [points.length, scale.toFixed(3)]);
    points.forEach((point, i) => assert.ok(Math.abs(point - learned.calibration.raw[i]) < 1e-3, `${point}, ${learned.calibration.raw[i]}`));
  });

  describe('one of them', () => {
    let model: AuthSequencesModel;
    before(async function () {
      needRuntime(this);
      model = await learnNet({ epochs: 6, countShare: 0 });
    });

    it('finds what does not belong, and tells what it expected', async () => {
      const scores = await scoreAuth(model, oddTable, runtime);
      assert.ok(scores.raw[3] > scores.raw[2] + 2 && scores.raw[0] > scores.raw[2] + 1, String(scores.raw));
      assert.equal(scores.explain(0).field, 'destination');
      const { expected } = scores.explain(0);
      assert.match(expected[0].words, /^destination host (srv0|pc0)$/);
      assert.ok(expected.every(({ share }, i) => share > 0 && share <= 1 && (i === 0 || share <= expected[i - 1].share)));
    });

    it('equal input, seed and threads give equal bytes; another seed gives others', async () => {
      const few = tableOf(baseline.slice(0, 70)), [one, same, other] = [await learnNet({}, {}, few), await learnNet({}, {}, few), await learnNet({ seed: 2 }, {}, few)];
      assert.deepEqual(bytesOf(one), bytesOf(same));
      assert.notDeepEqual(bytesOf(one), bytesOf(other));
    });

    it('has counts as its peer, which are those that were learned without a net', async () => {
      const peer = authSequences.peer!(model), counts = await learnAuth(table);
      assert.ok(peer && peer.net === undefined);
      assert.deepEqual((await scoreAuth(peer, oddTable)).raw, (await scoreAuth(counts, oddTable)).raw);
      assert.ok(!('fault' in authSequences.load(authSequences.save(peer))));
      assert.equal(authSequences.peer!(counts), undefined);
      assert.equal(authSequences.exportOnnx!(counts), undefined);
    });

    it('a damaged net is a fault', () => {
      const { metadata, tensors } = authSequences.save(model);
      for (const name of Object.keys(tensors).filter((one) => one.startsWith('net.'))) {
        const changed = (tensor: Container['tensors'][string] | undefined): Container => ({ metadata, tensors: tensor ? { ...tensors, [name]: tensor } : Object.fromEntries(Object.entries(tensors).filter(([one]) => one !== name)) });
        const damages = [undefined, tensors[name].slice(1), (tensors[name] as Float32Array).map((x, i) => (i === 0 ? NaN : x)), new Int32Array(tensors[name].length)];
        for (const tensor of name.startsWith('net.values0') ? damages : [damages[name.length % 4]]) {
          const loaded = authSequences.load(changed(tensor));
          assert.match('fault' in loaded ? loaded.fault : '', /^its net lacks the weights [\w.]+, or they are of another net$/);
        }
      }
      const other = authSequences.load({ metadata: { ...metadata, authSequences: metadata['authSequences'].replace('"attention"', '"lstm"') }, tensors });
      assert.ok('fault' in other, 'weights of another net');
    });

    it('with the vocabulary of another model is a fault', async () => {
      const { metadata, tensors } = authSequences.save(model);
      const strange = authSequences.save(await learnAuth(tableOf([...baseline, { ...usualEvent, destination: 'srv77' }])));
      const counted = Object.fromEntries(Object.entries(strange.tensors).filter(([name]) => /^(vocabulary|counts)\./.test(name)));
      assert.match((authSequences.load({ metadata, tensors: { ...tensors, ...counted } }) as { fault?: string }).fault ?? '', /its net lacks the weights/);
    });

    it('goes on with new days: values of before keep their vectors, new ones begin as the unknown value', async () => {
      const next = tableOf(ordinaryEvents(100, 1e6, 5).map((one) => ({ ...one, destination: one.destination === 'srv0' ? 'srv7' : one.destination })));
      let first: Readonly<Record<string, Float32Array>> | undefined;
      // The weights that training begins with are those that the runtime is opened with.
      const watched: NeuralRuntime = { open: (program, state) => { first ??= state as Record<string, Float32Array>; return runtime.open(program, state); } };
      const gone = await learnNet({}, { previous: model, runtime: watched }, next);
      assert.equal(gone.baselineRows, 340);
      const [old, grown] = [model, gone].map((one) => netOf(one.settings, one.vocabulary, 10)!);
      const translation = tokenTranslation(model.vocabulary, gone.vocabulary);
      let compared = 0;
      old.tables!.tokens.forEach((tokens, t) => {
        for (const [name, weights] of Object.entries(model.net!.weights)) {
          if (!new RegExp(`^values${t}\\b`).test(name)) continue;
          const width = weights.length / tokens.length;
          tokens.forEach((token, row) => {
            const to = grown.tables!.rowOf[t][translation[token]];
            assert.deepEqual([...first![name].subarray(to * width, (to + 1) * width)], [...weights.subarray(row * width, (row + 1) * width)], `${name}, ${model.vocabulary.text(token)}`);
            compared++;
          });
          const fresh = gone.vocabulary.idOf(5, 'srv7'), at = grown.tables!.rowOf[t][fresh];
          if (grown.tables!.tokens[t].includes(fresh)) assert.deepEqual([...first![name].subarray(at * width, (at + 1) * width)], [...weights.subarray(weights.length - width)]);
        }
      });
      assert.ok(compared > 20, `${compared}`);
      await assert.rejects(learnNet({ model: 'lstm' }, { previous: model }, next), /learned with model=attention, not model=lstm/);
    });

    it('as ONNX opens in the runtime alone, and gives the losses that scoring gives', async () => {
      const session = await openSession(authSequences.exportOnnx!(model)!);
      const { metadataProps } = fromBinary(ModelProtoSchema, authSequences.exportOnnx!(model)!);
      const values = JSON.parse(metadataProps.find(({ key }) => key === 'values')!.value) as string[][];
      const rows = tableOf([odd[0], odd[2], odd[3]]);
      const tokens = authRows(model, rows).features;
      // A reader of the file knows the texts of fields only: each is looked up in the list of its field, the last of which stands for all others.
      const feed = new Int32Array(128 * 10);
      for (let k = 0; k < 30; k++) {
        const list = values[k % 10], at = list.indexOf(model.vocabulary.text(tokens[k]));
        feed[k] = at < 0 ? list.length - 1 : at;
      }
      const got = await session.run({ tokens: new native.ort!.Tensor('int32', feed, [128, 10]) });
      const losses = got['losses'].data as Float32Array, scores = await scoreAuth(model, rows, runtime);
      for (let row = 0; row < 3; row++) {
        const sum = [1, 3, 4, 5, 6, 7, 8].reduce((total, field) => total + losses[row * 10 + field], 0);
        assert.ok(Math.abs(sum - scores.raw[row]) < 1e-3, `${sum}, ${scores.raw[row]}`);
      }
      await session.release();
    });
  });

  describe('stopped and learned again', () => {
    /** Stops after so many steps, and tells what was reported. */
    const stopping = (after: number): Control & { readonly told: string[] } => {
      let steps = 0;
      const told: string[] = [];
      return { told, report: (_, text) => void told.push(text), plot: () => { steps++; }, get cancelled() { return steps >= after; } };
    };
    const some = tableOf(baseline.slice(0, 100));

    for (const model of ['attention', 'tieredLstm'] as const) {
      it(`${model}: goes on from where it was, to the same bytes as without a stop`, async function () {
        needRuntime(this);
        const change = { model, epochs: 2, batch: 16 }, whole = await learnNet(change, {}, some);
        const training = new Kept();
        // Within the first epoch, and after it.
        for (const after of [2, 4]) await assert.rejects(learnNet(change, { training, control: stopping(after) }, some), Cancelled);
        const last = stopping(Infinity), gone = await learnNet(change, { training, control: last }, some);
        assert.deepEqual(bytesOf(gone), bytesOf(whole));
        const [first] = last.told.filter((text) => text.startsWith('Training'));
        assert.match(first, /^Training \(gone on with after step (\d+)\), step \d+ of \d+: loss/);
        assert.ok(Number(/step (\d+)\)/.exec(first)![1]) >= 4, first);
      });
    }

    it('goes on after the process that runs nets ended, too', async function () {
      needRuntime(this);
      const training = new Kept(), crash = new NeuralError('crashed', 'The process that runs nets ended unexpectedly.');
      await assert.rejects(learnNet({ epochs: 2 }, { training, runtime: spoilt(runtime, (step) => { if (step === 4) throw crash; return false; }) }, some), (error) => error === crash);
      assert.ok(training.checkpoint);
      assert.deepEqual(bytesOf(await learnNet({ epochs: 2 }, { training }, some)), bytesOf(await learnNet({ epochs: 2 }, {}, some)));
    });

    it('other settings, other rows, another model to go on from, or a damaged file: begins anew', async function () {
      needRuntime(this);
      const training = new Kept();
      await assert.rejects(learnNet({}, { training, control: stopping(2) }, some), Cancelled);
      const { checkpoint } = training as Required<Kept>;
      const cases: [string, Parameters<typeof learnNet>][] = [
        ['settings', [{ learningRate: 0.005 }, {}, some]], ['seed', [{ seed: 9 }, {}, some]], ['rows', [{}, {}, tableOf(baseline.slice(1, 101))]], ['model', [{ model: 'lstm' }, {}, some]],
        ['previous', [{}, { previous: await learnNet({}, {}, some) }, some]],
      ];
      for (const [name, [change, more, rows]] of cases) {
        const control = stopping(1);
        await assert.rejects(learnNet(change, { ...more, training: { checkpoint, due: () => false, keep: () => undefined }, control }, rows), Cancelled);
        assert.ok(control.told.some((text) => /^Training, step 1 of/.test(text)), name);
      }
      for (const damaged of [new Uint8Array(0), checkpoint.slice(0, checkpoint.length / 2), new Uint8Array(1000).fill(7)]) {
        const control = stopping(1);
        await assert.rejects(learnNet({}, { training: { checkpoint: damaged, due: () => false, keep: () => undefined }, control }, some), Cancelled);
        assert.ok(control.told.some((text) => /^Training, step 1 of/.test(text)));
      }
    });
  });

  describe('with bad input', () => {
    it('no runtime: says what to choose', () => assert.rejects(learnAuth(table, { model: 'attention' }), (error: Error) => error instanceof LearningError && /needs a runtime.*Choose model=counts/.test(error.message)));

    it('one user, few rows, all unknown', async function () {
      needRuntime(this);
      const model = await learnNet({}, {}, tableOf(Array.from({ length: 20 }, (_, i) => ({ ...usualEvent, time: i }))));
      const strangers = tableOf([{ user: 'x', source: 'y', destination: 'z' }, usualEvent]);
      const { raw, notes, explain } = await scoreAuth(model, strangers, runtime);
      assert.ok(raw.every(Number.isFinite));
      assert.doesNotMatch(explain(0).message, /undefined|NaN/);
      assert.deepEqual(notes, []);
    });

    it('training that diverges in its first epoch is an error that says what to lower', async function () {
      needRuntime(this);
      const text = /Lower the learning rate|Lower the setting learningRate/;
      await assert.rejects(learnNet({}, { runtime: spoilt(runtime, (step) => step === 3) }), (error: Error) => error instanceof LearningError && /became NaN at step 3/.test(error.message) && text.test(error.message));
      const tokens = authRows(await learnAuth(table), table).features;
      const line = netOf({ ...(authSettings() as never as AuthSequencesModel['settings']), model: 'attention' }, (await learnAuth(table)).vocabulary, 10)!;
      const rash = { ...(authSettings({ model: 'attention' }) as never as AuthSequencesModel['settings']), learningRate: 1e38 };
      await assert.rejects(trainNet(line, Int32Array.from(tokens), new Int32Array(240), rash, runtime, noControl), (error: Error) => error instanceof LearningError && text.test(error.message));
    });

    it('training that diverges later keeps the last good weights, and the model says so', async function () {
      needRuntime(this);
      const good = await learnNet({ epochs: 1 });
      const steps = good.net!.curve.validationSteps[0];
      const model = await learnNet({ epochs: 2 }, { runtime: spoilt(runtime, (step) => step === steps + 2) });
      assert.match(model.note ?? '', new RegExp(`loss became NaN at step ${steps + 2} .*the weights of step ${steps} are kept\\. Lower the learning rate`));
      assert.deepEqual(model.net!.weights, good.net!.weights);
      const container = readContainer(bytesOf(model)), loaded = 'fault' in container ? container : authSequences.load(container);
      assert.ok(!('fault' in loaded));
      assert.ok((await scoreAuth(loaded, oddTable, runtime)).notes.includes(model.note!), 'the run report has it');
    });

    it('a loss of the rows held back that is no number is a divergence too: there is nothing to keep', async function () {
      needRuntime(this);
      await assert.rejects(learnNet({ epochs: 2 }, { runtime: spoilt(runtime, () => false, true) }), (error: Error) => error instanceof LearningError && /validation loss became infinite or no number/.test(error.message));
    });

    it('a lack of memory reaches the user with what to lower', async () => {
      const why = 'The net does not fit into memory (bad_alloc). Lower the batch size or choose a smaller model size in the settings of the detector, or close other programs.';
      const full: NeuralRuntime = { open: () => Promise.reject(new NeuralError('memory', why)) };
      await assert.rejects(learnNet({}, { runtime: full }), (error: Error) => error.message === why);
    });

    it('cancel in the middle of training and of scoring', async function () {
      needRuntime(this);
      let steps = 0;
      const stops: Control = { report: () => undefined, plot: () => { steps++; }, get cancelled() { return steps >= 3; } };
      await assert.rejects(learnNet({ epochs: 50 }, { control: stops }), Cancelled);
      assert.equal(steps, 3);
    });
  });
});

/** Keeps a training as the product does, but after each step. */
class Kept implements KeptTraining {
  checkpoint?: Uint8Array;
  count = 0;
  readonly due = (): boolean => true;
  readonly keep = (bytes: Uint8Array): void => {
    this.checkpoint = bytes;
    this.count++;
  };
}

/** A runtime that works but for losses: of a step (from 1 on), or of all that is measured. */
function spoilt(runtime: NeuralRuntime, step: (step: number) => boolean, measured = false): NeuralRuntime {
  const watch = (session: NeuralSession, nan: () => boolean): NeuralSession => ({
    ...session,
    share: async (program) => watch(await session.share(program), () => measured),
    run: async (feeds) => {
      const got = await session.run(feeds);
      return nan() && 'loss' in got ? { ...got, loss: Float32Array.of(NaN) } : got;
    },
  });
  let done = 0;
  return { open: async (program, state) => watch(await runtime.open(program, state), () => step(++done)) };
}
