import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { mulberry32 } from '../../server/core/util/rng';
import { type ByteRange, readLogBytes, type ReadHooks } from '../../server/node/logBytes';
import { Folders } from '../support/folder';

const folders = new Folders();
const rng = mulberry32(1);
// More than two chunks, and hard to compress, so that a compressed file has several chunks as well.
const content = Buffer.from(Array.from({ length: 2_500_000 }, (_, i) => (i % 80 === 79 ? 10 : 97 + Math.floor(rng() * 26))));
const packed = gzipSync(content, { level: 1 });

interface Read { readonly bytes: Buffer; readonly chunks: number; readonly code: string | undefined; readonly text: string }

async function read(file: string, range?: ByteRange, hooks: Partial<ReadHooks> = {}): Promise<Read> {
  const parts: Buffer[] = [];
  const problem = await readLogBytes(file, { cancelled: () => false, ...hooks, onChunk: (chunk) => { parts.push(Buffer.from(chunk)); hooks.onChunk?.(chunk); } }, range);
  return { bytes: Buffer.concat(parts), chunks: parts.length, code: problem?.code, text: `${problem?.message} ${problem?.next}` };
}

describe('bytes of a log', () => {
  let root: string;
  before(() => (root = folders.make({ 'plain.log': content, 'small.log': 'one line', 'empty.log': '', 'empty.log.gz': '' })));
  after(() => folders.remove());
  const write = (name: string, bytes: Uint8Array): string => folders.put(root, name, bytes);

  const whole: { name: string; bytes: () => Uint8Array }[] = [
    { name: 'plain.log', bytes: () => content },
    { name: 'one.log.gz', bytes: () => packed },
    { name: 'members.log.gz', bytes: () => Buffer.concat([0, 1, 2].map((i) => gzipSync(content.subarray(i * 900_000, (i + 1) * 900_000)))) },
    { name: 'ONE.LOG.GZ', bytes: () => packed },
  ];
  for (const { name, bytes } of whole) {
    it(`${name} is read whole, in chunks`, async () => {
      const told: number[] = [];
      const found = await read(write(name, bytes()), undefined, { onProgress: (n) => told.push(n) });
      assert.equal(found.code, undefined);
      assert.ok(found.bytes.equals(content) && found.chunks > 1);
      assert.ok(told.every((n, i) => i === 0 || n >= told[i - 1]) && told[told.length - 1] === bytes().length);
    });
  }

  it('a range is read exactly', async () => {
    for (const [start, end] of [[0, 10], [5, 5], [1_000_000, 2_400_000], [2_499_990, 2_500_000]]) assert.ok((await read(path.join(root, 'plain.log'), { start, end })).bytes.equals(content.subarray(start, end)));
  });

  it('an empty file has none', async () => {
    for (const name of ['empty.log', 'empty.log.gz']) assert.equal((await read(path.join(root, name))).bytes.length, 0);
  });

  const broken: { name: string; bytes: () => Uint8Array; code: string; text: RegExp; least: number; good?: number }[] = [
    { name: 'cut in the middle', bytes: () => packed.subarray(0, packed.length >>> 1), code: 'gzip-cut', text: /cut off after \d+ decompressed bytes; the rows before that were read\. Copy the file again/, least: 900_000 },
    { name: 'cut in its last bytes', bytes: () => packed.subarray(0, packed.length - 4), code: 'gzip-cut', text: /cut off/, least: 2_400_000 },
    { name: 'cut in its head', bytes: () => packed.subarray(0, 5), code: 'gzip-cut', text: /after 0 decompressed bytes/, least: 0 },
    { name: 'with a damaged middle', bytes: () => Uint8Array.from(packed, (byte, i) => (i > 1_200_000 && i < 1_200_400 ? 255 : byte)), code: 'gzip-damaged', text: /damaged after \d+ decompressed bytes/, least: 500_000, good: 1_000_000 },
    { name: 'with a wrong checksum', bytes: () => Uint8Array.from(packed, (byte, i) => (i === packed.length - 6 ? byte ^ 1 : byte)), code: 'gzip-damaged', text: /damaged/, least: 2_000_000 },
    { name: 'that is plain text', bytes: () => content, code: 'gzip-damaged', text: /damaged after 0 decompressed bytes/, least: 0 },
  ];
  for (const { name, bytes, code, text, least, good } of broken) {
    it(`a compressed file ${name} gives what can be read, and a problem`, async () => {
      const found = await read(write('broken.log.gz', bytes()));
      assert.equal(found.code, code);
      assert.match(found.text, text);
      // Behind the damage what comes out may be anything, until the format notices.
      const right = Math.min(found.bytes.length, good ?? Infinity);
      assert.ok(found.bytes.length >= least && content.subarray(0, right).equals(found.bytes.subarray(0, right)), `${found.bytes.length} bytes`);
    });
  }

  it('a file that shrinks while it is read gives what was there, and a problem', async () => {
    const file = write('shrinking.log', content);
    const found = await read(file, undefined, { onChunk: () => fs.truncateSync(file, 1_100_000) });
    assert.equal(found.code, 'file-shrank');
    assert.match(found.text, /1100000 of 2500000 bytes were there\. It is read again when it changes/);
    assert.ok(found.bytes.equals(content.subarray(0, 1_100_000)));
  });

  it('stops between chunks when it is cancelled', async () => {
    for (const file of [path.join(root, 'plain.log'), write('one.log.gz', packed)]) {
      let chunks = 0;
      const found = await read(file, undefined, { onChunk: () => chunks++, cancelled: () => chunks > 0 });
      assert.deepEqual([found.chunks, found.code], [1, undefined]);
    }
  });

  for (const [name, text] of [['missing.log', /does not exist/], ['missing.log.gz', /does not exist/], ['.', /is a folder/]] as const) {
    it(`${name} cannot be read, and why is told`, async () => {
      const found = await read(path.join(root, name));
      assert.equal(found.code, 'unreadable');
      assert.match(found.text, text);
    });
  }

  it('a file without read permission cannot be read', async function () {
    if (process.getuid?.() === 0 || process.platform === 'win32') {
      this.test!.title += ' (skipped: for this user every file is readable)';
      this.skip();
    }
    const file = write('locked.log', content);
    fs.chmodSync(file, 0);
    assert.match((await read(file)).text, /permission is denied\. Give yourself read permission/);
  });
});
