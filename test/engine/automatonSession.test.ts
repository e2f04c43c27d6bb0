import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type CaptureSession, OutdatedError } from '../../server/engine/api';
import { createCaptureSession } from '../../server/node/openSession';
import type { AutomatonSummary } from '../../server/protocol/automaton';
import { DEFAULT_CLIENT_SETTINGS } from '../../server/protocol/settings';
import { Folders } from '../support/folder';
import { connLog, office, scan } from '../support/logs';
import { workerScript } from '../support/readers';

const quiet = { report: () => undefined, cancelled: false };
const day2 = connLog([...office(60, 90_000), ...scan(60, 90_300)]);
const capture = { 'day1/conn.log': connLog(office(600)), 'day2/conn.log': day2, 'anomaline.json': '{ "baseline": { "files": ["day1/**"] } }' };

describe('the automaton of a session', function () {
  this.timeout(30_000);
  const folders = new Folders();
  const open: CaptureSession[] = [];
  const session = (root: string): CaptureSession => {
    const opened = createCaptureSession(root, { ...DEFAULT_CLIENT_SETTINGS, workers: 1 }, workerScript);
    open.push(opened);
    return opened;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((s) => s.dispose()));
    folders.remove();
  });
  const summaryOf = async (s: CaptureSession): Promise<AutomatonSummary> => {
    const summary = await s.automaton.summary();
    return 'reason' in summary ? assert.fail(summary.reason) : summary;
  };
  const all = { start: 0, count: 1e6 };

  it('goes from nothing over a model to a scored capture, with another revision each time', async () => {
    const root = folders.make(capture), s = session(root);
    const nothing = await s.automaton.summary();
    assert.ok('reason' in nothing && /There is no model yet\. Run/.test(nothing.reason));
    await s.learn({}, quiet);
    const learned = await summaryOf(s);
    assert.deepEqual([learned.captureRows, learned.baselineRows, learned.title], [0, 600, 'state frequency, learned from 600 rows']);
    await s.score({}, quiet);
    const scored = await summaryOf(s);
    assert.deepEqual([scored.captureRows, scored.timeSpan, scored.states, scored.note], [720, [0, 90_590], learned.states, undefined]);
    assert.ok(scored.revision > learned.revision);
    await assert.rejects(s.automaton.states({ revision: learned.revision, ...all }), OutdatedError);
    // Only the line between findings and the rest moves: the same rows, other flags.
    const before = await s.automaton.states({ revision: scored.revision, ...all });
    await s.updateSettings({ ...DEFAULT_CLIENT_SETTINGS, workers: 1, acceptanceRate: 0.5 });
    const after = await s.automaton.states({ revision: (await summaryOf(s)).revision, ...all });
    assert.deepEqual(after.capture, before.capture);
    assert.ok(after.flagged.reduce((a, b) => a + b, 0) > before.flagged.reduce((a, b) => a + b, 0));
    s.clear();
    // The model is still on disk.
    assert.equal((await summaryOf(s)).captureRows, 0);
  });

  it('leads from the scan to its state and back to its lines, also when their log is gone', async () => {
    const root = folders.make(capture), s = session(root), file = path.join(root, 'day2/conn.log');
    await s.investigate(quiet);
    const { revision } = await summaryOf(s);
    const lines = day2.split('\n'), line = lines.findIndex((text) => text.includes('10.9.9.9'));
    const at = await s.automaton.at(file, line);
    assert.ok(at && at.revision === revision && at.band !== undefined && (await s.lineDetail(file, line))?.state === at.state);
    const detail = await s.automaton.state({ revision, state: at.state });
    assert.ok(detail.capture >= 60 && detail.flagged >= 60 && detail.entities.some((e) => e.name === '10.9.9.9 -> 10.0.1.1' && e.flagged === 60) && detail.rootCauses.length > 0);
    const page = await s.automaton.rows({ revision, state: at.state, order: 'score', flaggedOnly: true, start: 0, count: 500 });
    assert.equal(page.total, 60);
    for (const { place, path: relative, entity, band } of page.items) assert.deepEqual([relative, entity, band !== undefined, lines[place.line].includes('10.9.9.9'), place.endCharacter], ['day2/conn.log', '10.9.9.9 -> 10.0.1.1', true, true, lines[place.line].length]);
    const trace = await s.automaton.replay({ revision, row: at.row, start: -1, count: 10 });
    assert.deepEqual([trace.entity, trace.total, trace.items.length], ['10.9.9.9 -> 10.0.1.1', 60, 10]);
    assert.ok((await s.automaton.find({ revision, query: '10.9.9.9', ...all })).items.some((m) => m.state === at.state && /host: 10\.9\.9\.9/.test(m.why)));
    fs.rmSync(file);
    assert.equal((await s.automaton.rows({ revision, state: at.state, order: 'time', flaggedOnly: true, start: 0, count: 5 })).items.length, 5);
  });
});
