import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { rank } from '../../../server/core/evaluation/ranking';
import { slowAuc, slowAveragePrecision } from '../../reference/ranking';

const rows = fc.array(fc.record({ score: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(-Infinity, 0.5)), positive: fc.constantFrom(0, 1) }), { maxLength: 60 });
const near = (actual: number | undefined, expected: number | undefined): void => assert.ok(actual === expected || Math.abs((actual as number) - (expected as number)) < 1e-12, `${actual} is not ${expected}`);

describe('ranking', () => {
  it('agrees with the definitions, ties and unscored rows included', () => {
    fc.assert(fc.property(rows, fc.integer({ min: -1, max: 6 }), fc.integer({ min: 1, max: 70 }), (list, threshold, k) => {
      const scores = list.map((r) => r.score), positive = list.map((r) => r.positive);
      const found = rank(Float64Array.from(scores), Uint8Array.from(positive), (score) => score >= threshold, [k]);
      near(found.auc, slowAuc(scores, positive));
      near(found.ap, slowAveragePrecision(scores, positive));
      const flagged = list.filter((r) => r.score >= threshold), hits = flagged.filter((r) => r.positive === 1).length;
      const positives = positive.filter((p) => p === 1).length, negatives = list.length - positives;
      near(found.precision, flagged.length > 0 ? hits / flagged.length : undefined);
      near(found.recall, positives > 0 ? hits / positives : undefined);
      near(found.alarmsPer1000, negatives > 0 ? (1000 * (flagged.length - hits)) / negatives : 0);
      assert.deepEqual([found.rows, found.positives, found.flagged], [list.length, positives, flagged.length]);
      const top = list.map((r, i) => ({ ...r, i })).sort((a, b) => (a.score === b.score ? a.i - b.i : b.score - a.score)).slice(0, k);
      near(found.precisionAtK[k], list.length > 0 ? top.filter((r) => r.positive === 1).length / top.length : 0);
    }), { numRuns: 300 });
  });

  const cases: { name: string; scores: number[]; positive: number[]; auc: number | undefined; ap: number | undefined }[] = [
    { name: 'perfect', scores: [3, 2, 1, 0], positive: [1, 1, 0, 0], auc: 1, ap: 1 },
    { name: 'inverted', scores: [0, 1, 2, 3], positive: [1, 1, 0, 0], auc: 0, ap: (1 / 3 + 2 / 4) / 2 },
    { name: 'all tied', scores: [1, 1, 1, 1], positive: [1, 0, 0, 0], auc: 0.5, ap: 0.25 },
    { name: 'no negatives', scores: [1, 2], positive: [1, 1], auc: undefined, ap: 1 },
    { name: 'no positives', scores: [1, 2], positive: [0, 0], auc: undefined, ap: undefined },
    { name: 'nothing', scores: [], positive: [], auc: undefined, ap: undefined },
  ];
  for (const { name, scores, positive, auc, ap } of cases) {
    it(name, () => {
      const found = rank(Float32Array.from(scores), Uint8Array.from(positive), () => false, []);
      assert.deepEqual([found.auc, found.ap, found.precision], [auc, ap, undefined]);
    });
  }

  it('comes to an end even over a score that is no number', () => assert.equal(rank(Float64Array.from([NaN, 1, NaN]), Uint8Array.from([1, 0, 0]), () => true, []).rows, 3));
});
