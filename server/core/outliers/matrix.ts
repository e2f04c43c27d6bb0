import { zeros } from '../util/memory';
/** Samples as rows of one array: feature c of row i is `values[i * columns + c]`. */
export interface Matrix {
  readonly values: Float64Array;
  /** Features of a row, at least 1. */
  readonly columns: number;
}

export function rowCount({ values, columns }: Matrix): number {
  return Math.floor(values.length / columns);
}

/** Greatest size of a usable value: sums of squares of smaller ones stay finite. */
export const GREATEST = 1e150;

/** Whether a value can be computed with; NaN, infinite and sizes above `GREATEST` count as missing. */
export function isUsable(value: number): boolean {
  return value <= GREATEST && value >= -GREATEST;
}

/** Whether all features of a row are there. */
export function isComplete({ values, columns }: Matrix, row: number): boolean {
  for (let at = row * columns; at < (row + 1) * columns; at++) if (!isUsable(values[at])) return false;
  return true;
}

/** The rows without missing values, and which they are. O(values). */
export interface CompleteRows extends Matrix {
  readonly rows: Int32Array;
}

export function completeRows(matrix: Matrix): CompleteRows {
  const { values, columns } = matrix;
  const rows = new Int32Array(rowCount(matrix));
  let found = 0;
  for (let row = 0; row < rows.length; row++) if (isComplete(matrix, row)) rows[found++] = row;
  if (found === rows.length) return { values: values.length === found * columns ? values : values.subarray(0, found * columns), columns, rows };
  const kept = rows.subarray(0, found);
  return { values: takeRows(matrix, kept), columns, rows: kept };
}

/** Some rows of a matrix, in another order. O(values). */
export function takeRows({ values, columns }: Matrix, rows: ArrayLike<number>): Float64Array {
  const taken = zeros(Float64Array, rows.length * columns);
  for (let i = 0; i < rows.length; i++) for (let c = 0; c < columns; c++) taken[i * columns + c] = values[rows[i] * columns + c];
  return taken;
}

/** Different rows of a matrix of complete rows, in order of their first appearance, with their frequencies. */
export interface DistinctRows extends Matrix {
  readonly weights: Int32Array;
  /** The distinct row of each given row. */
  readonly of: Int32Array;
}

/**
 * Counts equal rows (0 and -0 are equal). Flows repeat themselves a lot, and windows that overlap repeat them again: models that compare rows with rows
 * get as much faster as there are fewer different ones. O(values), a hash table with open addressing.
 */
export function distinctRows(matrix: Matrix): DistinctRows {
  const { columns } = matrix;
  const n = rowCount(matrix);
  // + 0 makes 0 of -0, so that equal numbers have equal bits.
  const values = matrix.values.map((value) => value + 0);
  const words = new Int32Array(values.buffer);
  const mask = 2 ** Math.ceil(Math.log2(2 * n + 2)) - 1;
  const table = new Int32Array(mask + 1).fill(-1);
  const of = new Int32Array(n);
  const weights = new Int32Array(n);
  const width = 2 * columns;
  let found = 0;
  for (let row = 0; row < n; row++) {
    let hash = 0;
    for (let at = row * width; at < (row + 1) * width; at++) hash = Math.imul(hash ^ words[at], 0x9e3779b1) ^ (hash >>> 15);
    let place = (hash ^ (hash >>> 16)) & mask;
    while (table[place] >= 0 && !equalWords(words, table[place] * width, row * width, width)) place = (place + 1) & mask;
    let distinct = table[place];
    if (distinct < 0) {
      distinct = table[place] = found++;
      // Rows move forward only, and never over one that is still to be read.
      values.copyWithin(distinct * columns, row * columns, (row + 1) * columns);
    }
    of[row] = distinct;
    weights[distinct]++;
  }
  return { values: values.slice(0, found * columns), columns, weights: weights.slice(0, found), of };
}

function equalWords(words: Int32Array, a: number, b: number, width: number): boolean {
  for (let i = 0; i < width; i++) if (words[a + i] !== words[b + i]) return false;
  return true;
}
