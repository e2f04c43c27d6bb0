import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Dictionary, HASH_START, hashStep, MISSING } from '../../../server/core/table/dictionary';
import { bytesOf } from '../formats/reading';

describe('dictionary', () => {
  it('numbers texts in the order in which they come, from 1', () => {
    const dictionary = new Dictionary();
    assert.deepEqual(['a', 'b', 'a', '', 'ä'].map((text) => dictionary.internText(text)), [1, 2, 1, 3, 4]);
    assert.deepEqual([dictionary.size, dictionary.byteLength, dictionary.text(0), dictionary.text(3), dictionary.text(4)], [5, 4, '', '', 'ä']);
    assert.deepEqual([dictionary.find('b'), dictionary.find('c'), dictionary.find('')], [2, MISSING, 3]);
    assert.deepEqual([...dictionary.entries()], [[1, 'a'], [2, 'b'], [3, ''], [4, 'ä']]);
  });

  it('is a map, whichever way a text is interned', () => {
    const text = fc.oneof(fc.string({ unit: fc.constantFrom('a', 'b', '\0', '1', 'é'), maxLength: 6 }), fc.string({ maxLength: 12 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.boolean()), { maxLength: 400 }), (texts) => {
        const dictionary = new Dictionary();
        const oracle = new Map<string, number>();
        for (const [each, scanned] of texts) {
          const bytes = bytesOf(`<${each}>`);
          const inside = bytes.subarray(1, -1);
          const hash = inside.reduce(hashStep, HASH_START);
          const lastFour = inside.reduce((packed, byte) => (packed << 8) | byte, 0);
          const code = scanned ? dictionary.internScanned(bytes, 1, bytes.length - 1, hash, lastFour) : dictionary.intern(bytes, 1, bytes.length - 1);
          if (!oracle.has(each)) oracle.set(each, oracle.size + 1);
          assert.equal(code, oracle.get(each));
        }
        for (const [each, code] of oracle) assert.deepEqual([dictionary.text(code), dictionary.find(each)], [each, code]);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('takes texts made to have one hash in linear time, and finds them again', () => {
    // 'Aa' and 'BB' have the same polynomial in 31, and so have all rows of them.
    const dictionary = new Dictionary();
    const text = (n: number): string => Array.from({ length: 15 }, (_, bit) => ((n >> bit) & 1 ? 'BB' : 'Aa')).join('');
    const started = performance.now();
    for (let n = 0; n < 1 << 15; n++) assert.equal(dictionary.internText(text(n)), n + 1);
    for (let n = 0; n < 1 << 15; n += 7) assert.deepEqual([dictionary.internText(text(n)), dictionary.find(text(n)), dictionary.text(n + 1)], [n + 1, n + 1, text(n)]);
    for (let n = 0; n < 3000; n++) assert.equal(dictionary.internText(`other ${n}`), (1 << 15) + 1 + n);
    assert.equal(dictionary.find('AaBB'), MISSING);
    assert.ok(performance.now() - started < 10_000);
  });

  it('keeps texts of equal hash apart', () => {
    // 'aa' and 'b' + chr(97 - 31) have the same polynomial in 31.
    const dictionary = new Dictionary();
    assert.deepEqual(['aaaaaa', 'bBaaaa', 'aabBaa'].map((text) => dictionary.internText(text)), [1, 2, 3]);
    assert.deepEqual([dictionary.text(2), dictionary.find('aabBaa')], ['bBaaaa', 3]);
  });

  it('holds many texts, and survives a transfer', () => {
    const dictionary = new Dictionary();
    for (let i = 0; i < 50000; i++) dictionary.internText(`host-${i}`);
    const copy = Dictionary.fromTransfer(dictionary.toTransfer());
    assert.deepEqual([copy.size, copy.text(12346), copy.find('host-49999')], [50001, 'host-12345', 50000]);
  });
});
