import * as assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { toFlexfringeJson } from '../../server/core/automata/flexfringeJson';
import { readTraceModel } from '../../server/core/automata/automatonFile';
import { learn } from '../../server/core/automata/learner';
import { readLearnOptions } from '../../server/core/automata/learnOptions';
import { readTraces } from '../../server/core/automata/traceReader';
import { encodeUtf8 } from '../../server/core/util/utf8';
import { largeTraces } from '../bench/traces';
import { Folders } from '../support/folder';
import { repositoryRoot, sharedPath } from '../support/shared';

const entry = path.join(repositoryRoot, 'out/server/cli/main.js');
const folders = new Folders();
const training = [...largeTraces({ traces: 2000, length: 8, states: 5, symbols: 6, degree: 3, seed: 3 })].join('');
const test = [...largeTraces({ traces: 50, length: 8, states: 5, symbols: 6, degree: 3, seed: 3 })].join('');

interface Run { readonly code: number; readonly out: string; readonly err: string }

function automaton(cwd: string, ...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, 'automaton', ...args], { cwd, maxBuffer: 1 << 28, timeout: 20_000, env: { ...process.env, ANOMALINE_CWD: undefined } }, (error, out, err) => resolve({ code: error ? Number(error.code ?? -1) : 0, out, err }));
  });
}

describe('automaton commands', function () {
  this.timeout(30_000);
  let root: string;
  before(async () => {
    root = folders.make({ 'train.dat': training, 'train.dat.gz': gzipSync(training), 'test.dat': test, 'bad.model': 'nonsense', 'junk.dat': 'hello\nworld\n', 'wrong.dat': '5 9\n1 2 a b\n1 3 a b\n', 'none.dat': '0 0\n', 'empty.dat': '2 0\n1 0\n1 0\n', 'one.dat': '1 1\n1 1 a\n' });
    const learned = await automaton(root, 'learn', 'train.dat', '--model', 'm.model');
    assert.equal(learned.code, 0, learned.err);
    assert.match(learned.out, /^m\.model: learned from 2,000 traces \(\w+, significance [\d.]+\), \d+ states/);
  });
  after(() => folders.remove());

  it('learn --json: the automaton and the steps that led to it, as the engine gives them', async () => {
    const { code, out } = await automaton(root, 'learn', 'train.dat.gz', '--set', 'variant=main', '--set', 'heuristic-name=alergia', '--set', 'finalprob=1', '--set', 'sinkson=1', '--set', 'printblue=1', '--model', 'a.model', '--json');
    assert.equal(code, 0);
    const json = JSON.parse(out) as { states: { id: number; size: number; final: number; kind: string; counts: Record<string, number> }[]; transitions: { from: number; symbol: string; to: number; count: number }[]; steps: string[]; seconds: number; peakRssBytes: number };
    const { settings } = readLearnOptions({ variant: 'main', 'heuristic-name': 'alergia', finalprob: '1', sinkson: '1', printblue: '1' });
    const own = learn(readTraces(encodeUtf8(training)).traces, settings);
    assert.equal(json.states.length, own.stateCount);
    assert.deepEqual(json.states.map((s) => s.final), [...own.arrays.ended]);
    assert.deepEqual(json.states.map((s) => s.kind), Array.from(own.arrays.flags, (f) => ((f & 1) !== 0 ? 'core' : 'sink')));
    assert.deepEqual(json.transitions.map((t) => own.step(t.from, own.alphabet.indexOf(t.symbol))), json.transitions.map((t) => t.to));
    assert.equal(json.states[0].counts['s0'] ?? 0, own.entry(0, own.alphabet.indexOf('s0')) < 0 ? 0 : own.arrays.entryCount[own.entry(0, own.alphabet.indexOf('s0'))]);
    assert.ok(json.steps.length > 0 && json.steps.every((step) => /^(x\d+|m-?[\d.e+-]+)$/.test(step)));
    assert.ok(json.seconds > 0 && json.peakRssBytes > 1e7);
  });

  it('equal input and settings: equal bytes of the model', async () => {
    await automaton(root, 'learn', 'train.dat.gz', '--model', 'again.model');
    assert.deepEqual(fs.readFileSync(path.join(root, 'again.model')), fs.readFileSync(path.join(root, 'm.model')));
  });

  it('replay --json: one line a trace, sums that add up', async () => {
    const { code, out } = await automaton(root, 'replay', 'test.dat', '--model', 'm.model', '--json');
    assert.equal(code, 0);
    const lines = out.trim().split('\n').map((line) => JSON.parse(line) as { trace: number; states: number[]; scores: number[]; sum: number; mean: number; min: number });
    assert.deepEqual(lines.map((line) => line.trace), Array.from({ length: 50 }, (_, t) => t));
    for (const { states, scores, sum, mean, min } of lines) {
      assert.equal(states.length, scores.length);
      assert.ok(Math.abs(scores.reduce((a, b) => a + b, 0) - sum) < 1e-12 && Math.abs(sum / scores.length - mean) < 1e-12 && min === Math.min(...scores));
    }
  });

  it('replays on a model of the reference tool', async () => {
    const { settings } = readLearnOptions({ variant: 'main' });
    const own = learn(readTraces(encodeUtf8(training)).traces, { ...settings, largestBlue: true });
    fs.writeFileSync(path.join(root, 'old.json'), JSON.stringify(toFlexfringeJson(own)));
    const { code, out } = await automaton(root, 'replay', 'test.dat', '--model', 'old.json', '--json', '--set', 'predictreset=1', '--set', 'swsize=10');
    assert.equal(code, 0);
    assert.equal((JSON.parse(out.split('\n')[0]) as { states: number[] }).states.length, 8);
  });

  it('learns a Mealy machine, shows its outputs and compares those of traces with them', async () => {
    fs.writeFileSync(path.join(root, 'mealy.dat'), '4 2\n1 3 a/x b/y a/z\n1 2 b/w a/x\n1 3 a/x a/z b/w\n1 1 b/w\n');
    const learned = await automaton(root, 'learn', 'mealy.dat', '--set', 'heuristic-name=mealy', '--model', 'mealy.model');
    assert.deepEqual([learned.code, learned.err], [0, '']);
    assert.match((await automaton(root, 'show', 'mealy.model')).out, /a \/ x \d/);
    fs.writeFileSync(path.join(root, 'odd.dat'), '1 2\n1 2 b/w a/y\n');
    const { outputs, errors } = JSON.parse((await automaton(root, 'replay', 'odd.dat', '--model', 'mealy.model', '--json')).out) as { outputs: string[]; errors: number[] };
    assert.deepEqual([outputs.slice(0, 2), errors.slice(0, 2)], [['w', 'x'], [0, 1]]);
    assert.match((await automaton(root, 'learn', 'train.dat', '--set', 'heuristic-name=mealy', '--set', 'variant=main', '--model', 'none.model')).err, /compares outputs of symbols, and the traces have none.*symbol\/output/);
  });

  it('show: DOT, JSON and SVG', async () => {
    assert.match((await automaton(root, 'show', 'm.model')).out, /^digraph DFA \{/);
    assert.ok((JSON.parse((await automaton(root, 'show', 'm.model', '--format', 'json')).out) as { states: unknown[] }).states.length > 1);
    assert.match((await automaton(root, 'show', 'm.model', '--format', 'svg')).out, /^<svg [^]*<rect [^]*<\/svg>\n$/);
  });

  it('diff: nothing, or what differs', async () => {
    const same = await automaton(root, 'diff', 'm.model', 'm.model');
    assert.deepEqual([same.code, same.out], [0, 'Both have transitions for the same words.\n']);
    await automaton(root, 'learn', 'one.dat', '--model', 'one.model');
    const other = await automaton(root, 'diff', 'm.model', 'one.model', '--json');
    assert.equal(other.code, 1);
    assert.ok((JSON.parse(other.out) as { counterExample: string[] | null }).counterExample);
  });

  it('perplexity: near the optimum of a PAutomaC problem, and never below it', async function () {
    if (sharedPath('data/pautomac/5.train.dat.gz') === undefined) this.skip();
    const file = (name: string): string => sharedPath(`data/pautomac/5.${name}.gz`)!;
    await automaton(root, 'learn', file('train.dat'), '--model', '5.model');
    const { out } = await automaton(root, 'perplexity', file('test.dat'), '--model', '5.model', '--solution', file('solution.txt'));
    const [optimum, own] = [...out.matchAll(/\d+\.\d+/g)].map((match) => Number(match[0]));
    assert.ok(own >= optimum && own < optimum * 1.001, out);
    assert.match(out, /\d$/m);
  });

  it('perplexity of a step, without a solution', async () => {
    const { out } = await automaton(root, 'perplexity', 'test.dat', '--model', 'm.model');
    const value = Number(/([\d.]+)\n$/.exec(out)?.[1]);
    assert.ok(value > 1 && value < 6, out);
  });

  for (const file of ['none.dat', 'empty.dat', 'one.dat', 'wrong.dat']) {
    it(`learns from ${file}`, async () => {
      const { code, err } = await automaton(root, 'learn', file, '--model', 'small.model');
      assert.equal(code, 0, err);
      assert.equal(/header promises 5 traces, 1 were read/.test(err), file === 'wrong.dat');
      assert.equal((await automaton(root, 'replay', file, '--model', 'small.model')).code, 0);
    });
  }

  const wrong: { args: string[]; code: number; text: RegExp }[] = [
    { args: [], code: 2, text: /Say what to do: learn, count, replay, diff, show, perplexity/ },
    { args: ['lern'], code: 2, text: /no command "automaton lern".*Did you mean "learn"/ },
    { args: ['learn', 'train.dat'], code: 2, text: /--model FILE/ },
    { args: ['learn', 'train.dat', '--model', 'x', '--set', 'sinkcout=5'], code: 2, text: /no setting "sinkcout"\. Did you mean "sinkC?c?ount"/ },
    { args: ['learn', 'train.dat', '--model', 'x', '--set', 'heuristic-name=alergio'], code: 2, text: /"heuristic-name" cannot be "alergio"\. It takes one of likelihoodratio, alergia/ },
    { args: ['learn', 'train.dat', '--model', 'x', '--set', 'largestblue=yes'], code: 2, text: /"largestblue" cannot be "yes"\. It takes 0 or 1/ },
    { args: ['learn', 'train.dat', '--model', 'x', '--set', 'confidence_bound=-1'], code: 2, text: /"confidence_bound" cannot be "-1"\. It takes a number from 0/ },
    { args: ['learn', 'train.dat', '--model', 'x', '--set', 'ktail=2', '--set', 'kTail=3'], code: 2, text: /"ktail" and "kTail" are the same one/ },
    { args: ['learn', 'junk.dat', '--model', 'x'], code: 3, text: /junk\.dat: The first line is not "<traces> <alphabet size>"/ },
    { args: ['learn', 'nowhere.dat', '--model', 'x'], code: 3, text: /nowhere\.dat: .*does not exist/ },
    { args: ['show', 'bad.model'], code: 3, text: /bad\.model: .*not an automaton/ },
    { args: ['show', 'm.model', '--format', 'png'], code: 2, text: /--format takes dot, svg, json/ },
    { args: ['replay', 'test.dat', '--model', 'm.model', '--set', 'restet=1'], code: 2, text: /no setting "restet" of replay\. Did you mean "reset"/ },
    { args: ['perplexity', 'none.dat', '--model', 'm.model'], code: 3, text: /no trace to judge/ },
    { args: ['perplexity', 'test.dat', '--model', 'm.model', '--solution', 'one.dat'], code: 3, text: /50 probabilities are expected/ },
  ];
  for (const { args, code, text } of wrong) {
    it(`automaton ${args.join(' ')}: told what is wrong`, async () => {
      const run = await automaton(root, ...args);
      assert.deepEqual([run.code, run.out], [code, '']);
      assert.match(run.err, text);
      assert.doesNotMatch(run.err, /Unexpected/);
    });
  }

  const large: Record<string, string> = {
    '100,000 symbols': `100000 100000\n${Array.from({ length: 100_000 }, (_, i) => `1 2 s${i} s${(i * 7) % 100_000}\n`).join('')}`,
    'a trace of a million symbols': `1 7\n1 1000000${' a b c d e f g h i j'.repeat(100_000)}\n`,
    '100,000 types': `100000 2\n${Array.from({ length: 100_000 }, (_, i) => `t${i} 2 a b\n`).join('')}`,
    'names of all kinds': '3 4\n1 2 __proto__ constructor\n1 2 toString \u00e9\n1 1 0\n',
  };
  for (const [name, text] of Object.entries(large)) {
    it(`learns from ${name} in seconds`, async () => {
      fs.writeFileSync(path.join(root, 'large.dat'), text);
      const { code, err } = await automaton(root, 'learn', 'large.dat', '--set', 'variant=main', '--model', 'large.model');
      assert.equal(code, 0, err);
      assert.equal(/beyond the first 65536 different ones/.test(err), name === '100,000 types');
    });
  }

  it('types that memory would not do for: told', async () => {
    fs.writeFileSync(path.join(root, 'types.dat'), `60000 60000\n${Array.from({ length: 60_000 }, (_, i) => `t${i} 1 s${i}\n`).join('')}`);
    const { code, err } = await automaton(root, 'learn', 'types.dat', '--model', 'types.model');
    assert.equal(code, 3, err);
    assert.match(err, /60,000 types of traces, each counted at 60,001 prefixes, are too many/);
  });

  it('an interrupt ends learning at once, and no model is written', async () => {
    // Without sinks the sicco version compares each candidate with all that follows a state.
    fs.writeFileSync(path.join(root, 'slow.dat'), large['100,000 symbols']);
    const child = execFile(process.execPath, [entry, 'automaton', 'learn', 'slow.dat', '--set', 'variant=sicco', '--model', 'slow.model'], { cwd: root });
    const ended = new Promise<string | null>((resolve) => child.on('exit', (_, signal) => resolve(signal)));
    await new Promise((resolve) => setTimeout(resolve, 2500));
    child.kill('SIGINT');
    assert.equal(await ended, 'SIGINT');
    assert.equal(fs.existsSync(path.join(root, 'slow.model')), false);
  });

  it('a small model with any byte changed, or cut anywhere, is refused or equal', async () => {
    await automaton(root, 'learn', 'one.dat', '--set', 'variant=main', '--model', 'tiny.model');
    const good = fs.readFileSync(path.join(root, 'tiny.model'));
    for (let at = 0; at < good.length; at++) {
      for (const flip of [0x01, 0x80]) {
        const bytes = Uint8Array.from(good);
        bytes[at] ^= flip;
        assert.ok('fault' in readTraceModel(bytes), `byte ${at}`);
      }
      assert.ok('fault' in readTraceModel(good.subarray(0, at)), `cut at ${at}`);
    }
  });

  const json = (nodes: string, edges: string): string => `{"types":["0"],"alphabet":["a","b"],"nodes":[${nodes}],"edges":[${edges}]}`;
  const node = (id: number | string, more = ''): string => `{"id":${id},"source":-1,"size":1,"isred":1,"issink":0,"trace":"0 0","data":{"total_final":0,"total_paths":1,"final_counts":{},"path_counts":{"0":1},"trans_counts":{"a":"1"}}${more}}`;
  const foreign: Record<string, string> = {
    'a cycle': json(`${node(0)},${node(1)}`, '{"source":"0","target":"1","name":"a"},{"source":"1","target":"0","name":"a"},{"source":"1","target":"1","name":"b"}'),
    'edges to and from nodes that it lacks': json(node(0), '{"source":"0","target":"9","name":"a"},{"source":"9","target":"0","name":"a"}'),
    'huge numbers': json(node('1e308', ',"size":1e300'), '{"source":"1e308","target":"1e308","name":"a"}'),
    'the same edge twice': json(node(0), '{"source":"0","target":"0","name":"a"},{"source":"0","target":"0","name":"a"}'),
    'the same node twice': json(`${node(0)},${node(0)}`, '{"source":"0","target":"0","name":"a"}'),
    'strings for numbers': json(node('"x"'), '{"source":"x","target":"x","name":"a"}'),
    'very deep nesting': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  };
  for (const [name, text] of Object.entries(foreign)) {
    it(`replays on or refuses a JSON model with ${name}`, async () => {
      fs.writeFileSync(path.join(root, 'foreign.json'), text);
      const { code, out, err } = await automaton(root, 'replay', 'one.dat', '--model', 'foreign.json', '--json');
      assert.doesNotMatch(err, /Unexpected/);
      if (code === 0) assert.equal((JSON.parse(out) as { trace: number }).trace, 0);
      else assert.deepEqual([code, out, err.includes('foreign.json: ')], [3, '', true]);
    });
  }

  it('a damaged model is refused, wherever the damage is', async () => {
    const good = fs.readFileSync(path.join(root, 'm.model'));
    for (const at of [3, 40, good.length >> 1, good.length - 9]) {
      const bytes = Uint8Array.from(good);
      bytes[at] ^= 0x55;
      fs.writeFileSync(path.join(root, 'damaged.model'), bytes);
      const { code, err } = await automaton(root, 'show', 'damaged.model');
      assert.equal(code, 3, `byte ${at}: ${err}`);
      assert.doesNotMatch(err, /Unexpected/);
    }
  });
});
