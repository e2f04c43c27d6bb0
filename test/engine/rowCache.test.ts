import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeFlows } from '../bench/flows';
import { cacheOf, foundAfresh, foundBy, makeFolder, openWatched, quiet } from './openCapture';

/** About 1.2 MB: large enough to be kept. */
const ROWS = 10_000;

describe('engine: encoded rows on disk', function () {
  this.timeout(60_000);
  let root: string;
  const at = (name: string): string => path.join(root, name);
  const cache = (): string => path.join(cacheOf(root), 'rows');
  const cached = (): string[] => (fs.existsSync(cache()) ? fs.readdirSync(cache()) : []);

  before(async () => {
    root = makeFolder();
    writeFlows(at('small.log'), { rows: 2000, pairs: 200, seed: 1, scan: 0 });
    writeFlows(at('large.log'), { rows: ROWS, pairs: 300, seed: 2, scan: 60 });
    const { session } = openWatched(root);
    await session.learn({ baseline: { files: ['small.log'] } }, quiet);
    await session.dispose();
  });
  beforeEach(() => fs.rmSync(cache(), { recursive: true, force: true }));
  after(() => fs.rmSync(root, { recursive: true, force: true }));

  /** Opens the capture, scores it, and closes it again. */
  async function visit(folder?: string): Promise<{ readings: string[]; found: unknown }> {
    const { session, readings } = openWatched(root, folder);
    await session.score({}, quiet);
    const found = await foundBy(session);
    await session.dispose();
    return { readings: readings(), found };
  }

  it('a large log is not read again when the capture is opened again, and nothing else comes out', async () => {
    const first = await visit();
    assert.deepEqual(first.readings, ['large.log@0', 'small.log@0']);
    assert.equal(cached().length, 1);
    const second = await visit();
    assert.deepEqual(second.readings, ['small.log@0']);
    assert.deepEqual(second.found, first.found);
  });

  it('a damaged file counts as none, and is written again', async () => {
    const { found } = await visit();
    const file = path.join(cache(), cached()[0]);
    const good = fs.readFileSync(file);
    const flipped = (place: number): Buffer => Buffer.from(good.map((byte, i) => (i === place ? byte ^ 1 : byte)));
    const damages: Buffer[] = [Buffer.alloc(0), good.subarray(0, 5), good.subarray(0, 300), good.subarray(0, -1), flipped(0), flipped(20), flipped(good.length >> 1), flipped(good.length - 1), Buffer.from('no container')];
    for (const damage of damages) {
      fs.writeFileSync(file, damage);
      const again = await visit();
      assert.deepEqual(again.readings, ['large.log@0', 'small.log@0'], `${damage.length} bytes`);
      assert.deepEqual(again.found, found);
      assert.ok(fs.readFileSync(file).equals(good), 'the same bytes are written again');
    }
  });

  it('of a log that has grown since, only the new lines are read; a log that changed otherwise is read whole', async () => {
    const before = fs.readFileSync(at('large.log'));
    await visit();
    fs.appendFileSync(at('large.log'), before.subarray(before.lastIndexOf(10, 200_000) + 1, before.lastIndexOf(10, 240_000) + 1));
    const grown = await visit();
    assert.deepEqual(grown.readings, [`large.log@${before.length}`, 'small.log@0']);
    assert.deepEqual(grown.found, await foundAfresh(root));
    await visit();
    fs.writeFileSync(at('large.log'), before.subarray(0, before.lastIndexOf(10, before.length - 1000) + 1));
    const cut = await visit();
    assert.deepEqual(cut.readings, ['large.log@0', 'small.log@0']);
    assert.deepEqual((await visit()).readings, ['small.log@0']);
    fs.writeFileSync(at('large.log'), before);
  });

  it('rows of another model are not taken', async () => {
    await visit();
    const { session, readings } = openWatched(root);
    await session.learn({ baseline: { files: ['small.log'] }, settings: { windowLength: 5, bytesBins: 3 } }, quiet);
    await session.score({}, quiet);
    assert.deepEqual(readings(), ['large.log@0', 'small.log@0']);
    await session.dispose();
  });

  it('where the cache cannot be written to, everything is read each time', async () => {
    fs.writeFileSync(cache(), '');
    const first = await visit();
    assert.deepEqual([first.readings, (await visit()).readings], [['large.log@0', 'small.log@0'], ['large.log@0', 'small.log@0']]);
    assert.equal(fs.readFileSync(cache(), 'utf8'), '');
  });

  it('rows that lie in the capture, or behind a link, are not taken, and nothing there is changed', async () => {
    const { found } = await visit();
    const theirs = makeFolder(), name = cached()[0];
    fs.mkdirSync(at('.anomaline/cache'), { recursive: true });
    for (const folder of [at('.anomaline/cache'), theirs]) fs.writeFileSync(path.join(folder, name), fs.readFileSync(path.join(cache(), name)));
    fs.rmSync(cache(), { recursive: true });
    fs.symlinkSync(theirs, cache());
    const before = fs.statSync(path.join(theirs, name));
    const again = await visit();
    assert.deepEqual([again.readings, again.found], [['large.log@0', 'small.log@0'], found]);
    assert.deepEqual([fs.statSync(path.join(theirs, name)), fs.readdirSync(theirs)], [before, [name]]);
    for (const folder of [at('.anomaline/cache'), theirs, cache()]) fs.rmSync(folder, { recursive: true, force: true });
  });
});
