import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Dictionary, HASH_START, hashStep, MISSING } from '../../../server/core/table/dictionary';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
// Short texts have a memory of their own; texts that start with NUL, and the empty one, are its odd cases.
const text = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('', '\0', '\0a', 'a\0', 'tcp', 'udp', 'ä', '😀'), fc.string({ unit: 'grapheme', maxLength: 12 }));

/** Interns as a reader does that hashes and collects the last four bytes while it looks for the end. */
function internScanned(dictionary: Dictionary, line: Uint8Array, start: number, end: number): number {
  let hash = HASH_START;
  let lastFour = 0;
  for (let i = start; i < end; i++) {
    hash = hashStep(hash, line[i]);
    lastFour = (lastFour << 8) | line[i];
  }
  return dictionary.internScanned(line, start, end, hash, lastFour);
}

describe('dictionary', () => {
  it('numbers texts in order of first use, however they are given', () => {
    fc.assert(fc.property(fc.array(fc.record({ text, way: fc.constantFrom('text', 'bytes', 'scanned') }), { maxLength: 200 }), fc.array(text), (items, probes) => {
      const dictionary = new Dictionary(), oracle = new Map<string, number>();
      for (const { text: t, way } of items) {
        if (!oracle.has(t)) oracle.set(t, oracle.size + 1);
        const line = bytes(`ab${t}cd`), end = line.length - 2;
        const code = way === 'text' ? dictionary.internText(t) : way === 'bytes' ? dictionary.intern(line, 2, end) : internScanned(dictionary, line, 2, end);
        assert.equal(code, oracle.get(t));
        assert.equal(dictionary.text(code), t);
      }
      for (const probe of probes) assert.equal(dictionary.find(probe), oracle.get(probe) ?? MISSING);
      assert.equal(dictionary.size, oracle.size + 1);
      assert.equal(dictionary.byteLength, [...oracle.keys()].reduce((n, t) => n + bytes(t).length, 0));
      assert.deepEqual([...dictionary.entries()], [...oracle].map(([t, code]) => [code, t]));
    }), { numRuns: 200 });
  });

  it('survives the way to another thread and grows on there', () => {
    fc.assert(fc.property(fc.uniqueArray(text, { maxLength: 60 }), (texts) => {
      const dictionary = new Dictionary();
      texts.forEach((t) => dictionary.internText(t));
      const there = Dictionary.fromTransfer(structuredClone(dictionary.toTransfer()));
      assert.deepEqual([...there.entries()], [...dictionary.entries()]);
      assert.equal(there.internText('a text that none of them has'), texts.length + 1);
    }));
  });

  it('holds many texts', () => {
    const dictionary = new Dictionary();
    for (let i = 0; i < 50_000; i++) assert.equal(dictionary.internText(`C${i}x`), i + 1);
    for (let i = 0; i < 50_000; i += 997) assert.deepEqual([dictionary.find(`C${i}x`), dictionary.text(i + 1)], [i + 1, `C${i}x`]);
  });

  it('has a code, but no text, for what is missing', () => assert.deepEqual([new Dictionary().text(MISSING), new Dictionary().find('')], ['', MISSING]));
});
