import type { Tensor } from '../models/safetensors';
import type { Problem } from '../util/problem';
import type { Rng } from '../util/rng';
import type { Matrix } from './matrix';
import { completeRows, isUsable } from './matrix';
import type { CompleteRows } from './matrix';

/** What a one-class model learned from the rows of one state. It does not change; scoring keeps nothing. */
export interface OutlierModel {
  /** The kind that made it. */
  readonly kind: string;
  readonly columns: number;
  /** Rows it was learned from. */
  readonly rows: number;
  /** Rows that were left out because a value is missing. */
  readonly incomplete: number;
  /** The reference's decision: a row is an outlier when its score is above. */
  readonly threshold: number;
  /** One score a row, higher = odder, in the unit of the kind; NaN for a row with a missing value. A problem when the matrix has other columns. */
  score(matrix: Matrix): Float64Array | Refusal;
  /**
   * How much each feature of a row has to do with its oddness: shares, at least 0, that add up to 1; all 0 when no feature is off. Features whose values are missing
   * have the whole between them. A problem when the row has another number of features.
   */
  explain(row: Float64Array): Float64Array | Refusal;
  /** All of it, as arrays for a model file. */
  save(): Tensors;
}

/** One way to learn what is normal: a value, without state. `Settings` are its own. */
export interface OutlierKind<Settings> {
  readonly id: string;
  readonly title: string;
  readonly defaults: Settings;
  /** A problem when there are fewer than `LEAST_ROWS` complete rows, no columns or unusable settings. `rng` where the kind draws; others do not call it. */
  fit(matrix: Matrix, settings: Settings, rng: Rng): OutlierModel | Refusal;
  /** The model of saved arrays, or what is wrong with them. Never throws. */
  load(tensors: Tensors): OutlierModel | { readonly fault: string };
}

export type Tensors = Readonly<Record<string, Tensor>>;

/** Input that a model cannot be learned from, or cannot score. */
export interface Refusal {
  readonly problem: Problem;
}

export function refuse(code: string, message: string, next: string): Refusal {
  return { problem: { code, severity: 'error', message, next } };
}

/** Fewest complete rows to learn from (multivariate.md, 6: smaller states get no detector). */
export const LEAST_ROWS = 3;

/** The rows to learn from. */
export function trainingRows(matrix: Matrix): CompleteRows | Refusal {
  const { columns, values } = matrix;
  if (!Number.isInteger(columns) || columns < 1) return refuse('no-columns', `A matrix of ${columns} columns has nothing to learn from.`, 'Choose at least one feature.');
  if (values.length % columns !== 0) return refuse('column-count', `${values.length} values are no whole rows of ${columns} columns.`, 'Give as many values as rows times columns.');
  const rows = completeRows(matrix);
  const n = rows.rows.length;
  if (n >= LEAST_ROWS) return rows;
  const incomplete = values.length / columns - n;
  return refuse('too-few-rows', `There are ${n} complete rows to learn from${incomplete > 0 ? ` (${incomplete} more have missing values)` : ''}; it takes at least ${LEAST_ROWS}.`, 'Treat rows of such a state as not known, or learn from more data.');
}

/** Scores of all rows: `fill` gets the complete ones and writes one score for each; the others get NaN. */
export function scoreRows(columns: number, matrix: Matrix, fill: (rows: Matrix, scores: Float64Array) => void): Float64Array | Refusal {
  if (matrix.columns !== columns || matrix.values.length % columns !== 0) return otherColumns(columns, matrix.columns);
  const complete = completeRows(matrix);
  const scores = new Float64Array(complete.rows.length);
  fill(complete, scores);
  if (scores.length * columns === matrix.values.length) return scores;
  const all = new Float64Array(matrix.values.length / columns).fill(NaN);
  for (let i = 0; i < scores.length; i++) all[complete.rows[i]] = scores[i];
  return all;
}

function otherColumns(learned: number, given: number): Refusal {
  return refuse('column-count', `The model was learned from ${learned} columns, and these rows have ${given}.`, 'Score with the features it was learned from, or learn it again.');
}

/** Shares of a row's features: `fill` gets a complete row and writes what each feature weighs, in any positive unit; negative weights count as 0. */
export function explainRow(columns: number, row: Float64Array, fill: (weights: Float64Array) => void): Float64Array | Refusal {
  if (row.length !== columns) return otherColumns(columns, row.length);
  const shares = Float64Array.from(row, (value) => (isUsable(value) ? 0 : 1));
  if (!shares.includes(1)) fill(shares);
  let greatest = 0;
  for (const share of shares) if (share > greatest) greatest = share;
  if (greatest === 0) return shares.fill(0);
  // By the greatest first: the sum of large weights would be infinite.
  let sum = 0;
  for (let c = 0; c < columns; c++) sum += shares[c] = Math.max(0, shares[c] / greatest);
  return shares.map((share) => share / sum);
}
