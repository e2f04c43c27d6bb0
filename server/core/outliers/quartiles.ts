import { lowerBound } from '../util/sorted';
import { quantileLimits } from '../util/statistics';
import type { Matrix } from './matrix';
import { isUsable, rowCount } from './matrix';
import type { OutlierKind, OutlierModel, Refusal, Tensors } from './outlierModel';
import { explainRow, refuse, scoreRows, trainingRows } from './outlierModel';
import { damaged, headOf, headTensor, numbersOf } from './tensors';

export interface QuartileSettings {
  /**
   * Three ascending limits a column, one column after the other; a value is in the first bin whose limit is not below it. Usually the quartiles of all rows of
   * the model. Undefined: the quartiles of these rows, which makes the four bins nearly equal, and only the counts below tell anything.
   */
  readonly limits?: Float64Array | undefined;
  /** How often each bin was seen, four a column, as an automaton's state counts them (multivariate.md, 6). Undefined: these rows, by the limits. */
  readonly counts?: Float64Array | undefined;
}

/** The score is -ln of the product of the features' bin probabilities (count + 1) / (all + 4), in nats. */
class Quartiles implements OutlierModel {
  readonly kind = 'quartiles';

  /** `limits`: three a column; `costs`: -ln of the probability, four a column. */
  constructor(readonly columns: number, readonly rows: number, readonly incomplete: number, readonly threshold: number, private readonly limits: Float64Array, private readonly costs: Float64Array) {}

  score(matrix: Matrix): Float64Array | Refusal {
    return scoreRows(this.columns, matrix, (rows, scores) => addCosts(rows, this.limits, this.costs, scores));
  }

  /** Shares of the features in the score. */
  explain(row: Float64Array): Float64Array | Refusal {
    return explainRow(this.columns, row, (shares) => {
      for (let c = 0; c < row.length; c++) shares[c] = this.costs[4 * c + binOf(this.limits, c, row[c])];
    });
  }

  save(): Tensors {
    return { head: headTensor(this, [this.threshold]), limits: this.limits, costs: this.costs };
  }
}

/** Nothing is drawn. O(values), and the sorting of columns when the limits are not given. */
export const quartiles: OutlierKind<QuartileSettings> = {
  id: 'quartiles',
  title: 'Quartile probabilities',
  defaults: {},
  fit(matrix, { limits: givenLimits, counts: givenCounts }) {
    const rows = trainingRows(matrix);
    if ('problem' in rows) return rows;
    const { columns, values } = rows;
    const n = rows.rows.length;
    if (givenLimits && (givenLimits.length !== 3 * columns || !areLimits(givenLimits))) return refuse('bad-setting', 'The quartile limits are not three ascending numbers a column.', 'Give the quartiles of each column, or none.');
    if (givenCounts && (givenCounts.length !== 4 * columns || !givenCounts.every((count) => count >= 0 && isUsable(count)))) return refuse('bad-setting', 'The quartile counts are not four numbers a column.', 'Give the counts of each column, or none.');
    const limits = givenLimits?.slice() ?? new Float64Array(3 * columns);
    if (!givenLimits) for (let c = 0; c < columns; c++) limits.set(quantileLimits(values.filter((_, at) => at % columns === c), 4), 3 * c);
    const counts = givenCounts ?? countBins(rows, limits);
    const costs = counts.map((count, i) => {
      const first = i - (i % 4);
      return Math.log(counts[first] + counts[first + 1] + counts[first + 2] + counts[first + 3] + 4) - Math.log(count + 1);
    });
    const scores = new Float64Array(n);
    addCosts(rows, limits, costs, scores);
    return new Quartiles(columns, n, matrix.values.length / columns - n, logThreshold(scores, 1e-6), limits, costs);
  },
  load(tensors) {
    const head = headOf(tensors, 1);
    if (!head) return damaged('quartiles');
    const limits = numbersOf(tensors, 'limits', 3 * head.columns);
    const costs = numbersOf(tensors, 'costs', 4 * head.columns);
    if (!limits || !costs || !areLimits(limits) || !costs.every((cost) => cost >= 0)) return damaged('quartiles');
    return new Quartiles(head.columns, head.rows, head.incomplete, head.own[0], limits, costs);
  },
};

/**
 * The score of the reference's least normal density: a share of the way from the least training density to the greatest, as -ln. Computed from scores
 * (-ln density), so that densities that are no numbers any more do no harm.
 */
export function logThreshold(scores: Float64Array, share: number): number {
  let least = Infinity;
  let greatest = -Infinity;
  for (const score of scores) {
    if (score < least) least = score;
    if (score > greatest) greatest = score;
  }
  return least - Math.log(share + (1 - share) * Math.exp(least - greatest));
}

function binOf(limits: Float64Array, c: number, value: number): number {
  return lowerBound(limits.subarray(3 * c, 3 * c + 3), value);
}

function countBins(rows: Matrix, limits: Float64Array): Float64Array {
  const counts = new Float64Array(4 * rows.columns);
  for (let i = 0, at = 0; i < rowCount(rows); i++) for (let c = 0; c < rows.columns; c++, at++) counts[4 * c + binOf(limits, c, rows.values[at])]++;
  return counts;
}

function addCosts({ values, columns }: Matrix, limits: Float64Array, costs: Float64Array, scores: Float64Array): void {
  for (let c = 0; c < columns; c++) {
    const [a, b, d] = limits.subarray(3 * c, 3 * c + 3);
    for (let i = 0, at = c; i < scores.length; i++, at += columns) {
      const value = values[at];
      scores[i] += costs[4 * c + (value > a ? 1 : 0) + (value > b ? 1 : 0) + (value > d ? 1 : 0)];
    }
  }
}

function areLimits(limits: Float64Array): boolean {
  return limits.every((limit, i) => isUsable(limit) && (i % 3 === 0 || limits[i - 1] <= limit));
}
