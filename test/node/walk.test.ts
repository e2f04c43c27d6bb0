import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { nodeFiles } from '../../server/node/files';
import { WALK_LIMITS, type WalkLimits, type WalkOptions, walkFolder } from '../../server/node/walk';
import { Folders } from '../support/folder';

const folders = new Folders();
after(() => folders.remove());

describe('walking a folder from somebody else', () => {
  const walked = async (root: string, limits: Partial<WalkLimits> = {}, more: Partial<WalkOptions> = {}): Promise<{ names: string[]; problems: string[] }> => {
    const { files, problems } = await walkFolder(root, { excluded: () => false, limits: { ...WALK_LIMITS, ...limits }, ...more });
    return { names: files.map((f) => path.relative(root, f.path)), problems: problems.map((p) => `${path.relative(root, p.path)}: ${p.code}: ${p.message}`) };
  };

  it('links that lead out are told and not followed, whatever they lead to and however', async function () {
    if (process.platform === 'win32') this.skip();
    const box = folders.make({ 'capture/a/conn.log': '1', 'outside/secret.log': '2', 'capture-2/near.log': '3' }), root = path.join(box, 'capture');
    const links = { 'a/up': '../..', file: '../outside/secret.log', folder: path.join(box, 'outside'), near: '../capture-2', root: '/', twice: 'folder' };
    for (const [name, to] of Object.entries(links)) fs.symlinkSync(to, path.join(root, name));
    const { names, problems } = await walked(root);
    assert.deepEqual(names, ['a/conn.log']);
    assert.deepEqual(problems.map((text) => text.split(': ').slice(0, 2).join(' ')).sort(), Object.keys(links).map((name) => `${name} link-leads-out`).sort());
    assert.match(problems[0], /leads out of the folder, to .*, and is not followed/);
  });

  it('links within the folder are followed once', async function () {
    if (process.platform === 'win32') this.skip();
    const root = folders.make({ 'z/one.log': '1' });
    fs.symlinkSync('z', path.join(root, 'a'));
    fs.symlinkSync('z/one.log', path.join(root, 'm.log'));
    assert.deepEqual(await walked(root), { names: ['a/one.log'], problems: [] });
  });

  it('a thousand links that lead out: the first are told, the rest counted', async function () {
    if (process.platform === 'win32') this.skip();
    const root = folders.make();
    for (let i = 0; i < 1000; i++) fs.symlinkSync('/', path.join(root, `l${i}`));
    const { problems } = await walked(root);
    assert.equal(problems.length, 20);
    assert.match(problems[19], /So it is with 980 more\./);
  });

  it('depth, number and time are limited, and what was left out is told', async () => {
    const deep = Array.from({ length: 12 }, (_, i) => `d${i}`).join('/');
    const root = folders.make({ 'a.log': '', [`${deep}/b.log`]: '', 'e/c.log': '', 'e/d.log': '' });
    assert.deepEqual(await walked(root, { depth: 12 }), { names: ['a.log', `${deep}/b.log`, 'e/c.log', 'e/d.log'], problems: [] });
    const shallow = await walked(root, { depth: 3 });
    assert.deepEqual(shallow.names, ['a.log', 'e/c.log', 'e/d.log']);
    assert.match(shallow.problems[0], /^d0\/d1\/d2\/d3: too-deep: The folder lies more than 3 folders deep/);
    const few = await walked(root, { entries: 2 });
    assert.equal(few.problems.length, 1);
    assert.match(few.problems[0], /walk-stopped: Not all of the folder was looked at: the search ended after 2 files and folders/);
    let clock = 0;
    const late = await walked(root, { milliseconds: 5 }, { now: () => clock++ });
    assert.match(late.problems[0], /walk-stopped: .*the search ended after 0 seconds/);
    assert.ok(late.names.length < 4);
    assert.deepEqual(await walked(root, {}, { cancelled: () => true }), { names: [], problems: [] });
  });

  it('the session\'s walk has these limits: a chain of folders does not go on for ever', async () => {
    const root = folders.make({ [`${Array.from({ length: WALK_LIMITS.depth + 5 }, () => 'd').join('/')}/b.log`]: '' });
    assert.deepEqual((await nodeFiles.walk(root, [])).problems.map(({ code }) => code), ['too-deep']);
  });
});
