import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { dynamicWindows, lengthLimits } from '../../../server/core/symbols/dynamicWindows';
import { slowWindows } from '../../reference/dynamicWindows';

const windowsOf = (times: readonly number[]): [number, number][] => {
  const windows: [number, number][] = [];
  dynamicWindows(times, (from, to) => windows.push([from, to]));
  return windows;
};
/** Times by gaps: bursts, even traffic, pauses. */
const someTimes = fc.array(fc.constantFrom(0, 0.001, 0.5, 1, 1, 2, 10, 60, 400, 1900), { minLength: 1, maxLength: 120 }).map((gaps) => gaps.map(((at) => (gap: number) => (at += gap))(1e6)));

describe('dynamic windows', () => {
  it('are those of the specification, step by step', () => {
    let compared = 0;
    fc.assert(fc.property(someTimes, (times) => {
      const expected = slowWindows(times, 30 * times.length);
      if (!expected) return;
      compared++;
      assert.deepEqual(windowsOf(times), expected);
    }), { numRuns: 300 });
    assert.ok(compared > 200, `only ${compared} of 300 have an end`);
  });

  it('cover every row, none across a pause of half an hour, none with more rows than allowed but the last of a part', () => {
    fc.assert(fc.property(someTimes, (times) => {
      const windows = windowsOf(times), covered = new Set<number>();
      for (const [from, to] of windows) {
        assert.ok(from >= 0 && from < to && to <= times.length);
        for (let i = from; i < to; i++) covered.add(i);
        for (let i = from + 1; i < to; i++) assert.ok(times[i] - times[i - 1] <= 1800);
      }
      assert.equal(covered.size, times.length);
    }), { numRuns: 300 });
  });

  it('overlap about five times in even traffic', () => {
    const windows = windowsOf(Array.from({ length: 2000 }, (_, i) => i)), rows = windows.reduce((n, [from, to]) => n + to - from, 0);
    assert.ok(rows > 4.5 * 2000 && rows < 5.5 * 2000, String(rows));
    assert.ok(windows.slice(0, -1).every(([from, to]) => to - from === 26));
  });

  const cases: { name: string; times: number[]; windows: [number, number][] }[] = [
    { name: 'no rows', times: [], windows: [] }, { name: 'one row', times: [5], windows: [[0, 1]] }, { name: 'rows of one time', times: [5, 5, 5], windows: [[0, 3]] },
    { name: 'two rows, a pause between', times: [0, 2000], windows: [[0, 1], [1, 2]] }, { name: 'fewer rows than the least window', times: [0, 1, 2, 3], windows: [[0, 4]] },
  ];
  for (const { name, times, windows } of cases) it(name, () => assert.deepEqual(windowsOf(times), windows));

  it('lengths are limited as the published code does', () => {
    assert.deepEqual([3, 10, 5000, 200_000, 1_000_000].map((n) => lengthLimits(n)), [{ min: 3, max: 1500 }, { min: 10, max: 1500 }, { min: 10, max: 1500 }, { min: 20, max: 1500 }, { min: 100, max: 1500 }]);
  });

  it('takes no time that explodes with times made for it', () => {
    const times = Array.from({ length: 20_000 }, (_, i) => (i % 100 === 0 ? 1700 * (i / 100) : 1700 * Math.floor(i / 100) + 1e-6 * (i % 100)));
    const start = performance.now();
    assert.ok(windowsOf(times).length > 0);
    assert.ok(performance.now() - start < 5000);
  });
});
