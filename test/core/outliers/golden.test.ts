import * as assert from 'node:assert/strict';
import { assertClose, fitted, golden, matrixOf, scores } from './support';

const decisions = (found: Float64Array, threshold: number): number[] => Array.from(found, (score) => Number(score > threshold));

describe('outlier models as scikit-learn and scipy have them', () => {
  it('local outlier factor: factors and decisions', function () {
    const { train, test, lof } = golden(this);
    const model = fitted('lof', matrixOf(train));
    const found = scores(model, matrixOf(test));
    assertClose(found, lof.score_samples_test.map((x) => -x), 1e-12);
    assert.deepEqual(decisions(found, model.threshold), lof.anomalous);
  });

  it('kernel density: densities, the limit and decisions', function () {
    const { train, test, kde } = golden(this);
    const model = fitted('kde', matrixOf(train));
    const found = scores(model, matrixOf(test));
    assertClose(scores(model, matrixOf(train)).map((x) => Math.exp(-x) / kde.epsilon), kde.density_train.map((x) => x / kde.epsilon), 1e-6);
    assertClose(found.map((x) => Math.exp(-x) / kde.epsilon), kde.density_test.map((x) => x / kde.epsilon), 1e-6);
    assertClose([model.threshold], [-Math.log(kde.epsilon)], 1e-6);
    assert.deepEqual(decisions(found, model.threshold), kde.anomalous);
    assertClose([(model.save()['head'] as Float64Array)[6]], [kde.bandwidth_factor_scott], 1e-12);
  });

  it('mean and deviation: moments and decisions', function () {
    const { train, test, baseline_mean_std: expected } = golden(this);
    const model = fitted('meanStd', matrixOf(train));
    assertClose(model.save()['means'], expected.mean, 1e-12);
    assertClose(model.save()['deviations'], expected.std_population, 1e-12);
    assert.deepEqual(decisions(scores(model, matrixOf(test)), model.threshold), expected.anomalous_any);
  });

  it('quartile limits', function () {
    const { train, quantile_limits: expected } = golden(this);
    assertClose(fitted('quartiles', matrixOf(train)).save()['limits'], expected.flat(), 1e-12);
  });

  it('isolation forest: ranks agree with the reference, on the average of 10 seeds', function () {
    const { train, test, ...expected } = golden(this);
    // Forests of scikit-learn with different seeds agree with each other only to 0.93 .. 0.95 here; so one side is always a mean of seeds.
    const references = [0, 1, 2].map((seed) => Float64Array.from(expected[`iforest_seed${seed}`].score_samples_test, (x) => -x));
    const found = Array.from({ length: 10 }, (_, seed) => scores(fitted('isolationForest', matrixOf(train), {}, seed), matrixOf(test)));
    const reference = ranks(meanOf(references));
    const mean = found.reduce((sum, one) => sum + correlation(ranks(one), reference), 0) / 10;
    assert.ok(mean >= 0.95, `Spearman's correlation with the mean of the reference is ${mean}`);
    for (const one of references) assert.ok(correlation(ranks(meanOf(found)), ranks(one)) >= 0.95);
    // Neither are the scores shifted or scaled.
    assertClose(meanOf(found), meanOf(references), 0.02);
  });
});

const meanOf = (lists: readonly Float64Array[]): Float64Array => lists[0].map((_, i) => lists.reduce((sum, list) => sum + list[i], 0) / lists.length);

function ranks(values: ArrayLike<number>): number[] {
  const sorted = Array.from(values).sort((a, b) => a - b);
  return Array.from(values, (value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]): number => x.reduce((s, v) => s + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number): number => a.reduce((s, _, i) => s + f(i), 0);
  return sum((i) => (a[i] - ma) * (b[i] - mb)) / Math.sqrt(sum((i) => (a[i] - ma) ** 2) * sum((i) => (b[i] - mb) ** 2));
}
