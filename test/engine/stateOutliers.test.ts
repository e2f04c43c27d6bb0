import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { noControl } from '../../server/core/util/control';
import { mulberry32, randomBelow } from '../../server/core/util/rng';
import { indexCapture } from '../../server/engine/captureIndex';
import { learnModel } from '../../server/engine/learn';
import { scoreFiles } from '../../server/engine/score';
import { detectorById } from '../../server/core/detectors/registry';
import { resolveSettings } from '../../server/core/settings/setting';
import { nodeFiles } from '../../server/node/files';
import { poolReaders } from '../../server/node/poolReaders';
import { writeFlows } from '../bench/flows';
import { connHeader, connLine, type ConnRow } from '../support/logs';
import { foundAfresh, foundBy, makeFolder, openWatched, quiet } from './openCapture';

const WORKER = path.join(__dirname, '../../server/workers/logWorker.js');
const detector = detectorById('stateOutliers')!;

/** Web pages of some thousand bytes, one of them of `odd`. */
function pages(count: number, odd?: number): string {
  const rng = mulberry32(4);
  const rows = Array.from({ length: count }, (_, i): ConnRow => ({ time: 1000 + i, source: `10.0.0.${i % 25}`, bytes: i === count >> 1 && odd !== undefined ? odd : 300 + randomBelow(rng, 500) }));
  return [...connHeader, ...rows.map(connLine), ''].join('\n');
}

describe('engine: a detector that looks at values', function () {
  this.timeout(60_000);
  let root: string;
  const at = (name: string): string => path.join(root, name);
  beforeEach(() => (root = makeFolder()));
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  it('learns, flags the flow with odd bytes on its line, and groups it by state and field', async () => {
    fs.writeFileSync(at('day1.log'), pages(2000));
    fs.writeFileSync(at('day2.log'), pages(400, 41_203_004));
    fs.writeFileSync(at('anomaline.json'), JSON.stringify({ baseline: { files: ['day1.log'] }, detector: 'stateOutliers' }));
    const { session } = openWatched(root);
    await session.investigate(quiet);
    const groups = await session.groups({ start: 0, count: 10, filter: '', order: 'score' });
    assert.match(groups.items[0].text, /bytes unusual for state \d+ \(tcp to port 443, ssl, normal end \(SF\)\)/);
    const { lines } = await session.findingsOf(at('day2.log'), 1000), worst = lines.reduce((a, b) => (b.score > a.score ? b : a));
    assert.equal(worst.line, connHeader.length + 200);
    assert.match(worst.message, /source bytes about 41,203,004: this state has 30\d to 79\d/);
    // From the line to its place among the values of its state, and from there back to the line.
    const place = (await session.automaton.at(at('day2.log'), worst.line))!, { fields: [bytes] } = await session.automaton.histograms({ revision: place.revision, state: place.state, row: place.row });
    assert.deepEqual([bytes.mark?.text, bytes.bins.at(-1)?.bin, bytes.bins.at(-1)?.baseline, bytes.bins.at(-1)?.capture], ['about 41,203,004', bytes.mark?.bin, 0, 1]);
    const rows = await session.automaton.rows({ revision: place.revision, state: place.state, order: 'score', flaggedOnly: false, within: [{ field: 0, bins: [bytes.mark!.bin] }], start: 0, count: 9 });
    assert.deepEqual(rows.items.map(({ place: { line }, path: name, numbers }) => [line, name, numbers]), [[worst.line, 'day2.log', 'source bytes about 41,203,004']]);
    const { items } = await session.groupFindings(groups.items[0].id, { start: 0, count: 10 });
    assert.match(items[0].verdict!, /^2 % of this entity's 96 rows do not fit; .*: like the baseline; most like profile 1 /);
    const detail = await session.lineDetail(at('day2.log'), worst.line);
    assert.equal(detail!.evidence.find(({ name }) => name === 'entity')!.text, items[0].verdict);
    await session.dispose();
  });

  it('keeps the numbers of rows when a log is opened again, and when it grows', async () => {
    writeFlows(at('small.log'), { rows: 2000, pairs: 200, seed: 1, scan: 0 });
    writeFlows(at('large.log'), { rows: 10_000, pairs: 300, seed: 2, scan: 60 });
    const first = openWatched(root);
    await first.session.learn({ baseline: { files: ['small.log'] }, detector: 'stateOutliers' }, quiet);
    await first.session.score({}, quiet);
    const found = await foundBy(first.session);
    await first.session.dispose();
    const { session, readings } = openWatched(root);
    await session.score({}, quiet);
    assert.deepEqual(readings(), ['small.log@0'], 'the large one comes from the cache');
    assert.deepEqual(await foundBy(session), found);
    const lines = fs.readFileSync(at('large.log'), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#')).slice(0, 500);
    fs.appendFileSync(at('large.log'), `${lines.join('\n')}\n`);
    await session.index(quiet);
    await session.score({}, quiet);
    assert.match(readings().join(), /large\.log@[1-9]/, 'only what came since is read');
    const grown = await foundBy(session);
    await session.dispose();
    assert.deepEqual(grown, await foundAfresh(root));
  });

  for (const transitions of ['kinds', 'guards']) it(`one thread or two, a log read whole or in parts: the same scores to the bit (${transitions})`, async () => {
    writeFlows(at('conn.log'), { rows: 60_000, pairs: 900, seed: 5, scan: 100 });
    const run = async (workers: number, splitBytes: number): Promise<Buffer> => {
      const readers = poolReaders(WORKER, workers, splitBytes), { files } = await indexCapture(nodeFiles, root, [], noControl);
      const learned = await learnModel(readers, files, detector, resolveSettings(detector.settings, { transitions }).values, { self: true }, noControl);
      assert.ok(!('fault' in learned));
      const { capture } = await scoreFiles(readers, files, learned, { acceptance: 0.001 }, noControl);
      assert.equal(capture.rows.features?.length, 5 * 60_000 + 5 * (capture.rows.rowCount - 60_000));
      await readers.dispose();
      return Buffer.from(capture.scores.raw.slice().buffer);
    };
    assert.ok((await run(1, 1 << 30)).equals(await run(2, 1 << 20)));
  });
});
