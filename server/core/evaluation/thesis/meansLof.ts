import { lof } from '../../outliers/lof';
import { type Matrix, rowCount } from '../../outliers/matrix';
import { mulberry32 } from '../../util/rng';
import { type EntityFlows, flowsOf } from './entityFlows';
import type { EntityMethod } from './method';

/** Local outlier factor of whole entities (specs, multivariate, section 8, c): each is one point, the means of its features, the most frequent value of a category. `neighbours` at most. */
export function meansLof(categorical: readonly boolean[], neighbours: number): EntityMethod {
  return {
    id: 'meansLof',
    title: 'LOF of entity means',
    learner: (training) => function* (members) {
      const { columns } = training.features;
      const points = new Float64Array(members.length * columns);
      members.forEach((i, at) => points.set(pointOf(training, i, categorical), at * columns));
      // Nothing is drawn by this kind.
      const model = lof.fit({ values: points, columns }, { share: 1, most: neighbours }, mulberry32(0));
      if ('problem' in model) return model;
      return {
        score(flows, i) {
          const scores = model.score({ values: pointOf(flows, i, categorical), columns });
          return 'problem' in scores ? NaN : scores[0];
        },
      };
    },
  };
}

/** Mean of each feature over an entity's rows, the most frequent value of categories (of equally frequent ones the least). O(values). */
export function pointOf(flows: EntityFlows, i: number, categorical: readonly boolean[]): Float64Array {
  const { features } = flowsOf(flows, i);
  return Float64Array.from(categorical, (isCategory, c) => (isCategory ? modeOf(features, c) : meanOf(features, c)));
}

function meanOf(matrix: Matrix, column: number): number {
  const { values, columns } = matrix;
  const n = rowCount(matrix);
  let mean = 0;
  for (let at = column; at < values.length; at += columns) mean += values[at] / n;
  return mean;
}

function modeOf({ values, columns }: Matrix, column: number): number {
  const counts = new Map<number, number>();
  for (let at = column; at < values.length; at += columns) counts.set(values[at], (counts.get(values[at]) ?? 0) + 1);
  let [mode, most] = [NaN, 0];
  for (const [value, count] of counts) if (count > most || (count === most && value < mode)) [mode, most] = [value, count];
  return mode;
}
