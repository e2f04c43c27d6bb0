import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { HistogramBin } from '../../server/protocol/automaton';
import { barHeight, binWords, greatestShare, oddBins, usualRange } from '../../webview/automaton/histogram';

const bin = (part: Partial<HistogramBin>): HistogramBin => ({ bin: 1, text: '300 to 314', baseline: 0, capture: 0, odd: false, kind: 'usual', ...part });

describe('histogram of a field', () => {
  it('bars are as high as the square root of their share of the greatest one, none of nothing, and few rows can be seen', () => {
    const bins = [bin({ baseline: 100, capture: 1 }), bin({ baseline: 900 }), bin({ capture: 3, kind: 'beyond' })], totals = { baseline: 1000, capture: 4 }, most = greatestShare(bins, totals);
    assert.equal(most, 0.9);
    assert.equal(barHeight(900, 1000, most), 1);
    assert.ok(Math.abs(barHeight(100, 1000, most) - 1 / 3) < 1e-12);
    assert.equal(barHeight(0, 1000, most), 0);
    assert.ok(barHeight(1, 1e6, 1) >= 0.001);
    fc.assert(fc.property(fc.array(fc.record({ baseline: fc.nat(1000), capture: fc.nat(1000) }), { minLength: 1 }), (parts) => {
      const all = parts.map(bin), sums = { baseline: all.reduce((n, b) => n + b.baseline, 0), capture: all.reduce((n, b) => n + b.capture, 0) }, greatest = greatestShare(all, sums);
      const heights = all.flatMap((b) => [barHeight(b.baseline, sums.baseline, greatest), barHeight(b.capture, sums.capture, greatest)]);
      assert.ok(heights.every((height) => height >= 0 && height <= 1 + 1e-9));
      if (sums.baseline + sums.capture > 0) assert.ok(Math.abs(Math.max(...heights) - 1) < 1e-9);
    }));
  });

  it('nothing on one side divides by nothing', () => {
    assert.equal(greatestShare([bin({})], { baseline: 0, capture: 0 }), 0);
    assert.equal(barHeight(0, 0, 0), 0);
    assert.deepEqual(binWords(bin({ capture: 2 }), { baseline: 0, capture: 4 }), ['300 to 314', 'baseline 0 rows', 'capture 2 rows (50 %)']);
  });

  it('says what a bar stands for, and where the baseline ends', () => {
    assert.deepEqual(binWords(bin({ text: '1,000 to 9,999', kind: 'beyond', capture: 1 }), { baseline: 10, capture: 1000 }), ['1,000 to 9,999, beyond the baseline', 'baseline 0 rows', 'capture 1 row (0.1 %)']);
  });

  it('the baseline\'s range goes from its first bin to its last', () => {
    const bins = [bin({ text: '0', kind: 'beyond' }), bin({}), bin({ text: '315 to 329' }), bin({ text: '330' }), bin({ text: '331 to 999', kind: 'beyond' }), bin({ text: 'no value', kind: 'missing' })];
    assert.equal(usualRange(bins), '300 to 330');
    assert.equal(usualRange(bins.slice(1, 3)), '300 to 329');
    assert.equal(usualRange([bin({ text: '56' })]), '56');
    assert.equal(usualRange(bins.slice(0, 1)), 'no value in the baseline');
  });

  it('odd bins are those with rows of the capture', () => {
    const bins = [bin({ odd: true }), bin({ odd: true, capture: 1 }), bin({ capture: 4 })];
    assert.deepEqual(oddBins(bins), [bins[1]]);
  });
});
