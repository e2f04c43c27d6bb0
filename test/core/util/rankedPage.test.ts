import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { rankedPage } from '../../../server/core/util/rankedPage';
import { mulberry32 } from '../../../server/core/util/rng';

const sorted = (values: Float64Array, start: number, count: number): number[] => Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b] || a - b).slice(start, start + count);

describe('page of ranked values', () => {
  it('is what sorting all of them gives', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom(0, -1, 3, 1e300, -1e300), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })), { maxLength: 60 }), fc.nat(70), fc.nat(70), (list, start, count) => {
      const values = Float64Array.from(list);
      assert.deepEqual([...rankedPage(values, start, count)], sorted(values, start, count));
    }), { numRuns: 300 });
  });

  // More values than are sorted at once, so that they go through buckets.
  const rng = mulberry32(4);
  const many: [string, Float64Array][] = [
    ['spread values', Float64Array.from({ length: 20_000 }, () => rng())],
    ['few different values', Float64Array.from({ length: 20_000 }, () => Math.floor(3 * rng()))],
    ['equal values', new Float64Array(20_000).fill(7)],
    ['one far away', Float64Array.from({ length: 20_000 }, (_, i) => (i === 9 ? 1e12 : rng()))],
    ['ever closer to 0', Float64Array.from({ length: 20_000 }, (_, i) => 2 ** (-i % 900))],
    ['falling values', Float64Array.from({ length: 20_000 }, (_, i) => -i)],
  ];
  for (const [name, values] of many) {
    it(`of ${name}`, () => {
      for (const [start, count] of [[0, 1], [0, 100], [9_990, 50], [3_000, 9_000], [19_990, 100], [20_000, 5], [0, 20_000], [5, 0]]) assert.deepEqual([...rankedPage(values, start, count)], sorted(values, start, count), `${start} ${count}`);
    });
  }
});
