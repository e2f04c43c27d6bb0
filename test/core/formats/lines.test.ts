import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { LineSplitter } from '../../../server/core/formats/lines';
import { decodeUtf8 } from '../../../server/core/util/utf8';
import { bytesOf } from './reading';

type Line = [text: string, byteStart: number] | ['too long', number, number];

function split(bytes: Uint8Array, cuts: readonly number[], byteOffset = 0, limit?: number): Line[] {
  const lines: Line[] = [];
  const splitter: LineSplitter = new LineSplitter(
    { line: (b, start, end) => lines.push([decodeUtf8(b, start, end), splitter.origin + start]), tooLong: (from, to) => lines.push(['too long', from, to]) },
    byteOffset,
    limit,
  );
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    splitter.push(bytes.slice(from, to));
    from = to;
  }
  splitter.finish();
  splitter.finish();
  assert.equal(splitter.lines, lines.length);
  return lines;
}

/** The obvious way, on the whole text. */
function oracle(text: string): Line[] {
  const lines: Line[] = [];
  let at = 0;
  const parts = text.split('\n');
  if (parts[parts.length - 1] === '') parts.pop();
  for (const part of parts) {
    lines.push([part.endsWith('\r') ? part.slice(0, -1) : part, at]);
    at += part.length + 1;
  }
  return lines;
}

describe('lines from chunks', () => {
  it('handles line ends of both kinds, empty lines and a missing last line end', () => {
    assert.deepEqual(split(bytesOf('a\r\n\nb\r\r\nc'), []), [['a', 0], ['', 3], ['b\r', 4], ['c', 8]]);
    assert.deepEqual(split(bytesOf(''), []), []);
    assert.deepEqual(split(bytesOf('\n'), []), [['', 0]]);
  });

  it('counts a byte order mark to no line, only at the start of the file', () => {
    const text = '\ufeffab\n\ufeffc\n';
    for (let cut = 0; cut <= 5; cut++) assert.deepEqual(split(bytesOf(text), [cut]), [['ab', 3], ['\ufeffc', 6]]);
    assert.deepEqual(split(bytesOf(text), [], 100), [['\ufeffab', 100], ['\ufeffc', 106]]);
  });

  it('counts empty lines that are not asked for, in any chunks', () => {
    const text = `${'\n'.repeat(300)}a\r\n\r\n\n\r\n${'\r\n'.repeat(40)}\rb\n${'\n'.repeat(71)}\n\n\r`;
    const bytes = bytesOf(text);
    for (let size = 1; size < bytes.length; size += size < 20 ? 1 : 37) {
      const seen: [string, number, number][] = [];
      const splitter: LineSplitter = new LineSplitter({
        skipsEmpty: true,
        line: (b, start, end) => { if (end > start) seen.push([decodeUtf8(b, start, end), splitter.origin + start, splitter.lines]); },
        tooLong: () => assert.fail(),
      });
      for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.slice(at, at + size));
      splitter.finish();
      const lines = oracle(text);
      assert.deepEqual([splitter.lines, seen], [lines.length, lines.flatMap(([line, start], i) => (line === '' ? [] : [[line, start, i]]))], `chunks of ${size}`);
    }
  });

  it('leaves out lines over the limit wherever the chunks end', () => {
    const bytes = bytesOf('ab\nabcdef\nabcde\nx\nabcdefghij');
    const expected = [['ab', 0], ['too long', 3, 9], ['abcde', 10], ['x', 16], ['too long', 18, 28]];
    for (let a = 0; a <= bytes.length; a++) for (let b = a; b <= bytes.length; b++) assert.deepEqual(split(bytes, [a, b], 0, 5), expected, `${a} ${b}`);
  });

  it('reads a line of 10 MB in pieces', () => {
    const big = 'x'.repeat(10_000_000);
    const bytes = bytesOf(`a\n${big}\nb\n`);
    const cuts = Array.from({ length: 150 }, (_, i) => (i + 1) * 65536).filter((cut) => cut < bytes.length);
    const lines = split(bytes, cuts);
    assert.deepEqual(lines.map(([text, start]) => [text.length, start]), [[1, 0], [10_000_000, 2], [1, 10_000_003]]);
  });

  it('is the same for any chunks', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r', '\0', '\t'), maxLength: 60 }), fc.array(fc.nat(60), { maxLength: 12 }), (text, cuts) => {
        const bytes = bytesOf(text);
        const ends = cuts.filter((cut) => cut <= bytes.length).sort((a, b) => a - b);
        assert.deepEqual(split(bytes, ends), oracle(text));
      }),
      { seed: 4, numRuns: 2000 },
    );
  });
});
