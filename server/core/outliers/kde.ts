import type { KdTree } from './kdTree';
import { kdOrder, kdTree, padded } from './kdTree';
import { expOfMinus, KernelSum } from './kernelSum';
import type { Matrix } from './matrix';
import { distinctRows, GREATEST, takeRows } from './matrix';
import type { OutlierKind, OutlierModel, Refusal, Tensors } from './outlierModel';
import { explainRow, scoreRows, trainingRows } from './outlierModel';
import { logThreshold } from './quartiles';
import { arePositive, damaged, headOf, headTensor, integersOf, isCount, numbersOf } from './tensors';
import { whiten, whiteningOf } from './whitening';
import type { Whitening } from './whitening';

interface KdeParts {
  readonly columns: number;
  readonly rows: number;
  readonly incomplete: number;
  readonly whitening: Whitening;
  /** The different whitened rows in the order of a k-d tree, and how often each was there. */
  readonly points: Float64Array;
  readonly weights: Int32Array;
}

/**
 * Gaussian kernel density with Scott's factor and the full sample covariance: the score is -ln density, in nats. Where the covariance is singular the density is
 * that on its range, and half the squared distance from the range is added, in units of `NOISE`.
 */
class Kde implements OutlierModel {
  readonly kind = 'kde';
  readonly columns: number;
  readonly rows: number;
  readonly incomplete: number;
  private readonly tree: KdTree;

  constructor(private readonly parts: KdeParts, readonly threshold: number) {
    ({ columns: this.columns, rows: this.rows, incomplete: this.incomplete } = parts);
    this.tree = treeOf(parts);
  }

  score(matrix: Matrix): Float64Array | Refusal {
    return scoreRows(this.columns, matrix, (rows, scores) => {
      const distinct = distinctRows(rows);
      const { values, columns, off } = whiten(this.parts.whitening, distinct);
      const found = surprises(this.parts, this.tree, { values, columns });
      for (let i = 0; i < scores.length; i++) scores[i] = found[distinct.of[i]] + off[distinct.of[i]];
    });
  }

  /** Shares of the features in the squared distance (Mahalanobis) from the mean of the rows near by, each weighed by its kernel. */
  explain(row: Float64Array): Float64Array | Refusal {
    return explainRow(this.columns, row, (shares) => {
      const { whitening: { means, scales, map, rank }, points, weights } = this.parts;
      const d = row.length;
      const { values, columns } = whiten(this.parts.whitening, { values: row, columns: d });
      const standard = row.map((value, c) => (value - means[c]) / scales[c]);
      const ways = wayFromNear(values, points, weights, columns);
      const way = new Float64Array(d);
      const pull = new Float64Array(d);
      for (let r = 0; r < d; r++) {
        const axis = map.subarray(r * d, (r + 1) * d);
        const along = r < rank ? ways[r] : axis.reduce((sum, weight, c) => sum + weight * standard[c], 0);
        const square = axis.reduce((sum, weight) => sum + weight * weight, 0);
        for (let c = 0; c < d; c++) {
          way[c] += (along * axis[c]) / square;
          pull[c] += along * axis[c];
        }
      }
      for (let c = 0; c < d; c++) shares[c] = Math.min(Number.MAX_VALUE, way[c] * pull[c]);
    });
  }

  save(): Tensors {
    const { whitening: { means, scales, map, rank, logVolume, factor }, points, weights } = this.parts;
    return { head: headTensor(this, [this.threshold, rank, logVolume, factor]), means, scales, map, points, weights };
  }
}

/** Nothing is drawn. O(n log n) and one score of each different row, each expected far below O(n), at worst O(n). */
export const kde: OutlierKind<object> = {
  id: 'kde',
  title: 'Gaussian kernel density',
  defaults: {},
  fit(matrix) {
    const rows = trainingRows(matrix);
    if ('problem' in rows) return rows;
    const { columns } = rows;
    const n = rows.rows.length;
    const whitening = whiteningOf(rows);
    const { values, columns: width, off } = whiten(whitening, rows);
    const distinct = distinctRows({ values, columns: width });
    const order = kdOrder(distinct);
    const weights = Int32Array.from(order, (row) => distinct.weights[row]);
    const parts: KdeParts = { columns, rows: n, incomplete: matrix.values.length / columns - n, whitening, points: takeRows(distinct, order), weights };
    const found = surprises(parts, treeOf(parts), distinct);
    return new Kde(parts, logThreshold(off.map((half, row) => half + found[distinct.of[row]]), 0.1));
  },
  load(tensors) {
    const head = headOf(tensors, 4);
    const weights = integersOf(tensors, 'weights');
    if (!head || !weights) return damaged('kde');
    const { columns, rows, incomplete, own: [threshold, rank, logVolume, factor] } = head;
    if (!isCount(rank) || rank > columns || !(factor > 0) || !arePositive(weights) || rows < 1 || weights.reduce((sum, weight) => sum + weight, 0) !== rows) return damaged('kde');
    const [means, scales, map] = [numbersOf(tensors, 'means', columns), numbersOf(tensors, 'scales', columns), numbersOf(tensors, 'map', columns * columns)];
    const points = numbersOf(tensors, 'points', weights.length * Math.max(1, rank));
    if (!means || !scales || !map || !points || !arePositive(scales) || !points.every((x) => Math.abs(x) <= GREATEST)) return damaged('kde');
    return new Kde({ columns, rows, incomplete, whitening: { means, scales, map, rank, logVolume, factor }, points, weights }, threshold);
  },
};

function treeOf({ points, whitening }: KdeParts): KdTree {
  return kdTree(padded({ values: points, columns: Math.max(1, whitening.rank) }));
}

/** -ln density of whitened rows on the range. */
function surprises({ rows, whitening: { rank, logVolume }, weights }: KdeParts, tree: KdTree, whitened: Matrix): Float64Array {
  const { values, columns } = padded(whitened);
  const sums = new KernelSum(tree, weights);
  const constant = Math.log(rows) + (rank / 2) * Math.log(2 * Math.PI) + logVolume;
  const order = kdOrder(whitened);
  const found = new Float64Array(order.length);
  for (const row of order) found[row] = constant - sums.log(values, row * columns);
  return found;
}

/** From the kernel-weighted mean of the points to a place, in whitened coordinates. */
function wayFromNear(place: Float64Array, points: Float64Array, weights: Int32Array, width: number): Float64Array {
  const squares = new Float64Array(weights.length);
  for (let i = 0; i < squares.length; i++) for (let c = 0; c < width; c++) squares[i] += (place[c] - points[i * width + c]) ** 2;
  const nearest = squares.reduce((least, square) => Math.min(least, square), Infinity);
  const way = new Float64Array(width);
  let total = 0;
  for (let i = 0; i < squares.length; i++) {
    const weight = weights[i] * expOfMinus((squares[i] - nearest) / 2);
    total += weight;
    for (let c = 0; c < width; c++) way[c] += weight * (place[c] - points[i * width + c]);
  }
  return way.map((sum) => sum / total);
}
