import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Spread } from '../../../server/core/detectors/automatonView';
import { scoreRows } from '../../../server/core/detectors/score';
import { stateOutliers } from '../../../server/core/detectors/stateOutliers';
import { FEATURE_SETS, type Feature } from '../../../server/core/detectors/stateOutliers/features';
import { edgesOf } from '../../../server/core/detectors/stateOutliers/histograms';
import { loadModel, saveModel } from '../../../server/core/detectors/stateOutliers/codec';
import type { StateOutliersModel } from '../../../server/core/detectors/stateOutliers/model';
import { noControl } from '../../../server/core/util/control';
import { someFlow, tableOf } from '../../support/flows';
import { encodedBy, learnedBy } from '../../support/outliers';

const slowBin = (edges: Float64Array, value: number): number => (Number.isFinite(value) ? edges.filter((edge) => edge <= value).length : edges.length + 1);
const [bytes, duration] = [FEATURE_SETS.scaled[0], FEATURE_SETS.scaled[4]];

describe('histograms of states', function () {
  this.timeout(30_000);
  const flows = fc.array(someFlow, { minLength: 20, maxLength: 60 });
  const changes = fc.record({ features: fc.constantFrom('scaled', 'set1', 'set2', 'set3', 'set4'), windows: fc.constantFrom('fixed', 'dynamic'), leastRows: fc.constantFrom(3, 10) });

  it('count what a slow recount counts, and each state by its own rows or by all', () => {
    fc.assert(fc.property(flows, changes, (baseline, change) => {
      const model = learnedBy(baseline, change), rows = encodedBy(model, tableOf(baseline)), { state } = scoreRows(stateOutliers, model, rows, noControl), view = stateOutliers.automaton!(model)!.numbers!;
      const width = model.features.length;
      assert.deepEqual(view.names, model.features.map(({ name }) => name));
      for (let q = 0; q < model.states; q++) {
        assert.equal(view.isOwn(q), model.ofState[q] !== undefined);
        const own = Array.from(rows.symbol.keys()).filter((row) => !view.isOwn(q) || state[row] === q);
        if (view.isOwn(q)) assert.equal(own.length, model.baseline.states[q]);
        for (let f = 0; f < width; f++) {
          const spread = view.spread(q, f)!, counts = new Float64Array(spread.edges.length + 2);
          for (const row of own) counts[slowBin(spread.edges, rows.features![row * width + f])]++;
          assert.deepEqual(spread.baseline, counts, `state ${q}, ${view.names[f]}`);
          checkShape(spread);
        }
      }
    }), { numRuns: 20 });
  });

  function checkShape({ edges, baseline, first, end, words }: Spread): void {
    assert.ok(edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > edges[i - 1])), edges.join());
    assert.ok(end - first <= 20 && edges.length < 60);
    // What the baseline has lies in its own bins, of which the first and the last are not empty.
    baseline.forEach((rows, bin) => assert.ok(rows === 0 || bin === edges.length + 1 || (bin >= first && bin < end)));
    if (end > first) assert.ok(baseline[first] > 0 && baseline[end - 1] > 0, `${baseline.join()} from ${first} to ${end}`);
    for (let bin = 0; bin < baseline.length; bin++) assert.ok(words(bin) !== '' && !/NaN|undefined|Infinity/.test(words(bin)), words(bin));
  }

  it('bins hold their range, ascend, and are few and readable', () => {
    const features = Object.values(FEATURE_SETS).flat();
    fc.assert(fc.property(fc.constantFrom(...features), fc.float({ noNaN: true, noDefaultInfinity: true, min: -100 }), fc.float({ noNaN: true, noDefaultInfinity: true, min: -100 }), (feature: Feature, a, b) => {
      const [least, greatest] = (feature.unit === 'seconds' ? [a, b] : [Math.round(a), Math.round(b)]).sort((x, y) => x - y), edges = edgesOf(feature, least, greatest);
      assert.ok(edges.length >= 2 && edges.length <= 21 && edges[0] <= least && edges[edges.length - 1] > greatest, edges.join());
      assert.ok(edges.every((edge, i) => i === 0 || edge > edges[i - 1]), edges.join());
      if (feature.unit !== 'seconds') assert.ok(edges.every(Number.isInteger), edges.join());
      assert.ok(edges.every((edge) => Number(edge.toPrecision(4)) === edge), edges.join());
    }), { numRuns: 500 });
  });

  it('few values have a bin each', () => {
    assert.deepEqual(edgesOf(bytes, 0, 3), [0, 1, 2, 3, 4]);
    assert.deepEqual(edgesOf(bytes, 56, 56), [56, 57]);
    assert.deepEqual(edgesOf(duration, 0, 0), [0, 1e-6]);
    assert.deepEqual(edgesOf(FEATURE_SETS.set1[0], -1, 2), [-1, 0, 1, 2, 3]);
    const wide = edgesOf(bytes, 300, 41_203_004);
    assert.deepEqual([wide.length, wide[0], wide[20]], [21, 300, 41_300_000]);
  });

  it('say what they hold in the words of the field', () => {
    const model = learnedBy(Array.from({ length: 60 }, (_, i) => ({ time: i, source: 'a', destination: 'b', protocol: 'tcp', forwardBytes: 300 + (i % 10), duration: 0.001 * (1 + (i % 2)) })), { leastRows: 3 }), view = stateOutliers.automaton!(model)!.numbers!;
    const state = model.baseline.states.indexOf(Math.max(...model.baseline.states));
    const texts = (field: number): string[] => { const { words, baseline } = view.spread(state, field)!; return [...baseline.keys()].map(words); };
    assert.deepEqual(texts(0).slice(0, 6), ['below 0', '0', '1 to 9', '10 to 99', '100 to 299', '300']);
    assert.deepEqual(texts(0).slice(-3), ['100,000,000,000,000 to 999,999,999,999,999', '1,000,000,000,000,000 and more', 'no value']);
    assert.ok(texts(1).includes('1 ms to 1.04 ms'), texts(1).join());
    assert.equal(view.words(0, 41_203_004), 'about 41,203,004');
    assert.equal(view.words(1, NaN), 'no value');
  });

  it('are kept in the model file; a file without them loads, a damaged one is a fault', () => {
    const model = learnedBy(Array.from({ length: 200 }, (_, i) => ({ time: i, source: `${i % 7}`, destination: 'b', protocol: 'tcp', destinationPort: 80, forwardBytes: i % 100 })), {});
    const saved = saveModel(model), loaded = loadModel(saved) as StateOutliersModel;
    assert.deepEqual(loaded.histograms, model.histograms);
    const names = Object.keys(saved.tensors).filter((name) => name.startsWith('histograms.'));
    assert.equal(names.length, 4);
    const old = loadModel({ ...saved, tensors: Object.fromEntries(Object.entries(saved.tensors).filter(([name]) => !names.includes(name))) }) as StateOutliersModel;
    assert.equal(old.histograms, undefined);
    assert.equal(stateOutliers.automaton!(old)!.numbers!.spread(0, 0), undefined);
    for (const name of names) {
      const tensor = saved.tensors[name];
      for (const other of [undefined, tensor.subarray(1), tensor.slice().reverse(), new Float32Array(tensor)]) {
        const tensors = { ...saved.tensors };
        if (other) tensors[name] = other;
        else delete tensors[name];
        const fault = loadModel({ ...saved, tensors });
        // Counts in another order are other counts, but counts.
        if (other && other.constructor === tensor.constructor && other.length === tensor.length && /counts|missing/.test(name)) continue;
        assert.ok('fault' in fault && fault.fault.includes('histograms'), name);
      }
    }
  });
});
