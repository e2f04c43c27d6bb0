import { momentsOf } from './columns';
import type { Moments } from './columns';
import type { Matrix } from './matrix';
import type { OutlierKind, OutlierModel, Refusal, Tensors } from './outlierModel';
import { explainRow, scoreRows, trainingRows } from './outlierModel';
import { damaged, headOf, headTensor, numbersOf } from './tensors';

/** Stands for the deviation of a constant column, as a share of its value (of 1 for values below): any other value is far off, and the score stays finite. */
const CONSTANT = 1e-9;

/** The baseline: the score is the greatest distance of a feature from its mean, in its standard deviations. */
class MeanStd implements OutlierModel {
  readonly kind = 'meanStd';
  readonly threshold = 2;

  constructor(readonly columns: number, readonly rows: number, readonly incomplete: number, private readonly moments: Moments) {}

  score(matrix: Matrix): Float64Array | Refusal {
    return scoreRows(this.columns, matrix, ({ values, columns }, scores) => {
      for (let at = 0, i = 0; i < scores.length; i++) for (let c = 0; c < columns; c++, at++) scores[i] = Math.max(scores[i], this.distance(c, values[at]));
    });
  }

  /** Shares of the features in the sum of squared distances, each in its standard deviations. */
  explain(row: Float64Array): Float64Array | Refusal {
    return explainRow(this.columns, row, (shares) => {
      const distances = row.map((value, c) => this.distance(c, value));
      const greatest = Math.max(...distances);
      if (greatest > 0) for (let c = 0; c < row.length; c++) shares[c] = (distances[c] / greatest) ** 2;
    });
  }

  save(): Tensors {
    return { head: headTensor(this, []), ...this.moments };
  }

  private distance(c: number, value: number): number {
    const { means, deviations } = this.moments;
    return Math.abs(value - means[c]) / (deviations[c] > 0 ? deviations[c] : CONSTANT * Math.max(1, Math.abs(means[c])));
  }
}

/** Nothing is drawn. O(values). */
export const meanStd: OutlierKind<object> = {
  id: 'meanStd',
  title: 'Mean and standard deviation',
  defaults: {},
  fit(matrix) {
    const rows = trainingRows(matrix);
    if ('problem' in rows) return rows;
    const { columns } = rows;
    return new MeanStd(columns, rows.rows.length, matrix.values.length / columns - rows.rows.length, momentsOf(rows));
  },
  load(tensors) {
    const head = headOf(tensors, 0);
    if (!head) return damaged('meanStd');
    const means = numbersOf(tensors, 'means', head.columns);
    const deviations = numbersOf(tensors, 'deviations', head.columns);
    if (!means || !deviations || !deviations.every((d) => d >= 0)) return damaged('meanStd');
    return new MeanStd(head.columns, head.rows, head.incomplete, { means, deviations });
  },
};
