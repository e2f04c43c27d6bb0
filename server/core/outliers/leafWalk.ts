import type { KdTree } from './kdTree';
import { boxDistance, walkDepth } from './kdTree';

/** Walks over the leaves of a k-d tree near a place, the nearer of two branches first. Nothing is allocated in a walk. */
export class LeafWalk {
  private readonly stackNode: Int32Array;
  private readonly stackSquare: Float64Array;
  private top = 0;
  private from: Float64Array = new Float64Array(0);
  private at = 0;

  constructor(private readonly tree: KdTree) {
    this.stackNode = new Int32Array(walkDepth(tree));
    this.stackSquare = new Float64Array(walkDepth(tree));
  }

  /** Begins a walk around the place at `at` of `from`, which has the tree's columns. */
  start(from: Float64Array, at: number): void {
    this.from = from;
    this.at = at;
    this.stackNode[0] = 0;
    this.stackSquare[0] = boxDistance(this.tree, 0, from, at);
    this.top = 1;
  }

  /** The next leaf that may have points within the squared radius, -1: none is left. The radius may shrink from call to call. */
  next(radius: number): number {
    const { tree, stackNode, stackSquare, from, at } = this;
    const { firstLeaf } = tree;
    let { top } = this;
    while (top > 0) {
      let node = stackNode[--top];
      let square = stackSquare[top];
      while (square <= radius && node < firstLeaf) {
        const left = 2 * node + 1;
        const leftSquare = boxDistance(tree, left, from, at);
        const rightSquare = boxDistance(tree, left + 1, from, at);
        const leftFirst = leftSquare <= rightSquare;
        stackNode[top] = leftFirst ? left + 1 : left;
        stackSquare[top++] = leftFirst ? rightSquare : leftSquare;
        node = leftFirst ? left : left + 1;
        square = leftFirst ? leftSquare : rightSquare;
      }
      if (square <= radius) {
        this.top = top;
        return node;
      }
    }
    this.top = 0;
    return -1;
  }
}
