import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { countGroups, countKeys, countValues, numberDistinct, timeRange } from '../../../server/core/aggregate/keys';
import { orderGroups } from '../../../server/core/aggregate/order';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';

describe('counts of all rows', () => {
  const row = fc.record({ key: fc.nat({ max: 5 }), time: fc.constantFrom(NaN, 0, -3, 1.5, 7, 1e9) });

  it('rows, first time and first row of keys, and of groups of them', () => {
    fc.assert(fc.property(fc.array(row, { maxLength: 40 }), fc.array(fc.nat({ max: 2 }), { minLength: 6, maxLength: 6 }), (rows, groupOf) => {
      const keys = countKeys(Uint32Array.from(rows, (r) => r.key), Float64Array.from(rows, (r) => r.time), 6);
      const slow = (of: (key: number) => number, count: number): unknown => Array.from({ length: count }, (_, k) => {
        const own = rows.map((r, i) => ({ ...r, i })).filter(({ key }) => of(key) === k);
        return [own.length, Math.min(Infinity, ...own.map(({ time }) => time).filter((time) => !Number.isNaN(time))), own[0]?.i ?? 0xffffffff];
      });
      const plain = (counts: typeof keys): unknown => Array.from(counts.rows, (n, k) => [n, counts.firstTime[k], counts.firstRow[k]]);
      assert.deepEqual(plain(keys), slow((key) => key, 6));
      assert.deepEqual(plain(countGroups(keys, Uint32Array.from(groupOf), 3)), slow((key) => groupOf[key], 3));
      const times = rows.map(({ time }) => time).filter((time) => !Number.isNaN(time));
      assert.deepEqual(timeRange(Float64Array.from(rows, (r) => r.time)), { count: times.length, first: Math.min(...times), last: Math.max(...times) });
    }));
  });

  it('values: one count for each up to the highest', () => {
    for (const [values, counts] of [[[], []], [[0], [1]], [[2, 0, 2, 5], [1, 0, 2, 0, 0, 1]]] as const) assert.deepEqual(countValues(Uint32Array.from(values)), Uint32Array.from(counts));
  });

  it('different values get different numbers, without a gap', () => {
    const rng = mulberry32(1);
    for (const [length, values] of [[0, 1], [1, 1], [500, 3], [3000, 2 ** 32], [3000, 70_000]] as const) {
      const list = Uint32Array.from({ length }, () => Math.floor(values * rng())), numbers = new Uint32Array(length), distinct = numberDistinct(list, numbers);
      assert.equal(distinct.length, new Set(list).size);
      list.forEach((value, i) => assert.equal(distinct[numbers[i]], value));
    }
  });

  it('groups by a number, then by another; those without rows are left out; many as few', () => {
    const rng = mulberry32(2);
    for (const count of [0, 1, 50, 4096, 4097, 20_000]) {
      for (const value of [() => -randomBelow(rng, 5), () => 5, () => (rng() < 0.2 ? Infinity : rng() * 1e9 - 5e8), () => (rng() < 0.5 ? -0 : 0)]) {
        const rows = Uint32Array.from({ length: count }, () => randomBelow(rng, 4)), primary = Float64Array.from({ length: count }, value), secondary = Uint32Array.from({ length: count }, (_, i) => (i * 7919) % 1_000_003);
        const expected = Array.from(rows.keys()).filter((g) => rows[g] > 0).sort((a, b) => (primary[a] < primary[b] ? -1 : primary[a] > primary[b] ? 1 : secondary[a] - secondary[b]));
        assert.deepEqual([...orderGroups(rows, primary, secondary)], expected);
      }
    }
  });
});
