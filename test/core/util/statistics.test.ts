import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { chiSquaredSurvival, gammaQ, lnGamma, percentile, quantileLimits, quantileOfSorted } from '../../../server/core/util/statistics';

const near = (actual: number, expected: number, relative = 1e-12): void => assert.ok(Math.abs(actual - expected) <= relative * Math.max(Math.abs(expected), 1e-300), `${actual} is not ${expected}`);

describe('statistics', () => {
  it('lnGamma of known arguments', () => {
    const cases: [number, number][] = [
      [0.5, 0.5 * Math.log(Math.PI)], [1.5, Math.log(Math.sqrt(Math.PI) / 2)], [3, Math.log(2)], [5, Math.log(24)], [10, Math.log(362880)],
      [0.1, 2.252712651734206], [100, 359.13420536957540], [1e6, 12815504.569147611],
    ];
    for (const [x, expected] of cases) near(lnGamma(x), expected, 1e-13);
    for (const x of [1, 2]) assert.ok(Math.abs(lnGamma(x)) < 1e-14);
  });

  it('chi-squared survival of known arguments', () => {
    // Two and four degrees of freedom have closed forms; the others are tabled quantiles.
    for (const x of [1e-6, 0.1, 1, 2.5, 10, 60, 400]) near(chiSquaredSurvival(x, 2), Math.exp(-x / 2), 1e-12);
    for (const x of [0.5, 3, 12, 80]) near(chiSquaredSurvival(x, 4), Math.exp(-x / 2) * (1 + x / 2), 1e-12);
    const cases: [number, number, number][] = [[3.841458820694124, 1, 0.05], [11.070497693516351, 5, 0.05], [18.307038053275146, 10, 0.05], [124.34211340400407, 100, 0.05], [6.634896601021213, 1, 0.01]];
    for (const [x, freedom, expected] of cases) near(chiSquaredSurvival(x, freedom), expected, 1e-12);
    assert.equal(chiSquaredSurvival(0, 3), 1);
  });

  it('the incomplete gamma function obeys its recurrence on both sides of x = a + 1', () => {
    fc.assert(fc.property(fc.double({ min: 0.5, max: 200, noNaN: true }), fc.double({ min: 0.01, max: 400, noNaN: true }), (a, x) => {
      const expected = gammaQ(a, x) + Math.exp(a * Math.log(x) - x - lnGamma(a + 1));
      assert.ok(Math.abs(gammaQ(a + 1, x) - expected) < 1e-11);
    }));
  });

  it('quantiles interpolate between neighbours', () => {
    const cases: [number[], number, number][] = [[[1, 2, 3, 4], 50, 2.5], [[4, 1, 3, 2], 25, 1.75], [[7], 90, 7], [[0, 10], 5, 0.5], [[1, 2, 3], 100, 3], [[1, 2, 3], 0, 1]];
    for (const [values, p, expected] of cases) assert.equal(percentile(values, p), expected);
    assert.ok(Number.isNaN(quantileOfSorted([], 0.5)));
    assert.deepEqual([...quantileLimits([1, 2, 3, 4, 5], 4)], [2, 3, 4]);
  });
});
