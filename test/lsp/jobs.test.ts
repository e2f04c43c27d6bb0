import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Cancelled, Jobs } from '../../server/lsp/jobs';
import type { JobView } from '../../server/lsp/jobs';

/** Work that ends when told to. */
function gate() {
  let open!: () => void, fail!: (error: Error) => void;
  const done = new Promise<void>((resolve, reject) => { open = resolve; fail = reject; });
  return { done, open, fail };
}

const quiet = { started() {}, reported() {}, ended() {} };
const turn = () => new Promise(setImmediate);

describe('lsp/jobs', () => {
  it('runs one job at a time, in the order asked', async () => {
    const jobs = new Jobs<string>(quiet), log: string[] = [], first = gate();
    const a = jobs.run('a', 'A', async () => { log.push('a starts'); await first.done; log.push('a ends'); return 1; });
    const b = jobs.run('b', 'B', async () => { log.push('b'); return 2; });
    await turn();
    assert.deepEqual(log, ['a starts']);
    first.open();
    assert.deepEqual(await Promise.all([a, b]), [1, 2]);
    assert.deepEqual(log, ['a starts', 'a ends', 'b']);
  });

  it('keeps one running and one waiting job of a kind; the newest asked wins and all get its result', async () => {
    const jobs = new Jobs<string>(quiet), first = gate(), ran: number[] = [];
    const work = (n: number) => async () => { ran.push(n); if (n === 0) await first.done; return n; };
    const results = [0, 1, 2, 3].map((n) => jobs.run('score', 'Score', work(n)));
    await turn();
    first.open();
    assert.deepEqual(await Promise.all(results), [0, 3, 3, 3]);
    assert.deepEqual(ran, [0, 3]);
  });

  it('cancelling the running job ends it as cancelled and lets the next one run', async () => {
    const jobs = new Jobs<string>(quiet), first = gate();
    const a = jobs.run('a', 'Learning', async (control) => { await first.done; return control.cancelled; });
    const b = jobs.run('b', 'B', async () => 'next');
    await turn();
    jobs.current()?.cancel();
    first.open();
    await assert.rejects(a, (error) => error instanceof Cancelled && error.message === 'Learning was cancelled');
    assert.equal(await b, 'next');
  });

  it('a job cancelled while it waits never starts, and a new one of its kind does', async () => {
    const jobs = new Jobs<string>(quiet), first = gate(), ran: string[] = [];
    const a = jobs.run('a', 'A', () => first.done);
    const cancelled = jobs.run('b', 'B', async () => { ran.push('old'); }, (job) => job.cancel());
    const fresh = jobs.run('b', 'B', async () => { ran.push('new'); });
    first.open();
    await a;
    await assert.rejects(cancelled, Cancelled);
    await fresh;
    assert.deepEqual(ran, ['new']);
  });

  it('a failing job rejects with its error and does not stop the others', async () => {
    const jobs = new Jobs<string>(quiet);
    const a = jobs.run('a', 'A', () => Promise.reject(new Error('disk full'))), b = jobs.run('b', 'B', async () => 'fine');
    await assert.rejects(a, /disk full/);
    assert.equal(await b, 'fine');
  });

  it('tells listeners start, reports with a fraction that never falls, and end', async () => {
    const heard: string[] = [], tell = (what: string) => (job: JobView<string>) => heard.push(`${what} ${job.fraction} ${job.text}`);
    const jobs = new Jobs<string>({ started: tell('start'), reported: tell('report'), ended: (job, idle) => heard.push(`end ${job.fraction} ${idle}`) });
    await jobs.run('a', 'A', async (control) => {
      for (const [fraction, text] of [[0.5, 'x'], [0.25, 'y'], [NaN, 'z'], [7, 'w']] as const) control.report(fraction, text);
    });
    assert.deepEqual(heard, ['start 0 ', 'report 0.5 x', 'report 0.5 y', 'report 0.5 z', 'report 1 w', 'end 1 true']);
  });

  it('any order of asking, ending and cancelling settles every promise and never runs two jobs at once', async () => {
    const step = fc.oneof(fc.record({ ask: fc.constantFrom('a', 'b', 'c') }), fc.constant('end' as const), fc.constant('fail' as const), fc.constant('cancel' as const));
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const jobs = new Jobs<string>(quiet), open: ReturnType<typeof gate>[] = [], results: Promise<unknown>[] = [];
      let running = 0;
      for (const one of steps) {
        if (typeof one === 'object') {
          results.push(jobs.run(one.ask, one.ask, async () => {
            assert.equal(++running, 1);
            const at = gate();
            open.push(at);
            await at.done.finally(() => running--);
          }).catch((error: unknown) => assert.ok(error instanceof Cancelled || (error as Error).message === 'told to fail')));
        } else if (one === 'cancel') jobs.current()?.cancel();
        else if (one === 'end') open.pop()?.open();
        else open.pop()?.fail(new Error('told to fail'));
        await turn();
      }
      while (jobs.current()) { open.pop()?.open(); await turn(); }
      await Promise.all(results);
    }), { seed: 2, numRuns: 50 });
  });
});
