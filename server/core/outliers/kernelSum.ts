import type { KdTree } from './kdTree';
import { boxDistance, walkDepth } from './kdTree';

/** What may be left out of a sum, as a share of it. */
const LEFT_OUT = 1e-10;

const STEPS = 1024;
const coarse = Float64Array.from({ length: 746 }, (_, i) => Math.exp(-i));
const fine = Float64Array.from({ length: STEPS }, (_, i) => Math.exp(-i / STEPS));

/** exp(-x) for x >= 0 by two tables and the series to the third power; relative error below 1e-13, and 0 from 745 on. */
export function expOfMinus(x: number): number {
  const bounded = x < 745 ? x : 745;
  const step = (bounded * STEPS) | 0;
  const rest = bounded - step / STEPS;
  return coarse[step >> 10] * fine[step & 1023] * (1 - rest * (1 - rest * (0.5 - rest / 6)));
}

/** Sums of Gaussian kernels of unit width at the points of a padded k-d tree, with weights. */
export class KernelSum {
  private readonly stackNode: Int32Array;
  private readonly stackSquare: Float64Array;
  private readonly squares: Float64Array;
  private readonly total: number;

  constructor(private readonly tree: KdTree, private readonly weights: Int32Array) {
    this.stackNode = new Int32Array(walkDepth(tree));
    this.stackSquare = new Float64Array(walkDepth(tree));
    let widest = 0;
    for (let node = tree.firstLeaf; 2 * node < tree.spans.length; node++) widest = Math.max(widest, tree.spans[2 * node + 1] - tree.spans[2 * node]);
    this.squares = new Float64Array(widest);
    this.total = weights.reduce((sum, weight) => sum + weight, 0);
  }

  /**
   * ln of the sum over the points of weight x exp(-distance^2 / 2), from the point at `at`. Sums relative to the nearest point so far, so that it stays
   * finite at any distance; boxes that cannot add more than their part of `LEFT_OUT` are left out, so the relative error of the sum is below that.
   */
  log(from: Float64Array, at: number): number {
    const { tree, weights, stackNode, stackSquare, squares } = this;
    const { values, columns, spans, firstLeaf } = tree;
    const q0 = from[at];
    const q1 = from[at + 1];
    const q2 = from[at + 2];
    const q3 = from[at + 3];
    const q4 = from[at + 4];
    let nearest = Infinity;
    let sum = 0;
    let farthest = Infinity;
    let top = 0;
    let node = 0;
    let square = 0;
    for (;;) {
      if (square < farthest) {
        if (node < firstLeaf) {
          const left = 2 * node + 1;
          const leftSquare = boxDistance(tree, left, from, at);
          const rightSquare = boxDistance(tree, left + 1, from, at);
          const leftFirst = leftSquare <= rightSquare;
          stackNode[top] = leftFirst ? left + 1 : left;
          stackSquare[top++] = leftFirst ? rightSquare : leftSquare;
          node = leftFirst ? left : left + 1;
          square = leftFirst ? leftSquare : rightSquare;
          continue;
        }
        const start = spans[2 * node];
        const count = spans[2 * node + 1] - start;
        let least = nearest;
        for (let i = 0, place = start * columns; i < count; i++, place += columns) {
          const a = values[place] - q0;
          const b = values[place + 1] - q1;
          const c = values[place + 2] - q2;
          const d = values[place + 3] - q3;
          const e = values[place + 4] - q4;
          let s = a * a + b * b + c * c + d * d + e * e;
          for (let j = 5; j < columns; j++) s += (values[place + j] - from[at + j]) ** 2;
          squares[i] = s;
          if (s < least) least = s;
        }
        if (least < nearest) {
          sum = sum === 0 ? 0 : sum * expOfMinus((nearest - least) / 2);
          nearest = least;
        }
        for (let i = 0; i < count; i++) sum += weights[start + i] * expOfMinus((squares[i] - nearest) / 2);
        farthest = nearest + 2 * Math.log(this.total / (LEFT_OUT * sum));
      }
      if (top === 0) break;
      node = stackNode[--top];
      square = stackSquare[top];
    }
    return Math.log(sum) - nearest / 2;
  }
}
