import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as fc from 'fast-check';
import { FIELD_SETS, lessWholePeriod, lineScores } from '../../../server/core/auth/lineScores';
import { areaUnderRoc, averagePrecision, precisionRecallCurve, rankedPoints, rocCurve } from '../../../server/core/evaluation/curves';
import { lineMetrics, percentilesOverTime, rankByGroup, tokenAccuracy } from '../../../server/core/evaluation/lineMetrics';
import { rank } from '../../../server/core/evaluation/ranking';
import { needShared } from '../../support/shared';

interface Golden {
  readonly input: { readonly users: number[]; readonly seconds: number[]; readonly red: boolean[]; readonly token_losses: number[][] };
  readonly sorted: { readonly users: number[]; readonly seconds: number[]; readonly red: number[]; readonly losses: number[] };
  readonly normalised_losses: number[];
  readonly metrics: Record<string, number>;
  readonly metrics_fields_4_5_6: Record<string, number>;
  readonly metrics_fields_1_3_4_5_6_7_8: Record<string, number>;
  readonly normalised_AUC: number;
  readonly normalised_AP: number;
  readonly roc: { readonly fpr: number[]; readonly tpr: number[]; readonly thresholds: number[] };
  readonly pr: { readonly precision: number[]; readonly recall: number[]; readonly thresholds: number[] };
  readonly retained_share_at_full_recall: number;
  readonly percentiles_75_95_99_smoothing_10: number[][];
}

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string, within = 1e-9): void {
  assert.equal(actual.length, expected.length, what);
  for (let i = 0; i < expected.length; i++) assert.ok(Math.abs(actual[i] - expected[i]) <= within * Math.max(1, Math.abs(expected[i])), `${what} ${i}: ${actual[i]} and not ${expected[i]}`);
}

describe('metrics of lines', () => {
  describe('golden values of the published evaluator', () => {
    let golden: Golden;
    let losses: Float64Array;
    before(function () {
      golden = JSON.parse(fs.readFileSync(needShared(this, 'golden/auth-sequence/evaluator.json'), 'utf8')) as Golden;
      losses = Float64Array.from(golden.input.token_losses.flat());
    });

    const sets: readonly [name: string, metrics: 'metrics' | 'metrics_fields_4_5_6' | 'metrics_fields_1_3_4_5_6_7_8', prefix: string, scores: () => Float64Array][] = [
      ['the mean of all fields', 'metrics', 'eval/', () => lineScores(losses, FIELD_SETS.all, 'mean')],
      ['the sum of where and how', 'metrics_fields_4_5_6', 'eval/fields_4-5-6/', () => lineScores(losses, FIELD_SETS.movement, 'sum')],
      ['the sum of the circumstances', 'metrics_fields_1_3_4_5_6_7_8', 'eval/fields_1-3-4-5-6-7-8/', () => lineScores(losses, FIELD_SETS.circumstances, 'sum')],
    ];
    for (const [name, key, prefix, scores] of sets) {
      it(name, () => {
        const metrics = lineMetrics(scores(), golden.input.red.map(Number));
        const { atLowFpr, peak } = metrics;
        const ours: Record<string, number | undefined> = {
          token_perplexity: metrics.perplexity, AUC: metrics.auc, AP: metrics.ap, total_lines: metrics.lines, total_reds: metrics.positives,
          '0.1p_fpr': atLowFpr?.fpr, '0.1p_fpr_tpr': atLowFpr?.tpr, '0.1p_fpr_threshold': atLowFpr?.threshold, '0.1p_fpr_precision': atLowFpr?.precision, '0.1p_fpr_recall': atLowFpr?.tpr,
          peak_precision: peak?.precision, peak_precision_recall: peak?.tpr, peak_precision_threshold: peak?.threshold, peak_precision_fpr: peak?.fpr, peak_precision_tpr: peak?.tpr,
        };
        for (const [metric, value] of Object.entries(ours)) close([value ?? NaN], [golden[key][`${prefix}${metric}`]], metric);
        if (key === 'metrics') close([metrics.retained ?? NaN], [golden.retained_share_at_full_recall], 'retained');
      });
    }

    it('lines in order of time, normalised by the whole period, curves and percentiles', () => {
      // Lines of the same second are in any order.
      const line = (second: number, loss: number): string => `${second} ${loss.toFixed(9)}`;
      const all = lineScores(losses, FIELD_SETS.all, 'mean');
      assert.deepEqual(golden.input.seconds.map((second, row) => line(second, all[row])).sort(), golden.sorted.seconds.map((second, row) => line(second, golden.sorted.losses[row])).sort());
      const scores = Float64Array.from(golden.sorted.losses);
      const { red } = golden.sorted;
      const normal = lessWholePeriod(scores, golden.sorted.users, 5);
      close(normal, golden.normalised_losses, 'normalised');
      const { auc, ap } = lineMetrics(normal, red);
      close([auc ?? NaN, ap ?? NaN], [golden.normalised_AUC, golden.normalised_AP], 'normalised metrics');
      const points = rankedPoints(scores, red);
      const roc = rocCurve(points, true);
      const pr = precisionRecallCurve(points);
      for (const part of ['fpr', 'tpr', 'thresholds'] as const) close(roc[part], golden.roc[part], part);
      for (const part of ['precision', 'recall', 'thresholds'] as const) close(pr[part], golden.pr[part], part);
      close(percentilesOverTime(golden.sorted.seconds, scores, 10, [75, 95, 99]).flatMap(({ from, values }) => [from, ...values]), golden.percentiles_75_95_99_smoothing_10.flat(), 'percentiles');
    });

    it('ties', function () {
      const ties = JSON.parse(fs.readFileSync(needShared(this, 'golden/auth-sequence/auc_ap_ties.json'), 'utf8')) as { readonly y: number[]; readonly s: number[]; readonly auc: number; readonly ap: number; readonly roc: number[][]; readonly pr: number[][] };
      const points = rankedPoints(Float64Array.from(ties.s), ties.y);
      close([areaUnderRoc(points) ?? NaN, averagePrecision(points) ?? NaN], [ties.auc, ties.ap], 'area');
      const roc = rocCurve(points, true);
      const pr = precisionRecallCurve(points);
      [roc.fpr, roc.tpr, roc.thresholds].forEach((part, i) => close(part, ties.roc[i], `roc ${i}`));
      [pr.precision, pr.recall, pr.thresholds].forEach((part, i) => close(part, ties.pr[i], `pr ${i}`));
    });
  });

  const labelled = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.boolean()), { maxLength: 60 });

  it('agree with the metrics of rows, for any scores and labels', () => {
    fc.assert(fc.property(labelled, (rows) => {
      const scores = Float64Array.from(rows, ([score]) => score), positive = Uint8Array.from(rows, ([, red]) => (red ? 1 : 0));
      const ours = lineMetrics(scores, positive, [3, 10]), theirs = rank(scores, positive, () => false, [3, 10]);
      for (const name of ['auc', 'ap'] as const) assert.ok(ours[name] === theirs[name] || Math.abs((ours[name] ?? NaN) - (theirs[name] ?? NaN)) < 1e-12);
      assert.deepEqual(ours.precisionAtK, theirs.precisionAtK);
      const groups = rankByGroup(scores, positive, () => 'all');
      assert.equal(groups.length, ours.positives > 0 ? 1 : 0);
      for (const one of groups) for (const name of ['auc', 'ap'] as const) assert.ok(one[name] === ours[name] || Math.abs((one[name] ?? NaN) - (ours[name] ?? NaN)) < 1e-12);
    }), { seed: 31, numRuns: 400 });
  });

  it('operating points are what flagging at their thresholds gives', () => {
    fc.assert(fc.property(labelled, (rows) => {
      const scores = Float64Array.from(rows, ([score]) => score), positive = rows.map(([, red]) => Number(red));
      const metrics = lineMetrics(scores, positive);
      for (const point of [metrics.atLowFpr, metrics.peak]) {
        if (point === undefined) continue;
        const flagged = rows.filter(([score]) => score >= point.threshold), hits = flagged.filter(([, red]) => red).length;
        assert.deepEqual([point.precision, point.tpr, point.fpr], [hits / flagged.length, metrics.positives > 0 ? hits / metrics.positives : 0, rows.length > metrics.positives ? (flagged.length - hits) / (rows.length - metrics.positives) : 0]);
      }
      const worst = Math.min(...rows.filter(([, red]) => red).map(([score]) => score));
      assert.equal(metrics.retained, metrics.positives > 0 ? rows.filter(([score]) => score >= worst).length / rows.length : undefined);
    }), { seed: 32, numRuns: 400 });
  });

  it('perfect separation, one class and nothing at all are no errors', () => {
    const perfect = lineMetrics(Float64Array.of(1, 2, 9, 8), [0, 0, 1, 1]);
    assert.deepEqual([perfect.auc, perfect.ap, perfect.peak, perfect.atLowFpr?.fpr, perfect.retained], [1, 1, { threshold: 8, fpr: 0, tpr: 1, precision: 1 }, 0.5, 0.5]);
    const benign = lineMetrics(Float64Array.of(1, 2), [0, 0]);
    assert.deepEqual([benign.auc, benign.ap, benign.peak, benign.retained], [undefined, undefined, undefined, undefined]);
    assert.deepEqual([lineMetrics(Float64Array.of(1), [1]).auc, lineMetrics(Float64Array.of(1), [1]).ap, lineMetrics(new Float64Array(0), []).lines], [undefined, 1, 0]);
  });

  it('groups are ranked each against all negatives', () => {
    const groups = rankByGroup(Float64Array.of(5, 1, 3, 2, 9), [1, 1, 0, 0, 1], (row) => (row === 1 ? 'b' : 'a'));
    assert.deepEqual(groups, [{ group: 'a', positives: 2, auc: 1, ap: 1 }, { group: 'b', positives: 1, auc: 0, ap: 1 / 3 }]);
  });

  it('token accuracy leaves out what is ignored', () => {
    assert.equal(tokenAccuracy([1, 2, 3, 9], [1, 2, 4, 0]), 2 / 3);
    assert.ok(Number.isNaN(tokenAccuracy([], [])));
  });
});
