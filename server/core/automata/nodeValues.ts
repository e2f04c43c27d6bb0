import { forEachSymbol } from './symbolEdges';
import type { PrefixTree } from './prefixTree';

/**
 * The numbers that follow each node, the data of its outgoing symbols: how many, their mean, and the sum of their squared distances
 * from it. Data that are no number do not count. Sums are updated around the mean (Welford 1962; Chan, Golub and LeVeque 1979), so that equal
 * numbers have distance 0 exactly. 20 bytes a node.
 */
export class NodeValues {
  readonly count: Int32Array;
  readonly mean: Float64Array;
  readonly squares: Float64Array;
  private readonly log: number[] = [];

  constructor(tree: PrefixTree) {
    const count = (this.count = new Int32Array(tree.nodeCount));
    const mean = (this.mean = new Float64Array(tree.nodeCount));
    const squares = (this.squares = new Float64Array(tree.nodeCount));
    const { data } = tree.traces;
    if (!data) return;
    const numbers = Float64Array.from(data.texts, (text) => (text.trim() === '' ? NaN : Number(text)));
    forEachSymbol(tree, (i, edge) => {
      const value = data.of[i] > 0 ? numbers[data.of[i] - 1] : NaN;
      if (!Number.isFinite(value)) return;
      const node = tree.parent[edge];
      const distance = value - mean[node];
      mean[node] += distance / ++count[node];
      squares[node] += distance * (value - mean[node]);
    });
  }

  /** How much the squared distances of the numbers of both nodes grow when they get one mean; 0 when one has none. */
  growth(a: number, b: number): number {
    const { count, mean } = this;
    const both = count[a] + count[b];
    return both === 0 ? 0 : ((mean[b] - mean[a]) ** 2 * count[a] * count[b]) / both;
  }

  /** Adds the numbers of `from` to those of `into`; `takeBack` can undo it until `keep`. */
  merge(into: number, from: number): void {
    const { count, mean, squares } = this;
    this.log.push(count[into], mean[into], squares[into]);
    if (count[from] === 0) return;
    squares[into] += squares[from] + this.growth(into, from);
    const both = count[into] + count[from];
    mean[into] += ((mean[from] - mean[into]) * count[from]) / both;
    count[into] = both;
  }

  /** What was merged stays. */
  keep(): void {
    this.log.length = 0;
  }

  /** Undoes the last merge, which was into `node`, exactly. */
  takeBack(node: number): void {
    this.squares[node] = this.log.pop()!;
    this.mean[node] = this.log.pop()!;
    this.count[node] = this.log.pop()!;
  }
}
