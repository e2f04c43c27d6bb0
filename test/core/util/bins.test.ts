import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Bins } from '../../../server/core/util/bins';

/** Counted edge by edge. */
function slowBin(edges: readonly number[], value: number): number {
  return Number.isFinite(value) ? edges.filter((edge) => edge <= value).length : edges.length + 1;
}

function binOf(bins: Bins, value: number): number {
  const values = Float32Array.of(value), bits = new Uint32Array(values.buffer);
  return bins.of(values[0], bits[0]);
}

describe('bins', () => {
  const number = fc.oneof(fc.float(), fc.float({ min: 0, max: 1000 }), fc.integer({ min: -20, max: 70_000 }), fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1e-45, -1e-45, 3.4e38, -3.4e38, 2 ** 24, 443, 444));
  const edges = fc.uniqueArray(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e39, max: 1e39 }), fc.integer({ min: -5, max: 3000 }), fc.constantFrom(0, 1e-6, 1, 10, 1e15)), { maxLength: 40 }).map((list) => list.sort((a, b) => a - b));

  it('hold what lies between their edges, to the bit', () => {
    fc.assert(fc.property(edges, fc.array(number, { minLength: 1, maxLength: 40 }), (list, values) => {
      const bins = new Bins(Float64Array.from(list));
      assert.equal(bins.count, list.length + 2);
      // Edges themselves are the values that matter most.
      for (const value of [...values, ...list].map(Math.fround)) assert.equal(binOf(bins, value), slowBin(list, value), `${value} among ${list.join()}`);
    }), { numRuns: 300 });
  });

  it('many edges close together', () => {
    const list = Array.from({ length: 200 }, (_, i) => 1000 + i / 8), bins = new Bins(Float64Array.from(list));
    for (let value = 990; value < 1030; value += 1 / 16) assert.equal(binOf(bins, value), slowBin(list, value));
  });
});
