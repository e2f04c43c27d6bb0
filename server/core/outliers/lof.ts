import type { KdTree } from './kdTree';
import { kdOrder, kdTree, padded } from './kdTree';
import type { Matrix } from './matrix';
import { distinctRows, GREATEST, rowCount, takeRows } from './matrix';
import { NeighbourSearch } from './neighbours';
import type { OutlierKind, OutlierModel, Refusal, Tensors } from './outlierModel';
import { explainRow, refuse, scoreRows, trainingRows } from './outlierModel';
import { arePositive, damaged, headOf, headTensor, integersOf, isCount, numbersOf } from './tensors';

export interface LofSettings {
  /** Neighbours as a share of the rows, 0 .. 1; rounded up. */
  readonly share: number;
  /** Most neighbours, at least 1. Never more than the other rows there are. */
  readonly most: number;
}

/** Keeps the density of rows that have more copies than neighbours finite, as scikit-learn does; a distance, in units of the features. */
const LEAST_REACH = 1e-10;

interface LofParts {
  readonly columns: number;
  readonly rows: number;
  readonly incomplete: number;
  readonly k: number;
  /** The different rows in the order of a k-d tree, and how often each was there. */
  readonly points: Float64Array;
  readonly weights: Int32Array;
  /** Distance of each point to its k-th neighbour. */
  readonly radii: Float64Array;
  /** Local reachability density of each point. */
  readonly densities: Float64Array;
}

/**
 * Local outlier factor in novelty mode (Breunig et al. 2000): the score is the mean density of a row's neighbours divided by its own, 1 where they are
 * as dense. The neighbours are all rows within the distance of the k-th, so that the order of rows and of ties has no part in it.
 */
class Lof implements OutlierModel {
  readonly kind = 'lof';
  readonly threshold = 1.5;
  readonly columns: number;
  readonly rows: number;
  readonly incomplete: number;
  private readonly tree: KdTree;

  constructor(private readonly parts: LofParts) {
    ({ columns: this.columns, rows: this.rows, incomplete: this.incomplete } = parts);
    this.tree = kdTree(padded({ values: parts.points, columns: parts.columns }));
  }

  score(matrix: Matrix): Float64Array | Refusal {
    return scoreRows(this.columns, matrix, (rows, scores) => {
      const { k, weights, radii, densities } = this.parts;
      const distinct = distinctRows(rows);
      const { values, columns } = padded(distinct);
      const order = kdOrder(distinct);
      const factors = new Float64Array(rowCount(distinct));
      const search = new NeighbourSearch(this.tree, weights, k);
      let square = Infinity;
      for (let i = 0; i < order.length; i++) {
        const at = order[i] * columns;
        const bound = i === 0 ? Infinity : boundFrom(square, values, order[i - 1] * columns, at, columns);
        square = search.nearest(values, at, -1, bound);
        factors[order[i]] = factorOf(search, weights, radii, densities);
      }
      for (let i = 0; i < scores.length; i++) scores[i] = factors[distinct.of[i]];
    });
  }

  /** Shares of the features in the squared distances to the neighbours, each neighbour as much as its distance adds to the mean. */
  explain(row: Float64Array): Float64Array | Refusal {
    return explainRow(this.columns, row, (shares) => {
      const { k, weights, points } = this.parts;
      const search = new NeighbourSearch(this.tree, weights, k);
      search.nearest(padded({ values: row, columns: row.length }).values, 0, -1, Infinity);
      for (let i = 0; i < search.found; i++) {
        if (search.squares[i] === 0) continue;
        const place = search.indices[i];
        const distance = Math.sqrt(search.squares[i]);
        for (let c = 0; c < row.length; c++) shares[c] += weights[place] * (row[c] - points[place * row.length + c]) * ((row[c] - points[place * row.length + c]) / distance);
      }
    });
  }

  save(): Tensors {
    const { k, points, weights, radii, densities } = this.parts;
    return { head: headTensor(this, [k]), points, weights, radii, densities };
  }
}

/** Nothing is drawn. O(n log n) for few neighbours, O(n^2) when they are a share of the rows; n are the different rows. */
export const lof: OutlierKind<LofSettings> = {
  id: 'lof',
  title: 'Local outlier factor',
  defaults: { share: 0.1, most: Infinity },
  fit(matrix, { share, most }) {
    if (!(share > 0 && share <= 1) || !(most >= 1)) return refuse('bad-setting', `A share of ${share} and at most ${most} neighbours are no neighbours.`, 'Take a share above 0, at most 1, and at least one neighbour.');
    const rows = trainingRows(matrix);
    if ('problem' in rows) return rows;
    const n = rows.rows.length;
    const k = Math.min(Math.ceil(share * n), Math.floor(most), n - 1);
    const distinct = distinctRows(rows);
    const order = kdOrder(distinct);
    const points = takeRows(distinct, order);
    const weights = Int32Array.from(order, (row) => distinct.weights[row]);
    const { columns } = rows;
    const incomplete = matrix.values.length / columns - n;
    return new Lof({ columns, rows: n, incomplete, k, points, weights, ...densities(kdTree(padded({ values: points, columns })), weights, k) });
  },
  load(tensors) {
    const head = headOf(tensors, 1);
    const weights = integersOf(tensors, 'weights');
    if (!head || !weights) return damaged('lof');
    const { columns, rows, incomplete, own: [k] } = head;
    const points = numbersOf(tensors, 'points', weights.length * columns);
    const radii = numbersOf(tensors, 'radii', weights.length);
    const densities = numbersOf(tensors, 'densities', weights.length);
    const fits = points && radii && densities && points.every((x) => Math.abs(x) <= GREATEST) && arePositive(weights) && arePositive(densities) && radii.every((r) => r >= 0);
    if (!fits || !isCount(k) || k < 1 || k >= rows || weights.reduce((sum, weight) => sum + weight, 0) !== rows) return damaged('lof');
    return new Lof({ columns, rows, incomplete, k, points, weights, radii, densities });
  },
};

function densities(tree: KdTree, weights: Int32Array, k: number): { radii: Float64Array; densities: Float64Array } {
  const { values, columns } = tree;
  const search = new NeighbourSearch(tree, weights, k);
  const squares = new Float64Array(weights.length);
  for (let i = 0; i < squares.length; i++) {
    const bound = i === 0 ? Infinity : boundFrom(squares[i - 1], values, (i - 1) * columns, i * columns, columns);
    squares[i] = search.nearest(values, i * columns, i, bound);
  }
  const radii = squares.map(Math.sqrt);
  const densities = new Float64Array(weights.length);
  for (let i = 0; i < densities.length; i++) {
    search.within(values, i * columns, i, squares[i]);
    let reach = 0;
    let weight = 0;
    for (let j = 0; j < search.found; j++) {
      const place = search.indices[j];
      const copies = place === i ? weights[place] - 1 : weights[place];
      reach += copies * Math.max(radii[place], Math.sqrt(search.squares[j]));
      weight += copies;
    }
    densities[i] = 1 / (reach / weight + LEAST_REACH);
  }
  return { radii, densities };
}

/** Mean density of the neighbours found, times the mean reachability distance to them. */
function factorOf({ found, indices, squares }: NeighbourSearch, weights: Int32Array, radii: Float64Array, densities: Float64Array): number {
  let density = 0;
  let reach = 0;
  let weight = 0;
  for (let j = 0; j < found; j++) {
    const place = indices[j];
    const copies = weights[place];
    density += copies * densities[place];
    reach += copies * Math.max(radii[place], Math.sqrt(squares[j]));
    weight += copies;
  }
  return (density / weight) * (reach / weight + LEAST_REACH);
}

/** The ball around a point that holds the neighbours of the point before, squared, a little larger than rounding. */
function boundFrom(square: number, values: Float64Array, a: number, b: number, columns: number): number {
  let sum = 0;
  for (let c = 0; c < columns; c++) sum += (values[a + c] - values[b + c]) ** 2;
  return (Math.sqrt(square) + Math.sqrt(sum)) ** 2 * (1 + 1e-12);
}
