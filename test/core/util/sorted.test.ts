import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { lowerBound } from '../../../server/core/util/sorted';

describe('ascending arrays', () => {
  it('the lower bound is the first position of a value not below', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 8 }), fc.integer({ min: -1, max: 21 }), (raw, value) => {
      const sorted = raw.sort((a, b) => a - b);
      const first = sorted.findIndex((other) => other >= value);
      assert.equal(lowerBound(sorted, value), first < 0 ? sorted.length : first);
    }));
  });
});
