import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import type { Detector, Model } from '../../server/core/detectors/detector';
import { detectorById } from '../../server/core/detectors/registry';
import { Cancelled, type Control, type TrainingPoint } from '../../server/core/util/control';
import type { CaptureSession } from '../../server/engine/api';
import type { Readers } from '../../server/engine/ports';
import { openSession } from '../../server/engine/session';
import { TrainingRecord } from '../../server/engine/training';
import { nodeFiles } from '../../server/node/files';
import { poolReaders } from '../../server/node/poolReaders';
import { DEFAULT_CLIENT_SETTINGS } from '../../server/protocol/settings';
import { Folders } from '../support/folder';
import { connLog, office } from '../support/logs';
import { workerScript } from '../support/readers';

const quiet = { report: () => undefined, cancelled: false };
const curve = { steps: [1, 2, 3], losses: [3, 2, 1], validationSteps: [3], validationLosses: [1.5], sum: 0, count: 0 };
const detector = { id: 'net', title: 'A net', trainingCurve: () => ({ ...curve, ended: 'It was good enough.' }) } as unknown as Detector;
const counting = { id: 'counts', title: 'Counts' } as unknown as Detector;
const model = {} as Model;

/** A record that heard these points, of a learning that has not ended. */
async function during(record: TrainingRecord, points: readonly TrainingPoint[], end: (control: Control) => Promise<object> = async () => ({})): Promise<unknown> {
  return record.during(detector, quiet, async (control) => {
    for (const point of points) control.plot?.(point);
    return (await end(control)) as never;
  }).catch((error: unknown) => error);
}
const steps = (from: number, to: number, of = 100): TrainingPoint[] => Array.from({ length: to - from + 1 }, (_, i) => ({ step: from + i, steps: of, loss: 1 / (from + i) }));

describe('engine/training: record', () => {
  it('there is no training before the first step, nor with models that are counted', async () => {
    const record = new TrainingRecord(), heard: unknown[] = [];
    record.onChange((one) => heard.push(one));
    assert.equal(record.current(), undefined);
    await record.during(counting, quiet, async (control) => { control.report(0.5, 'Counting'); return {}; });
    record.kept('/models/counts', counting, model);
    assert.deepEqual([record.current(), heard], [undefined, []]);
  });

  it('keeps the points as they come, with what is being done', async () => {
    const record = new TrainingRecord();
    await during(record, [], async (control) => {
      control.report(0.1, 'epoch 1');
      for (const point of steps(1, 5)) control.plot?.(point);
      const { curve: { steps: at, losses, validationSteps }, ...rest } = record.current()!;
      assert.deepEqual(rest, { id: 1, state: 'running', text: 'epoch 1', detector: 'A net', done: 5, planned: 100 });
      assert.deepEqual([[...at], [...losses].map((loss) => Math.round(loss * 1000)), validationSteps.length], [[1, 2, 3, 4, 5], [1000, 500, 333, 250, 200], 0]);
      control.report(0.9, 'Calibrating');
      assert.equal(record.current()?.text, 'Calibrating');
      return {};
    });
    assert.deepEqual([record.current()?.state, record.current()?.text], ['finished', '']);
  });

  it('a point of held-back rows may come with the loss of the step before, and losses that are no numbers are left out', async () => {
    const record = new TrainingRecord();
    await during(record, [...steps(1, 2), { step: 2, steps: 100, loss: 0.5, validation: 0.7 }, { step: 3, steps: 100, loss: NaN, validation: Infinity }, { step: 4, steps: 100, loss: 0.2, validation: 0.6 }]);
    const { steps: at, validationSteps, validationLosses } = record.current()!.curve;
    assert.deepEqual([[...at], [...validationSteps], [...validationLosses]], [[1, 2, 4], [2, 4], [...Float32Array.of(0.7, 0.6)]]);
  });

  it('of a long training keeps at most 1,024 points', async () => {
    const record = new TrainingRecord();
    await during(record, steps(1, 20_000, 20_000));
    const { done, curve: { steps: at } } = record.current()!;
    assert.ok(at.length <= 1024 && at.length >= 512);
    assert.deepEqual([done, at[at.length - 1] > 19_000], [20_000, true]);
  });

  it('a step back begins the curve of another net', async () => {
    const record = new TrainingRecord();
    await during(record, [...steps(1, 50), ...steps(1, 3)]);
    assert.deepEqual([[...record.current()!.curve.steps], record.current()!.id], [[1, 2, 3], 1]);
  });

  it('what was cancelled or failed stays, with what happened, and the error goes on', async () => {
    const record = new TrainingRecord();
    assert.ok(await during(record, steps(1, 5), () => Promise.reject(new Cancelled())) instanceof Cancelled);
    assert.deepEqual([record.current()?.state, record.current()?.done, record.current()?.text], ['cancelled', 5, 'No model was made of it yet: learning again with the same settings goes on from there.']);
    assert.match(String(await during(record, steps(1, 7), () => Promise.reject(new Error('out of memory')))), /out of memory/);
    assert.deepEqual([record.current()?.state, record.current()?.done, record.current()?.text, record.current()?.id], ['failed', 7, 'out of memory', 2]);
    await during(record, steps(1, 2), async () => ({ fault: 'The baseline is empty.' }));
    assert.deepEqual([record.current()?.state, record.current()?.text], ['failed', 'The baseline is empty.']);
  });

  it('points that come after a cancel are not drawn', async () => {
    const record = new TrainingRecord(), control = { report: () => undefined, cancelled: false };
    await record.during(detector, control, async (watched) => {
      watched.plot?.(steps(1, 1)[0]);
      control.cancelled = true;
      watched.plot?.(steps(2, 2)[0]);
      return {};
    });
    assert.equal(record.current()?.done, 1);
  });

  it('the model that came of it is named, with why training ended; one that is loaded shows its own curve', async () => {
    const record = new TrainingRecord(), heard: { id: number; running: boolean }[] = [];
    record.onChange((one) => heard.push(one));
    await during(record, steps(1, 5));
    record.kept('/models/a', detector, model);
    const kept = record.current();
    assert.deepEqual([kept?.model, kept?.text, kept?.done, kept?.planned, [...kept!.curve.validationSteps]], ['/models/a', 'It was good enough.', 5, 100, [3]], 'with the curve of the model, which knows the end');
    record.loaded('/models/counts', counting, model);
    assert.equal(record.current()?.model, '/models/a', 'a model without a net takes nothing away');
    record.loaded('/models/b', detector, model);
    const { curve: { steps: at, validationLosses }, ...rest } = record.current()!;
    assert.deepEqual(rest, { id: 2, state: 'loaded', text: 'It was good enough.', detector: 'A net', model: '/models/b', done: 3 });
    assert.deepEqual([[...at], [...validationLosses]], [[1, 2, 3], [1.5]]);
    assert.deepEqual([heard.filter(({ running }) => running).length, heard.at(-1)], [5, { id: 2, running: false }]);
    record.clear();
    assert.equal(record.current(), undefined);
  });

  it('a model that a view loads while a net is trained does not hide it', async () => {
    const record = new TrainingRecord();
    await during(record, steps(1, 5), async () => { record.loaded('/models/b', detector, model); return {}; });
    assert.deepEqual([record.current()?.state, record.current()?.done], ['finished', 5]);
  });
});

describe('engine/training: session', function () {
  this.timeout(30_000);
  const folders = new Folders();
  let open: CaptureSession[] = [];
  const adopted = detectorById('stateFrequency') as { trainingCurve?: Detector['trainingCurve'] };
  afterEach(async () => {
    delete adopted.trainingCurve;
    await Promise.all(open.map((session) => session.dispose()));
    open = [];
    folders.remove();
  });
  /** A session whose learning plots the points first, and then does `after`. */
  const session = (root: string, points: readonly TrainingPoint[], after: () => void = () => undefined): CaptureSession => {
    const pool = poolReaders(workerScript, 1);
    const readers: Readers = { ...pool, learn: async (parts, rows, name, settings, self, control, ...rest) => {
      for (const point of points) control.plot?.(point);
      after();
      return pool.learn(parts, rows, name, settings, self, control, ...rest);
    } };
    const opened = openSession(root, DEFAULT_CLIENT_SETTINGS, { files: nodeFiles, readers, digest: (bytes) => String(bytes.length) });
    open.push(opened);
    return opened;
  };
  const capture = { 'day1/conn.log': connLog(office(200)) };

  it('investigate keeps the curve and passes the points on', async () => {
    const s = session(folders.make(capture), steps(1, 30)), told: number[] = [];
    await s.investigate({ ...quiet, plot: ({ step }) => told.push(step) });
    const training = await s.training.current();
    assert.deepEqual([training?.state, training?.done, training?.planned, path.dirname(training?.model ?? '').endsWith('.anomaline/models')], ['finished', 30, 100, true]);
    assert.deepEqual(told, steps(1, 30).map(({ step }) => step));
  });

  it('a cancelled learning leaves its curve, also when an older model is loaded afterwards', async () => {
    adopted.trainingCurve = () => curve;
    const root = folders.make(capture);
    await session(root, []).learn({}, quiet);
    const control = { report: () => undefined, cancelled: false }, s = session(root, steps(1, 4), () => { control.cancelled = true; });
    await assert.rejects(s.learn({}, control), Cancelled);
    assert.equal((await s.training.current())?.state, 'cancelled');
    await s.score({}, quiet);
    assert.deepEqual([(await s.training.current())?.state, (await s.training.current())?.done], ['cancelled', 4]);
    const [{ file }] = await s.models();
    await s.score({ model: file }, quiet);
    assert.deepEqual([(await s.training.current())?.state, (await s.training.current())?.model], ['loaded', file]);
  });

  it('a session that is opened again shows the curve of the model that is there; without a net, none', async () => {
    const root = folders.make(capture);
    await session(root, []).learn({}, quiet);
    assert.equal(await session(root, []).training.current(), undefined);
    adopted.trainingCurve = () => curve;
    assert.deepEqual([...(await session(root, []).training.current())!.curve.steps], [1, 2, 3]);
  });

  it('clear forgets it', async () => {
    const s = session(folders.make(capture), steps(1, 4));
    await s.learn({}, quiet);
    s.clear();
    assert.equal(await s.training.current(), undefined);
  });
});
