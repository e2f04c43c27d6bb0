import { momentsOf } from './columns';
import { eigenOf } from './eigen';
import type { Matrix } from './matrix';
import { GREATEST, rowCount } from './matrix';

/**
 * Coordinates in which the sample covariance is 1 in every direction, times a bandwidth. Directions in which the rows do not differ are apart: there, a row's
 * distance from the rest counts, and nothing else.
 */
export interface Whitening {
  readonly means: Float64Array;
  /** Standard deviation of each column, 1 for a constant one. */
  readonly scales: Float64Array;
  /** Rows of the map from standardised columns: first `rank` that span the range of the covariance, then those of directions without variance. */
  readonly map: Float64Array;
  readonly rank: number;
  /** ln of the volume of the unit cube of the range, in units of the columns. */
  readonly logVolume: number;
  /** Bandwidth in standard deviations: Scott's factor n^(-1 / (rank + 4)). */
  readonly factor: number;
}

/**
 * Standard deviation that stands for none, in deviations of a column (its own unit, for a constant column). The reference adds noise of this size to every
 * column so that no covariance is singular; directions with less variance than the noise get the noise's variance instead, without drawing any.
 */
export const NOISE = 1e-4;

/** O(n x columns^2 + columns^3). */
export function whiteningOf(matrix: Matrix): Whitening {
  const { values, columns } = matrix;
  const n = rowCount(matrix);
  const { means, deviations } = momentsOf(matrix);
  const scales = deviations.map((deviation) => deviation || 1);
  const { values: variances, vectors } = eigenOf(covarianceOf(values, columns, n, means, scales), columns);
  const order = Array.from(variances.keys()).sort((a, b) => variances[b] - variances[a]);
  const rank = order.filter((i) => variances[i] > NOISE * NOISE).length;
  const factor = n ** (-1 / (rank + 4));
  const map = new Float64Array(columns * columns);
  let logVolume = 0;
  for (let r = 0; r < columns; r++) {
    const width = r < rank ? factor * Math.sqrt(variances[order[r]]) : NOISE;
    if (r < rank) logVolume += Math.log(width);
    for (let c = 0; c < columns; c++) map[r * columns + c] = vectors[order[r] * columns + c] / width;
  }
  if (rank > 0) for (const scale of scales) logVolume += Math.log(scale);
  return { means, scales, map, rank, logVolume, factor };
}

/** Sample covariance (divided by n - 1) of the standardised columns. */
function covarianceOf(values: Float64Array, columns: number, n: number, means: Float64Array, scales: Float64Array): Float64Array {
  const covariance = new Float64Array(columns * columns);
  const row = new Float64Array(columns);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < columns; c++) row[c] = (values[i * columns + c] - means[c]) / scales[c];
    for (let p = 0; p < columns; p++) for (let q = p; q < columns; q++) covariance[p * columns + q] += (row[p] * row[q]) / (n - 1);
  }
  for (let p = 0; p < columns; p++) for (let q = 0; q < p; q++) covariance[p * columns + q] = covariance[q * columns + p];
  return covariance;
}

/** Rows in coordinates of the range (one column of zeros where its rank is 0), and half the squared distance of each row from the range. */
export interface Whitened extends Matrix {
  readonly off: Float64Array;
}

/** O(n x columns^2). */
export function whiten({ means, scales, map, rank }: Whitening, { values, columns }: Matrix): Whitened {
  const n = values.length / columns;
  const width = Math.max(1, rank);
  const coordinates = new Float64Array(n * width);
  const off = new Float64Array(n);
  const row = new Float64Array(columns);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < columns; c++) row[c] = (values[i * columns + c] - means[c]) / scales[c];
    for (let r = 0; r < columns; r++) {
      let sum = 0;
      for (let c = 0; c < columns; c++) sum += map[r * columns + c] * row[c];
      // Keeps squares finite.
      sum = Math.max(-GREATEST, Math.min(GREATEST, sum));
      if (r < rank) coordinates[i * width + r] = sum;
      else off[i] += (sum * sum) / 2;
    }
  }
  return { values: coordinates, columns: width, off };
}
