import { randomBelow } from '../util/rng';
import { growForest, pathLength } from './isolationTrees';
import type { Forest } from './isolationTrees';
import type { Matrix } from './matrix';
import { rowCount } from './matrix';
import type { OutlierKind, OutlierModel, Refusal, Tensors } from './outlierModel';
import { explainRow, refuse, scoreRows, trainingRows } from './outlierModel';
import { damaged, headOf, headTensor, integersOf, isCount, numbersOf } from './tensors';

export interface IsolationForestSettings {
  /** Trees, at least 1. */
  readonly trees: number;
  /** Rows a tree is grown from, drawn without replacement: a share of all, 0 .. 1; rounded up. */
  readonly share: number;
  /** Most rows a tree is grown from, at least 1. */
  readonly most: number;
}

/**
 * Isolation forest (Liu, Ting and Zhou 2008): the score is 2^(-mean path / expected path), in 0 .. 1; about 0.5 for rows like most, towards 1 for rows that
 * random splits single out soon.
 */
class IsolationForest implements OutlierModel {
  readonly kind = 'isolationForest';
  readonly threshold = 0.5;

  constructor(readonly columns: number, readonly rows: number, readonly incomplete: number, private readonly sample: number, private readonly forest: Forest) {}

  score(matrix: Matrix): Float64Array | Refusal {
    return scoreRows(this.columns, matrix, (rows, scores) => {
      const { roots } = this.forest;
      for (let tree = 0; tree < roots.length; tree++) addPaths(this.forest, tree, rows, scores);
      const scale = -Math.LN2 / (roots.length * Math.max(pathLength(this.sample), Number.MIN_VALUE));
      for (let i = 0; i < scores.length; i++) scores[i] = Math.exp(scale * scores[i]);
    });
  }

  /** Bits of isolation by splits on each feature, log2(rows before / rows after), each tree as much as its path is short. */
  explain(row: Float64Array): Float64Array | Refusal {
    return explainRow(this.columns, row, (shares) => {
      const { roots, feature, limit, left, size } = this.forest;
      for (const root of roots) {
        const bits = new Float64Array(row.length);
        let depth = 0;
        for (let node = root; left[node] !== node; depth++) {
          const next = left[node] + Number(row[feature[node]] > limit[node]);
          bits[feature[node]] += Math.log2(size[node] / size[next]);
          node = next;
        }
        for (let c = 0; c < row.length; c++) shares[c] += bits[c] / Math.max(1, depth);
      }
    });
  }

  save(): Tensors {
    const { roots, feature, limit, left, size } = this.forest;
    return { head: headTensor(this, [this.sample, roots.length]), roots, feature, limit, left, size };
  }
}

/** Fit O(trees x sample x log sample), score O(rows x trees x log sample). */
export const isolationForest: OutlierKind<IsolationForestSettings> = {
  id: 'isolationForest',
  title: 'Isolation forest',
  defaults: { trees: 100, share: 0.3, most: Infinity },
  fit(matrix, { trees, share, most }, rng) {
    if (!Number.isInteger(trees) || trees < 1 || !(share > 0 && share <= 1) || !(most >= 1)) return refuse('bad-setting', `${trees} trees of a share of ${share}, at most ${most} rows, are no forest.`, 'Take at least one tree and one row, and a share above 0, at most 1.');
    const rows = trainingRows(matrix);
    if ('problem' in rows) return rows;
    const n = rows.rows.length;
    // Two rows are the fewest that a split can part.
    const sample = Math.max(2, Math.min(Math.ceil(share * n), Math.floor(most)));
    const { columns } = rows;
    return new IsolationForest(columns, n, matrix.values.length / columns - n, sample, growForest(rows, trees, sample, (below) => randomBelow(rng, below), rng));
  },
  load(tensors) {
    const head = headOf(tensors, 2);
    const limit = numbersOf(tensors, 'limit');
    if (!head || !limit) return damaged('isolationForest');
    const { columns, rows, incomplete, own: [sample, trees] } = head;
    const [roots, feature, left, size] = [integersOf(tensors, 'roots'), integersOf(tensors, 'feature', limit.length), integersOf(tensors, 'left', limit.length), integersOf(tensors, 'size', limit.length)];
    if (!roots || !feature || !left || !size || roots.length === 0 || roots.length !== trees || !isCount(sample) || sample < 2 || sample > Math.max(2, rows)) return damaged('isolationForest');
    const forest = { roots, feature, limit, left, size };
    return isForest(forest, columns, Math.ceil(Math.log2(sample))) ? new IsolationForest(columns, rows, incomplete, sample, forest) : damaged('isolationForest');
  },
};

/** Whether every way from a root comes to a leaf of its tree in at most `deepest` steps, and every node has rows and a feature. */
function isForest({ roots, feature, limit, left, size }: Forest, columns: number, deepest: number): boolean {
  const depth = new Int32Array(limit.length);
  let node = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    const end = tree + 1 < roots.length ? roots[tree + 1] : limit.length;
    if (roots[tree] !== node || end <= node || end > limit.length) return false;
    for (; node < end; node++) {
      const child = left[node];
      if (feature[node] < 0 || feature[node] >= columns || size[node] < 1) return false;
      // Children stand behind their parent: no circles.
      if (child !== node && (child < node || child + 1 >= end || size[child] + size[child + 1] !== size[node])) return false;
      if (child === node) continue;
      // A node has one parent.
      if (depth[child] > 0 || depth[child + 1] > 0 || depth[node] === deepest) return false;
      depth[child] = depth[child + 1] = depth[node] + 1;
    }
  }
  return true;
}

/**
 * Adds the path lengths of all rows in one tree. Four rows go down side by side, without branches that depend on values, and stay in leaves until the
 * deepest is reached: their loads overlap, and nothing is mispredicted.
 */
function addPaths({ roots, feature, limit, left, size }: Forest, tree: number, matrix: Matrix, paths: Float64Array): void {
  const { values, columns } = matrix;
  const n = rowCount(matrix);
  const root = roots[tree];
  const end = tree + 1 < roots.length ? roots[tree + 1] : limit.length;
  // A small copy of the tree: nodes count from the root, and leaves send every value to themselves.
  const features = feature.slice(root, end);
  const children = left.slice(root, end).map((child) => child - root);
  const limits = new Float64Array(end - root);
  const lengths = new Float64Array(end - root);
  let depth = 0;
  for (let node = 0; node < limits.length; node++) {
    const child = children[node];
    const leaf = child === node;
    limits[node] = leaf ? Infinity : limit[root + node];
    if (leaf) {
      if (lengths[node] > depth) depth = lengths[node];
      lengths[node] += pathLength(size[root + node]);
    } else {
      lengths[child] = lengths[child + 1] = lengths[node] + 1;
    }
  }
  let row = 0;
  for (; row + 4 <= n; row += 4) {
    const at = row * columns;
    const bt = at + columns;
    const ct = bt + columns;
    const dt = ct + columns;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let step = 0; step < depth; step++) {
      a = children[a] + Number(values[at + features[a]] > limits[a]);
      b = children[b] + Number(values[bt + features[b]] > limits[b]);
      c = children[c] + Number(values[ct + features[c]] > limits[c]);
      d = children[d] + Number(values[dt + features[d]] > limits[d]);
    }
    paths[row] += lengths[a];
    paths[row + 1] += lengths[b];
    paths[row + 2] += lengths[c];
    paths[row + 3] += lengths[d];
  }
  for (; row < n; row++) {
    let node = 0;
    for (let step = 0; step < depth; step++) node = children[node] + Number(values[row * columns + features[node]] > limits[node]);
    paths[row] += lengths[node];
  }
}
