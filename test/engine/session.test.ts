import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type CaptureSession, type JobControl, SessionError } from '../../server/engine/api';
import { createCaptureSession } from '../../server/node/openSession';
import { type ClientSettings, DEFAULT_CLIENT_SETTINGS } from '../../server/protocol/settings';
import { logPath } from '../../server/protocol/uris';
import { Cancelled } from '../../server/core/util/control';
import { Folders, namesBelow } from '../support/folder';
import { connLog, type ConnRow, office, scan } from '../support/logs';
import { workerScript } from '../support/readers';

const folders = new Folders();
const control: JobControl = { report: () => undefined, cancelled: false };
const all = { start: 0, count: 1000 };
const day1 = connLog(office(600));
const attacked: ConnRow[] = [...office(60, 90_000), ...scan(60, 90_300)];
const day2 = connLog(attacked);
const configuration = '{ "baseline": { "files": ["day1/**"] } }';
const capture = { 'day1/conn.log': day1, 'day2/conn.log': day2, 'anomaline.json': configuration, 'notes.txt': 'no log' };

describe('session of a capture', function () {
  this.timeout(30_000);
  const open: CaptureSession[] = [];
  const session = (root: string, change: Partial<ClientSettings> = {}): CaptureSession => {
    const opened = createCaptureSession(root, { ...DEFAULT_CLIENT_SETTINGS, workers: 1, ...change }, workerScript);
    open.push(opened);
    return opened;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((s) => s.dispose()));
    folders.remove();
  });
  const flaggedLines = async (s: CaptureSession, file: string): Promise<number[]> => (await s.findingsOf(file, 10_000)).lines.map((l) => l.line).sort((a, b) => a - b);
  const fails = (work: Promise<unknown>, text: RegExp): Promise<void> => assert.rejects(work, (error: Error) => error instanceof SessionError && text.test(error.message) || assert.fail(String(error)));
  /** Lines of the text whose second host is the stranger. */
  const scanned = (text: string): number[] => text.split(/\r?\n/).flatMap((line, i) => (line.includes('\t10.9.9.9\t') ? [i] : []));

  it('indexes by content, and says what cannot be used', async () => {
    const root = folders.make({ ...capture, 'empty.log': '', 'dns.log': day1.replace('#path\tconn', '#path\tdns') });
    const s = session(root), { logs, unknown } = await s.index(control);
    assert.deepEqual(logs.map((l) => [l.path, l.kind, l.usable]), [['day1/conn.log', 'conn', true], ['day2/conn.log', 'conn', true], ['dns.log', 'dns', false]]);
    assert.match(logs[2].reason ?? '', /not dns records/);
    assert.deepEqual([...unknown].sort(), ['anomaline.json', 'empty.log', 'notes.txt']);
    assert.equal(s.scored(), false);
    assert.match(s.report(), /3 logs, of which stateFrequency can use 2\. Nothing is scored yet/);
  });

  it('investigates: learns from the baseline, flags the scan and only it, and keeps the model', async () => {
    const root = folders.make(capture), s = session(root), told: number[] = [];
    await s.investigate({ report: (f) => told.push(f), cancelled: false });
    assert.ok(told.every((f, i) => f >= 0 && f <= 1 && (i === 0 || f >= told[i - 1] - 1e-9)), 'progress never falls');
    assert.deepEqual(await flaggedLines(s, path.join(root, 'day2/conn.log')), scanned(day2));
    assert.deepEqual(await flaggedLines(s, path.join(root, 'day1/conn.log')), []);
    assert.deepEqual(s.files(), [path.join(root, 'day2/conn.log')]);
    const models = await s.models();
    assert.deepEqual(models.map((m) => [m.detector, m.rows, m.active, m.problem]), [['stateFrequency', 600, true, undefined]]);
    assert.match(s.report(), /findings: 60 of 720 rows in 2 logs\..*Learned from 600 rows: day1\/\*\*/s);
    assert.match(s.report(), /Not scored: .*notes\.txt \(no known log format\)/);

    const again = session(root);
    await again.investigate(control);
    assert.equal(namesBelow(path.join(root, '.anomaline')).length, 1, 'the model is found, not learned again');
    assert.deepEqual(again.totals(), s.totals());
  });

  it('learns again when the configuration asks for something else', async () => {
    const root = folders.make(capture), s = session(root);
    await s.investigate(control);
    folders.put(root, 'anomaline.json', '{ "baseline": { "files": ["day1/**"] }, "settings": { "windowLength": 5 } }');
    await s.investigate(control);
    await s.chooseBaseline({ files: ['day1/**'], share: 0.5 });
    await s.investigate(control);
    assert.deepEqual((await s.models()).map((m) => m.rows), [600, 600, 300]);
    assert.deepEqual(JSON.parse(fs.readFileSync(path.join(root, 'anomaline.json'), 'utf8')), { baseline: { files: ['day1/**'], share: 0.5 }, settings: { windowLength: 5 } }, 'the rest of the configuration stays');
  });

  describe('pages and neighbours', () => {
    let root: string, s: CaptureSession, file: string;
    const rows: ConnRow[] = [...attacked, ...scan(40, 95_000).map((row) => ({ ...row, source: '10.8.8.8', state: 'REJ' }))];
    beforeEach(async () => {
      root = folders.make({ ...capture, 'day2/conn.log': connLog(rows) });
      s = session(root);
      await s.investigate(control);
      file = path.join(root, 'day2/conn.log');
    });

    it('every flagged line is in one group, one finding, and on one page', async () => {
      const groups = await s.groups({ ...all, order: 'score', filter: '' });
      assert.equal(groups.total, groups.items.length);
      assert.ok(groups.items.every((g, i) => i === 0 || g.score <= groups.items[i - 1].score));
      const seen: number[] = [];
      for (const group of groups.items) {
        const findings = await s.groupFindings(group.id, all);
        assert.equal(findings.total, group.findings);
        assert.ok(findings.items.every((f, i) => i === 0 || f.score <= findings.items[i - 1].score));
        for (const finding of findings.items) {
          const found = await s.findingRows(finding.id, all);
          assert.equal(found.total, finding.rows);
          assert.ok(found.items.some((row) => row.place.line === finding.place.line));
          for (const { place, path: relative } of found.items) {
            assert.deepEqual([logPath(place.uri), relative], [file, 'day2/conn.log']);
            assert.deepEqual(s.rootCauseAt(file, place.line), { group: group.id, finding: finding.id });
            seen.push(place.line);
          }
          const paged = [];
          for (let start = 0; start < finding.rows; start += 7) paged.push(...(await s.findingRows(finding.id, { start, count: 7 })).items);
          assert.deepEqual(paged, found.items);
        }
      }
      assert.deepEqual(seen.sort((a, b) => a - b), await flaggedLines(s, file));
      assert.deepEqual((await s.findingsOf(file, 3)).lines.length, 3);
      assert.equal((await s.findingsOf(file, 3)).total, seen.length);
    });

    it('groups are found by words of entity and root cause', async () => {
      const total = async (filter: string): Promise<number> => (await s.groups({ ...all, order: 'size', filter })).total;
      for (const [filter, found] of [['10.8.8.8', true], ['TCP 10.8.8.8', true], ['udp 10.8.8.8', false], ['10.8.8.8 10.9.9.9', false], ['nothing like it', false]] as const) assert.equal((await total(filter)) > 0, found, filter);
    });

    it('next and previous walk over all flagged lines and around', async () => {
      const lines = await flaggedLines(s, file);
      for (const [direction, expected] of [['next', lines], ['previous', [...lines].reverse()]] as const) {
        const walked: number[] = [];
        for (let at = direction === 'next' ? -1 : 1e9; walked.length < lines.length; at = walked[walked.length - 1]) walked.push((await s.neighbour(file, at, direction))!.line);
        assert.deepEqual(walked, expected);
        assert.equal((await s.neighbour(file, expected[expected.length - 1], direction))!.line, expected[0]);
      }
      assert.equal((await s.neighbour(undefined, 0, 'next'))!.line, lines[0]);
      assert.equal((await s.neighbour(path.join(root, 'day1/conn.log'), 5, 'next'))!.file, file);
    });

    it('nothing is found where there is nothing', async () => {
      assert.equal(s.rootCauseAt(file, 0), undefined);
      assert.equal(s.rootCauseAt('/nowhere', 0), undefined);
      for (const id of ['-1', '99999', 'x', '0.5', '']) assert.equal((await s.findingRows(id, all)).total, 0, id);
      assert.equal((await s.groupFindings('nosuch', all)).total, 0);
      assert.deepEqual(await s.findingsOf('/nowhere', 5), { lines: [], total: 0, problems: [], problemTotal: 0 });
    });

    it('another acceptance rate moves the threshold at once; clear forgets all', async () => {
      const before = s.totals().flagged;
      await s.updateSettings({ ...DEFAULT_CLIENT_SETTINGS, acceptanceRate: 1e-300 });
      const strict = s.totals().flagged;
      await s.updateSettings({ ...DEFAULT_CLIENT_SETTINGS, acceptanceRate: 0.2 });
      assert.ok(strict < before && s.totals().flagged > before, `${strict} ${before} ${s.totals().flagged}`);
      s.clear();
      assert.deepEqual([s.scored(), s.totals(), s.files(), (await s.groups({ ...all, order: 'score', filter: '' })).total, await s.neighbour(undefined, 0, 'next')], [false, { findings: 0, rows: 0, flagged: 0 }, [], 0, undefined]);
    });

    it('everything about one line', async () => {
      const text = connLog(rows).split('\n'), line = scanned(connLog(rows))[0];
      const detail = (await s.lineDetail(file, line))!;
      assert.deepEqual(detail.fields.map((f) => text[line].slice(f.startCharacter, f.endCharacter)), text[line].split('\t'));
      assert.deepEqual(detail.fields.slice(0, 3).map((f) => f.name), ['ts', 'uid', 'id.orig_h']);
      assert.ok(Math.abs(detail.evidence.reduce((n, part) => n + part.value, 0) - (detail.raw as number)) < 1e-4);
      assert.equal(detail.entity, '10.9.9.9 -> 10.0.1.1');
      assert.equal((await s.lineDetail(file, text.length + 5)), undefined);
      assert.match((await s.lineDetail(path.join(root, 'day1/conn.log'), 2))?.reason ?? 'holds no row', /holds no row/);
    });
  });

  const files: { name: string; end: string; compressed?: boolean; note: string }[] = [
    { name: 'LF, ASCII', end: '\n', note: 'plain' }, { name: 'CRLF', end: '\r\n', note: 'plain' }, { name: 'multi-byte text', end: '\n', note: 'äöü€😀' },
    { name: 'CRLF and multi-byte text', end: '\r\n', note: '😀ä' }, { name: 'compressed multi-byte text', end: '\n', compressed: true, note: 'äöü€😀' }, { name: 'a very long line', end: '\n', note: 'ä'.repeat(300_000) },
  ];
  for (const { name, end, compressed = false, note } of files) {
    it(`places lines as an editor counts them: ${name}`, async () => {
      const text = connLog(attacked.map((row, i) => (i % 20 === 5 || i === 70 ? { ...row, note } : row)), end);
      const log = compressed ? 'day2/conn.log.gz' : 'day2/conn.log';
      const root = folders.make({ 'day1/conn.log': day1, [log]: compressed ? gzipSync(text) : text, 'anomaline.json': configuration });
      const s = session(root), file = path.join(root, log), lines = text.split(/\r?\n/);
      await s.investigate(control);
      const { lines: flagged } = await s.findingsOf(file, 500);
      assert.deepEqual(flagged.map((l) => l.line).sort((a, b) => a - b), scanned(text));
      for (const { line, endCharacter } of flagged) assert.equal(endCharacter, lines[line].length, `line ${line}`);
      const next = (await s.neighbour(file, 0, 'next'))!;
      assert.equal(next.endCharacter, lines[next.line].length);
      for (const group of (await s.groups({ ...all, order: 'score', filter: '' })).items) {
        for (const { id, place } of (await s.groupFindings(group.id, all)).items) {
          for (const one of [place, ...(await s.findingRows(id, all)).items.map((row) => row.place)]) assert.equal(one.endCharacter, lines[one.line].length);
        }
      }
      const detail = (await s.lineDetail(file, flagged[0].line))!;
      assert.equal(detail.fields[detail.fields.length - 1].endCharacter, lines[flagged[0].line].length);
      assert.deepEqual(await s.readLines(file, 8, 2), lines.slice(8, 10));
    });
  }

  const changes: { name: string; change: (root: string) => void; flagged: string[]; expected: (root: string) => number[] }[] = [
    { name: 'a log is added', change: (root) => folders.put(root, 'day3/conn.log', connLog(scan(20))), flagged: ['day2/conn.log', 'day3/conn.log'], expected: () => scanned(connLog(scan(20))) },
    { name: 'a log has grown', change: (root) => fs.appendFileSync(path.join(root, 'day2/conn.log'), connLog(scan(30, 99_000)).split('\n').slice(7).join('\n')), flagged: ['day2/conn.log'], expected: (root) => scanned(fs.readFileSync(path.join(root, 'day2/conn.log'), 'utf8')) },
    { name: 'a log is another', change: (root) => folders.put(root, 'day2/conn.log', connLog(office(50))), flagged: [], expected: () => [] },
    { name: 'a log is deleted', change: (root) => fs.rmSync(path.join(root, 'day2/conn.log')), flagged: [], expected: () => [] },
    { name: 'a log is cut to nothing', change: (root) => folders.put(root, 'day2/conn.log', ''), flagged: [], expected: () => [] },
  ];
  for (const { name, change, flagged, expected } of changes) {
    it(`sees that ${name}, as if scored anew`, async () => {
      const root = folders.make(capture), s = session(root);
      await s.investigate(control);
      change(root);
      assert.equal(await s.refresh([path.join(root, 'day2/conn.log'), path.join(root, 'day3/conn.log')], control), true);
      assert.deepEqual(s.files().map((f) => path.relative(root, f)), flagged);
      if (flagged.length > 0) assert.deepEqual(await flaggedLines(s, path.join(root, flagged[flagged.length - 1])), expected(root));
      const fresh = session(root);
      await fresh.score({}, control);
      assert.deepEqual(s.totals(), fresh.totals());
      assert.deepEqual(await s.groups({ ...all, order: 'score', filter: '' }), await fresh.groups({ ...all, order: 'score', filter: '' }));
      assert.equal(await s.refresh([path.join(root, 'day2/conn.log')], control), false, 'nothing changed since');
    });
  }

  it('a change of its own models is none', async () => {
    const root = folders.make(capture), s = session(root);
    await s.index(control);
    folders.put(root, '.anomaline/models/new.safetensors', '');
    assert.equal(await s.refresh([path.join(root, '.anomaline/models/new.safetensors')], control), false);
  });

  const broken: { name: string; text: string; fault: RegExp }[] = [
    { name: 'no JSON', text: '{ "baseline": ', fault: /anomaline\.json is no JSON .*Correct it, or delete it/ },
    { name: 'a list', text: '[]', fault: /must hold an object/ },
    { name: 'a baseline that is a text', text: '{ "baseline": "day1" }', fault: /baseline .*it is an object such as/ },
    { name: 'a baseline of null', text: '{ "baseline": null }', fault: /it is an object such as/ },
    { name: 'a label of null', text: '{ "baseline": { "label": null } }', fault: /"label" has a "column" and "matches"/ },
    { name: 'a broken expression', text: '{ "baseline": { "label": { "column": "label", "matches": "(" } } }', fault: /"\(" is no regular expression/ },
    { name: 'files that are no list', text: '{ "baseline": { "files": "day1" } }', fault: /"files" is a list of globs/ },
    { name: 'times in the wrong order', text: '{ "baseline": { "from": 5, "to": 5 } }', fault: /"from" lies after "to"/ },
    { name: 'a share of 0', text: '{ "baseline": { "share": 0 } }', fault: /"share" is above 0 and at most 1/ },
  ];
  for (const { name, text, fault } of broken) {
    it(`a damaged anomaline.json (${name}) is told, and the capture is its own baseline`, async () => {
      const root = folders.make({ ...capture, 'anomaline.json': text }), s = session(root);
      await s.investigate(control);
      assert.match(s.report(), fault);
      assert.match(s.report(), /Learned from 720 rows: the capture itself/);
      if (!text.includes('baseline') || name === 'no JSON') await fails(s.chooseBaseline({ self: true }), fault);
      else await s.chooseBaseline({ self: true });
      if (name === 'no JSON') assert.equal(fs.readFileSync(path.join(root, 'anomaline.json'), 'utf8'), text, 'what the user wrote is not lost');
    });
  }

  it('damaged models are told and passed over; one that is asked for by name is refused', async () => {
    const root = folders.make({ ...capture, '.anomaline/models/bad.safetensors': 'no model', '.anomaline/models/readme.txt': '' }), s = session(root);
    const bad = path.join(root, '.anomaline/models/bad.safetensors');
    assert.match((await s.models())[0].problem ?? '', /This is no model file/);
    await s.investigate(control);
    assert.deepEqual((await s.models()).map((m) => [m.active, m.problem === undefined]).sort(), [[false, false], [true, true]]);
    await fails(s.score({ model: bad }, control), /bad\.safetensors: This is no model file/);
    assert.equal(s.totals().flagged, 60, 'what was scored stays');
  });

  const refusals: { name: string; files: Record<string, string>; settings?: Partial<ClientSettings>; run: (s: CaptureSession) => Promise<unknown>; fault: RegExp }[] = [
    { name: 'scoring without a model', files: capture, run: (s) => s.score({}, control), fault: /There is no model yet\. Run "Anomaline: Learn"/ },
    { name: 'learning from an empty folder', files: {}, run: (s) => s.learn({}, control), fault: /No log of the baseline \(the capture itself\) can be used/ },
    { name: 'learning from a few rows', files: { 'conn.log': connLog(office(19)) }, run: (s) => s.learn({}, control), fault: /has only 19 rows; at least 20 are needed\. Choose more files/ },
    { name: 'learning from globs that match nothing', files: capture, run: (s) => s.learn({ baseline: { files: ['day9/**'] } }, control), fault: /No log of the baseline \(day9\/\*\*\)/ },
    { name: 'learning from a label that no row has', files: capture, run: (s) => s.learn({ baseline: { label: { column: 'label', matches: 'clean' } } }, control), fault: /where label is clean\) has only 0 rows/ },
    { name: 'an unknown detector', files: capture, run: (s) => s.learn({ detector: 'tarot' }, control), fault: /no detector "tarot"\. Choose one of: auto, stateFrequency/ },
    { name: 'an unknown setting', files: capture, run: (s) => s.learn({ settings: { windowlenght: 3 } }, control), fault: /no setting "windowlenght"\. Did you mean "windowLength"\?/ },
    { name: 'a baseline that makes no sense', files: capture, run: (s) => s.chooseBaseline({ share: 7 }), fault: /The baseline cannot be used: "share"/ },
    { name: 'more memory than allowed', files: capture, settings: { memoryLimit: 0 }, run: (s) => s.investigate(control), fault: /needs more memory than the limit of 0 MB\. Raise "anomaline\.memoryLimit"/ },
  ];
  for (const { name, files: given, settings, run, fault } of refusals) it(`refuses ${name}, and says what to do`, async () => fails(run(session(folders.make(given), settings)), fault));

  const choices: { name: string; baseline: Parameters<CaptureSession['chooseBaseline']>[0]; rows: number }[] = [
    { name: 'a glob', baseline: { files: ['day1/*'] }, rows: 600 }, { name: 'a file name in any folder', baseline: { files: ['conn.log'] }, rows: 720 }, { name: 'two globs', baseline: { files: ['day1/**', 'day2/**'] }, rows: 720 },
    { name: 'a label', baseline: { label: { column: 'label', matches: 'benign' } }, rows: 660 }, { name: 'a time range', baseline: { from: 1000, to: 2000 }, rows: 100 }, { name: 'a share', baseline: { share: 0.25 }, rows: 180 },
    { name: 'all of them', baseline: { files: ['day2/**'], label: { column: 'label', matches: 'benign' }, from: 90_000, share: 0.5 }, rows: 30 }, { name: 'itself', baseline: { self: true }, rows: 720 }, { name: 'nothing', baseline: {}, rows: 720 },
  ];
  it('learns from the rows that were chosen', async () => {
    const s = session(folders.make(capture));
    for (const { name, baseline, rows } of choices) {
      const file = await s.learn({ baseline }, control);
      assert.equal((await s.models()).find((m) => path.resolve(m.file) === path.resolve(file))?.rows, rows, name);
    }
  });

  it('two sessions on one capture do not disturb each other', async () => {
    const root = folders.make(capture), pair = [session(root), session(root)];
    await Promise.all(pair.map((s) => s.investigate(control)));
    assert.deepEqual(pair.map((s) => s.totals().flagged), [60, 60]);
    assert.deepEqual(namesBelow(root).filter((name) => !(name in capture)).map((name) => path.extname(name)), ['.safetensors'], 'equal models are one file, and nothing else is left');
    await Promise.all([pair[0].chooseBaseline({ files: ['day1/**'] }), pair[1].chooseBaseline({ self: true })]);
    JSON.parse(fs.readFileSync(path.join(root, 'anomaline.json'), 'utf8'));
  });

  it('a cancel changes nothing', async () => {
    const root = folders.make(capture), s = session(root);
    await s.investigate(control);
    const before = s.totals();
    for (const work of ['learn', 'score'] as const) await assert.rejects(s[work]({}, { ...control, cancelled: true }), Cancelled);
    assert.deepEqual(s.totals(), before);
    assert.equal((await s.models()).length, 1);
  });

  it('one damaged log does not stop the others', async () => {
    const packed = gzipSync(connLog(office(3000).map((row, i) => ({ ...row, bytes: (i * 7919) % 100_003 }))));
    const root = folders.make({ ...capture, 'day2/cut.log.gz': packed.subarray(0, packed.length >>> 1), 'day2/gone.log': 'x' }), s = session(root);
    fs.rmSync(path.join(root, 'day2/gone.log'));
    fs.symlinkSync('loop', path.join(root, 'day2/loop'));
    await s.investigate(control);
    assert.deepEqual(await flaggedLines(s, path.join(root, 'day2/conn.log')), scanned(day2));
    const cut = await s.findingsOf(path.join(root, 'day2/cut.log.gz'), 5);
    assert.deepEqual(cut.problems.map((p) => p.code).sort(), ['column-count', 'gzip-cut']);
    assert.ok(s.totals().rows > 800);
    assert.match(s.report(), /loop: The file cannot be read: it is a link that leads to itself/);
  });

  it('in a folder that is not trusted logs are looked at, and nothing is loaded, scored or written', async () => {
    const model = await session(folders.make(capture)).learn({}, control);
    const root = folders.make({ ...capture, 'anomaline.json': '{"logs": 7}', '.anomaline/models/theirs.safetensors': fs.readFileSync(model) }), before = namesBelow(root);
    const s = createCaptureSession(root, { ...DEFAULT_CLIENT_SETTINGS, workers: 1 }, workerScript, { trusted: false });
    open.push(s);
    assert.ok((await s.index(control)).logs.length >= 2);
    assert.ok(((await s.lineDetail(path.join(root, 'day1/conn.log'), 12))?.fields.length ?? 0) > 5);
    const refused = /This folder is not trusted.*Trust the folder \(Workspaces: Manage Workspace Trust\), then investigate/;
    const asked: (() => Promise<unknown>)[] = [
      () => s.investigate(control), () => s.learn({}, control), () => s.score({}, control), () => s.score({ model }, control), () => s.importAutomaton({ file: model }, control),
      () => s.chooseBaseline({ self: true }), () => s.exportOnnx(model, path.join(root, 'x.onnx')),
    ];
    for (const ask of asked) await fails(ask(), refused);
    assert.deepEqual([await s.models(), s.scored(), await s.refresh([path.join(root, 'day1/conn.log')], control)], [[], false, false]);
    assert.match(s.report(), refused);
    assert.deepEqual(namesBelow(root), before);
  });

  it('a capture that cannot be written to still serves the session', async () => {
    const root = folders.make({ ...capture, '.anomaline': 'a file where the folder should be' }), s = session(root);
    await s.investigate(control);
    assert.equal(s.totals().flagged, 60);
    assert.match(s.report(), /was not written: .*\.anomaline is no folder/);
  });

  it('no file beside the capture is read because somebody names it', async () => {
    const outside = path.join(folders.make({ 'secret.log.gz': gzipSync(day1), 'conn.log': day1 }), 'secret.log.gz'), root = folders.make(capture), s = session(root);
    await s.index(control);
    for (const file of [outside, `${root}/../${path.basename(path.dirname(outside))}/secret.log.gz`, '/dev/zero']) {
      const { text, problem } = await s.text(file, 1e6);
      assert.deepEqual([text, /is no file of this capture/.test(problem ?? '')], ['', true], file);
    }
    assert.deepEqual(await s.readLines(path.join(path.dirname(outside), 'conn.log'), 0, 5), []);
  });

  it('the text of a compressed log, cut where it is too long', async () => {
    const root = folders.make({ 'conn.log.gz': gzipSync(day1) }), s = session(root), file = path.join(root, 'conn.log.gz');
    assert.deepEqual(await s.text(file, 1e9), { text: day1, truncated: false });
    assert.deepEqual(await s.text(file, 100), { text: day1.slice(0, 100), truncated: true });
    assert.match((await s.text(path.join(root, 'no.log.gz'), 100)).problem ?? '', /is no file of this capture/);
  });
});
