import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type CaptureSession, type JobControl, SessionError } from '../../server/engine/api';
import { createCaptureSession } from '../../server/node/openSession';
import { type ClientSettings, DEFAULT_CLIENT_SETTINGS } from '../../server/protocol/settings';
import { Cancelled } from '../../server/core/util/control';
import { lanlLine, ordinaryEvents, usualEvent } from '../support/authEvents';
import type { Flow } from '../support/flows';
import { Folders, namesBelow } from '../support/folder';
import { workerScript } from '../support/readers';

const folders = new Folders();
const control: JobControl = { report: () => undefined, cancelled: false };
const logOf = (events: readonly Flow[]): string => events.map(lanlLine).join('\n') + '\n';
/** Two steps of u0 to a host of another desk, among what everybody does. */
const secondDay: Flow[] = ordinaryEvents(200, 90_000, 2).map((event, i) => (i === 50 || i === 120 ? { ...usualEvent, time: event.time, destination: 'pc3', authType: 'NTLM' } : event));
const configuration = (settings: object): string => JSON.stringify({ detector: 'authSequences', baseline: { files: ['day1/**'] }, settings: { cutoff: 0, ...settings } });
const capture = (settings: object): Record<string, string> => ({ 'day1/auth.txt': logOf(ordinaryEvents(600)), 'day2/auth.txt': logOf(secondDay), 'anomaline.json': configuration(settings) });

describe('session of a capture of authentication events', function () {
  this.timeout(60_000);
  const open: CaptureSession[] = [];
  const session = (root: string, change: Partial<ClientSettings> = {}): CaptureSession => {
    const opened = createCaptureSession(root, { ...DEFAULT_CLIENT_SETTINGS, workers: 1, 'neural.threads': 1, acceptanceRate: 0.01, ...change }, workerScript, { cacheFolder: path.join(root, '.cache') });
    open.push(opened);
    return opened;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.dispose()));
    folders.remove();
  });

  for (const model of ['counts', 'attention'] as const) {
    it(`${model}: investigates, underlines the field, says what was expected`, async () => {
      const root = folders.make(capture({ model, epochs: 6, batch: 64 })), s = session(root), log = path.join(root, 'day2/auth.txt');
      await s.investigate(control);
      const { lines } = await s.findingsOf(log, 100);
      const odd = lines.filter(({ line }) => line === 50 || line === 120);
      assert.equal(odd.length, 2, JSON.stringify(lines.map(({ line }) => line)));
      for (const { line, startCharacter, endCharacter, message } of odd) {
        const text = fs.readFileSync(log, 'utf8').split('\n')[line];
        assert.ok(['pc3', 'NTLM'].includes(text.slice(startCharacter, endCharacter)), `${text} ${startCharacter} ${endCharacter}`);
        assert.match(message, /^Unexpected (destination host pc3|authentication type \w+)/);
      }
      const detail = await s.lineDetail(log, 50);
      assert.ok(detail && detail.expected.length > 0 && detail.expected[0].share > 0.3, JSON.stringify(detail?.expected));
      assert.equal(detail.entity, 'u0@CORP');
      assert.equal(detail.state, undefined);
      const { items } = await s.groups({ start: 0, count: 100, filter: '', order: 'score' });
      assert.match(items[0].text, /destination host|authentication type/);
      assert.equal((await s.models())[0].net, model !== 'counts');
    });
  }

  it('several workers find what one does', async () => {
    const found = await Promise.all([1, 3].map(async (workers) => {
      const root = folders.make(capture({ model: 'counts', normalise: true })), s = session(root, { workers, acceptanceRate: 0.5 });
      await s.investigate(control);
      return { findings: await s.findingsOf(path.join(root, 'day2/auth.txt'), 1000), totals: s.totals() };
    }));
    assert.ok(found[0].totals.flagged > 50);
    assert.deepEqual(found[1], found[0]);
  });

  it('lines with missing or extra fields are problems at their lines; the others are scored', async () => {
    const lines = secondDay.map(lanlLine);
    lines[3] = '90180,u1@CORP,u1@CORP,pc1';
    lines[4] += ',and,more';
    lines[5] = lines[5].replace(/^\d+/, 'never');
    const root = folders.make({ ...capture({ model: 'counts' }), 'day2/auth.txt': lines.join('\n') + '\n' }), s = session(root);
    await s.investigate(control);
    const found = await s.findingsOf(path.join(root, 'day2/auth.txt'), 100);
    assert.ok([50, 120].every((line) => found.lines.some((one) => one.line === line)));
    assert.deepEqual(found.problems.map(({ line }) => line).sort(), [3, 4, 5], JSON.stringify(found.problems));
    assert.ok(found.problems.every(({ message, next }) => message !== '' && next !== ''));
  });

  it('what the user can mend is said as it is, without a hint to the log', async () => {
    const cases: [object, RegExp][] = [
      [{ model: 'counts', cutoff: 1e6 }, /^No value of the 600 rows of the baseline occurs more than 1,000,000 times.*Lower the setting cutoff, or choose more rows\.$/],
      [{ accounts: 'reference' }, /^None of the 600 rows.*Choose accounts=all, or other logs\.$/],
    ];
    for (const [settings, text] of cases) {
      await assert.rejects(session(folders.make(capture(settings))).learn({}, control), (error: Error) => error instanceof SessionError && text.test(error.message) || assert.fail(String(error)));
    }
  });

  it('cancelled in the middle, learning goes on from there, in another session too, to the same model', async () => {
    const settings = { model: 'attention', epochs: 3, batch: 32 };
    const root = folders.make(capture(settings)), kept = (): string[] => namesBelow(root).filter((name) => name.startsWith('.cache/trainings/'));
    const whole = await session(folders.make(capture(settings))).learn({}, control);
    let cancelled = false, steps = 0;
    const stops: JobControl = { report: () => undefined, plot: () => { cancelled ||= ++steps >= 20; }, get cancelled() { return cancelled; } };
    await assert.rejects(session(root).learn({}, stops), Cancelled);
    assert.equal(kept().length, 1, 'what was trained is kept when the cancel is answered');
    const told: string[] = [], points: number[] = [];
    const model = await session(root).learn({}, { report: (_, text) => told.push(text), plot: ({ step }) => points.push(step), cancelled: false });
    assert.ok(told.some((text) => /^Training \(gone on with after step \d\d\), step \d+ of \d+/.test(text)), told.slice(-1)[0]);
    assert.ok(points[0] < 20, 'the curve of before is told again');
    assert.equal(path.basename(model), path.basename(whole), 'models of equal bytes have equal names');
    assert.deepEqual(kept(), []);
  });

  it('the process that runs nets is killed: says why that may be, and what was kept is gone on from', async function () {
    if (process.platform === 'win32') this.skip();
    const root = folders.make(capture({ model: 'attention', epochs: 3, batch: 32 })), s = session(root);
    let killed = false;
    const kills: JobControl = {
      ...control,
      plot: ({ step }) => {
        // After the first epoch, and with it a checkpoint.
        if (killed || step < 20) return;
        killed = true;
        for (const pid of hosts()) process.kill(pid, 'SIGKILL');
      },
    };
    await assert.rejects(s.learn({}, kills), (error: Error) => error instanceof SessionError && /^The process that runs nets ended unexpectedly \(signal SIGKILL\)\. The system kills a process when memory is short\. .*lower the batch size/.test(error.message) || assert.fail(String(error)));
    const told: string[] = [];
    await s.learn({}, { report: (_, text) => told.push(text), cancelled: false });
    assert.ok(told.some((text) => /^Training \(gone on with after step \d+\)/.test(text)));
  });
});

/** Processes that run nets for this one. */
function hosts(): number[] {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n').map((line) => /^ *(\d+) +(\d+) +(.*)$/.exec(line));
  return all.flatMap((one) => (one && Number(one[2]) === process.pid && one[3].includes('neuralHost') ? [Number(one[1])] : []));
}
