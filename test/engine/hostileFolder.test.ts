import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeFlows } from '../bench/flows';
import { Folders, namesBelow } from '../support/folder';
import { openWatched, quiet } from './openCapture';

/** Sent by somebody who knows where we read and write: every one of our files and folders is a link to something precious. */
describe('engine: a capture whose own files are links that lead out', function () {
  this.timeout(60_000);
  const folders = new Folders();
  let model: Buffer;

  before(async function () {
    if (process.platform === 'win32') this.skip();
    const root = folders.make();
    writeFlows(path.join(root, 'conn.log'), { rows: 2000, pairs: 200, seed: 1, scan: 20 });
    const { session } = openWatched(root);
    model = fs.readFileSync(await session.learn({}, quiet));
    await session.dispose();
  });
  after(() => folders.remove());

  const links: readonly [link: string, to: string][] = [
    ['.anomaline', 'folder'], ['.anomaline/models', 'folder'], ['.anomaline/cache', 'folder'], ['.anomaline/training.checkpoint', 'profile'], ['anomaline.json', 'settings.json'],
    ['.anomaline/models/theirs.safetensors', 'folder/theirs.safetensors'], ['.cache/rows', 'folder'], ['.cache/trainings', 'folder'], ['.cache', 'folder/deep'],
  ];
  for (const [link, to] of links) {
    it(`${link}: opened, investigated, a baseline chosen, refreshed: nothing outside is changed or read`, async () => {
      const box = folders.make({ 'outside/profile': 'export PATH', 'outside/settings.json': '{"mine": true}', 'outside/folder/theirs.safetensors': model, 'outside/folder/other.safetensors': 'weights', 'outside/folder/deep/x': '' });
      const root = path.join(box, 'capture'), outside = path.join(box, 'outside');
      fs.mkdirSync(path.dirname(path.join(root, link)), { recursive: true });
      writeFlows(path.join(root, 'conn.log'), { rows: 10_000, pairs: 200, seed: 1, scan: 20 });
      fs.symlinkSync(path.join(outside, to), path.join(root, link));
      const state = (): unknown => namesBelow(outside).map((name) => [name, fs.readFileSync(path.join(outside, name)).toString('base64'), fs.statSync(path.join(outside, name)).mtimeMs]);
      const before = state();
      // The cache is the user's own folder: what it is itself is his choice, what lies in it is not trusted.
      const { session } = openWatched(root, link === '.cache' ? path.join(root, 'elsewhere') : undefined);
      await session.index(quiet);
      assert.deepEqual((await session.models()).map(({ file }) => file), [], 'no model from outside');
      await session.investigate(quiet);
      await session.chooseBaseline({ files: ['conn.log'] }).catch((error: unknown) => assert.match(String(error), /is a link, and Anomaline follows no link/));
      fs.appendFileSync(path.join(root, 'conn.log'), '');
      await session.refresh([path.join(root, 'conn.log')], quiet);
      assert.ok(session.totals().findings > 0);
      await session.dispose();
      assert.deepEqual(state(), before);
    });
  }
});
