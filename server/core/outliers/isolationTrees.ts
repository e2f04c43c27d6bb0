import type { Rng } from '../util/rng';
import type { Matrix } from './matrix';
import { rowCount } from './matrix';

/** Trees one after the other. A row at a node goes to `left` when its feature is at most the limit, else to `left + 1`; a leaf is its own left child. */
export interface Forest {
  /** First node of each tree. */
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  readonly limit: Float64Array;
  readonly left: Int32Array;
  /** Rows of the tree's sample that came to the node. */
  readonly size: Int32Array;
}

const EULER = 0.5772156649015329;

/** Mean path of an unsuccessful search in a binary search tree of n keys: how deep a row lies among n, on the average. */
export function pathLength(n: number): number {
  if (n <= 1) return 0;
  return n === 2 ? 1 : 2 * (Math.log(n - 1) + EULER) - (2 * (n - 1)) / n;
}

/**
 * Grows trees from samples without replacement: each node is split on a feature that differs there, at a value between its least and greatest, down to
 * the depth ceil(log2 sample), single rows or equal rows. O(trees x sample x log sample).
 */
export function growForest(matrix: Matrix, trees: number, sample: number, below: (n: number) => number, rng: Rng): Forest {
  const n = rowCount(matrix);
  const { columns } = matrix;
  const most = trees * (2 * sample - 1);
  const forest: Forest = { roots: new Int32Array(trees), feature: new Int32Array(most), limit: new Float64Array(most), left: new Int32Array(most), size: new Int32Array(most) };
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const work: Work = { values: new Float64Array(sample * columns), columns, rows: new Int32Array(sample), from: new Int32Array(2 * sample), depth: new Int32Array(2 * sample), candidates: new Int32Array(columns) };
  let nodes = 0;
  for (let tree = 0; tree < trees; tree++) {
    for (let i = 0; i < sample; i++) {
      const other = i + below(n - i);
      const row = all[other];
      all[other] = all[i];
      all[i] = row;
      work.rows[i] = i;
      for (let c = 0; c < columns; c++) work.values[i * columns + c] = matrix.values[row * columns + c];
    }
    forest.roots[tree] = nodes;
    nodes = growTree(forest, nodes, work, below, rng);
  }
  return { roots: forest.roots, feature: forest.feature.slice(0, nodes), limit: forest.limit.slice(0, nodes), left: forest.left.slice(0, nodes), size: forest.size.slice(0, nodes) };
}

/** Room for one tree, used again for the next. */
interface Work {
  readonly values: Float64Array;
  readonly columns: number;
  /** Rows of the sample, parted in place: those of a node stand together, from `from` of the node on. */
  readonly rows: Int32Array;
  /** By node, counted from the root. */
  readonly from: Int32Array;
  readonly depth: Int32Array;
  readonly candidates: Int32Array;
}

/** Nodes in order of breadth: those that are still to be split are those behind. Returns the nodes of the forest so far. */
function growTree({ feature, limit, left, size }: Forest, root: number, work: Work, below: (n: number) => number, rng: Rng): number {
  const { values, columns, rows, from, depth, candidates } = work;
  const deepest = Math.ceil(Math.log2(rows.length));
  let end = root + 1;
  size[root] = rows.length;
  from[0] = 0;
  depth[0] = 0;
  for (let node = root; node < end; node++) {
    left[node] = node;
    const start = from[node - root];
    const stop = start + size[node];
    if (size[node] < 2 || depth[node - root] >= deepest) continue;
    for (let c = 0; c < columns; c++) candidates[c] = c;
    for (let open = columns; open > 0; ) {
      const drawn = below(open);
      const column = candidates[drawn];
      let least = Infinity;
      let greatest = -Infinity;
      for (let i = start; i < stop; i++) {
        const value = values[rows[i] * columns + column];
        if (value < least) least = value;
        if (value > greatest) greatest = value;
      }
      if (least === greatest) {
        candidates[drawn] = candidates[--open];
        continue;
      }
      // Rounding may give the greatest value itself, which would leave nothing on the right.
      const drawnLimit = least + (greatest - least) * rng();
      const split = drawnLimit < greatest ? drawnLimit : least;
      let middle = start;
      for (let i = start; i < stop; i++) {
        const row = rows[i];
        rows[i] = rows[middle];
        rows[middle] = row;
        middle += Number(values[row * columns + column] <= split);
      }
      feature[node] = column;
      limit[node] = split;
      left[node] = end;
      size[end] = middle - start;
      size[end + 1] = stop - middle;
      from[end - root] = start;
      from[end + 1 - root] = middle;
      depth[end - root] = depth[end + 1 - root] = depth[node - root] + 1;
      end += 2;
      break;
    }
  }
  return end;
}
