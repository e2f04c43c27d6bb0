import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readTraceModel, writeTraceModel } from '../../../server/core/automata/automatonFile';
import { countTree, readTree, writeTree } from '../../../server/core/automata/countTree';
import { learnDefault } from '../../../server/core/automata/defaultLearner';
import { fromFlexfringeJson } from '../../../server/core/automata/flexfringeJson';
import { learn } from '../../../server/core/automata/learner';
import { defaultLearnSettings } from '../../../server/core/automata/settings';
import { readTraces } from '../../../server/core/automata/traceReader';
import { treeTraces } from '../../../server/core/automata/treeTraces';
import { stateFrequency } from '../../../server/core/detectors/stateFrequency';
import { stateOutliers } from '../../../server/core/detectors/stateOutliers';
import type { Detector } from '../../../server/core/detectors/detector';
import { readModel, writeModel } from '../../../server/core/detectors/scoring/modelFile';
import { type Container, readContainer, type Tensor } from '../../../server/core/models/safetensors';
import { isCurve } from '../../../server/core/nn/trainCurve';
import { readIni } from '../../../server/core/settings/ini';
import { sealedBytes } from '../../fuzz/support/containers';
import { someFlows } from '../../fuzz/targets/flowModels';
import { tableOf } from '../../support/flows';
import { learnFrom, origin } from '../../support/models';
import { learnedBy } from '../../support/outliers';
import { needShared } from '../../support/shared';
import { randomTraces } from '../../support/traces';

interface Mutable {
  metadata: Record<string, string>;
  tensors: Record<string, Tensor>;
}

/** The same file with other content and the checksum that fits. */
function resealed(bytes: Uint8Array, change: (container: Mutable) => void): Uint8Array {
  const read = readContainer(bytes);
  if ('fault' in read) throw new Error(String(read.fault));
  const { metadata, tensors } = read as Container, container: Mutable = { metadata: { ...metadata }, tensors: Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.slice()])) };
  change(container);
  return sealedBytes(container);
}

/** A description with one of its values changed. */
function described(key: string, change: (description: Record<string, never>) => void): (container: Mutable) => void {
  return ({ metadata }) => {
    const description = JSON.parse(metadata[key]) as Record<string, never>;
    change(description);
    metadata[key] = JSON.stringify(description);
  };
}

const flows = someFlows(150, 1);
const fileOf = (detector: unknown, model: unknown): Uint8Array => writeModel(detector as Detector, model as never, { ...origin, detector: (detector as Detector).id });
const frequency = fileOf(stateFrequency, learnFrom(tableOf(flows), { sinkCount: 5 }));
const outliers = (model: string): Uint8Array => fileOf(stateOutliers, learnedBy(flows, { leastRows: 10, sampleSize: 50, model }));
const values = (count: number): string[] => Array.from({ length: count }, (_, i) => `v${i}`);

describe('model files with a fitting checksum and wrong content', () => {
  const cases: { name: string; bytes: () => Uint8Array; fault: RegExp }[] = [
    { name: 'a value that cannot be made a text', bytes: () => resealed(frequency, described('anomaline', (d) => Object.assign(d, { version: { toString: 1, valueOf: 2 } }))), fault: /version an object/ },
    { name: 'a detector that cannot be made a text', bytes: () => resealed(frequency, described('anomaline', (d) => Object.assign(d['origin'], { detector: { toString: 1 } }))), fault: /detector that this Anomaline does not have/ },
    { name: 'settings that cannot be made a text', bytes: () => resealed(frequency, described('stateFrequency', (d) => Object.assign(d['settings'], { entity: { toString: 1 } }))), fault: /description/ },
    { name: 'a setting out of range', bytes: () => resealed(frequency, described('stateFrequency', (d) => Object.assign(d['settings'], { windowLength: 2 ** 31 }))), fault: /lacks settings/ },
    { name: 'inputs that are no list', bytes: () => resealed(frequency, described('anomaline', (d) => Object.assign(d['origin'], { inputs: 7 }))), fault: /what it was learned from/ },
    { name: 'a name of megabytes', bytes: () => resealed(frequency, described('anomaline', (d) => Object.assign(d['origin'], { previous: { name: 'x'.repeat(1 << 20), inputs: [] } }))), fault: /what it was learned from/ },
    { name: 'a description of 100,000 lists in each other', bytes: () => resealed(frequency, ({ metadata }) => (metadata['anomaline'] = metadata['anomaline'].replace('{"self":true}', '['.repeat(1e5) + ']'.repeat(1e5)))), fault: /no JSON/ },
    { name: 'ports that do not stand behind protocols', bytes: () => resealed(frequency, described('stateFrequency', (d) => (d['alphabet']['categories'] as unknown[]).unshift({ name: 'symbol', values: [], parent: -1 }))), fault: /alphabet/ },
    { name: 'categories that would take gigabytes', bytes: () => resealed(frequency, described('stateFrequency', (d) => Object.assign(d['alphabet'], { quantities: [], categories: [{ name: 'protocol', values: values(40_000), parent: -1 }, { name: 'service', values: values(40_000), parent: 0 }] }))), fault: /alphabet/ },
    { name: 'fields that are no columns', bytes: () => resealed(frequency, described('stateFrequency', (d) => Object.assign(d['alphabet']['quantities'][0], { fields: ['constructor'] }))), fault: /alphabet/ },
    { name: 'neighbours that would take gigabytes', bytes: () => resealed(outliers('lof'), ({ tensors }) => {
      const name = Object.keys(tensors).find((key) => key.endsWith('.weights')) as string, head = name.replace('weights', 'head');
      tensors[name].fill(0x7fffffff);
      tensors[head][1] = 0x7fffffff * tensors[name].length;
      tensors[head][3] = 0x7fffffff;
    }), fault: /accepted/ },
    { name: 'trees that are deeper than their rows', bytes: () => resealed(outliers('isolationForest'), ({ tensors }) => {
      const name = Object.keys(tensors).find((key) => key.endsWith('.head')) as string;
      tensors[name][3] = 2;
    }), fault: /isolationForest/ },
  ];
  for (const { name, bytes, fault } of cases) {
    it(name, () => {
      const loaded = readModel(bytes());
      assert.match('fault' in loaded ? loaded.fault : 'accepted', fault);
      if ('fault' in loaded || loaded.detector !== (stateOutliers as never)) return;
      // What is accepted can be used: nothing is allocated by what a number says.
      const { ofState, overall } = loaded.model as unknown as ReturnType<typeof learnedBy>;
      for (const own of [...ofState, overall]) own?.outliers.score({ values: new Float64Array(own.outliers.columns), columns: own.outliers.columns });
    });
  }

  it('tensors that overlap are refused', () => {
    const tensor = { dtype: 'F64', shape: [2], data_offsets: [0, 16] };
    const json = new TextEncoder().encode(JSON.stringify({ a: tensor, b: { ...tensor, data_offsets: [8, 24] } }).padEnd(160));
    const bytes = new Uint8Array(8 + json.length + 24);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
    bytes.set(json, 8);
    const read = readContainer(bytes);
    assert.match('fault' in read ? String(read.fault) : 'accepted', /overlap/);
  });
});

describe('automata of files with wrong content', () => {
  it('the sample of an automaton file that threw is refused with a message', function () {
    const model = readTraceModel(gunzipSync(fs.readFileSync(needShared(this, 'attacks/trace-model-throws.automaton.gz'))));
    assert.match('fault' in model ? model.fault : 'accepted', /^The file is not an automaton that this version can use: .*\. Learn the automaton again\.$/);
  });

  const mixed = writeTraceModel(learnDefault(randomTraces({ traces: 400, length: 6, states: 4, symbols: 4, degree: 2, seed: 1 }), {}));
  const wrong: { name: string; change: (container: Mutable) => void }[] = [
    { name: 'a description that is no JSON', change: ({ metadata }) => (metadata['automaton'] = '{') },
    { name: 'no alphabet', change: described('automaton', (d) => Reflect.deleteProperty(d, 'alphabet')) },
    { name: 'names that are no texts', change: described('automaton', (d) => Object.assign(d, { typeNames: [{}] })) },
    { name: 'no automaton in a mixture', change: described('automaton', (d) => Object.assign(d, { automata: -1 })) },
    { name: 'settings of other types', change: described('automaton', (d) => Object.assign(d['settings'], { correction: 'x' })) },
    { name: 'outputs without their numbers', change: described('automaton', (d) => Object.assign(d, { outputs: ['a'] })) },
    { name: 'targets outside', change: ({ tensors }) => tensors['mixture0.entryTarget'].fill(1e6) },
    { name: 'weights that are no shares', change: ({ tensors }) => tensors['mixture.weights'].fill(NaN) },
    { name: 'tables that are full', change: ({ tensors }) => tensors['contexts.counts.firsts'].fill(0) },
    { name: 'hidden states without probabilities', change: ({ tensors }) => (tensors['hidden.initial'] = new Float64Array(3)) },
  ];
  for (const { name, change } of wrong) {
    it(`${name}: refused with a message`, () => {
      const model = readTraceModel(resealed(mixed, (container) => {
        container.metadata['checksum'] = '';
        change(container);
      }));
      assert.match('fault' in model ? model.fault : 'accepted', /^The file is not an automaton that this version can use: .*\. Learn the automaton again\.$/);
    });
  }

  it('a tree with few bytes and very many traces gives no more traces than are asked for, at once', () => {
    const tree = countTree(readTraces(new TextEncoder().encode('2 2\n1 1 a\n1 1 b\n')).traces);
    const bytes = resealed(writeTree(tree), ({ tensors }) => {
      tensors['size'].set([2 * 2e9, 2e9, 2e9]);
      tensors['ended'].set([0, 2e9, 2e9]);
    });
    const read = readTree(bytes);
    if ('fault' in read) assert.fail(read.fault);
    assert.equal(treeTraces(read, 1e6).types.length, 4000);
  });

  it('levels of a tree that are not those of its nodes are refused', () => {
    const bytes = resealed(writeTree(countTree(readTraces(new TextEncoder().encode('1 2\n1 3 a b a\n')).traces)), ({ tensors }) => (tensors['levelStart'] = Uint32Array.of(0, 1, 4)));
    assert.match((readTree(bytes) as { fault: string }).fault, /do not fit together/);
  });
});

describe('FlexFringe\'s JSON that asks for too much', () => {
  const node = { id: 0, source: -1, size: 1, trace: '0 0', data: {} };
  const chain = (length: number): object => ({
    types: ['0'], alphabet: ['a'], nodes: Array.from({ length }, (_, id) => ({ ...node, id, source: id - 1, trace: id === 0 ? '0 0' : 'x' })), edges: Array.from({ length: length - 1 }, (_, id) => ({ source: String(id), target: String(id + 1), name: 'a' })),
  });
  const star = (count: number): object => ({
    types: ['0'], alphabet: ['a'], attributes: ['x'], nodes: Array.from({ length: count }, (_, id) => ({ ...node, id })),
    edges: Array.from({ length: count }, (_, id) => ({ source: '0', target: String(id), name: 'a', min_vals: [['x', id]], max_vals: [['x', id + 1]] })),
  });
  const cases: { name: string; json: object; message: RegExp }[] = [
    { name: 'types of all states', json: { ...chain(3000), types: values(20_000) }, message: /too many to be read/ },
    { name: 'paths to states that give no prefix', json: chain(10_000), message: /paths to the states are too long/ },
    { name: 'guards for one symbol', json: star(6000), message: /too many transitions with guards/ },
    { name: 'counts that are lists', json: { types: [], alphabet: [], nodes: [{ ...node, data: { trans_counts: ['x'] } }], edges: [] }, message: /not an automaton/ },
    { name: 'numbers of states beyond 32 bits', json: { types: [], alphabet: [], nodes: [{ ...node, id: 1e300 }], edges: [] }, message: /not an automaton/ },
  ];
  for (const { name, json, message } of cases) {
    it(name, () => {
      const { automaton, problems } = fromFlexfringeJson(JSON.stringify(json));
      assert.equal(automaton, undefined);
      assert.match(problems[0].message, message);
    });
  }

  it('a long chain whose states give their prefixes is read', () => {
    assert.equal(fromFlexfringeJson(JSON.stringify(chain(2000))).automaton?.stateCount, 2000);
  });
});

describe('other inputs of automata and nets', () => {
  it('attributes that no symbol has take no memory', () => {
    const names = Array.from({ length: 200 }, (_, k) => `s/a${k}`).join(',');
    const text = `1 1:${names}\n1 50000 ${'a '.repeat(50_000)}\n`, before = process.memoryUsage().arrayBuffers;
    const { traces, problems } = readTraces(new TextEncoder().encode(text));
    assert.deepEqual([traces.types.length, problems.some(({ code }) => code === 'attribute-values')], [0, true]);
    assert.ok(process.memoryUsage().arrayBuffers - before < 20 << 20);
  });

  it('a curve that has more points than the writer makes, or that falls, is none', () => {
    const curve = (steps: number[]): unknown => ({ steps, losses: steps.map(() => 1), validationSteps: [], validationLosses: [], sum: 0, count: 0 });
    assert.deepEqual([[1, 2], [2, 1], [1, 1], [-1], [0.5], Array.from({ length: 1025 }, (_, i) => i)].map((steps) => isCurve(curve(steps))), [true, false, false, false, false, false]);
  });

  it('a settings file of blanks is read in time that grows with it', () => {
    const start = Date.now();
    const { broken } = readIni(`x${' '.repeat(200_000)}y`);
    assert.deepEqual([broken?.line, Date.now() - start < 2000], [0, true]);
    assert.deepEqual([...readIni('[a]\n# no\nk = "v"\n k=2\n a = b = c\n').values], [['k', 'v'], ['a', 'b = c']]);
  });

  it('learning settings of all kinds come back with an automaton', () => {
    const settings = { ...defaultLearnSettings, lowerBound: 0.5 };
    const read = readTraceModel(writeTraceModel({ automaton: learn(randomTraces({ traces: 30, length: 4, states: 2, symbols: 2, degree: 2, seed: 3 }), settings), settings, mixture: undefined }));
    assert.deepEqual('fault' in read ? read : read.settings, settings);
  });
});
