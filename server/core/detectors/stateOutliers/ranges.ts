import type { EncodedRows } from '../../symbols/rows';
import { quantileOfSorted } from '../../util/statistics';
import { type Feature, valueOf } from './features';

/** Least, 5 %, 50 %, 95 % and greatest value of each feature in some rows: `values[(group * width + feature) * 5 ..]`, NaN without any. */
export interface Ranges {
  /** Features. */
  readonly width: number;
  readonly values: Float64Array;
}

/** Numbers kept of each feature. */
export const RANGE_NUMBERS = 5;
const SHARES = [0, 0.05, 0.5, 0.95, 1];

/** `groups`: row numbers of each group; the quantiles are those of `samples` of them. O((rows + samples log samples) x features). */
export function fitRanges(features: readonly Feature[], rows: EncodedRows, groups: readonly ArrayLike<number>[], samples: readonly ArrayLike<number>[]): Ranges {
  const width = features.length;
  const values = new Float64Array(groups.length * width * RANGE_NUMBERS).fill(NaN);
  groups.forEach((group, g) => {
    for (let c = 0; c < width; c++) {
      const at = (g * width + c) * RANGE_NUMBERS;
      const sorted = Float64Array.from(samples[g], (row) => valueOf(rows, width, row, c)).filter((value) => value === value).sort();
      if (sorted.length > 0) SHARES.forEach((share, i) => (values[at + i] = quantileOfSorted(sorted, share)));
      for (let i = 0; i < group.length; i++) {
        const value = valueOf(rows, width, group[i], c);
        // Not so for NaN: what is not known yet gives way to any number.
        if (value === value && !(value >= values[at])) values[at] = value;
        if (value === value && !(value <= values[at + RANGE_NUMBERS - 1])) values[at + RANGE_NUMBERS - 1] = value;
      }
    }
  });
  return { width, values };
}

/** The numbers of one feature in one group. */
export function rangeOf({ width, values }: Ranges, group: number, column: number): Float64Array {
  const at = (group * width + column) * RANGE_NUMBERS;
  return values.subarray(at, at + RANGE_NUMBERS);
}

/** Ranges of so many groups from an array of a file, or undefined where it is none; no number of it is infinite. */
export function rangesOf(values: unknown, width: number, groups: number): Ranges | undefined {
  if (!(values instanceof Float64Array) || values.length !== groups * width * RANGE_NUMBERS) return undefined;
  return values.some((value) => Math.abs(value) === Infinity) ? undefined : { width, values };
}
