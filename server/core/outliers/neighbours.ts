import type { KdTree } from './kdTree';
import { boxDistance, medianOfThree, walkDepth } from './kdTree';

/**
 * The nearest points of a k-d tree of padded points, which have weights (how often each one is there). One search holds the room for one query at a time; the answer of
 * `nearest` is `found`, `indices` and `squares` until the next query. Nothing is allocated in a query, unless very many points are equally far.
 */
export class NeighbourSearch {
  /** Points found by the last query. */
  found = 0;
  /** Their places in the tree, in no order. */
  indices: Int32Array;
  /** Their squared distances. */
  squares: Float64Array;
  private readonly stackNode: Int32Array;
  private readonly stackSquare: Float64Array;

  constructor(private readonly tree: KdTree, private readonly weights: Int32Array, private readonly k: number) {
    const room = 2 * k + 32;
    this.indices = new Int32Array(room);
    this.squares = new Float64Array(room);
    this.stackNode = new Int32Array(walkDepth(tree));
    this.stackSquare = new Float64Array(walkDepth(tree));
  }

  /**
   * All points within the least radius whose points weigh k together; ties at the radius all belong to it. `self` is a point of the tree of which one copy
   * does not count, -1 for none; `bound` a squared radius that is known to be enough, Infinity when none is. Returns the squared radius.
   * Expected O(log n + k) in few columns, O(n) at worst.
   */
  nearest(from: Float64Array, at: number, self: number, bound: number): number {
    const { tree, weights, stackNode, stackSquare } = this;
    const { values, columns, spans, firstLeaf } = tree;
    const q0 = from[at];
    const q1 = from[at + 1];
    const q2 = from[at + 2];
    const q3 = from[at + 3];
    const q4 = from[at + 4];
    let { indices, squares } = this;
    let found = 0;
    let radius = bound;
    let top = 0;
    let node = 0;
    let square = boxDistance(tree, 0, from, at);
    for (;;) {
      if (square <= radius) {
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
        const to = spans[2 * node + 1];
        for (let point = spans[2 * node]; point < to; point++) {
          const place = point * columns;
          const a = values[place] - q0;
          const b = values[place + 1] - q1;
          const c = values[place + 2] - q2;
          const d = values[place + 3] - q3;
          const e = values[place + 4] - q4;
          let sum = a * a + b * b + c * c + d * d + e * e;
          for (let j = 5; j < columns; j++) sum += (values[place + j] - from[at + j]) ** 2;
          if (sum > radius || (point === self && weights[point] === 1)) continue;
          if (found === squares.length) {
            radius = this.cut(found, self);
            found = this.keep(found, radius);
            // So many are equally far that nothing could be dropped.
            if (2 * found > squares.length) ({ indices, squares } = this.grow());
            if (sum > radius) continue;
          }
          indices[found] = point;
          squares[found++] = sum;
        }
      }
      if (top === 0) break;
      node = stackNode[--top];
      square = stackSquare[top];
    }
    radius = this.cut(found, self);
    this.found = this.keep(found, radius);
    return radius;
  }

  /** The least squared distance within which the first `found` candidates weigh k; the greatest when all weigh less. */
  private cut(found: number, self: number): number {
    const { squares, indices, weights } = this;
    let low = 0;
    let high = found - 1;
    let missing = this.k;
    while (low < high) {
      const pivot = medianOfThree(squares[low], squares[(low + high) >>> 1], squares[high]);
      // Three parts: below the pivot, equal to it, above it.
      let less = low;
      let more = high;
      let lessWeight = 0;
      let equalWeight = 0;
      for (let i = low; i <= more; ) {
        const square = squares[i];
        if (square > pivot) {
          this.swap(i, more--);
          continue;
        }
        const index = indices[i];
        const weight = index === self ? weights[index] - 1 : weights[index];
        if (square < pivot) {
          lessWeight += weight;
          if (i !== less) this.swap(i, less);
          less++;
        } else {
          equalWeight += weight;
        }
        i++;
      }
      if (missing <= lessWeight) {
        high = less - 1;
      } else if (missing <= lessWeight + equalWeight || more === high) {
        return pivot;
      } else {
        missing -= lessWeight + equalWeight;
        low = more + 1;
      }
    }
    return found === 0 ? 0 : squares[low];
  }

  private swap(i: number, j: number): void {
    const { squares, indices } = this;
    const square = squares[i];
    squares[i] = squares[j];
    squares[j] = square;
    const index = indices[i];
    indices[i] = indices[j];
    indices[j] = index;
  }

  /** Drops the candidates that are farther; returns how many are left. */
  private keep(found: number, radius: number): number {
    const { squares, indices } = this;
    let kept = 0;
    for (let i = 0; i < found; i++) {
      if (squares[i] > radius) continue;
      squares[kept] = squares[i];
      indices[kept++] = indices[i];
    }
    return kept;
  }

  private grow(): NeighbourSearch {
    const { indices, squares } = this;
    this.indices = new Int32Array(2 * indices.length);
    this.indices.set(indices);
    this.squares = new Float64Array(2 * squares.length);
    this.squares.set(squares);
    return this;
  }
}
