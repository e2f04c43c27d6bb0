import * as assert from 'node:assert/strict';
import { LearningError } from '../../server/core/detectors/detector';
import { Cancelled } from '../../server/core/util/control';
import { type PoolOptions, WorkerError, WorkerPool } from '../../server/node/workerPool';
import type { WorkerJob } from '../../server/node/workerMessages';
import { Folders } from '../support/folder';

const folders = new Folders();
// A worker that does what the name of the job's path says.
const script = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ id, job, cancel }) => {
  const post = (message) => parentPort.postMessage({ id, ...message });
  if (job.path === 'exit') process.exit(7);
  if (job.path === 'throw') throw new Error('thrown in the worker');
  if (job.path === 'fail') return post({ type: 'failed', message: 'said no' });
  if (job.path === 'progress') [0.25, 0.5].forEach((done) => post({ type: 'progress', done, text: 'half way' }));
  if (job.path === 'mend') return post({ type: 'failed', message: 'lower it', mendable: true });
  if (job.path === 'keep') { while (Atomics.load(cancel, 0) === 0) Atomics.wait(cancel, 0, 0, 20); post({ type: 'checkpoint', checkpoint: Uint8Array.of(7) }); }
  if (job.path === 'wait') { while (Atomics.load(cancel, 0) === 0) Atomics.wait(cancel, 0, 0, 20); }
  if (job.path.startsWith('spin')) for (;;) Math.random();
  if (job.path === 'pattern') /^(a+)+$/.test('a'.repeat(60) + 'b');
  if (job.path === 'pause') Atomics.wait(cancel, 0, 0);
  if (job.path === 'never') return;
  if (job.path === 'beat') for (const end = Date.now() + 1200; Date.now() < end;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10), Atomics.add(cancel, 1, 1);
  if (job.path === 'slow') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 900);
  if (job.path === 'memory') throw Object.assign(new Error('heap'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
  if (job.path === 'later') { post({ type: 'done', result: job.path }); return setTimeout(() => process.exit(3), 10); }
  post({ type: 'done', result: job.path });
});`;

describe('worker pool', () => {
  const pools: WorkerPool[] = [];
  const open = (size: number, options: PoolOptions = {}): WorkerPool => {
    const pool = new WorkerPool(folders.put(folders.make(), 'worker.js', script), size, options);
    pools.push(pool);
    return pool;
  };
  const run = (pool: WorkerPool, path: string, cancelled = (): boolean => false, onProgress: (done: number, text?: string) => void = () => undefined): Promise<unknown> => pool.run({ task: 'hash', path } satisfies WorkerJob, cancelled, onProgress);
  after(async () => {
    await Promise.all(pools.map((pool) => pool.dispose()));
    folders.remove();
  });

  it('runs more jobs than it has workers, each with its own result', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `job ${i}`), pool = open(3);
    assert.deepEqual(await Promise.all(names.map((name) => run(pool, name))), names);
  });

  const deaths: { path: string; error: RegExp }[] = [
    { path: 'exit', error: /^Reading exit failed: a worker ended unexpectedly \(exit code 7\), perhaps for lack of memory\. Run the command again; .*anomaline\.exclude/ }, { path: 'throw', error: /^Reading throw failed: thrown in the worker\. Run the command again/ }, { path: 'fail', error: /said no/ },
  ];
  for (const { path, error } of deaths) {
    it(`"${path}" fails its own job only`, async () => {
      const pool = open(1), jobs = ['a', path, 'b', path, 'c'].map((name) => run(pool, name).then(String, (e: Error) => e.message));
      const done = await Promise.all(jobs);
      assert.deepEqual([done[0], done[2], done[4]], ['a', 'b', 'c']);
      for (const message of [done[1], done[3]]) assert.match(message, error);
    });
  }

  it('what the user can mend is told apart from what went wrong', async () => {
    const pool = open(1);
    await assert.rejects(run(pool, 'mend'), (error: Error) => error instanceof LearningError && error.message === 'lower it');
    await assert.rejects(run(pool, 'fail'), (error: Error) => !(error instanceof LearningError));
  });

  it('a cancelled job that leaves a checkpoint is waited for', async () => {
    const pool = open(1), kept: Uint8Array[] = [];
    let cancelled = false;
    const job = pool.run({ task: 'hash', path: 'keep' } satisfies WorkerJob, () => cancelled, () => undefined, { onCheckpoint: (checkpoint) => kept.push(checkpoint) });
    cancelled = true;
    await assert.rejects(job, Cancelled);
    assert.deepEqual(kept, [Uint8Array.of(7)]);
  });

  it('a worker that dies without a job is not given the next one', async () => {
    const pool = open(1);
    assert.equal(await run(pool, 'later'), 'later');
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(await run(pool, 'next'), 'next');
  });

  it('hands progress on', async () => {
    const told: unknown[] = [];
    await run(open(1), 'progress', undefined, (done, text) => told.push([done, text]));
    assert.deepEqual(told, [[0.25, 'half way'], [0.5, 'half way']]);
  });

  it('a cancel reaches a running job, and keeps a waiting one from starting', async () => {
    const pool = open(1);
    let cancelled = false;
    const jobs = ['wait', 'never'].map((name) => assert.rejects(run(pool, name, () => cancelled), Cancelled));
    const other = run(pool, 'other');
    setTimeout(() => (cancelled = true), 60);
    await Promise.all(jobs);
    assert.equal(await other, 'other');
  });

  it('when it is disposed, running and waiting jobs end as cancelled', async () => {
    const pool = open(1), jobs = ['wait', 'waiting'].map((name) => assert.rejects(run(pool, name), Cancelled));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await pool.dispose();
    await Promise.all(jobs);
    await assert.rejects(run(pool, 'late'), Cancelled);
  });

  for (const path of ['spin', 'pattern', 'pause', 'never']) {
    it(`a worker that hangs ("${path}") is stopped, its job fails with what to do, and the others go on`, async () => {
      const pool = open(1, { silence: 500 }), stuck = run(pool, path), other = run(pool, 'other');
      await assert.rejects(stuck, (error: Error) => error instanceof WorkerError && error.message === `Reading ${path} did not answer for 0.5 s and was stopped. See that its disk answers, and run the command again; if it happens again, leave the file out with "anomaline.exclude".`);
      assert.equal(await other, 'other');
    });
  }

  it('as many stuck jobs as there are workers, three times over, do not block the pool', async () => {
    const pool = open(2, { silence: 500 }), stuck = Array.from({ length: 6 }, (_, i) => assert.rejects(run(pool, `spin ${i}`), WorkerError));
    assert.equal(await run(pool, 'other'), 'other');
    await Promise.all(stuck);
  });

  it('a worker that counts its steps is not stopped, however long it works; nor is one that was given more time', async () => {
    const pool = open(2, { silence: 600 });
    const patient = pool.run({ task: 'hash', path: 'slow' } satisfies WorkerJob, () => false, () => undefined, { patience: 5000 });
    assert.deepEqual([await run(pool, 'beat'), await patient], ['beat', 'slow']);
  });

  it('a cancelled job that does not stop: its worker is replaced', async () => {
    const pool = open(1, { stopping: 200 });
    let cancelled = false;
    const stuck = Array.from({ length: 3 }, (_, i) => assert.rejects(run(pool, `spin ${i}`, () => cancelled), Cancelled)), other = run(pool, 'other');
    setTimeout(() => (cancelled = true), 60);
    await Promise.all(stuck);
    assert.equal(await other, 'other');
  });

  it('a worker without memory fails its own job only', async () => {
    const pool = open(1), full = run(pool, 'memory'), other = run(pool, 'other');
    await assert.rejects(full, (error: Error) => error instanceof WorkerError && error.code === 'ERR_WORKER_OUT_OF_MEMORY' && /^Reading memory failed: a worker ran out of memory\. Run the command again; .*anomaline\.exclude/.test(error.message));
    assert.equal(await other, 'other');
  });

  it('what cannot be handed to a worker fails its own job only', async () => {
    const pool = open(1), wrong = { task: 'hash', path: 'x', more: () => undefined } as WorkerJob;
    await assert.rejects(pool.run(wrong, () => false, () => undefined), /Reading x cannot be given to a worker: .*cloned/);
    assert.equal(await run(pool, 'other'), 'other');
  });

  it('ends also where a worker does not', async () => {
    const pool = open(1), stuck = assert.rejects(run(pool, 'spin'), Cancelled);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await pool.dispose();
    await stuck;
  });
});
