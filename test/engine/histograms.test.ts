import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { stateFrequency } from '../../server/core/detectors/stateFrequency';
import { stateOutliers } from '../../server/core/detectors/stateOutliers';
import type { StateOutliersModel } from '../../server/core/detectors/stateOutliers/model';
import type { Detector } from '../../server/core/detectors/detector';
import { OutdatedError, SessionError } from '../../server/engine/api';
import type { AutomatonQueries } from '../../server/engine/automaton/api';
import { automatonQueries } from '../../server/engine/automatonQueries';
import type { ScoredCapture } from '../../server/engine/scoredCapture';
import { nodeFiles } from '../../server/node/files';
import type { RowSelection } from '../../server/protocol/selection';
import { type Flow, someFlow, tableOf } from '../support/flows';
import { learnFrom } from '../support/models';
import { encodedBy, learnedBy } from '../support/outliers';
import { scoredBy, scoredFlows } from './scoredFlows';

const everything = { start: 0, count: 1000, order: 'score' as const, flaggedOnly: false };
const captureOf = (model: StateOutliersModel, flows: readonly Flow[]): ScoredCapture => scoredBy(stateOutliers, model, flows, encodedBy(model, tableOf(flows)), 0.05);
function queriesOf(detector: unknown, model: StateOutliersModel | ReturnType<typeof learnFrom>, capture?: ScoredCapture): AutomatonQueries {
  return automatonQueries(async () => ({ revision: 1, detector: detector as Detector, model, ...(capture ? { capture } : {}) }), { files: nodeFiles, pause: async () => undefined });
}
/** Pages of a web server, some hundred bytes each. */
const pages = (count: number): Flow[] => Array.from({ length: count }, (_, i): Flow => ({ time: i, source: `10.0.0.${i % 9}`, destination: '10.0.1.1', protocol: 'tcp', destinationPort: 443, state: 'SF', forwardBytes: 300 + (i * 37) % 500, duration: 0.1 + (i % 10) / 10 }));

describe('histograms of a state', function () {
  this.timeout(30_000);
  const flows = (minLength: number): fc.Arbitrary<Flow[]> => fc.array(someFlow, { minLength, maxLength: 60 });
  const recipes = fc.record({ baseline: flows(20), others: flows(1), change: fc.record({ features: fc.constantFrom('scaled', 'set3', 'set4'), leastRows: fc.constantFrom(3, 10) }) });
  const selections = fc.constantFrom<RowSelection | undefined>(undefined, { time: [100, 300] });

  it('count what a slow recount counts, and every bin lists its own rows', async () => {
    await fc.assert(fc.asyncProperty(recipes, selections, async ({ baseline, others, change }, selection) => {
      const model = learnedBy(baseline, change), capture = captureOf(model, others), queries = queriesOf(stateOutliers, model, capture), width = model.features.length;
      const isIn = (row: number): boolean => !selection?.time || (capture.rows.time[row] >= selection.time[0] && capture.rows.time[row] <= selection.time[1]);
      for (const state of new Set(capture.scores.state)) {
        const at = { revision: 1, state, ...(selection ? { selection } : {}) }, own = Array.from(others.keys()).filter((row) => capture.scores.state[row] === state && isIn(row));
        const { fields, capture: total, baseline: learned, odd, own: isOwn } = await queries.histograms(at);
        assert.deepEqual([total, isOwn, learned], [own.length, model.ofState[state] !== undefined, isOwn ? model.baseline.states[state] : baseline.length]);
        assert.deepEqual(fields.map(({ name }) => name), model.features.map(({ name }) => name));
        const oddRows = new Set<number>();
        for (const [field, { bins }] of fields.entries()) {
          assert.equal(bins.reduce((n, bin) => n + bin.capture, 0), own.length, 'every row is in one bin');
          assert.equal(bins.reduce((n, bin) => n + bin.baseline, 0), learned);
          assert.ok(bins.every((bin, i) => i === 0 || bin.bin > bins[i - 1].bin));
          for (const bin of bins) {
            assert.equal(bin.kind === 'beyond' && bin.baseline > 0, false);
            const { total: listed, items } = await queries.rows({ ...at, ...everything, within: [{ field, bins: [bin.bin] }] });
            assert.equal(listed, bin.capture, `${fields[field].name} ${bin.text}`);
            assert.ok(items.every((item, i) => own.includes(item.row) && (i === 0 || item.score <= items[i - 1].score)), 'worst first');
            for (const { row, numbers } of items) {
              if (bin.odd) oddRows.add(row);
              const value = capture.rows.features![row * width + field];
              assert.equal(bin.kind === 'missing', !Number.isFinite(value));
              assert.ok(numbers!.startsWith(fields[field].name), numbers);
              const marked = (await queries.histograms({ ...at, row })).fields[field].mark!;
              assert.equal(marked.bin, bin.bin);
              assert.equal(numbers, `${fields[field].name} ${marked.text}`);
            }
          }
        }
        assert.equal(odd, oddRows.size);
        const within = fields.map(({ bins }, field) => ({ field, bins: bins.filter((bin) => bin.odd).map(({ bin }) => bin) }));
        assert.deepEqual((await queries.rows({ ...at, ...everything, within })).items.map(({ row }) => row).sort((a, b) => a - b), [...oddRows].sort((a, b) => a - b));
      }
    }), { numRuns: 8 });
  });

  it('tells an odd value by bins of its own, far from those of the baseline', async () => {
    const model = learnedBy(pages(2000), {}), capture = captureOf(model, [...pages(50), { ...pages(1)[0], time: 60, forwardBytes: 41_203_004 }]), queries = queriesOf(stateOutliers, model, capture), state = capture.scores.state[50];
    const { fields: [bytes], odd } = await queries.histograms({ revision: 1, state, row: 50 });
    assert.deepEqual(bytes.mark, { bin: bytes.bins[bytes.bins.length - 1].bin, text: 'about 41,203,004' });
    assert.equal(odd, 1);
    const last = bytes.bins.at(-1)!, usual = bytes.bins.filter(({ kind }) => kind === 'usual');
    assert.deepEqual([last.text, last.baseline, last.capture, last.odd, last.kind], ['10,000,000 to 99,999,999', 0, 1, true, 'beyond']);
    assert.ok(usual.length >= 16 && usual.length <= 20 && usual.every(({ baseline, odd: isOdd }) => baseline > 0 && !isOdd));
    const { items: [row] } = await queries.rows({ revision: 1, state, ...everything, within: [{ field: 0, bins: [last.bin] }] });
    assert.deepEqual([row.row, row.numbers, row.place.line, row.path], [50, 'source bytes about 41,203,004', 50 - 25, 'b.log']);
  });

  it('gaps between the few rows of a small baseline are not odd', async () => {
    const model = learnedBy(pages(40).map((flow, i) => ({ ...flow, forwardBytes: i % 2 === 0 ? 300 : 790 })), { leastRows: 3 }), capture = captureOf(model, pages(60)), { fields: [bytes] } = await queriesOf(stateOutliers, model, capture).histograms({ revision: 1, state: capture.scores.state[20] });
    assert.ok(bytes.bins.some(({ baseline, capture: rows, kind }) => kind === 'usual' && baseline === 0 && rows > 0), 'there is a gap that the capture fills');
    assert.ok(bytes.bins.every(({ odd, kind }) => odd === (kind === 'beyond')));
  });

  it('large states are counted by threads, with the same result', async () => {
    const model = learnedBy(pages(500), {}), many = captureOf(model, pages(40_000)), state = many.scores.state[20_000], asked: number[] = [];
    const readers = { ...many.readers, threads: 3, aggregate: (kind: never, input: { numbers: { rows: Uint32Array } }) => { asked.push(input.numbers.rows.length); return many.readers.aggregate(kind, input as never); } } as unknown as ScoredCapture['readers'];
    const [alone, together] = [queriesOf(stateOutliers, model, many), queriesOf(stateOutliers, model, { ...many, readers })];
    assert.deepEqual(await together.histograms({ revision: 1, state }), await alone.histograms({ revision: 1, state }));
    assert.equal(asked.length, 3);
    const within = [{ field: 0, bins: (await alone.histograms({ revision: 1, state })).fields[0].bins.slice(3, 6).map(({ bin }) => bin) }];
    const rows = await together.rows({ revision: 1, state, ...everything, within });
    assert.ok(rows.total > 1000);
    assert.deepEqual(rows, await alone.rows({ revision: 1, state, ...everything, within }));
  });

  it('nothing to count: no numbers, nothing scored, an old model, rows that are not there', async () => {
    const flow = pages(60), symbolic = learnFrom(tableOf(flow)), model = learnedBy(flow, {}), capture = captureOf(model, flow), at = { revision: 1, state: capture.scores.state[30] };
    assert.deepEqual(await queriesOf(stateFrequency, symbolic, scoredFlows(symbolic, flow, 0.05)).histograms({ revision: 1, state: 0 }), { state: 0, own: false, baseline: 0, capture: 0, odd: 0, fields: [] });
    const unscored = await queriesOf(stateOutliers, model).histograms(at);
    assert.deepEqual([unscored.capture, unscored.fields.length], [0, model.features.length]);
    const old = await queriesOf(stateOutliers, { ...model, histograms: undefined }, capture).histograms(at);
    assert.ok(old.fields.length === 0 && old.note?.includes('Learn it again'));
    const other = await queriesOf(stateOutliers, model, { ...capture, rows: { ...capture.rows, features: new Float32Array(3) } }).histograms(at);
    assert.equal(other.fields[0].bins.reduce((n, bin) => n + bin.capture, 0), 0);
    const queries = queriesOf(stateOutliers, model, capture);
    for (const row of [-1, 1e9, 0.5, NaN]) assert.equal((await queries.histograms({ ...at, row })).fields[0].mark, undefined);
    const elsewhere = Array.from(flow.keys()).find((row) => capture.scores.state[row] !== at.state);
    if (elsewhere !== undefined) assert.equal((await queries.histograms({ ...at, row: elsewhere })).fields[0].mark, undefined);
    assert.equal((await queries.rows({ ...at, ...everything, within: [{ field: 99, bins: [1] }, { field: 0, bins: [-1, 1e6] }] })).total, 0);
    await assert.rejects(queries.histograms({ revision: 1, state: 1e6 }), SessionError);
    await assert.rejects(queries.histograms({ revision: 2, state: 0 }), OutdatedError);
  });
});
