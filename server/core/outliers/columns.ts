import type { Matrix } from './matrix';
import { rowCount } from './matrix';

/** Mean and standard deviation of each column. */
export interface Moments {
  readonly means: Float64Array;
  /** Population standard deviations (divided by n); exactly 0 for a constant column. */
  readonly deviations: Float64Array;
}

/** Two passes about the first row, so that large values with small differences keep them, and a constant column has exactly its value as mean. O(values). */
export function momentsOf(matrix: Matrix): Moments {
  const { values, columns } = matrix;
  const n = rowCount(matrix);
  const means = new Float64Array(columns);
  const deviations = new Float64Array(columns);
  for (let c = 0; c < columns; c++) {
    let sum = 0;
    for (let at = c; at < values.length; at += columns) sum += (values[at] - values[c]) / n;
    means[c] = values[c] + sum;
    let squares = 0;
    for (let at = c; at < values.length; at += columns) squares += ((values[at] - means[c]) * (values[at] - means[c])) / n;
    deviations[c] = Math.sqrt(squares);
  }
  return { means, deviations };
}
