import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type Calibration, calibrate, commonScore, tailProbability, thresholdScore } from '../../../server/core/detectors/scoring/calibration';
import { mulberry32, randomNormal } from '../../../server/core/util/rng';

const number = fc.oneof(fc.integer({ min: -3, max: 12 }), fc.double({ min: -50, max: 50, noNaN: true }));
const scores = fc.array(number, { maxLength: 200 });
const benign = { contamination: 0 };

describe('calibration', () => {
  it('is monotone: a higher raw score is never more probable nor lower on the common scale', () => {
    fc.assert(fc.property(scores, fc.constantFrom(0, 0.02, 0.19, 0.5), fc.array(number, { minLength: 2, maxLength: 30 }), (raw, contamination, probes) => {
      const calibration = calibrate(Float64Array.from(raw), { contamination });
      assert.ok(calibration.raw.every((value, i) => i === 0 || value > calibration.raw[i - 1]));
      assert.ok(calibration.tail.every((p, i) => p > 0 && p <= 1 && (i === 0 || p < calibration.tail[i - 1])));
      const sorted = [...probes, ...calibration.raw].sort((a, b) => a - b);
      for (let i = 0; i < sorted.length; i++) {
        const p = tailProbability(calibration, sorted[i]), score = commonScore(calibration, sorted[i]);
        assert.ok(p > 0 && p <= 1 && score >= 0 && score < 100, `${p} ${score}`);
        if (i === 0) continue;
        assert.ok(p <= tailProbability(calibration, sorted[i - 1]) + 1e-15);
        assert.ok(score >= commonScore(calibration, sorted[i - 1]) - 1e-12);
      }
    }));
  });

  it('gives each of many held-back rows the share of rows at or above it', () => {
    const rng = mulberry32(4), raw = Float64Array.from({ length: 20_000 }, () => 5 + randomNormal(rng));
    const calibration = calibrate(raw, benign);
    for (const q of [4, 5, 6, 7, 7.5]) {
      const share = raw.filter((value) => value >= q).length / raw.length;
      assert.ok(Math.abs(tailProbability(calibration, q) / share - 1) < 0.15, `${q}: ${tailProbability(calibration, q)} for ${share}`);
    }
  });

  it('flags about the acceptance rate of rows like those of the baseline', () => {
    const rng = mulberry32(9), draw = (): number => -Math.log(1 - rng());
    const calibration = calibrate(Float64Array.from({ length: 50_000 }, draw), benign);
    const fresh = Float64Array.from({ length: 200_000 }, draw);
    for (const acceptance of [0.1, 0.01, 0.001, 0.0001]) {
      const flagged = fresh.filter((raw) => commonScore(calibration, raw) >= thresholdScore(acceptance)).length / fresh.length;
      assert.ok(flagged > acceptance / 2 && flagged < acceptance * 2, `${flagged} for ${acceptance}`);
    }
  });

  it('scores 100 d / (1 + d) at d decades of rarity', () => {
    const calibration: Calibration = { raw: Float64Array.from([0, 10]), tail: Float64Array.from([1, 0.01]), scale: 1 / Math.LN10 };
    for (const [raw, p] of [[-5, 1], [0, 1], [5, 0.1], [10, 0.01], [11, 0.001], [14, 1e-6]] as const) {
      assert.ok(Math.abs(tailProbability(calibration, raw) / p - 1) < 1e-12);
      const d = -Math.log10(p);
      assert.ok(Math.abs(commonScore(calibration, raw) - (100 * d) / (1 + d)) < 1e-9, String(raw));
      assert.ok(Math.abs(thresholdScore(p) - commonScore(calibration, raw)) < 1e-9);
    }
    assert.deepEqual([thresholdScore(0.1), thresholdScore(0.001), thresholdScore(1)], [50, 75, 0]);
  });

  const extremes: { name: string; raw: number[]; contamination?: number }[] = [
    { name: 'no rows', raw: [] }, { name: 'one row', raw: [3] }, { name: 'two rows', raw: [1, 2] }, { name: 'rows all alike', raw: new Array<number>(1000).fill(2) },
    { name: 'ties with one outlier', raw: [...new Array<number>(999).fill(2), 1e9] }, { name: 'few rows, much contamination', raw: [1, 2, 3], contamination: 0.5 },
  ];
  for (const { name, raw, contamination = 0 } of extremes) {
    it(`of ${name}: finite, and still tells extremes apart`, () => {
      const calibration = calibrate(Float64Array.from(raw), { contamination });
      assert.ok([...calibration.raw, ...calibration.tail, calibration.scale].every(Number.isFinite));
      const top = raw.length === 0 ? 0 : Math.max(...raw);
      assert.ok(commonScore(calibration, top + 20 * calibration.scale) > commonScore(calibration, top + 10 * calibration.scale));
      assert.ok(commonScore(calibration, 1e300) <= 100 && tailProbability(calibration, -Infinity) <= 1);
    });
  }

  it('of a contaminated baseline is that of its clean part', () => {
    const rng = mulberry32(7), clean = Float64Array.from({ length: 10_000 }, () => -Math.log(1 - rng()));
    const dirty = Float64Array.from([...clean, ...new Array<number>(150).fill(60)]);
    const [own, robust, fooled] = [calibrate(clean, benign), calibrate(dirty, { contamination: 0.02 }), calibrate(dirty, benign)].map((c) => commonScore(c, 20));
    assert.ok(Math.abs(own - robust) < 3, `${own} ${robust}`);
    assert.ok(fooled < robust - 10, `without saying so the attacks hide themselves: ${fooled} ${robust}`);
  });
});
