import * as assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { main } from '../../server/cli/main';
import { Folders, namesBelow } from '../support/folder';
import { connHeader, connLine, connLog, type ConnRow, office, scan } from '../support/logs';
import { workerScript } from '../support/readers';
import { repositoryRoot } from '../support/shared';

const entry = path.join(repositoryRoot, 'out/server/cli/main.js');
const folders = new Folders();

interface Run { readonly code: number; readonly out: string; readonly err: string }

/** Runs a command of the compiled command line in a folder. */
function anomaline(cwd: string, ...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, ...args], { cwd, maxBuffer: 1 << 28, timeout: 20_000, env: { ...process.env, npm_lifecycle_event: undefined } }, (error, out, err) => resolve({ code: error ? Number(error.code ?? -1) : 0, out, err }));
  });
}

/** The same in this process, without the start of a new one: for mistakes, which end before anything runs. */
async function inProcess(cwd: string, ...args: string[]): Promise<Run> {
  const printed = { out: '', err: '' };
  const [out, err] = [process.stdout.write, process.stderr.write];
  process.stdout.write = (text: string | Uint8Array) => ((printed.out += String(text)), true);
  process.stderr.write = (text: string | Uint8Array) => ((printed.err += String(text)), true);
  process.env['npm_lifecycle_event'] = 'anomaline';
  process.env['INIT_CWD'] = cwd;
  try {
    const code = await main(args, workerScript);
    return { code, ...printed };
  } finally {
    delete process.env['npm_lifecycle_event'];
    delete process.env['INIT_CWD'];
    [process.stdout.write, process.stderr.write] = [out, err];
  }
}

const benign = connLog(office(600));
const attackedRows: ConnRow[] = [...office(60, 90_000), ...scan(60, 90_300)];
const attacked = connLog(attackedRows);
const scanLines = attackedRows.flatMap((row, i) => (row.source === '10.9.9.9' ? [connHeader.length + i + 1] : []));
const objects = (text: string): Record<string, unknown>[] => text.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>);

describe('command line', function () {
  this.timeout(30_000);
  let root: string;
  before(async () => {
    root = folders.make({ 'day1/conn.log': benign, 'day2/conn.log': attacked, 'day2/notes.txt': 'no log', 'bad.model': 'nonsense' });
    const learned = await anomaline(root, 'learn', 'day1', '--model', 'm.model');
    assert.equal(learned.code, 0, learned.err);
    assert.match(learned.out, /^m\.model: learned from 600 rows \(the capture itself\), \d+ states, \d+ symbols, [\d,]+ bytes\n$/);
  });
  after(() => folders.remove());

  const usage: { args: string[]; text: RegExp }[] = [
    { args: ['lern', 'day1'], text: /no command "lern"\. Did you mean "learn"\?/ },
    { args: ['constructor'], text: /no command "constructor"/ },
    { args: ['learn', 'day1'], text: /--model FILE/ },
    { args: ['learn', '--model', 'x'], text: /Name at least one log or folder/ },
    { args: ['score', 'day1', '--memory-limit', '100'], text: /--memory-limit takes a number from 256 to 1048576, not "100"/ },
    { args: ['inspect', 'day1', '--memory-limit'], text: /--memory-limit takes a number/ },
    { args: ['learn', 'day1', '--model', 'x', '--sed', '1'], text: /no option --sed\. Did you mean --se(t|ed|lf)\?/ },
    { args: ['learn', 'day1', '--model', 'x', '--detector', 'statefrequenzy'], text: /no detector "statefrequenzy"\. Did you mean stateFrequency\?/ },
    { args: ['learn', 'day1', '--model', 'x', '--set', 'windowLenght=5'], text: /no setting "windowLenght"\. Did you mean "windowLength"\?/ },
    { args: ['learn', 'day1', '--model', 'x', '--set', 'windowLength=1'], text: /"windowLength" cannot be "1".*from 2 to 100/ },
    { args: ['learn', 'day1', '--model', 'x', '--set', 'windowLength'], text: /--set takes key=value, not "windowLength"/ },
    { args: ['learn', 'day1', '--model', 'x', '--seed', 'x'], text: /"seed" cannot be "x"/ },
    { args: ['learn', 'day1', '--model', 'x', '--from', 'yesterday'], text: /--from takes seconds or a date/ },
    { args: ['learn', 'day1', '--model', 'x', '--share', '2'], text: /--share takes a number from 0 to 1/ },
    { args: ['learn', 'day1', '--model', 'x', '--where', 'label=('], text: /"\(" is no regular expression/ },
    { args: ['score', 'day2'], text: /Name the model with --model FILE/ },
    { args: ['score', 'day2', '--model', 'm.model', '--format', 'xml'], text: /--format takes jsonl, csv, sarif, markdown, not "xml"/ },
    { args: ['score', 'day2', '--model', 'm.model', '--top', '0'], text: /--top takes a number from 1/ },
    { args: ['score', 'day2', '--model', 'm.model', '--acceptance', 'often'], text: /--acceptance takes a number/ },
    { args: ['score', '--model', 'm.model'], text: /Name at least one log/ },
    { args: ['explain', 'day2/conn.log', '--model', 'm.model'], text: /FILE:LINE, e\.g\. conn\.log:12/ },
    { args: ['evaluate', 'day2', '--model', 'm.model'], text: /--label and the positives with --positive/ },
    { args: ['evaluate', 'day2', '--model', 'm.model', '--label', 'label', '--positive', '('], text: /--positive cannot be used: "\(" is no regular expression/ },
  ];
  for (const { args, text } of usage) {
    it(`${args.join(' ')} is a usage error`, async () => {
      const { code, out, err } = await inProcess(root, ...args);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, text);
      assert.ok(!fs.existsSync(path.join(root, 'x')));
    });
  }

  const unusable: { args: string[]; text: RegExp }[] = [
    { args: ['inspect', 'nowhere'], text: /nowhere: The file cannot be read: it does not exist/ },
    { args: ['learn', 'nowhere', '--model', 'x'], text: /it does not exist/ },
    { args: ['learn', 'day2/notes.txt', '--model', 'x'], text: /No log of the baseline .*notes\.txt: no known log format/ },
    { args: ['learn', 'day1', '--model', 'x', '--baseline', 'day9/**'], text: /No log of the baseline \(day9/ },
    { args: ['learn', 'day1', '--model', 'x', '--where', 'label=Clean'], text: /has only 0 rows; at least 20/ },
    { args: ['score', 'day2', '--model', 'none.model'], text: /none\.model: The file cannot be read.*Learn a model first: anomaline learn PATH --model none\.model/ },
    { args: ['score', 'day2', '--model', 'bad.model'], text: /bad\.model: This is no model file/ },
    { args: ['score', 'day2/notes.txt', '--model', 'm.model'], text: /None of the files is a log that this model can score\. Try: anomaline inspect/ },
    { args: ['explain', 'day2/conn.log:1', '--model', 'm.model'], text: /Line 1 of day2\/conn\.log holds no row/ },
    { args: ['explain', 'day2/conn.log:9999', '--model', 'm.model'], text: /Line 9999 .*beyond the end/ },
    { args: ['explain', 'day2/notes.txt:1', '--model', 'm.model'], text: /notes\.txt cannot be scored: no known log format|None of the files/ },
    { args: ['score', 'day2', '--model', 'm.model', '--out', 'm.model/out.csv'], text: /was not written: a part of its path is a file/ },
    { args: ['learn', 'day1', '--model', 'day1'], text: /was not written: it is a folder/ },
  ];
  for (const { args, text } of unusable) {
    it(`${args.join(' ')}: input that cannot be used`, async () => {
      const { code, out, err } = await inProcess(root, ...args);
      assert.deepEqual([code, out], [3, '']);
      assert.match(err, text);
      assert.doesNotMatch(err, /Unexpected| at .*\.js:\d+/);
    });
  }

  it('help and version', async () => {
    for (const args of [['--help'], ['learn', '--help'], ['help']]) assert.deepEqual((await anomaline(root, ...args)).code, 0);
    assert.equal((await anomaline(root)).code, 2);
    assert.match((await anomaline(root, '--version')).out, /^\d+\.\d+\.\d+\n$/);
  });

  it('inspect: formats, rows, times, entities, problems', async () => {
    const { code, out } = await anomaline(root, 'inspect', '.', '--json');
    assert.equal(code, 0);
    const { logs, unknown } = JSON.parse(out) as { logs: Record<string, unknown>[]; unknown: Record<string, unknown>[] };
    assert.deepEqual(logs.map((l) => [l['file'], l['format'], l['kind'], l['rows'], l['damaged'], l['entities'], l['detectors'], l['problems']]), [
      ['day1/conn.log', 'zeekTsv', 'conn', 600, 0, 5, ['stateFrequency', 'stateOutliers'], []], ['day2/conn.log', 'zeekTsv', 'conn', 120, 0, 6, ['stateFrequency', 'stateOutliers'], []],
    ]);
    assert.deepEqual(logs[0]['timeSpan'], [0, 5990]);
    assert.deepEqual(unknown.map((u) => [u['file'], u['reason']]), [['bad.model', 'no known log format'], ['day2/notes.txt', 'no known log format'], ['m.model', 'no known log format']]);
    assert.match((await anomaline(root, 'inspect', 'day2')).out, /^day2\/conn\.log: Zeek.* conn, 120 rows, .*, 6 connection pairs\nday2\/notes\.txt: not read, no known log format\n$/);
  });

  it('inspect: the first problems, and how many more there are', async () => {
    const own = folders.make({ 'conn.log': [...connHeader.slice(0, 6), ...Array.from({ length: 10 }, () => 'damaged'), ...office(30).map(connLine), ''].join('\n') });
    const { code, out } = await inProcess(own, 'inspect', '.');
    assert.equal(code, 0);
    const told = out.trim().split('\n');
    assert.match(told[0], /30 rows \(10 damaged\)/);
    assert.deepEqual(told.slice(1).map((line) => /no usable #types line|line \d+: The line has too few columns|and 6 more problems/.exec(line)?.[0]), ['no usable #types line', ...[7, 8, 9, 10].map((line) => `line ${line}: The line has too few columns`), 'and 6 more problems']);
  });

  it('score: findings worst first, each with all it should have; the scan and only it', async () => {
    const { code, out, err } = await anomaline(root, 'score', 'day2', '--model', 'm.model');
    assert.equal(code, 1);
    const found = objects(out);
    for (const f of found) {
      for (const [key, type] of [['file', 'string'], ['line', 'number'], ['byteStart', 'number'], ['byteEnd', 'number'], ['score', 'number'], ['raw', 'number'], ['detector', 'string'], ['entity', 'string'], ['rootCause', 'object'], ['message', 'string'], ['evidence', 'object']]) assert.equal(typeof f[key], type, key);
      const { line, byteStart, byteEnd } = f as { line: number; byteStart: number; byteEnd: number };
      assert.equal(Buffer.from(attacked).subarray(byteStart, byteEnd).toString(), attacked.split('\n')[line - 1]);
    }
    assert.ok(found.every((f, i) => i === 0 || (f['score'] as number) <= (found[i - 1]['score'] as number)));
    const lines = found.flatMap((f) => Object.values(f['lines'] as Record<string, number[]>).flat()).sort((a, b) => a - b);
    assert.deepEqual(lines, scanLines);
    assert.match(err, /Not used: notes\.txt \(no known log format\)\.\n\d+ findings, 60 of 120 rows in 1 logs\./);
    assert.equal(objects((await anomaline(root, 'score', 'day2', '--model', 'm.model', '--top', '1')).out).length, 1);
    assert.deepEqual(await anomaline(root, 'score', 'day1', '--model', 'm.model'), { code: 0, out: '', err: '0 findings, 0 of 600 rows in 1 logs.\n' });
  });

  for (const [format, text] of [['csv', /^file,line,.*\r\nday2\/conn\.log,/], ['sarif', /^\{\n {2}"\$schema".*"version": "2\.1\.0"/s], ['markdown', /^# Anomaline report\n/], ['jsonl', /^\{"id":"conn\.log@\d+"/]] as const) {
    it(`score as ${format}: on standard output and in a file, the same`, async () => {
      const printed = await anomaline(root, 'score', 'day2', '--model', 'm.model', '--format', format);
      assert.match(printed.out, text);
      const written = await anomaline(root, 'score', 'day2', '--model', 'm.model', '--format', format, '--out', `out/${format}`);
      assert.deepEqual([written.code, written.out, fs.readFileSync(path.join(root, 'out', format), 'utf8')], [1, '', printed.out]);
    });
  }

  it('explain: the parts of one line\'s score', async () => {
    const { code, out } = await anomaline(root, 'explain', `day2/conn.log:${scanLines[3]}`, '--model', 'm.model');
    assert.equal(code, 0);
    assert.ok(out.startsWith(attacked.split('\n')[scanLines[3] - 1]));
    const raw = Number(/raw +([\d.]+) nats/.exec(out)?.[1]), parts = [...out.matchAll(/^ +(\d+\.\d{4}) {2}\w/gm)].map((m) => Number(m[1]));
    assert.ok(parts.length === 4 && Math.abs(parts.reduce((a, b) => a + b, 0) - raw) < 0.001, out);
    assert.match(out, /entity {3}10\.9\.9\.9 -> 10\.0\.1\.1\n/);
  });

  it('evaluate: figures by label', async () => {
    const { code, out } = await anomaline(root, 'evaluate', 'day2', '--model', 'm.model', '--label', 'label', '--positive', '^mal', '--json');
    assert.equal(code, 0);
    const { precisionAtK, threshold, ...rest } = JSON.parse(out) as Record<string, unknown>;
    assert.deepEqual(rest, { rows: 120, positives: 60, auc: 1, ap: 1, precision: 1, recall: 1, alarmsPer1000: 0, flagged: 60, acceptance: 0.001, detector: 'stateFrequency' });
    assert.deepEqual([threshold, precisionAtK], [75, { 10: 1, 100: 0.6, 1000: 0.5 }]);
    const none = JSON.parse((await anomaline(root, 'evaluate', 'day1', '--model', 'm.model', '--label', 'label', '--positive', 'Malicious', '--json')).out) as Record<string, unknown>;
    assert.deepEqual([none['positives'], none['auc'], none['recall']], [0, null, null]);
  });

  it('evaluate --rest leaves out what the model was learned from', async () => {
    assert.equal((await anomaline(root, 'learn', 'day1', '--model', 'half.model', '--share', '0.5')).code, 0);
    const { out } = await anomaline(root, 'evaluate', 'day1', '--model', 'half.model', '--label', 'label', '--positive', 'x', '--rest', '--json');
    assert.equal((JSON.parse(out) as { rows: number }).rows, 300);
  });

  it('evaluate --baselines judges whole entities beside the baselines', async () => {
    const { code, out, err } = await anomaline(root, 'evaluate', 'day2', '--model', 'm.model', '--label', 'label', '--positive', '^mal', '--learned-from', 'day1', '--baselines', '--features', 'set2', '--least-rows', '5', '--json');
    assert.equal(code, 0, err);
    const { baselines: entities } = JSON.parse(out) as { baselines: { entity: string; learnedFrom: number; judged: number; tooSmall: unknown; rows: Record<string, unknown>[] } };
    assert.deepEqual([entities.entity, entities.learnedFrom, entities.judged, entities.tooSmall], ['pair', 5, 6, { baseline: 0, evaluated: 0 }]);
    assert.deepEqual(entities.rows.map((row) => [row['method'], row['entities'], row['positives'], row['auc']]), ['stateFrequency', 'symbolic', 'meansLof', 'nearestProfile'].map((method) => [method, 6, 1, 1]));
    assert.deepEqual([entities.rows[0]['accuracy'], entities.rows[0]['falseAlarms']], [1, 0]);
    const table = (await anomaline(root, 'evaluate', 'day2', '--model', 'm.model', '--label', 'label', '--positive', '^mal', '--learned-from', 'day1', '--baselines', '--features', 'set2', '--least-rows', '5')).out;
    assert.match(table, /entities \(pair\): 6 judged, 1 of them malicious; learned from 5;/);
    assert.match(table, /^stateFrequency +1\.0000 +1\.0000 +1\.0000 +1\.0000 +1\.0000 /m);
  });

  const unfit: { name: string; args: string[]; code: number; text: RegExp }[] = [
    { name: 'other logs', args: ['--baselines', '--features', 'set2'], code: 3, text: /learned from other rows than these logs have\. Name the logs it was learned from with --learned-from/ },
    { name: 'features that the detector does not read', args: ['--baselines', '--learned-from', 'day1'], code: 3, text: /stateFrequency does not read what set3 needs \(source port\)/ },
    { name: 'a feature set that there is not', args: ['--baselines', '--features', 'set5'], code: 2, text: /--features takes one of set1, set2, set3, set4, not "set5"\. Did you mean set/ },
    { name: 'a kind of model that there is not', args: ['--baselines', '--outliers', 'lofi'], code: 2, text: /Did you mean lof\?/ },
  ];
  for (const { name, args, code, text } of unfit) {
    it(`evaluate --baselines refuses ${name}`, async () => {
      const run = await anomaline(root, 'evaluate', 'day2', '--model', 'm.model', '--label', 'label', '--positive', '^mal', ...args);
      assert.equal(run.code, code);
      assert.match(run.err, text);
    });
  }

  it('equal input: equal bytes of model and findings', async () => {
    const runs = [];
    for (const name of ['one', 'two']) {
      await anomaline(root, 'learn', 'day1', '--model', `${name}.m`, '--set', 'alphabet=encode', '--seed', '7');
      runs.push([fs.readFileSync(path.join(root, `${name}.m`)), (await anomaline(root, 'score', 'day2', '--model', `${name}.m`)).out]);
    }
    assert.deepEqual(runs[0], runs[1]);
    assert.ok(objects(runs[0][1] as string).length > 0);
  });

  it('Ctrl-C while a model is learned: ends at once with 130, and the old model stays', async () => {
    const log = connLog(Array.from({ length: 60_000 }, (_, i) => ({ time: i, source: `10.0.0.${(i * 7919) % 97}`, port: [80, 443, 53, 22, 25, 110][(i * 31) % 6], bytes: (i * 104_729) % 50_021 })));
    const own = folders.make({ 'big.log': log, 'm.model': 'old' });
    // Tells when the command listens for Ctrl-C, so that the test does not depend on how fast this machine starts a process.
    const preload = folders.put(folders.make(), 'preload.js', "process.on('newListener', (event) => { if (event === 'SIGINT') process.stderr.write('listening\\n'); });");
    const child = spawn(process.execPath, ['--require', preload, entry, 'learn', 'big.log', '--model', 'm.model', '--set', 'windowLength=100', '--set', 'stride=1', '--set', 'sinkCount=1', '--set', 'alphabet=encode'], { cwd: own, stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    while (!err.includes('listening') && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.equal(child.exitCode, null, 'still at work');
    const asked = performance.now();
    child.kill('SIGINT');
    assert.equal(await ended, 130);
    assert.ok(performance.now() - asked < 5000);
    assert.match(err, /Stopped\. Nothing was written by halves\./);
    assert.deepEqual(namesBelow(own), ['big.log', 'm.model']);
    assert.equal(fs.readFileSync(path.join(own, 'm.model'), 'utf8'), 'old');
  });

  it('a disk that is full while a model is written: told, the old model stays, nothing is left', async function () {
    if (process.platform === 'win32') this.skip();
    const own = folders.make({ 'conn.log': benign, 'm.model': 'old' });
    const run = await new Promise<Run>((resolve) => execFile('sh', ['-c', 'ulimit -f 2; exec "$0" "$@"', process.execPath, entry, 'learn', 'conn.log', '--model', 'm.model'], { cwd: own }, (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err })));
    assert.equal(run.code, 3);
    assert.match(run.err, /m\.model was not written: the file would be larger than the system allows\. What was there before is unchanged\./);
    assert.deepEqual([namesBelow(own), fs.readFileSync(path.join(own, 'm.model'), 'utf8')], [['conn.log', 'm.model'], 'old']);
    if (!fs.existsSync('/dev/full')) return;
    const full = await anomaline(own, 'learn', 'conn.log', '--model', '/dev/full');
    assert.equal(full.code, 3);
    assert.match(full.err, /the disk is full/);
  });

  describe('bad input, one case after the other in a capture that is otherwise good', () => {
    const lines = office(60, 90_000).map(connLine);
    const log = (...rows: string[]): string => [...connHeader, ...rows, ''].join('\n');
    const packed = gzipSync(connLog(office(3000).map((row, i) => ({ ...row, bytes: (i * 7919) % 100_003 }))));
    // `problem`: what is told of the file; `rows`: rows of it that are read all the same.
    const cases: { name: string; file?: string; content: string | Uint8Array; rows: number | [least: number, most: number]; problem: RegExp | undefined }[] = [
      { name: 'truncated gzip', file: 'odd.log.gz', content: packed.subarray(0, packed.length >>> 1), rows: [1000, 2999], problem: /cut off after \d+ decompressed bytes; the rows before that were read.*Copy the file again/ },
      { name: 'gzip that is none', file: 'odd.log.gz', content: connLog(office(30)), rows: 0, problem: /compressed file is damaged after 0 decompressed bytes/ },
      { name: 'half a last line', content: log(...lines).slice(0, -60), rows: 59, problem: /line 67: The line has too few columns.*probably cut/ },
      { name: 'no line end at the end', content: log(...lines).trimEnd(), rows: 60, problem: undefined },
      { name: 'header cut in its first line', content: log(...lines).slice(8), rows: 60, problem: /line 1: The line has too few columns/ },
      { name: 'header cut before the types', content: connHeader.slice(0, 6).join('\n') + '\n' + lines.join('\n') + '\n', rows: 60, problem: /no usable #types line/ },
      { name: 'header only', content: connHeader.join('\n') + '\n', rows: 0, problem: undefined },
      { name: 'header alone, cut in the middle of #fields', content: connHeader.join('\n').slice(0, 150), rows: 0, problem: /./ },
      { name: 'too few columns', content: log(...lines.slice(0, 30), 'a\tb\tc', ...lines.slice(30)), rows: 60, problem: /line 38: The line has too few columns/ },
      { name: 'too many columns', content: log(...lines.slice(0, 30), `${lines[30]}\tx\ty`, ...lines.slice(31)), rows: 60, problem: /more columns than the header names/ },
      { name: 'invalid UTF-8', content: Buffer.concat([Buffer.from(log(...lines)), Buffer.from(connLine({ time: 1 }).replace(/-$/, '')), Buffer.from([0xff, 0xfe, 0xc3, 10])]), rows: 61, problem: undefined },
      { name: 'NUL bytes', content: log(...lines.slice(0, 30), '\0\0\0\0', ...lines.slice(30)), rows: 60, problem: /line 38: The line has too few columns/ },
      { name: 'a file of NUL bytes', content: new Uint8Array(5000), rows: 0, problem: /no known log format/ },
      { name: 'a line of 10 MB', content: log(...lines, connLine({ time: 90_700, note: 'x'.repeat(10 << 20) })), rows: 61, problem: undefined },
      { name: 'a line of 20 MB', content: log(...lines, connLine({ time: 90_700, note: 'x'.repeat(20 << 20) })), rows: 60, problem: /line 68: The line is longer than 16 MiB/ },
      { name: 'empty file', content: '', rows: 0, problem: /it is empty/ },
      { name: 'one byte', content: 'x', rows: 0, problem: /no known log format/ },
      { name: 'random bytes', content: packed, rows: 0, problem: /no known log format/ },
      { name: 'bad numbers and times', content: log(...lines, connLine({ time: 5 }).replace('5.000000', 'noon').replace('\t400\t', '\tmany\t')), rows: 61, problem: /Not a (time|number): / },
    ];
    for (const { name, file = 'odd.log', content, rows, problem } of cases) {
      it(name, async () => {
        const own = folders.make({ 'conn.log': attacked, [file]: content });
        const [least, most] = typeof rows === 'number' ? [rows, rows] : rows;
        const inspected = await inProcess(own, 'inspect', '.', '--json');
        assert.equal(inspected.code, 0, inspected.err);
        const json = JSON.parse(inspected.out) as { logs: { file: string; rows: number; problems: { line?: number; message: string; next: string }[] }[]; unknown: { file: string; reason: string }[] };
        const found = json.logs.find((l) => l.file === file), problems = found?.problems ?? [];
        const told = [...problems.map((p) => `${p.line === undefined ? '' : `line ${p.line + 1}: `}${p.message} ${p.next}`), ...json.unknown.filter((u) => u.file === file).map((u) => u.reason)];
        assert.equal(told.length > 0, problem !== undefined, told.join('\n'));
        if (problem) assert.ok(told.some((text) => problem.test(text)), told.join('\n'));
        assert.ok((found?.rows ?? 0) >= least && (found?.rows ?? 0) <= most, `${found?.rows} rows`);
        assert.ok(problems.every((p) => p.next.length > 0), 'every problem says what to do');
        assert.equal(json.logs.find((l) => l.file === 'conn.log')?.rows, 120);

        const scored = await anomaline(own, 'score', '.', '--model', path.join(root, 'm.model'));
        assert.equal(scored.code, 1, scored.err);
        assert.doesNotMatch(scored.err, /Unexpected/);
        const flagged = objects(scored.out).flatMap((f) => (f['lines'] as Record<string, number[]>)['conn.log'] ?? []).sort((a, b) => a - b);
        assert.deepEqual(flagged, scanLines, 'the good log loses nothing');
        assert.equal(scored.err.includes(file), problem !== undefined, scored.err);
      });
    }

    it('links in a loop, a link to nowhere, a folder without logs', async () => {
      const own = folders.make({ 'conn.log': attacked, 'empty/readme.md': '' });
      fs.symlinkSync(own, path.join(own, 'empty/up'));
      fs.symlinkSync('nowhere', path.join(own, 'dangling.log'));
      const { code, err } = await anomaline(own, 'score', '.', '--model', path.join(root, 'm.model'));
      assert.equal(code, 1);
      assert.match(err, /dangling\.log: The file cannot be read: it does not exist/);
      const nothing = await anomaline(path.join(own, 'empty'), 'inspect', '../empty/readme.md');
      assert.deepEqual([nothing.code, /No log was recognised\. Formats: Zeek/.test(nothing.err)], [3, true]);
      const bare = await anomaline(own, 'inspect', folders.make());
      assert.equal(bare.code, 3);
    });

    it('an unreadable file', async function () {
      if (process.getuid?.() === 0 || process.platform === 'win32') {
        this.test!.title += ' (skipped: for this user every file is readable)';
        this.skip();
      }
      const own = folders.make({ 'conn.log': attacked, 'locked.log': attacked });
      fs.chmodSync(path.join(own, 'locked.log'), 0);
      const { code, err } = await anomaline(own, 'score', '.', '--model', path.join(root, 'm.model'));
      assert.equal(code, 1);
      assert.match(err, /locked\.log.*permission is denied/);
    });

    it('a reader that closes the pipe early', async function () {
      if (process.platform === 'win32') this.skip();
      const run = await new Promise<Run>((resolve) => execFile('sh', ['-c', '"$0" "$@" | head -c 10', process.execPath, entry, 'inspect', '.', '--json'], { cwd: root }, (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err })));
      assert.deepEqual([run.code, run.out.length, run.err], [0, 10, '']);
    });
  });
});
