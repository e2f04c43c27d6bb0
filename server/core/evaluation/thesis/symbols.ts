import type { Matrix } from '../../outliers/matrix';
import { rowCount } from '../../outliers/matrix';
import { kMeans } from '../../util/kMeans';
import type { Rng } from '../../util/rng';
import { lowerBound } from '../../util/sorted';
import { quantileOfSorted } from '../../util/statistics';

/** Bins that are tried for a feature, at most. */
const MOST_BINS = 10;
/** Values that the number of bins is chosen from. */
const SAMPLE = 1000;

/** How one feature becomes a code below `codes`. */
export interface Coding {
  /** Of numbers: a value has as code how many of these limits lie at or below it. Of categories: those that were seen, ascending; others have the last code. */
  readonly limits: Float64Array;
  readonly categorical: boolean;
  readonly codes: number;
}

/**
 * Codes of every feature (specs, section 8, baseline b): numbers by percentiles at 100 i / bins, as many bins as the elbow of k-means' inertia says; categories
 * one by one. `rng`: starts of k-means. O(rows log rows) a feature.
 */
export function fitCodings({ values, columns }: Matrix, categorical: readonly boolean[], rng: Rng): readonly Coding[] {
  return categorical.map((isCategory, c): Coding => {
    const sorted = values.filter((_, i) => i % columns === c).sort();
    if (isCategory) {
      const limits = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
      return { limits, categorical: true, codes: limits.length + 1 };
    }
    const bins = elbow(inertias(sorted, rng));
    return { limits: Float64Array.from({ length: bins - 1 }, (_, i) => quantileOfSorted(sorted, (i + 1) / bins)), categorical: false, codes: bins };
  });
}

/** The symbol of every row: its codes as digits of one number, the first feature the most significant (mixed radix). O(values log codes). */
export function symbolsOf(codings: readonly Coding[], matrix: Matrix): Float64Array {
  const { values, columns } = matrix;
  return Float64Array.from({ length: rowCount(matrix) }, (_, row) => codings.reduce((symbol, coding, c) => symbol * coding.codes + codeOf(coding, values[row * columns + c]), 0));
}

function codeOf({ limits, categorical }: Coding, value: number): number {
  const at = lowerBound(limits, value);
  if (categorical) return limits[at] === value ? at : limits.length;
  let code = at;
  while (code < limits.length && limits[code] === value) code++;
  return code;
}

/** Sum of squared distances to the centres, for 1 .. `MOST_BINS` clusters of (a sample of) ascending values. */
function inertias(sorted: Float64Array, rng: Rng): number[] {
  const step = Math.max(1, sorted.length / SAMPLE);
  const values = Float64Array.from({ length: Math.min(SAMPLE, sorted.length) }, (_, i) => sorted[Math.floor(i * step)]);
  return Array.from({ length: MOST_BINS }, (_, i) => {
    const assigned = kMeans({ values, width: 1 }, i + 1, rng);
    const sums = new Float64Array(i + 1);
    const sizes = new Float64Array(i + 1);
    assigned.forEach((cluster, j) => {
      sums[cluster] += values[j];
      sizes[cluster]++;
    });
    return values.reduce((inertia, value, j) => inertia + (value - sums[assigned[j]] / sizes[assigned[j]]) ** 2, 0);
  });
}

/** The number of clusters (from 1) whose inertia lies deepest below the line from the first to the last: what the thesis picked by eye. 1 where all inertias are 0. */
export function elbow(inertias: readonly number[]): number {
  const [first, last] = [inertias[0], inertias[inertias.length - 1]];
  let best = 0;
  let deepest = 0;
  inertias.forEach((inertia, i) => {
    const depth = first + ((last - first) * i) / (inertias.length - 1) - inertia;
    if (depth > deepest) [best, deepest] = [i, depth];
  });
  return best + 1;
}
