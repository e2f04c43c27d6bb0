import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { kMeans, silhouette } from '../../../server/core/util/kMeans';
import { mulberry32 } from '../../../server/core/util/rng';

describe('k-means', () => {
  const groups = { values: Float64Array.from([0, 0, 0, 1, 1, 0, 50, 50, 50, 51, 51, 50, 90, 0, 91, 0, 90, 1]), width: 2 };

  it('finds groups that lie apart, whatever the seed', () => {
    for (let seed = 0; seed < 20; seed++) {
      const found = kMeans(groups, 3, mulberry32(seed));
      for (const start of [0, 3, 6]) assert.deepEqual([found[start + 1], found[start + 2]], [found[start], found[start]]);
      assert.equal(new Set(found).size, 3);
    }
  });

  it('gives the same answer for the same seed and no more clusters than different points', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 8 }), fc.nat(), (list, k, seed) => {
      const points = { values: Float64Array.from(list), width: 1 };
      const found = kMeans(points, k, mulberry32(seed));
      assert.deepEqual(found, kMeans(points, k, mulberry32(seed)));
      assert.ok(new Set(found).size <= Math.min(k, new Set(list).size));
      list.forEach((value, i) => list.forEach((other, j) => value !== other || assert.equal(found[i], found[j])));
    }));
  });

  it('has no points, or no clusters to make', () => {
    assert.equal(kMeans({ values: new Float64Array(0), width: 2 }, 3, mulberry32(1)).length, 0);
  });

  it('silhouettes by hand', () => {
    const points = { values: Float64Array.from([0, 1, 10, 12]), width: 1 };
    const expected = ((11 - 1) / 11 + (10 - 1) / 10 + (9.5 - 2) / 9.5 + (11.5 - 2) / 11.5) / 4;
    assert.ok(Math.abs(silhouette(points, [0, 0, 1, 1]) - expected) < 1e-15);
    assert.equal(silhouette(points, [0, 0, 0, 0]), 0);
    assert.equal(silhouette(points, [0, 1, 2, 3]), 0);
  });
});
