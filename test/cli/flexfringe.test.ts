import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { fromFlexfringeJson, type FlexfringeJson } from '../../server/core/automata/flexfringeJson';
import { main } from '../../server/cli/main';
import { readModel } from '../../server/core/detectors/scoring/modelFile';
import { connLog, office } from '../support/logs';
import { Folders } from '../support/folder';
import { workerScript } from '../support/readers';
import { needShared } from '../support/shared';

const folders = new Folders();

interface Run { readonly code: number; readonly out: string; readonly err: string }
interface Line { readonly trace: number; readonly states: number[]; readonly numbers?: (number | null)[]; readonly scores: number[]; readonly sum: number; readonly mean: number; readonly min: number; readonly entity?: string; readonly type?: string; readonly rows?: number[]; readonly lines?: number[] }

/** Runs a command of the command line in a folder, in this process. */
async function anomaline(cwd: string, ...args: string[]): Promise<Run> {
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

const set = (settings: string): string[] => settings.split(' ').flatMap((one) => ['--set', one]);
const parsed = <T>(text: string): T[] => text.trim().split('\n').map((line) => JSON.parse(line) as T);
const columns = (text: string, name: string): string[] => text.trim().split('\n').slice(1).map((line) => line.split('\t')[text.split('\n')[0].split('\t').indexOf(name)]);

/** SEQUENT's settings, as its files have them. */
const smIni = `[default]
heuristic-name = likelihoodratio
data-name = likelihood_data
state_count = 0
symbol_count = 30
satdfabound = 2000
extrapar=0.5
largestblue=1
blueblue=0
finalprob=0
sinkson=1
sinkcount=250
mergesinks=0
mergesinkscore=0
markovian=0
mergeroot=0
mergelocal=-1
mcollector=0
printwhite=0
printwhite=1
# windows
slidingwindow=1
swsize=10
swstride=1
swaddshorter=0
swaddprefix=0
testmerge=0
correction=1
mergedata=0
typedist=1
symbdist=0
typesinks=0
printblue=1
`;
const predictIni = 'mode=predict\ncorrection=1\nfinalprob=0\npredictreset=1\npredictfrequencyanomaly=0\nslidingwindow=1\nswsize=10\nswstride=1\nswaddshorter=0\n';

const log = ['id:src,id:dst,symb:kind,num,symb:size,type:label', ...Array.from({ length: 60 }, (_, i) => `h${i % 2},s,k${Math.floor(i / 2) % 3},${i},b${i % 2},${i === 59 ? 'malicious' : 'benign'}`)].join('\n') + '\n';

describe('coming from FlexFringe', function () {
  this.timeout(30_000);
  let root: string;
  before(async () => {
    root = folders.make({ 'log.csv': log, 'log.csv.gz': gzipSync(log), 'sm.ini': smIni, 'predict.ini': predictIni, 'bad.ini': 'a=1\nnonsense\n', 'plain.csv': 'name,value\na,1\n', 'strange.csv': 'id,symb\na,k0__b0\na,strange\n', 'none.csv': 'id,symb\n', 'conn.log': connLog(office(60)), 'traces.dat': '2 2\n0 2 k0__b0 k1__b0\n0 1 k0__b1\n' });
    const learned = await anomaline(root, 'automaton', 'learn', 'log.csv', ...set('variant=sicco state_count=0 symbol_count=0 typesinks=0 slidingwindow=1 swsize=4 swstride=1'), '--model', 'own.model');
    assert.equal(learned.code, 0, learned.err);
    for (const version of ['main', 'sicco']) fs.writeFileSync(path.join(root, `${version}.json`), (await anomaline(root, 'automaton', 'show', 'own.model', '--format', `flexfringe-${version}`)).out);
    fs.writeFileSync(path.join(root, 'other.json'), fs.readFileSync(path.join(root, 'main.json'), 'utf8').replace(/k(\d)__b/g, 'q$1_b'));
  });
  after(() => folders.remove());

  it('learns from a log as from the traces of its windows', async () => {
    const { out } = await anomaline(root, 'automaton', 'learn', 'log.csv.gz', ...set('slidingwindow=1 swsize=4 swstride=1 swaddshorter=0'), '--model', 'w.model');
    assert.match(out, /learned from 54 traces/);
    assert.match((await anomaline(root, 'automaton', 'learn', 'log.csv', '--model', 'w.model')).out, /learned from 2 traces/);
  });

  it('replays a log: entity, type and lines of every trace, in JSON and as a table', async () => {
    const windows = set('slidingwindow=1 slidingwindowsize=4 slidingwindowstride=2 swaddshorter=0 predictreset=1');
    const { out, err } = await anomaline(root, 'automaton', 'replay', 'log.csv', '--model', 'main.json', '--json', ...windows);
    const lines = parsed<Line>(out);
    assert.equal(lines.length, 28);
    assert.equal(err, '');
    for (const [t, { trace, states, scores, sum, mean, min, rows, lines: places, entity, numbers }] of lines.entries()) {
      const first = Math.floor(t / 2) * 4 + (t % 2);
      assert.deepEqual([trace, rows, places, entity], [t, [first, first + 6], [0, 2, 4, 6].map((step) => first + step + 2), `h${t % 2}__s`]);
      assert.ok(states.length === 4 && scores.length === 4 && numbers?.length === 4 && Math.abs(scores.reduce((a, b) => a + b) - sum) < 1e-12 && mean === sum / 4 && min <= 0);
    }
    assert.deepEqual(lines.map((line) => line.type), lines.map((_, t) => (t === 27 ? 'malicious' : 'benign')));
    const table = (await anomaline(root, 'automaton', 'replay', 'log.csv', '--model', 'main.json', ...windows)).out;
    assert.deepEqual(columns(table, 'states'), lines.map(({ numbers }) => numbers!.map((n) => n ?? '-').join(' ')));
    assert.deepEqual(columns(table, 'lines'), lines.map(({ lines: places }) => `${places![0]}-${places![3]}`));
  });

  it('where a symbol has no transition: each version\'s way to go on at the root, or the trace is lost', async () => {
    const numbers = async (file: string, ...args: string[]): Promise<unknown[]> => {
      const [{ states, numbers: own = states }] = parsed<Line>((await anomaline(root, 'automaton', 'replay', 'strange.csv', '--model', file, '--json', ...args)).out);
      return own;
    };
    const [first] = await numbers('main.json');
    assert.ok(typeof first === 'number' && first > 0);
    assert.deepEqual([await numbers('main.json', ...set('predictreset=1')), await numbers('sicco.json', ...set('predictreset=1'))], [[first, -1], [first, first]]);
    assert.deepEqual(await numbers('main.json'), [first, null]);
    assert.deepEqual(columns((await anomaline(root, 'automaton', 'replay', 'strange.csv', '--model', 'main.json')).out, 'states'), [`${first} -`]);
  });

  it('without sliding windows an entity is one trace; settings of windows without effect are named', async () => {
    const { out, err } = await anomaline(root, 'automaton', 'replay', 'log.csv', '--model', 'sicco.json', '--json', ...set('swsize=4 predictreset=1'));
    assert.deepEqual(parsed<Line>(out).map(({ rows, lines }) => [rows, lines!.length]), [[[0, 58], 30], [[1, 59], 30]]);
    assert.match(err, /Without effect while there is no sliding window \(slidingwindow=1\): swsize\./);
    assert.match((await anomaline(root, 'automaton', 'replay', 'traces.dat', '--model', 'sicco.json', ...set('slidingwindow=1 swsize=4'))).err, /Without effect on traces: slidingwindow, swsize\./);
  });

  it('says how many rows are in no window', async () => {
    assert.match((await anomaline(root, 'automaton', 'replay', 'log.csv', '--model', 'sicco.json', ...set('slidingwindow=1 swsize=25 swaddshorter=0'))).err, /10 of 60 rows are in no window of 25/);
  });

  it('an ini file gives settings; what stands twice counts once; --set wins', async () => {
    const { out, err } = await anomaline(root, 'automaton', 'learn', 'log.csv', '--ini', 'sm.ini', ...set('variant=sicco swsize=5'), '--model', 'ini.model');
    assert.match(out, /learned from 52 traces/);
    assert.match(err, /sm\.ini:20: "printwhite" stands twice; the first value, 0, counts\./);
  });

  it('an automaton shows as DOT, SVG and JSON, and FlexFringe\'s JSON is written as it was read', async () => {
    for (const file of ['main.json', 'sicco.json']) {
      assert.match((await anomaline(root, 'automaton', 'show', file)).out, /^digraph DFA \{/);
      const shown = JSON.parse((await anomaline(root, 'automaton', 'show', file, '--format', 'json')).out) as { states: unknown[] };
      assert.equal(shown.states.length, fromFlexfringeJson(fs.readFileSync(path.join(root, file), 'utf8')).automaton?.stateCount);
      assert.equal((await anomaline(root, 'automaton', 'show', file, '--format', 'flexfringe')).out, fs.readFileSync(path.join(root, file), 'utf8'));
    }
    const [main, sicco] = ['main.json', 'sicco.json'].map((file) => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')) as FlexfringeJson);
    assert.deepEqual([main.nodes[0].id, sicco.nodes[0].id, 'eval' in main, 'eval' in sicco], [-1, 0, false, true]);
  });

  for (const version of ['main', 'sicco']) {
    it(`a model of the ${version} version becomes one of Anomaline, which scores, explains and shows`, async () => {
      const learned = await anomaline(root, 'learn', 'log.csv', '--automaton', `${version}.json`, ...set('reference=true referenceWindow=4'), '--model', '.anomaline/models/x.safetensors');
      assert.equal(learned.code, 0, learned.err);
      assert.match(learned.out, new RegExp(`learned from 60 rows \\(the capture itself\\) on the automaton of ${version}\\.json, \\d+ states, 6 symbols`));
      const model = readModel(fs.readFileSync(path.join(root, '.anomaline/models/x.safetensors')));
      assert.ok(!('fault' in model));
      assert.equal(model.origin.automaton?.name, `${version}.json`);
      const scored = await anomaline(root, 'score', 'log.csv', 'conn.log', '--model', '.anomaline/models/x.safetensors', '--acceptance', '1');
      assert.equal(scored.code, 1, scored.err);
      assert.match(scored.err, /Not used: conn\.log \(its rows bring no symbols/);
      for (const { raw, evidence } of parsed<{ raw: number; evidence: { value: number }[] }>(scored.out)) assert.ok(evidence.length === 4 && Math.abs(evidence.reduce((sum, part) => sum + part.value, 0) - raw) < 1e-4);
      assert.match((await anomaline(root, 'automaton', 'show', '.anomaline/models/x.safetensors', '--format', 'svg')).out, /^<svg [^]*<rect [^]*<\/svg>\n$/);
      const again = fromFlexfringeJson((await anomaline(root, 'automaton', 'show', '.anomaline/models/x.safetensors', '--format', 'flexfringe')).out).automaton;
      const { automaton } = fromFlexfringeJson(fs.readFileSync(path.join(root, `${version}.json`), 'utf8'));
      assert.deepEqual([again?.arrays.entryTarget, again?.arrays.entryCount, again?.arrays.number], [automaton?.arrays.entryTarget, automaton?.arrays.entryCount, automaton?.arrays.number]);
    });
  }

  it('the automaton of a model learned from flows shows too', async () => {
    await anomaline(root, 'learn', 'conn.log', '--model', 'flows.safetensors');
    const { states } = JSON.parse((await anomaline(root, 'automaton', 'show', 'flows.safetensors', '--format', 'json')).out) as { states: { counts: Record<string, number> }[] };
    assert.ok(states.length > 1 && Object.keys(states[0].counts).some((name) => name.startsWith('tcp/')));
    assert.match((await anomaline(root, 'automaton', 'show', 'flows.safetensors', '--format', 'svg')).out, /^<svg /);
    const { automaton, problems } = fromFlexfringeJson((await anomaline(root, 'automaton', 'show', 'flows.safetensors', '--format', 'flexfringe')).out);
    assert.deepEqual([automaton?.stateCount, problems], [states.length, []]);
  });

  const wrong: { args: string[]; code: number; text: RegExp }[] = [
    { args: ['automaton', 'replay', 'plain.csv', '--model', 'main.json'], code: 3, text: /plain\.csv: .*names no columns of the roles "id" and "symb"/ },
    { args: ['automaton', 'replay', 'none.csv', '--model', 'main.json'], code: 3, text: /none\.csv: The log has no rows/ },
    { args: ['automaton', 'replay', 'log.csv', '--model', 'other.json'], code: 3, text: /no symbol in common: the log has k0__b0, .*the model q0_b/ },
    { args: ['automaton', 'replay', 'log.csv', '--model', 'main.json', '--set', 'swsiz=3'], code: 2, text: /no setting "swsiz" of replay\. Did you mean "swsize"/ },
    { args: ['automaton', 'replay', 'log.csv', '--model', 'main.json', '--set', 'swsize=0'], code: 2, text: /cannot be "0"/ },
    { args: ['automaton', 'replay', 'log.csv', '--model', 'main.json', '--ini', 'bad.ini'], code: 3, text: /bad\.ini:2: "nonsense" is no "key = value"/ },
    { args: ['automaton', 'replay', 'log.csv', '--model', 'main.json', '--ini', 'gone.ini'], code: 3, text: /gone\.ini: .*does not exist/ },
    { args: ['automaton', 'show', 'main.json', '--format', 'flexfring'], code: 2, text: /--format takes dot, svg, json, flexfringe, / },
    { args: ['learn', 'log.csv', '--automaton', 'main.json', '--model', 'x'], code: 2, text: /--automaton needs --set reference=true/ },
    { args: ['learn', 'log.csv', '--automaton', 'log.csv', '--set', 'reference=true', '--model', 'x'], code: 3, text: /log\.csv: This is no FlexFringe model/ },
    { args: ['learn', 'log.csv', '--automaton', 'gone.json', '--set', 'reference=true', '--model', 'x'], code: 3, text: /gone\.json: The file does not exist/ },
    { args: ['learn', 'log.csv', '--automaton', 'other.json', '--set', 'reference=true', '--model', 'x'], code: 3, text: /no symbol in common: the model has q0_b.*the baseline k0__b0/ },
    { args: ['learn', 'conn.log', '--automaton', 'main.json', '--set', 'reference=true', '--model', 'x'], code: 3, text: /conn\.log: its rows bring no symbols of their own/ },
  ];
  for (const { args, code, text } of wrong) {
    it(`${args.join(' ')}: told what is wrong`, async () => {
      const run = await anomaline(root, ...args);
      assert.deepEqual([run.code, run.out], [code, '']);
      assert.match(run.err, text);
      assert.doesNotMatch(run.err, /Unexpected/);
    });
  }

  for (const [name, model] of [['sm', 'sm'], ['markov_chain', 'markov_chain']] as const) {
    it(`replays SEQUENT's golden log on its golden model (${name}): rows, states, scores`, async function () {
      const folder = needShared(this, 'golden/sequent');
      const windows = model === 'sm' ? ['--ini', path.join(root, 'predict.ini')] : set('slidingwindow=1 swsize=2 swstride=1 predictreset=1');
      const { out } = await anomaline(root, 'automaton', 'replay', path.join(folder, 'test.csv'), '--model', path.join(folder, `out_exact/${model}_train.ff.final.json`), '--json', ...windows);
      const own = new Map(parsed<Line>(out).map((line) => [line.rows!.join(), line]));
      const golden = fs.readFileSync(path.join(folder, `out_exact/${model}.test.result`), 'utf8').trim().split('\n').slice(1).map((line) => line.split(';').map((cell) => cell.trim()));
      assert.equal(own.size, golden.length);
      for (const cells of golden) {
        const line = own.get(`${cells[0]},${cells[1]}`);
        assert.ok(line, `rows ${cells[0]} to ${cells[1]}`);
        assert.deepEqual([JSON.stringify(line.numbers ?? line.states), line.type], [cells[3], cells[cells.length - 1]]);
        assert.deepEqual(line.lines![line.lines!.length - 1], Number(cells[1]) + 2);
        (JSON.parse(cells[4]) as number[]).forEach((p, i) => assert.ok(Math.abs(line.scores[i] - p) <= 1e-5 * Math.max(1, Math.abs(p))));
        assert.ok(Math.abs(line.sum - Number(cells[cells.length - 4])) <= 1e-5 * Math.abs(line.sum));
      }
    });
  }

  it('learns SEQUENT\'s golden model from its log and its ini file, to the last number', async function () {
    const folder = needShared(this, 'golden/sequent');
    await anomaline(root, 'automaton', 'learn', path.join(folder, 'train.csv'), '--ini', 'sm.ini', '--set', 'variant=sicco', '--model', 'golden.model');
    const own = JSON.parse((await anomaline(root, 'automaton', 'show', 'golden.model', '--format', 'flexfringe')).out) as { nodes: { level: number }[] };
    const golden = JSON.parse(fs.readFileSync(path.join(folder, 'out_exact/sm_train.ff.final.json'), 'utf8')) as typeof own;
    for (const node of [...own.nodes, ...golden.nodes]) node.level = 0;
    assert.deepEqual(own, golden);
  });

  it('scores on SEQUENT\'s golden model as SEQUENT does', async function () {
    const folder = needShared(this, 'golden/sequent');
    await anomaline(root, 'learn', path.join(folder, 'train.csv'), '--automaton', path.join(folder, 'out_exact/sm_train.ff.final.json'), '--set', 'reference=true', '--model', 'sm.safetensors');
    const { out } = await anomaline(root, 'score', path.join(folder, 'test.csv'), '--model', 'sm.safetensors', '--acceptance', '1');
    const rows = fs.readFileSync(path.join(folder, 'out_exact/sm.predictions.csv'), 'utf8').trim().split('\n').slice(1);
    const scores = new Set(rows.map((line) => Math.fround(Number(/\]"?,([^,]*),[^,]*,[^,]*,[^,]*$/.exec(line)![1]))));
    const findings = parsed<{ raw: number }>(out);
    assert.ok(findings.length > 10);
    for (const { raw } of findings) assert.ok(scores.has(Math.fround(raw)), String(raw));
    assert.equal(Math.fround(findings[0].raw), Math.max(...scores));
  });
});
