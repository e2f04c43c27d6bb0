import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import { toFlexfringeJson } from '../../server/core/automata/flexfringeJson';
import { learn } from '../../server/core/automata/learner';
import { defaultLearnSettings } from '../../server/core/automata/settings';
import { tracesOf } from '../../server/core/automata/traces';
import { Cancelled } from '../../server/core/util/control';
import { type CaptureSession, SessionError } from '../../server/engine/api';
import { createCaptureSession } from '../../server/node/openSession';
import { DEFAULT_CLIENT_SETTINGS } from '../../server/protocol/settings';
import { Folders, namesBelow } from '../support/folder';
import { connLog, office } from '../support/logs';
import { workerScript } from '../support/readers';

const control = { report: () => undefined, cancelled: false };
/** Entity n does a, b, a, b, ...; the odd one repeats what the others do once. */
const log = (entities: number, odd: boolean): string => ['id:src,id:dst,symb:s', ...Array.from({ length: entities * 20 }, (_, i) => `h${i % entities},s,${odd && i % entities === 0 ? 'c' : Math.floor(i / entities) % 2 ? 'b' : 'a'}`)].join('\n') + '\n';
const model = (variant: 'main' | 'sicco', ...names: readonly [string, string, string]): string => JSON.stringify(toFlexfringeJson(learn(tracesOf(Array.from({ length: 60 }, (_, i) => Array.from({ length: 6 }, (_, k) => names[i % 20 === 0 ? 2 : k % 2]))), { ...defaultLearnSettings, variant }), variant));
const capture = { 'anomaline.json': '{ "baseline": { "files": ["day1.csv"] } }', 'day1.csv': log(5, false), 'day2.csv': log(5, true), 'old.json': model('sicco', 'a', 'b', 'c'), 'new.json': model('main', 'a', 'b', 'c'), 'other.json': model('main', 'x', 'y', 'z'), 'conn.log': connLog(office(40)) };

describe('importing a FlexFringe model into a capture', function () {
  this.timeout(30_000);
  const folders = new Folders();
  const open: CaptureSession[] = [];
  const session = (root: string): CaptureSession => {
    open.push(createCaptureSession(root, { ...DEFAULT_CLIENT_SETTINGS, workers: 1, acceptanceRate: 0.02 }, workerScript));
    return open[open.length - 1];
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((s) => s.dispose()));
    folders.remove();
  });

  for (const name of ['old.json', 'new.json']) {
    it(`${name}: counts the chosen baseline, keeps the model, scores the logs that bring symbols, and leads to lines`, async () => {
      const root = folders.make(capture), s = session(root), told: number[] = [];
      const file = await s.importAutomaton({ file: path.join(root, name) }, { report: (fraction) => told.push(fraction), cancelled: false });
      assert.ok(told.length > 2 && told.every((f, i) => f >= 0 && f <= 1 && (i === 0 || f >= told[i - 1] - 1e-9)), 'progress never falls');
      assert.deepEqual((await s.models()).map((m) => [m.file, m.rows, m.active, m.problem]), [[file, 100, true, undefined]]);
      const flagged = (await s.findingsOf(path.join(root, 'day2.csv'), 1000)).lines.map((line) => line.line);
      assert.ok(flagged.includes(1 + 95), `the odd entity's last row is among ${flagged.join()}`);
      assert.match(s.report(), /conn\.log \(its rows bring no symbols of their own, and the model was learned from such\)/);
      assert.match((await s.lineDetail(path.join(root, 'day2.csv'), 96))?.evidence[0].text ?? '', /state -?\d+, visited \d+ times in training/);

      const again = session(root);
      await again.score({ model: file }, control);
      assert.deepEqual(again.totals(), s.totals());
      assert.equal(await again.importAutomaton({ file: path.join(root, name) }, control), file, 'equal input: the same file');
    });
  }

  const refusals: { name: string; files: Record<string, string>; file: string; fault: RegExp }[] = [
    { name: 'a file that is not there', files: capture, file: 'gone.json', fault: /gone\.json: The file does not exist/ },
    { name: 'JSON that is no automaton', files: capture, file: 'anomaline.json', fault: /anomaline\.json: This is no FlexFringe model\. .*"alphabet", "nodes" and "edges" are expected/ },
    { name: 'a log', files: capture, file: 'day1.csv', fault: /day1\.csv: This is no FlexFringe model/ },
    { name: 'symbols that the log does not have', files: capture, file: 'other.json', fault: /other\.json: The model and the baseline have no symbol in common: the model has x, y, z|other\.json: .*the baseline a, b/ },
    { name: 'a capture without FlexFringe CSV', files: { 'conn.log': capture['conn.log'], 'old.json': capture['old.json'] }, file: 'old.json', fault: /No log of the baseline \(the capture itself\) can be used.*conn\.log: its rows bring no symbols of their own/ },
  ];
  for (const { name, files, file, fault } of refusals) {
    it(`refuses ${name}, says what to do, and leaves nothing behind`, async () => {
      const root = folders.make(files);
      await assert.rejects(session(root).importAutomaton({ file: path.join(root, file) }, control), (error: Error) => error instanceof SessionError && fault.test(error.message) || assert.fail(String(error)));
      assert.deepEqual(namesBelow(root), Object.keys(files).sort());
    });
  }

  it('a cancel leaves nothing behind', async () => {
    const root = folders.make(capture);
    await assert.rejects(session(root).importAutomaton({ file: path.join(root, 'old.json') }, { ...control, cancelled: true }), Cancelled);
    assert.deepEqual(namesBelow(root), Object.keys(capture).sort());
  });
});
