import * as assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { systemCacheFolder } from '../../server/node/cacheFolder';
import { nodeFiles } from '../../server/node/files';
import { ownFiles } from '../../server/node/ownFiles';
import { type Call, systemError, watchedFiles } from '../support/faultyFiles';
import { Folders, namesBelow } from '../support/folder';

const folders = new Folders();
after(() => folders.remove());
const NAME = '.anomaline/models/m.safetensors';
const LIMIT = 1 << 20;
const text = (bytes: unknown): unknown => (bytes instanceof Uint8Array ? Buffer.from(bytes).toString() : bytes);

/** A capture, a folder beside it that holds what is precious, and a link from one into the other. */
interface Trap { readonly name: string; readonly link: string; readonly to: string }
const traps: readonly Trap[] = [
  { name: 'the file', link: NAME, to: 'precious.txt' },
  { name: 'the file, to nothing that is there', link: NAME, to: 'new.txt' },
  { name: 'its folder', link: '.anomaline/models', to: '.' },
  { name: 'the folder of all our files', link: '.anomaline', to: '.' },
  { name: 'the file, to a folder', link: NAME, to: '.' },
  { name: 'the file, to a file of the capture', link: NAME, to: '../capture/conn.log' },
];

describe('our own files in a folder from somebody else', () => {
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  function trapped({ link, to }: Trap): { root: string; outside: string; content: () => unknown } {
    const box = folders.make({ 'capture/conn.log': 'log', 'outside/precious.txt': 'precious', 'outside/m.safetensors': 'precious too', 'outside/models/m.safetensors': 'and this' });
    const root = path.join(box, 'capture'), outside = path.join(box, 'outside');
    fs.mkdirSync(path.dirname(path.join(root, link)), { recursive: true });
    fs.symlinkSync(path.join(outside, to), path.join(root, link));
    return { root, outside, content: () => namesBelow(box).map((name) => [name, fs.readFileSync(path.join(box, name), 'utf8')]) };
  }

  for (const trap of traps) {
    it(`a link in the place of ${trap.name} is neither read, written through, listed nor removed`, async () => {
      const { root, content } = trapped(trap), before = content(), own = nodeFiles.own(root);
      assert.equal(await own.stat(NAME), undefined);
      assert.match((await own.read(NAME, LIMIT) as { fault: string }).fault, /was not read: .* is a link, and Anomaline follows no link/);
      assert.match((await own.head(NAME, 10) as { fault: string }).fault, /was not read/);
      assert.match((await own.write(NAME, Buffer.from('ours')))?.fault ?? '', /was not written: .* is a link.*Remove it, then try again\.$/);
      assert.deepEqual(await own.list('.anomaline/models'), []);
      await own.remove(NAME);
      await own.removeStale(['', '.anomaline', '.anomaline/models']);
      assert.deepEqual(content(), before);
    });
  }

  it('a pipe in the place of a file is not waited for', async () => {
    const root = folders.make({ '.anomaline/models/x': '' });
    execFileSync('mkfifo', [path.join(root, NAME)]);
    const own = nodeFiles.own(root);
    assert.match((await own.read(NAME, LIMIT) as { fault: string }).fault, /is no plain file/);
    assert.match((await own.write(NAME, Buffer.from('x')))?.fault ?? '', /is no plain file/);
    assert.equal((await own.list('.anomaline/models')).length, 1);
  });

  it('a folder that is replaced by a link while a file is written: nothing is written there', async () => {
    const { root, outside } = trapped({ name: '', link: 'unused', to: '.' }), models = path.join(root, '.anomaline/models');
    fs.mkdirSync(models, { recursive: true });
    let swapped = false;
    const own = ownFiles(root, watchedFiles((call, file) => {
      if (swapped || call !== 'open' || !file.endsWith('tmp')) return;
      swapped = true;
      fs.renameSync(models, `${models}.away`);
      fs.symlinkSync(outside, models);
    }));
    assert.match((await own.write(NAME, Buffer.from('ours')))?.fault ?? '', /its folder was replaced meanwhile/);
    assert.ok(swapped);
    assert.equal(fs.readFileSync(path.join(outside, 'm.safetensors'), 'utf8'), 'precious too');
    assert.deepEqual(fs.readdirSync(outside).sort(), ['m.safetensors', 'models', 'precious.txt']);
  });

  it('a root that is a link is the user\'s choice', async () => {
    const box = folders.make({ 'real/a.log': '' });
    fs.symlinkSync('real', path.join(box, 'link'));
    const own = nodeFiles.own(path.join(box, 'link'));
    assert.equal(await own.write(NAME, Buffer.from('ours')), undefined);
    assert.equal(text(await own.read(NAME, LIMIT)), 'ours');
  });
});

describe('our own files', () => {
  for (const name of ['../x', 'a/../../x', '/etc/passwd', '', 'a//b', './a', 'a\\..\\b', 'a\0b']) {
    it(`a name that leads elsewhere is refused: ${JSON.stringify(name)}`, async () => {
      const root = folders.make({ 'in/a': '' }), own = nodeFiles.own(path.join(root, 'in'));
      assert.match((await own.write(name, Buffer.from('x')))?.fault ?? '', /its name is none of ours/);
      assert.match((await own.read(name, LIMIT) as { fault: string }).fault, /its name is none of ours/);
      assert.deepEqual(namesBelow(root), ['in/a']);
    });
  }

  it('are written and read, listed in order, removed; what is not there is undefined', async () => {
    const own = nodeFiles.own(path.join(folders.make(), 'new root'));
    for (const name of ['rows/b', 'rows/a', 'c']) assert.equal(await own.write(name, Buffer.from(name)), undefined);
    assert.deepEqual((await own.list('rows')).map((entry) => path.relative(own.root, entry.path)), [path.join('rows', 'a'), path.join('rows', 'b')]);
    assert.deepEqual([text(await own.read('rows/a', LIMIT)), text(await own.head('rows/a', 3)), await own.read('gone', LIMIT), await own.read('no/where', LIMIT)], ['rows/a', 'row', undefined, undefined]);
    assert.match((await own.read('rows/a', 5) as { fault: string }).fault, /it has 6 bytes, and such a file has 5 at most/);
    await own.remove('rows/a');
    await own.remove('rows/a');
    assert.deepEqual(namesBelow(own.root), ['c', 'rows/b']);
  });

  it('of temporary files only stale ones are removed, and only ours', async () => {
    const temporary = (letter: string): string => `.${letter.repeat(32)}.anomaline-tmp`;
    const old = { [temporary('a')]: '', [`.anomaline/${temporary('b')}`]: '', 'x.tmp': '', '.anomaline/.c.anomaline-tmp': '', 'other/sub.log': '' };
    const root = folders.make({ ...old, [temporary('d')]: 'being written' });
    for (const name of Object.keys(old)) fs.utimesSync(path.join(root, name), 1000, 1000);
    await nodeFiles.own(root).removeStale(['', '.anomaline', 'none']);
    assert.deepEqual(namesBelow(root), ['.anomaline/.c.anomaline-tmp', temporary('d'), 'other/sub.log', 'x.tmp'].sort());
    assert.deepEqual((await nodeFiles.walk(root, [])).files.map(({ path: file }) => path.relative(root, file)), ['.anomaline/.c.anomaline-tmp', 'other/sub.log', 'x.tmp']);
  });

  /** Calls of one write, in order. */
  async function callsOf(root: string): Promise<Call[]> {
    const calls: Call[] = [];
    await ownFiles(root, watchedFiles((call) => calls.push(call))).write(NAME, [Buffer.from('new '), Buffer.from('new ')]);
    return calls;
  }

  it('the content is on disk before its name is, and the name after', async () => {
    assert.deepEqual(await callsOf(folders.make()), ['mkdir', 'mkdir', 'open', 'write', 'write', 'sync', 'close', 'rename', 'open', 'sync', 'close']);
  });

  for (const old of [undefined, 'old']) {
    it(`whichever call of a write fails, ${old === undefined ? 'there is no file' : 'the old file is whole'} or the new one is, and no temporary file is left`, async () => {
      const made = (): string => folders.make(old === undefined ? {} : { [NAME]: old });
      const total = (await callsOf(made())).length;
      for (const code of ['ENOSPC', 'EIO', 'EACCES']) {
        for (let failing = 1; failing <= total; failing++) {
          const root = made();
          let calls = 0;
          const fault = await ownFiles(root, watchedFiles(() => {
            if (++calls === failing) throw systemError(code);
          })).write(NAME, [Buffer.from('new '), Buffer.from('new ')]);
          const there = text(await nodeFiles.own(root).read(NAME, LIMIT));
          assert.equal(there, fault ? old : 'new new ', `${code} at call ${failing}: ${fault?.fault ?? 'written'}`);
          // The one failure that nobody can clean up after is that of removing.
          assert.deepEqual(namesBelow(root), there === undefined ? [] : [NAME], `${code} at call ${failing}`);
        }
      }
    });
  }

  it('whenever the writer is killed, the file is whole, old or new, and the rest is swept up later', async function () {
    this.timeout(60_000);
    if (process.platform === 'win32') this.skip();
    const writer = path.join(__dirname, '../support/killedWriter.js');
    const kill = (root: string, call: number, when: string) => spawnSync(process.execPath, [writer, root, NAME, String(call), when, 'new '], { encoding: 'utf8' });
    const total = Number(/^calls (\d+)$/.exec(kill(folders.make({ [NAME]: 'old' }), -1, 'before').stdout)?.[1]);
    assert.ok(total >= 9, 'the writer counts its calls');
    for (let call = 1; call <= total; call++) {
      for (const when of ['before', 'after']) {
        const root = folders.make({ [NAME]: 'old' });
        assert.equal(kill(root, call, when).signal, 'SIGKILL');
        assert.ok(['old', 'new new '].includes(text(await nodeFiles.own(root).read(NAME, LIMIT)) as string), `${when} call ${call}`);
        const later = ownFiles(root, fs.promises, () => Date.now() + 1e9);
        await later.removeStale(['.anomaline/models']);
        assert.deepEqual(namesBelow(root), [NAME]);
      }
    }
  });
});

describe('the folder for caches', () => {
  const cases: readonly [NodeJS.Platform, NodeJS.ProcessEnv, string][] = [
    ['linux', {}, '/home/u/.cache/anomaline'], ['linux', { XDG_CACHE_HOME: '/c' }, '/c/anomaline'], ['linux', { XDG_CACHE_HOME: 'here' }, '/home/u/.cache/anomaline'],
    ['darwin', {}, '/home/u/Library/Caches/anomaline'], ['win32', { LOCALAPPDATA: '/L' }, '/L/Anomaline/Cache'], ['win32', {}, '/home/u/AppData/Local/Anomaline/Cache'],
  ];
  for (const [platform, env, folder] of cases) it(`${platform} ${JSON.stringify(env)}`, () => assert.equal(systemCacheFolder(platform, env, '/home/u'), path.normalize(folder)));
});
