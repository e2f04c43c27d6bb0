import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { BitSet } from '../../../server/core/util/bitset';
import { KeyIndex } from '../../../server/core/util/hashTable';
import { ProblemList } from '../../../server/core/util/problem';
import { subControl } from '../../../server/core/util/control';

describe('bit set', () => {
  const step = fc.record({ add: fc.boolean(), index: fc.oneof(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 5000 })) });

  it('holds what a Set would', () => {
    fc.assert(fc.property(fc.nat({ max: 64 }), fc.array(step, { maxLength: 80 }), (size, steps) => {
      const set = new BitSet(size), oracle = new Set<number>();
      for (const { add, index } of steps) {
        if (add) set.add(index);
        else set.delete(index);
        if (add) oracle.add(index);
        else oracle.delete(index);
        assert.equal(set.has(index), oracle.has(index));
      }
      for (const { index } of steps) for (const near of [index - 1, index, index + 1]) if (near >= 0) assert.equal(set.has(near), oracle.has(near));
      assert.equal(set.count(6000), oracle.size);
      assert.equal(set.count(40), [...oracle].filter((index) => index < 40).length);
    }));
  });
});

describe('key index', () => {
  // Keys that share their lower 32 bits must not be taken for each other.
  const key = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 3 }).map((high) => high * 2 ** 32 + 5), fc.maxSafeNat());

  it('numbers keys in order of first use, as a Map would', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 64 }), fc.array(key, { maxLength: 300 }), fc.array(key, { maxLength: 20 }), (capacity, keys, probes) => {
      const index = new KeyIndex(capacity), oracle = new Map<number, number>();
      for (const k of keys) {
        if (!oracle.has(k)) oracle.set(k, oracle.size);
        assert.equal(index.add(k), oracle.get(k));
      }
      for (const k of [...keys, ...probes]) assert.equal(index.get(k), oracle.get(k) ?? -1);
      assert.deepEqual(Array.from({ length: index.size }, (_, i) => index.key(i)), [...oracle.keys()]);
      index.clear();
      assert.deepEqual([index.size, ...keys.map((k) => index.get(k))], [0, ...keys.map(() => -1)]);
      if (keys.length > 0) assert.equal(index.add(keys[keys.length - 1]), 0);
    }));
  });
});

describe('problem list', () => {
  it('keeps the first of each code and counts all', () => {
    const list = new ProblemList(2);
    for (const code of ['a', 'a', 'b', 'a']) list.add({ code, severity: 'info', message: '', next: '' });
    assert.deepEqual(list.problems.map((p) => p.code), ['a', 'a', 'b']);
    assert.deepEqual([...list.totals()], [['a', 3], ['b', 1]]);
  });
});

describe('control of a part', () => {
  it('maps its progress into that of the whole and hands on the cancel', () => {
    const told: number[] = [];
    const whole = { report: (fraction: number) => void told.push(fraction), cancelled: false };
    const part = subControl(subControl(whole, 0.5, 1), 0.2, 0.4);
    [0, 0.5, 1].forEach((fraction) => part.report(fraction, ''));
    assert.deepEqual(told, [0.6, 0.65, 0.7]);
    whole.cancelled = true;
    assert.equal(part.cancelled, true);
  });
});
