import * as assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { organisationCapture } from '../../server/core/sample/organisation/organisation';
import { Folders } from '../support/folder';
import { repositoryRoot } from '../support/shared';
import { needRuntime, openSession } from '../core/nn/run';

const entry = path.join(repositoryRoot, 'out/server/cli/main.js');
const folders = new Folders();
/** Nets are the same on every machine of one kind with one thread. */
const environment = { ...process.env, ANOMALINE_NEURAL_THREADS: '1' };

interface Run { readonly code: number; readonly out: string; readonly err: string }

function anomaline(cwd: string, ...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, ...args], { cwd, maxBuffer: 1 << 28, timeout: 50_000, env: environment }, (error, out, err) => resolve({ code: error ? Number(error.code ?? -1) : 0, out, err }));
  });
}

interface Finding { readonly entity: string; readonly message: string; readonly score: number; readonly rootCause: { readonly text: string }; readonly evidence: readonly { readonly name: string; readonly value: number }[]; readonly path: string; readonly line: number }

describe('command line with authentication events', function () {
  this.timeout(60_000);
  let root: string;
  before(() => {
    const files: Record<string, Uint8Array> = {};
    for (const { file, bytes } of organisationCapture({ seed: 1, size: 250_000, days: 3, redEvents: 20 })) files[file] = files[file] ? Buffer.concat([files[file], bytes]) : bytes;
    root = folders.make(files);
  });
  after(() => folders.remove());
  const learn = async (model: string, days: readonly string[], ...args: string[]): Promise<Run> => {
    const learned = await anomaline(root, 'learn', ...days, '--detector', 'authSequences', '--model', model, '--baseline', '**', ...args);
    assert.equal(learned.code, 0, learned.err);
    return learned;
  };
  const findings = (text: string): Finding[] => text.trim().split('\n').map((line) => JSON.parse(line) as Finding);

  it('counts: learns, scores, explains, evaluates', async () => {
    assert.match((await learn('c.model', ['day1', 'day2'], '--set', 'model=counts')).out, /^c\.model: learned from [\d,]+ rows \(\*\*\), [\d,]+ known values, [\d,]+ bytes\n$/);
    const scored = await anomaline(root, 'score', 'day3', '--model', 'c.model', '--acceptance', '0.01');
    assert.equal(scored.code, 1, scored.err);
    const found = findings(scored.out);
    assert.ok(found.every(({ message, evidence }) => /^Unexpected (user’s domain|target’s domain|source host|destination host|authentication type|logon type|orientation) /.test(message) && evidence.length === 7));
    assert.ok(found.every(({ score }, i) => i === 0 || score <= found[i - 1].score));
    const redLine = fs.readFileSync(path.join(root, 'redteam.txt'), 'utf8').split('\n')[10].split(',');
    const line = fs.readFileSync(path.join(root, 'day3/auth.txt'), 'utf8').split('\n').findIndex((text) => text.startsWith(`${redLine[0]},${redLine[1]},`)) + 1;
    const explained = await anomaline(root, 'explain', `day3/auth.txt:${line}`, '--model', 'c.model');
    assert.equal(explained.code, 0, explained.err);
    assert.match(explained.out, new RegExp(`^${redLine[0]},${redLine[1]},`));
    assert.match(explained.out, /\nraw {6}[\d.]+ nats, the sum of\n( +[\d.]+ {2}(user’s domain|target’s domain|source host|destination host|authentication type|logon type|orientation) .* %.*\n){7}expected here:\n( +[\d.]+ % {2}\S.*\n)+/);
    assert.doesNotMatch(explained.out, /^state/m);
    const [host] = redLine.slice(2);
    const judged = await anomaline(root, 'evaluate', 'day3', '--model', 'c.model', '--redteam', 'redteam.txt', '--mask-host', host, '--json');
    const { whole, hosts, masked, peer } = JSON.parse(judged.out) as { whole: { positives: number; auc: number; ap: number }; hosts: { group: string; positives: number }[]; masked: { host: string; whole: { positives: number } }; peer?: unknown };
    assert.ok(whole.positives >= 20 && whole.auc > 0.9, judged.out.slice(0, 300));
    assert.equal(hosts.reduce((sum, { positives }) => sum + positives, 0), whole.positives);
    assert.deepEqual([masked.host, masked.whole.positives, peer], [host, whole.positives, undefined]);
    assert.match((await anomaline(root, 'export', '--model', 'c.model', '--onnx', 'c.onnx')).err, /without a neural net cannot be written as ONNX/);
  });

  it('a net: learns, scores, evaluates beside counts, is exported, goes on with a new day', async function () {
    needRuntime(this);
    const first = await learn('n.model', ['day1'], '--set', 'epochs=1', '--set', 'batch=128');
    const scored = await anomaline(root, 'score', 'day3', '--model', 'n.model', '--top', '3', '--acceptance', '0.05');
    assert.equal(scored.code, 1, scored.err);
    assert.equal(findings(scored.out).length, 3);
    const judged = await anomaline(root, 'evaluate', 'day3', '--model', 'n.model', '--redteam', 'redteam.txt');
    assert.match(judged.out, /^authSequences: \d+ rows\n.*positives +AUC +AP\nall .*\ncounts \(peer\) .*\nfrom .*precision at k +10: /s);
    assert.match((await anomaline(root, 'export', '--model', 'n.model', '--onnx', 'n.onnx')).out, /^n\.onnx: [\d,]+ bytes/);
    const session = await openSession(fs.readFileSync(path.join(root, 'n.onnx')));
    assert.deepEqual([session.inputNames, session.outputNames], [['tokens'], ['losses']]);
    await session.release();
    const rows = (text: string): number => Number(/learned from ([\d,]+) rows/.exec(text)![1].replaceAll(',', ''));
    const both = await learn('m.model', ['day2'], '--set', 'epochs=1', '--set', 'batch=128', '--continue', 'n.model');
    assert.ok(rows(both.out) > 1.5 * rows(first.out), both.out);
    const refused = await anomaline(root, 'learn', 'day2', '--detector', 'authSequences', '--model', 'x.model', '--baseline', '**', '--set', 'model=lstm', '--continue', 'n.model');
    assert.deepEqual([refused.code, /^The model to go on from was learned with model=attention, not model=lstm\./.test(refused.err), fs.existsSync(path.join(root, 'x.model'))], [3, true, false], refused.err);
  });

  it('interrupted while it trains, keeps what was trained beside the model, and goes on from there', async function () {
    needRuntime(this);
    const args = ['learn', 'day1', '--detector', 'authSequences', '--model', 'i.model', '--baseline', '**', '--set', 'epochs=500', '--set', 'batch=64'];
    const child = spawn(process.execPath, [entry, ...args], { cwd: root, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const kept = path.join(root, 'i.model.checkpoint');
    // There is a checkpoint after each epoch.
    while (!fs.existsSync(kept) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.once('exit', resolve));
    assert.deepEqual([code, fs.existsSync(kept), fs.existsSync(path.join(root, 'i.model'))], [130, true, false], err);
    assert.match(err, /Learning again with the same settings goes on from there/);
  });

  it('says what to do where nothing can be learned or read', async () => {
    const cases: [string[], RegExp][] = [
      [['learn', 'day1', '--detector', 'authSequences', '--model', 'x.model', '--set', 'cutoff=999999999'], /^No value of the [\d,]+ rows of the baseline occurs more than 999,999,999 times: nothing would be known\. Lower the setting cutoff, or choose more rows\.\n$/],
      [['learn', 'day1', '--detector', 'authSequences', '--model', 'x.model', '--set', 'model=lsmt'], /"model" cannot be "lsmt"/],
      [['learn', 'day1', '--detector', 'stateFrequency', '--model', 'x.model', '--continue', 'c.model'], /stateFrequency cannot go on from a model/],
      [['evaluate', 'day3', '--model', 'c.model', '--redteam', 'day3/auth.txt'], /None of the [\d]+ events of day3\/auth\.txt is among the \d+ rows/],
      [['evaluate', 'day3', '--model', 'c.model', '--redteam', 'gone.txt'], /^gone\.txt: The file cannot be read/],
    ];
    for (const [args, text] of cases) {
      const { code, err } = await anomaline(root, ...args);
      assert.ok([2, 3].includes(code), `${args.join(' ')}: ${code} ${err}`);
      assert.match(err, text, args.join(' '));
      assert.doesNotMatch(err, /Unexpected|\n +at /, args.join(' '));
    }
  });
});
