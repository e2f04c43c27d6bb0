import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { CurveWriter, emptyCurve } from '../../../server/core/nn/trainCurve';

/** The curve of points told one after the other. */
function written(points: readonly (readonly [step: number, loss: number])[]) {
  const writer = new CurveWriter(emptyCurve);
  for (const [step, loss] of points) writer.add(step, loss);
  return writer.read();
}

describe('core/nn/trainCurve', () => {
  it('keeps every step while there are few', () => {
    const { steps, losses } = written([[1, 5], [2, 4], [3, 3.5]]);
    assert.deepEqual([steps, losses], [[1, 2, 3], [5, 4, 3.5]]);
  });

  it('keeps every point that it is told where steps are left out, and of a run that goes on at a later step', () => {
    for (const each of [10, 250]) for (const from of [0, 5000]) {
      const points = Array.from({ length: 40 }, (_, i) => [from + each * (i + 1), 40 - i] as const);
      assert.deepEqual(written(points).steps, points.map(([step]) => step), `each ${each} from ${from}`);
    }
  });

  it('of any number of steps keeps at most 1,024 points whose means are those of all steps before them', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 0, max: 400 }), (count, from) => {
      const points = Array.from({ length: count }, (_, i) => [from + i + 1, (7 * i) % 13] as const), { steps, losses, sum } = written(points);
      assert.ok(steps.length <= 1024 && steps.every((step, i) => i === 0 || step > steps[i - 1]));
      assert.ok(count < 1024 || steps.length >= 512);
      let total = 0, before = from;
      steps.forEach((step, i) => { total += losses[i] * (step - before); before = step; });
      assert.ok(Math.abs(total + sum - points.reduce((all, [, loss]) => all + loss, 0)) < 1e-6);
    }), { seed: 5, numRuns: 60 });
  });
});
