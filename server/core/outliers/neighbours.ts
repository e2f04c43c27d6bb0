import type { KdTree } from './kdTree';
import { medianOfThree } from './kdTree';
import { LeafWalk } from './leafWalk';

/** Up to so many neighbours are kept in order as they are found; more are gathered first and selected then. */
const FEW = 64;
/** A place near the one before has about its radius: gathering within so much more of its square mostly finds enough. */
const GUESS = 1.15;
const BUCKETS = 1024;

/**
 * The nearest points of a k-d tree of padded points, which have weights (how often each one is there). One search holds the room for one query at a time:
 * the answer of `nearest` is `found`, `indices` and `squares` until the next query. Nothing is allocated in a query, unless very many points are equally far.
 */
export class NeighbourSearch {
  /** Points found by the last query. */
  found = 0;
  /** Their places in the tree, in no order. */
  indices: Int32Array;
  /** Their squared distances. */
  squares: Float64Array;
  private readonly walk: LeafWalk;
  private readonly buckets = new Float64Array(BUCKETS);
  /** The squared radius of the query before. */
  private last = Infinity;

  constructor(private readonly tree: KdTree, private readonly weights: Int32Array, private readonly k: number) {
    const room = 2 * Math.min(k, weights.length) + 128;
    this.indices = new Int32Array(room);
    this.squares = new Float64Array(room);
    this.walk = new LeafWalk(tree);
  }

  /**
   * All points within the least radius whose points weigh k together; ties at the radius all belong to it. `self` is a point of the tree of which one copy
   * does not count, -1 for none; `bound` a squared radius that is known to be enough, Infinity when none is. Returns the squared radius.
   * Expected O(log n + k) in few columns, O(n) at worst.
   */
  nearest(from: Float64Array, at: number, self: number, bound: number): number {
    if (this.k <= FEW) return this.inOrder(from, at, self, bound);
    let reach = Math.min(bound, GUESS * this.last);
    this.within(from, at, self, reach);
    if (reach < bound && this.weigh(self) < this.k) this.within(from, at, self, (reach = bound));
    this.last = this.select(self, reach);
    this.keep(this.last);
    return this.last;
  }

  /** All points within a squared radius. */
  within(from: Float64Array, at: number, self: number, radius: number): void {
    const { tree: { values, columns, spans }, weights, walk } = this;
    const q0 = from[at];
    const q1 = from[at + 1];
    const q2 = from[at + 2];
    const q3 = from[at + 3];
    const q4 = from[at + 4];
    const alone = self >= 0 && weights[self] === 1 ? self : -1;
    let { indices, squares } = this;
    let found = 0;
    walk.start(from, at);
    for (let leaf = walk.next(radius); leaf >= 0; leaf = walk.next(radius)) {
      const to = spans[2 * leaf + 1];
      if (found + to - spans[2 * leaf] > squares.length) {
        this.grow();
        ({ indices, squares } = this);
      }
      for (let point = spans[2 * leaf], place = point * columns; point < to; point++, place += columns) {
        const a = values[place] - q0;
        const b = values[place + 1] - q1;
        const c = values[place + 2] - q2;
        const d = values[place + 3] - q3;
        const e = values[place + 4] - q4;
        let sum = a * a + b * b + c * c + d * d + e * e;
        if (columns > 5) sum += squareBeyond(values, place, from, at, columns);
        // Without a branch: which points are near cannot be predicted.
        indices[found] = point;
        squares[found] = sum;
        found += Number(sum <= radius) & Number(point !== alone);
      }
    }
    this.found = found;
  }

  /** `nearest` with the points found so far in ascending order: once enough are found, most others are seen to be too far at a glance. */
  private inOrder(from: Float64Array, at: number, self: number, bound: number): number {
    const { tree: { values, columns, spans }, weights, walk, k } = this;
    const q0 = from[at];
    const q1 = from[at + 1];
    const q2 = from[at + 2];
    const q3 = from[at + 3];
    const q4 = from[at + 4];
    const alone = self >= 0 && weights[self] === 1 ? self : -1;
    let { indices, squares } = this;
    let found = 0;
    let radius = bound;
    let weight = 0;
    // Of those that are the farthest found.
    let farthest = 0;
    walk.start(from, at);
    for (let leaf = walk.next(radius); leaf >= 0; leaf = walk.next(radius)) {
      const to = spans[2 * leaf + 1];
      if (found + to - spans[2 * leaf] > squares.length) {
        this.grow();
        ({ indices, squares } = this);
      }
      for (let point = spans[2 * leaf], place = point * columns; point < to; point++, place += columns) {
        const a = values[place] - q0;
        const b = values[place + 1] - q1;
        const c = values[place + 2] - q2;
        const d = values[place + 3] - q3;
        const e = values[place + 4] - q4;
        let sum = a * a + b * b + c * c + d * d + e * e;
        if (columns > 5) sum += squareBeyond(values, place, from, at, columns);
        if (!(sum <= radius) || point === alone) continue;
        const own = point === self ? weights[point] - 1 : weights[point];
        let i = found++;
        if (i === 0 || sum > squares[i - 1]) farthest = own;
        else if (sum === squares[i - 1]) farthest += own;
        for (; i > 0 && squares[i - 1] > sum; i--) {
          squares[i] = squares[i - 1];
          indices[i] = indices[i - 1];
        }
        squares[i] = sum;
        indices[i] = point;
        weight += own;
        while (weight - farthest >= k) {
          weight -= farthest;
          const dropped = squares[found - 1];
          while (squares[found - 1] === dropped) found--;
          farthest = 0;
          for (let j = found - 1; j >= 0 && squares[j] === squares[found - 1]; j--) farthest += indices[j] === self ? weights[self] - 1 : weights[indices[j]];
        }
        if (weight >= k) radius = squares[found - 1];
      }
    }
    this.found = found;
    return found === 0 ? 0 : squares[found - 1];
  }

  private weigh(self: number): number {
    const { found, indices, weights } = this;
    let sum = self >= 0 && weights[self] > 1 ? -1 : 0;
    for (let i = 0; i < found; i++) sum += weights[indices[i]];
    return sum;
  }

  /** The least squared distance within which the points found weigh k; the greatest when all weigh less. Counts them by distance, and selects among those of one bucket. */
  private select(self: number, reach: number): number {
    const { found, squares, indices, weights, buckets } = this;
    let greatest = 0;
    if (reach < Infinity) greatest = reach;
    else for (let i = 0; i < found; i++) if (squares[i] > greatest) greatest = squares[i];
    const scale = (BUCKETS - 1) / greatest;
    if (!(scale < Infinity)) return this.cut(0, found - 1, this.k, self);
    buckets.fill(0);
    for (let i = 0; i < found; i++) buckets[(squares[i] * scale) | 0] += weights[indices[i]];
    if (self >= 0 && weights[self] > 1) buckets[0]--;
    let missing = this.k;
    let bucket = 0;
    while (bucket < BUCKETS - 1 && buckets[bucket] < missing) missing -= buckets[bucket++];
    let members = 0;
    for (let i = 0; i < found; i++) if (((squares[i] * scale) | 0) === bucket) this.swap(i, members++);
    return members > 0 ? this.cut(0, members - 1, missing, self) : greatest;
  }

  /** The least squared distance within which the points [low, high] weigh `missing`; the greatest when all weigh less. */
  private cut(low: number, high: number, missing: number, self: number): number {
    const { squares, indices, weights } = this;
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
    return high < 0 ? 0 : squares[low];
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

  /** Drops the points that are farther. */
  private keep(radius: number): void {
    const { squares, indices, found } = this;
    let kept = 0;
    for (let i = 0; i < found; i++) {
      squares[kept] = squares[i];
      indices[kept] = indices[i];
      kept += Number(squares[i] <= radius);
    }
    this.found = kept;
  }

  private grow(): void {
    const { indices, squares } = this;
    this.indices = new Int32Array(2 * indices.length);
    this.indices.set(indices);
    this.squares = new Float64Array(2 * squares.length);
    this.squares.set(squares);
  }
}

/** The part of a squared distance that the columns behind the fifth have. */
function squareBeyond(values: Float64Array, place: number, from: Float64Array, at: number, columns: number): number {
  let sum = 0;
  for (let j = 5; j < columns; j++) sum += (values[place + j] - from[at + j]) * (values[place + j] - from[at + j]);
  return sum;
}
