import * as fs from 'node:fs';
import type { Context } from 'mocha';
import { fitOutliers, type OutlierKindId, type OutlierSettings } from '../../../server/core/outliers/kinds';
import type { Matrix } from '../../../server/core/outliers/matrix';
import type { OutlierModel, Refusal } from '../../../server/core/outliers/outlierModel';
import { mulberry32, randomNormal } from '../../../server/core/util/rng';
import { needShared } from '../../support/shared';

export const KINDS: readonly OutlierKindId[] = ['lof', 'isolationForest', 'kde', 'quartiles', 'meanStd'];

export const matrixOf = (rows: readonly (readonly number[])[]): Matrix => ({ values: Float64Array.from(rows.flat()), columns: rows[0]?.length ?? 1 });

export function normals(rows: number, columns: number, seed: number): Matrix {
  const rng = mulberry32(seed);
  return { values: Float64Array.from({ length: rows * columns }, () => randomNormal(rng)), columns };
}

/** The model, when there is one; fails with what was refused. */
export function fitted<K extends OutlierKindId>(id: K, matrix: Matrix, settings: Partial<OutlierSettings<K>> = {}, seed = 1): OutlierModel {
  return given(fitOutliers(id, matrix, settings, mulberry32(seed)));
}

export function given<T extends object>(result: T | Refusal): T {
  if ('problem' in result) throw new Error(result.problem.message);
  return result;
}

export const scores = (model: OutlierModel, matrix: Matrix): Float64Array => given(model.score(matrix));

export interface Golden {
  readonly train: number[][];
  readonly test: number[][];
  readonly lof: { n_neighbors: number; score_samples_test: number[]; anomalous: number[]; negative_outlier_factor_train: number[] };
  readonly kde: { bandwidth_factor_scott: number; density_train: number[]; epsilon: number; density_test: number[]; anomalous: number[] };
  readonly baseline_mean_std: { mean: number[]; std_population: number[]; anomalous_any: number[] };
  readonly quantile_limits: number[][];
  readonly [forest: `iforest_seed${number}`]: { score_samples_test: number[] };
}

export function golden(context: Context): Golden {
  return JSON.parse(fs.readFileSync(needShared(context, 'golden/multivariate/detectors.json'), 'utf8')) as Golden;
}

/** Whether numbers agree to a relative error (an absolute one below 1). */
export function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  if (actual.length !== expected.length) throw new Error(`${actual.length} numbers instead of ${expected.length}`);
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(actual[i] - expected[i]) <= tolerance * Math.max(1, Math.abs(expected[i])))) throw new Error(`number ${i} is ${actual[i]} instead of ${expected[i]}`);
  }
}
