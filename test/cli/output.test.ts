import * as assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { main } from '../../server/cli/main';
import type { Output } from '../../server/cli/output';
import { HOSTILE, noFormula, noMarkup, nothingHidden } from '../inert/hostile';
import { Folders } from '../support/folder';
import { connLine, connLog, connHeader, office, scan } from '../support/logs';
import { workerScript } from '../support/readers';
import { repositoryRoot, sharedPath } from '../support/shared';

const entry = path.join(repositoryRoot, 'out/server/cli/main.js');
const folders = new Folders();
const FULL = '/dev/full';

/** A command in this process, what it prints kept; with `terminal` as in a terminal, so that progress is shown. */
async function run(terminal: boolean, ...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const texts = { out: '', err: '' };
  const output = (name: 'out' | 'err'): Output => ({ terminal, works: true, write: (text) => void (texts[name] += text), finish: () => Promise.resolve(undefined) });
  const code = await main(args, workerScript, { out: output('out'), err: output('err') });
  return { code, ...texts };
}

/** A command in a process of its own, its outputs as given (a file by its name, or a pipe); `reading: false` closes the pipe at once. */
function spawned(args: readonly string[], { out = 'pipe', err = 'pipe', reading = true }: { readonly out?: string; readonly err?: string; readonly reading?: boolean } = {}): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const opened: number[] = [];
  const open = (name: string): number | 'pipe' => {
    if (name === 'pipe') return name;
    opened.push(fs.openSync(name, 'w'));
    return opened[opened.length - 1];
  };
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', open(out), open(err)], env: { ...process.env, npm_lifecycle_event: undefined } });
  for (const fd of opened) fs.closeSync(fd);
  const texts = { out: '', err: '' };
  if (reading) child.stdout?.on('data', (data: Buffer) => (texts.out += data.toString()));
  else child.stdout?.destroy();
  child.stderr?.on('data', (data: Buffer) => (texts.err += data.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...texts })));
}

/** As Zeek writes a text: what is not plain ASCII, escaped. */
const zeek = (text: string): string => [...Buffer.from(text)].map((byte) => (byte < 0x20 || byte > 0x7e || byte === 0x5c ? `\\x${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte))).join('');

describe('what the command line prints', function () {
  this.timeout(120_000);
  let root: string;
  const at = (name: string): string => path.join(root, name);
  before(async () => {
    const names = HOSTILE.map(zeek);
    const rows = [...office(200), ...names.flatMap((service, i) => [{ time: 2000 + i, service, source: '10.0.0.1' }, { time: 2000 + i, service: 'ssl', source: '10.0.0.2', note: service, label: service }])];
    const traces = HOSTILE.map((text) => `1 2 s\x1b[2J${text.replace(/[\s/]/gu, '')} b`);
    root = folders.make({
      'day1/conn\u202egol.log': connLog(rows), 'day2/co\x1b[2Jnn\n=1.log': [...connHeader, ...scan(60, 90_000).map(connLine), ...names.map((service, i) => connLine({ time: 95_000 + i, service, source: `10.3.0.${i}`, port: i + 1, bytes: 0, state: 'S0' })), 'dam\x1b[2Jaged\u202e', ''].join('\n'),
      'day2/[x](http://evil).log': 'no log\x1b', 'traces\x1b.txt': [`${traces.length} ${3 * traces.length}`, ...traces, ''].join('\n'), 'bad\x1b]0;x\x07.ini': 'merge\x1b = 1\nmerge\x1b = 2\nx\u202e', 'bad\x9b.json': '{"nodes": "\x1b"}',
    });
    const { code, err } = await run(false, 'learn', at('day1'), '--model', at('m\x1b.model'), '--baseline', '**', '--detector', 'stateFrequency');
    assert.equal(code, 0, err);
  });
  after(() => folders.remove());

  const both = (name: string): string[] => [at('day2'), '--model', at(name)];
  const commands: Readonly<Record<string, () => string[]>> = {
    inspect: () => ['inspect', root], 'inspect --json': () => ['inspect', root, '--json'], 'score as JSON lines': () => ['score', ...both('m\x1b.model'), '--acceptance', '0.5'], 'score as CSV': () => ['score', ...both('m\x1b.model'), '--acceptance', '0.5', '--format', 'csv'],
    'score as SARIF': () => ['score', ...both('m\x1b.model'), '--acceptance', '0.5', '--format', 'sarif'], 'score as Markdown': () => ['score', ...both('m\x1b.model'), '--acceptance', '0.5', '--format', 'markdown'],
    explain: () => ['explain', `${at('day1/conn\u202egol.log')}:220`, '--model', at('m\x1b.model')], evaluate: () => ['evaluate', ...both('m\x1b.model'), '--label', 'label', '--positive', 'Mal'], 'evaluate --json': () => ['evaluate', ...both('m\x1b.model'), '--label', 'label\x1b', '--positive', 'Mal', '--json'],
    'learn an automaton': () => ['automaton', 'learn', at('traces\x1b.txt'), '--model', at('a\x1b.automaton')], 'learn --json': () => ['automaton', 'learn', at('traces\x1b.txt'), '--model', at('a\x1b.automaton'), '--json'], 'an ini file': () => ['automaton', 'learn', at('traces\x1b.txt'), '--ini', at('bad\x1b]0;x\x07.ini'), '--model', at('x')],
    replay: () => ['automaton', 'replay', at('traces\x1b.txt'), '--model', at('a\x1b.automaton')], 'replay --json': () => ['automaton', 'replay', at('traces\x1b.txt'), '--model', at('a\x1b.automaton'), '--json'], dot: () => ['automaton', 'show', at('a\x1b.automaton')], svg: () => ['automaton', 'show', at('a\x1b.automaton'), '--format', 'svg'],
    json: () => ['automaton', 'show', at('a\x1b.automaton'), '--format', 'json'], flexfringe: () => ['automaton', 'show', at('a\x1b.automaton'), '--format', 'flexfringe'], diff: () => ['automaton', 'diff', at('a\x1b.automaton'), at('a\x1b.automaton')], 'a broken automaton': () => ['automaton', 'show', at('bad\x9b.json')],
    'no command': () => ['x\x1b[2J'], 'no automaton command': () => ['automaton', 'x\u202e'], 'no option': () => ['score', '--x\x1b[2J'], 'no setting': () => ['learn', at('day1'), '--model', 'x', '--set', 'x\x1b=1'], 'no file': () => ['inspect', at('no\x1b[2J\nfile')], 'no model': () => ['score', at('day2'), '--model', at('no\x1b.model')],
    'no format': () => ['score', at('day2'), '--model', 'x', '--format', '\x1b[2J'], 'no pattern': () => ['learn', at('day1'), '--model', 'x', '--where', 'label=(\x1b'], 'no glob': () => ['learn', at('day1'), '--model', 'x', '--baseline', '[z-a]\x1b'], 'no time': () => ['learn', at('day1'), '--model', 'x', '--from', '\u2028'],
    'no output': () => ['score', ...both('m\x1b.model'), '--out', at('m\x1b.model/x\x1b')],
  };
  for (const [name, args] of Object.entries(commands)) {
    it(`${name}: nothing hidden`, async () => {
      const { out, err, code } = await run(false, ...args());
      assert.ok(out.length + err.length > 0 && code <= 3);
      assert.doesNotMatch(err, /Unexpected|^ +at /m);
      nothingHidden(out, `${name}, standard output`, '\n\t\r');
      nothingHidden(err, `${name}, standard error`, '\n');
      if (name.endsWith('CSV')) noFormula(out, name);
      if (name.endsWith('Markdown')) noMarkup(out.replace(/^#+ /gm, ''), name);
    });
  }

  it('progress in a terminal steers it only to begin its line again', async () => {
    const { err } = await run(true, 'score', at('day2'), '--model', at('m\x1b.model'));
    nothingHidden(err.replaceAll('\x1b[K', '').replaceAll('\r', ''), 'progress', '\n');
  });

  it('from a log in which Zeek had escaped them', async function () {
    const log = sharedPath('attacks/ntlm-escaped-esc.log');
    if (log === undefined) return this.skip();
    await run(false, 'learn', log, '--set', 'model=counts', '--model', at('n.model'));
    const { out } = await run(false, 'score', log, '--model', at('n.model'), '--acceptance', '0.02', '--format', 'csv');
    assert.match(out, /\\x1b.*PWNED/);
    noFormula(out, 'CSV');
  });
});

describe('output that cannot be written', function () {
  this.timeout(120_000);
  let root: string;
  const at = (name: string): string => path.join(root, name);
  before(async function () {
    if (!fs.existsSync(FULL)) return this.skip();
    root = folders.make({ 'day1/conn.log': connLog(office(300)), 'day2/conn.log': connLog([...office(2000, 50_000), ...scan(100, 90_000)]), 'traces.txt': '2 2\n1 2 a b\n1 1 a\n' });
    assert.equal((await spawned(['learn', at('day1'), '--model', at('m')])).code, 0);
    assert.equal((await spawned(['automaton', 'learn', at('traces.txt'), '--model', at('a')])).code, 0);
  });
  after(() => folders.remove());

  const commands: readonly (() => string[])[] = [
    () => ['--help'], () => ['--version'], () => ['inspect', at('day1')], () => ['score', at('day2'), '--model', at('m')], () => ['score', at('day1'), '--model', at('m'), '--acceptance', '1e-9', '--format', 'csv'], () => ['learn', at('day1'), '--model', at('m2')],
    () => ['automaton', 'show', at('a')], () => ['automaton', 'replay', at('traces.txt'), '--model', at('a')],
  ];
  for (const args of commands) {
    it(`on a full disk is exit code 3 and told: ${args.toString().slice(6)}`, async () => {
      const { code, err } = await spawned(args(), { out: FULL });
      assert.deepEqual([code, /not written to standard output, or not to their end: the disk is full/.test(err), /\n +at /.test(err)], [3, true, false], err);
    });
  }

  it('is exit code 3 for standard error too', async () => assert.equal((await spawned(['score', at('day2'), '--model', at('m')], { err: FULL })).code, 3));

  it('to a reader that has stopped is exit code 3, told without a stack', async () => {
    for (const args of [['score', at('day2'), '--model', at('m'), '--acceptance', '0.9'], ['inspect', at('day2'), '--json']]) {
      const { code, err } = await spawned(args, { reading: false });
      assert.equal(code, 3, err);
      assert.match(err, /not written to standard output, or not to their end: whoever read it has stopped reading/);
      assert.doesNotMatch(err, /\n +at |EPIPE/);
    }
  });

  it('into named files is exit code 3, with the name', async () => {
    for (const args of [
      ['score', at('day2'), '--model', at('m'), '--out', FULL], ['score', at('day2'), '--model', at('m'), '--out', at('m/x')], ['learn', at('day1'), '--model', FULL], ['learn', at('day1'), '--model', at('day1')],
      ['automaton', 'learn', at('traces.txt'), '--model', FULL], ['automaton', 'count', at('traces.txt'), '--tree', FULL], ['automaton', 'count', at('traces.txt'), '--tree', at('a/x')],
    ]) {
      const { code, out, err } = await spawned(args);
      assert.deepEqual([code, out], [3, ''], `${args.join(' ')}: ${err}`);
      assert.match(err, /was not written: /);
      assert.doesNotMatch(err, /Unexpected|\n +at /);
    }
  });

  it('a large result is written to its end into a file and a pipe', async () => {
    const args = ['score', at('day2'), '--model', at('m'), '--acceptance', '1'];
    const whole = await spawned(args, { out: at('out.jsonl') });
    const piped = await spawned(args);
    assert.deepEqual([whole.code, piped.code], [1, 1]);
    assert.ok(piped.out.length > 1000 && piped.out.endsWith('\n'));
    assert.equal(fs.readFileSync(at('out.jsonl'), 'utf8'), piped.out);
  });
});
