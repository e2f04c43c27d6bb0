import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { nodeFiles } from '../../server/node/files';
import { Folders, namesBelow } from '../support/folder';

const folders = new Folders();
after(() => folders.remove());
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe('walking a folder', () => {
  const walked = async (root: string, exclude: string[] = []): Promise<{ names: string[]; problems: string[] }> => {
    const { files, problems } = await nodeFiles.walk(root, exclude);
    return { names: files.map((f) => path.relative(root, f.path)), problems: problems.map((p) => `${path.relative(root, p.path)}: ${p.code}: ${p.message}`) };
  };

  it('finds all files, in order, with size and time', async () => {
    const root = folders.make({ 'b.log': '12345', 'a/z.log': '', 'a/b/c.log': 'x', 'a.log': 'y' });
    fs.utimesSync(path.join(root, 'b.log'), 1000, 2000);
    assert.deepEqual((await walked(root)).names, ['a.log', 'a/b/c.log', 'a/z.log', 'b.log']);
    const { files } = await nodeFiles.walk(root, []);
    assert.deepEqual(files[3], { path: path.join(root, 'b.log'), bytes: 5, modified: 2_000_000 });
  });

  const excludes: { exclude: string[]; names: string[] }[] = [
    { exclude: ['**/.*/**'], names: ['day1/conn.log', 'node_modules/x.log', 'old.bak'] },
    { exclude: ['**/.*/**', '**/node_modules/**', '*.bak'], names: ['day1/conn.log'] },
    { exclude: ['day1'], names: ['.anomaline/models/m', '.dot.log', '.git/x.log', 'node_modules/x.log', 'old.bak'] },
    { exclude: ['**'], names: [] },
  ];
  for (const { exclude, names } of excludes) {
    it(`leaves out ${exclude.join(' ')}`, async () => {
      const root = folders.make({ '.anomaline/models/m': '', '.git/x.log': '', 'node_modules/x.log': '', 'day1/conn.log': '', 'old.bak': '', '.dot.log': '' });
      assert.deepEqual((await walked(root, exclude)).names, names);
    });
  }

  it('takes a single file', async () => {
    const root = folders.make({ 'a.log': 'x' });
    assert.deepEqual((await nodeFiles.walk(path.join(root, 'a.log'), [])).files.map((f) => f.bytes), [1]);
  });

  it('follows links once, and loops never', async () => {
    const root = folders.make({ 'a/one.log': '1' });
    fs.symlinkSync(root, path.join(root, 'a/up'));
    fs.symlinkSync('one.log', path.join(root, 'a/two.log'));
    fs.symlinkSync('self', path.join(root, 'self'));
    fs.symlinkSync('nowhere', path.join(root, 'dangling'));
    const { names, problems } = await walked(root);
    assert.deepEqual(names, ['a/one.log']);
    assert.deepEqual(problems, ['dangling: unreadable: The file cannot be read: it does not exist (any more).', 'self: unreadable: The file cannot be read: it is a link that leads to itself.']);
  });

  it('a folder that is not there is a problem', async () => assert.match((await walked('/does/not/exist')).problems[0], /does not exist/));

  it('leaves out what is no file', async function () {
    if (!fs.existsSync('/dev/null')) this.skip();
    assert.deepEqual((await nodeFiles.walk('/dev/null', [])).files, []);
  });
});

describe('writing a file', () => {
  it('replaces the whole content, and makes folders', async () => {
    const root = folders.make({ 'a.bin': 'old and longer' });
    for (const name of ['a.bin', 'new/deep/b.bin']) {
      assert.equal(await nodeFiles.write(path.join(root, name), Buffer.from('new')), undefined);
      assert.equal(fs.readFileSync(path.join(root, name), 'utf8'), 'new');
    }
    assert.deepEqual(namesBelow(root), ['a.bin', 'new/deep/b.bin']);
  });

  const faults: { name: string; target: string; reason: RegExp }[] = [
    { name: 'below a file', target: 'file/model.bin', reason: /a part of its path is a file, not a folder/ },
    { name: 'deep below a file', target: 'file/deep/model.bin', reason: /a part of its path is a file, not a folder/ },
    { name: 'over a folder', target: 'folder', reason: /it is a folder/ },
  ];
  for (const { name, target, reason } of faults) {
    it(`fails ${name}: a reason, nothing changed, nothing left behind`, async () => {
      const root = folders.make({ file: 'kept', 'folder/kept.txt': 'kept' }), before = namesBelow(root);
      const fault = await nodeFiles.write(path.join(root, target), Buffer.from('new'));
      assert.match(fault?.fault ?? '', reason);
      assert.match(fault?.fault ?? '', /was not written: .*What was there before is unchanged\.$/);
      assert.deepEqual(namesBelow(root), before);
      assert.equal(fs.readFileSync(path.join(root, 'file'), 'utf8'), 'kept');
    });
  }

  it('tells that the disk is full', async function () {
    if (!fs.existsSync('/dev/full')) this.skip();
    assert.match((await nodeFiles.write('/dev/full', Buffer.from('x')))?.fault ?? '', /\/dev\/full was not written: the disk is full/);
    assert.ok(fs.statSync('/dev/full').isCharacterDevice());
  });

  it('a folder that may not be written to is told', async function () {
    if (process.getuid?.() === 0 || process.platform === 'win32') {
      this.test!.title += ' (skipped: this user may write everywhere)';
      this.skip();
    }
    const root = folders.make({ 'a.bin': 'old' });
    fs.chmodSync(root, 0o500);
    assert.match((await nodeFiles.write(path.join(root, 'a.bin'), Buffer.from('new')))?.fault ?? '', /the folder cannot be written to/);
    fs.chmodSync(root, 0o700);
    assert.equal(fs.readFileSync(path.join(root, 'a.bin'), 'utf8'), 'old');
  });

  it('through a link changes the file it leads to; a device stays a device', async function () {
    if (process.platform === 'win32') this.skip();
    const root = folders.make({ 'real.bin': 'old' });
    fs.symlinkSync('real.bin', path.join(root, 'link.bin'));
    assert.equal(await nodeFiles.write(path.join(root, 'link.bin'), Buffer.from('new')), undefined);
    assert.ok(fs.lstatSync(path.join(root, 'link.bin')).isSymbolicLink());
    assert.equal(fs.readFileSync(path.join(root, 'real.bin'), 'utf8'), 'new');
    assert.equal(await nodeFiles.write('/dev/null', Buffer.from('x')), undefined);
    assert.ok(fs.statSync('/dev/null').isCharacterDevice());
  });

  it('many writers of one file at once: one of them wins whole, none fails', async () => {
    const root = folders.make(), file = path.join(root, 'm.bin');
    const contents = Array.from({ length: 20 }, (_, i) => Buffer.alloc(50_000 + i, 65 + i));
    assert.deepEqual(await Promise.all(contents.map((bytes) => nodeFiles.write(file, bytes))), contents.map(() => undefined));
    const found = fs.readFileSync(file);
    assert.ok(contents.some((bytes) => bytes.equals(found)));
    assert.deepEqual(namesBelow(root), ['m.bin']);
  });
});

describe('pieces and lines of a log', () => {
  // CRLF and LF, two-, three- and four-byte characters, empty lines, no line end at the end.
  const lines = ['plain', '', 'äöü', '€uro', 'a😀b', 'tab\there', '', 'last'];
  const contents = { lf: lines.join('\n'), crlf: lines.join('\r\n'), ended: lines.join('\n') + '\n' };

  for (const [name, content] of Object.entries(contents)) {
    for (const compressed of [false, true]) {
      it(`every run of lines of a file (${name}${compressed ? ', compressed' : ''})`, async () => {
        const root = folders.make(), file = folders.put(root, compressed ? 'a.log.gz' : 'a.log', compressed ? gzipSync(content) : content);
        const starts = [...content.matchAll(/(?<=^|\n)/g)].map((m) => Buffer.byteLength(content.slice(0, m.index)));
        await fc.assert(fc.asyncProperty(fc.nat({ max: 9 }), fc.nat({ max: 9 }), fc.nat({ max: 9 }), async (first, count, from) => {
          const known = Math.min(first, from, starts.length - 1);
          const found = await nodeFiles.lines(file, first, count, { line: known, byte: starts[known] });
          assert.deepEqual(found.map(text), lines.slice(first, first + count));
        }), { numRuns: 40 });
        const wanted = [{ start: 6, length: 4 }, { start: 0, length: 5 }, { start: 3, length: 12 }];
        const bytes = Buffer.from(content);
        assert.deepEqual((await nodeFiles.pieces(file, wanted)).map(text), wanted.map(({ start, length }) => bytes.subarray(start, start + length).toString()));
      });
    }
  }

  it('a line of ten megabytes is cut at one, and the next one is right', async () => {
    const root = folders.make(), content = `first\n${'x'.repeat(10 << 20)}\nthird\n`;
    for (const file of [folders.put(root, 'long.log', content), folders.put(root, 'long.log.gz', gzipSync(content))]) {
      const found = await nodeFiles.lines(file, 0, 5);
      assert.deepEqual(found.map((line) => line.length), [5, 1 << 20, 5]);
      assert.equal(text(found[2]), 'third');
    }
  });

  it('of what cannot be read there are none', async () => {
    const root = folders.make({ 'a.log': 'abc' }), gone = path.join(root, 'gone.log');
    assert.deepEqual(await nodeFiles.lines(gone, 0, 3), []);
    assert.deepEqual((await nodeFiles.pieces(gone, [{ start: 0, length: 3 }])).map(text), ['']);
    assert.deepEqual((await nodeFiles.pieces(path.join(root, 'a.log'), [{ start: 2, length: 9 }, { start: 50, length: 2 }])).map(text), ['c', '']);
    assert.match((await nodeFiles.read(gone) as { fault: string }).fault, /does not exist/);
    assert.equal(await nodeFiles.stat(gone), undefined);
    assert.deepEqual(await nodeFiles.own(root).list('gone'), []);
  });

  it('the head of a file, and of a compressed one', async () => {
    const root = folders.make(), content = 'x'.repeat(100_000);
    for (const file of [folders.put(root, 'h.log', content), folders.put(root, 'h.log.gz', gzipSync(content))]) {
      for (const limit of [0, 10, 99_999, 100_000, 200_000]) assert.equal((await nodeFiles.head(file, limit)).bytes.length, Math.min(limit, 100_000));
    }
    const cut = folders.put(root, 'cut.log.gz', gzipSync(Buffer.from(Array.from({ length: 9000 }, (_, i) => (i * 7919) % 251))).subarray(0, 200));
    assert.equal((await nodeFiles.head(cut, 65536)).problem?.code, 'gzip-cut');
  });
});
