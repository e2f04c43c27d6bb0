import type { Matrix } from './matrix';
import { rowCount } from './matrix';

/** Most points of a leaf; 32 to 64 measure best at 5 columns, for few neighbours and for many. */
const LEAF = 64;

/**
 * A balanced k-d tree (Bentley 1975) without pointers: the order of the points is the tree. Node i has the children 2i + 1 and 2i + 2, which halve its range
 * of points; all leaves are on the last level. Boxes are taken from the points, so that a tree of points in any order answers rightly, only slower.
 */
export interface KdTree extends Matrix {
  /** First point of each node, and after the last point of the node, two entries a node. */
  readonly spans: Int32Array;
  /** Least and greatest value of a node's points in each column: `boxes[(node * columns + c) * 2]` and the entry after. */
  readonly boxes: Float64Array;
  /** Nodes from this one on are leaves. */
  readonly firstLeaf: number;
}

/** An order of the points that makes a good tree: each node is halved at the median of its widest column. O(n log n x columns). */
export function kdOrder(points: Matrix): Int32Array {
  const { values, columns } = points;
  const order = Int32Array.from({ length: rowCount(points) }, (_, i) => i);
  const { spans, firstLeaf } = layout(order.length);
  const keys = new Float64Array(order.length);
  for (let node = 0; node < firstLeaf; node++) {
    const from = spans[2 * node];
    const to = spans[2 * node + 1];
    let widest = 0;
    let width = -1;
    for (let c = 0; c < columns; c++) {
      let least = Infinity;
      let greatest = -Infinity;
      for (let i = from; i < to; i++) {
        const value = values[order[i] * columns + c];
        if (value < least) least = value;
        if (value > greatest) greatest = value;
      }
      if (greatest - least > width) [widest, width] = [c, greatest - least];
    }
    if (!(width > 0)) continue;
    for (let i = from; i < to; i++) keys[i] = values[order[i] * columns + widest];
    selectKeyed(keys, order, from, to, (from + to) >>> 1);
  }
  return order;
}

/** The tree of points that are in the order of a tree. O(n x columns). */
export function kdTree(points: Matrix): KdTree {
  const { values, columns } = points;
  const { spans, firstLeaf } = layout(rowCount(points));
  const nodes = spans.length / 2;
  const boxes = new Float64Array(nodes * columns * 2);
  for (let node = nodes - 1; node >= 0; node--) {
    for (let c = 0; c < columns; c++) {
      let least = Infinity;
      let greatest = -Infinity;
      if (node >= firstLeaf) {
        for (let at = spans[2 * node] * columns + c; at < spans[2 * node + 1] * columns; at += columns) {
          if (values[at] < least) least = values[at];
          if (values[at] > greatest) greatest = values[at];
        }
      } else {
        const left = ((2 * node + 1) * columns + c) * 2;
        least = Math.min(boxes[left], boxes[left + 2 * columns]);
        greatest = Math.max(boxes[left + 1], boxes[left + 2 * columns + 1]);
      }
      boxes[(node * columns + c) * 2] = least;
      boxes[(node * columns + c) * 2 + 1] = greatest;
    }
  }
  return { values, columns, spans, boxes, firstLeaf };
}

/** Columns that distances take in one expression, without a loop. */
const UNROLLED = 5;

/** The points with columns of zeros behind, where there are fewer than `UNROLLED`: what a search needs of the tree and of what is searched for. */
export function padded(points: Matrix): Matrix {
  const { columns } = points;
  if (columns >= UNROLLED) return points;
  const n = rowCount(points);
  const values = new Float64Array(n * UNROLLED);
  for (let i = 0; i < n; i++) for (let c = 0; c < columns; c++) values[i * UNROLLED + c] = points.values[i * columns + c];
  return { values, columns: UNROLLED };
}

/** Squared distance from a point, at `at` of `from`, to the box of a node; 0 inside. */
export function boxDistance({ boxes, columns }: KdTree, node: number, from: Float64Array, at: number): number {
  let sum = 0;
  for (let c = 0, box = node * columns * 2; c < columns; c++, box += 2) {
    const x = from[at + c];
    const below = boxes[box] - x;
    const above = x - boxes[box + 1];
    // Twice the way to the box, without a branch: which side a point is on cannot be predicted.
    const out = below + Math.abs(below) + (above + Math.abs(above));
    sum += out * out;
  }
  return sum / 4;
}

/** Room for a walk through the tree that goes down to one child and comes back to the other. */
export function walkDepth({ firstLeaf }: KdTree): number {
  return Math.log2(firstLeaf + 1) + 2;
}

function layout(n: number): { spans: Int32Array; firstLeaf: number } {
  let leaves = 1;
  while (n > leaves * LEAF) leaves *= 2;
  const spans = new Int32Array(2 * (2 * leaves - 1));
  spans[1] = n;
  for (let node = 0; node < leaves - 1; node++) {
    const from = spans[2 * node];
    const to = spans[2 * node + 1];
    const middle = (from + to) >>> 1;
    spans.set([from, middle, middle, to], 2 * (2 * node + 1));
  }
  return { spans, firstLeaf: leaves - 1 };
}

/** Moves keys, and the items with them, so that no key of [from, nth) is above one of [nth, to). Expected O(to - from), Hoare's selection. */
function selectKeyed(keys: Float64Array, items: Int32Array, from: number, to: number, nth: number): void {
  let low = from;
  let high = to - 1;
  while (low < high) {
    const pivot = medianOfThree(keys[low], keys[(low + high) >>> 1], keys[high]);
    let i = low;
    let j = high;
    while (i <= j) {
      while (keys[i] < pivot) i++;
      while (keys[j] > pivot) j--;
      if (i <= j) {
        const key = keys[i];
        keys[i] = keys[j];
        keys[j] = key;
        const item = items[i];
        items[i++] = items[j];
        items[j--] = item;
      }
    }
    if (nth <= j) high = j;
    else if (nth >= i) low = i;
    else return;
  }
}

export function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
