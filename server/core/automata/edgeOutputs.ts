import { forEachSymbol } from './symbolEdges';
import type { PrefixTree } from './prefixTree';

/** No data was seen with the edge. */
export const NO_OUTPUT = -1;

/**
 * The outputs of edges in a Mealy machine: the data that their symbols carry. Of most edges that is one; where traces contradict each other,
 * or a merge was not tested to its end, it is a set. Sets are numbered, so that an edge takes one number. 4 bytes a node.
 */
export class EdgeOutputs {
  /** Number of the set of each edge, or `NO_OUTPUT`. */
  readonly of: Int32Array;
  private readonly sets: (readonly number[])[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly log: number[] = [];

  constructor(private readonly tree: PrefixTree) {
    this.of = new Int32Array(tree.nodeCount).fill(NO_OUTPUT);
    const { data } = tree.traces;
    data?.texts.forEach((_, text) => this.number([text]));
    if (data) forEachSymbol(tree, (i, edge) => data.of[i] > 0 && (this.of[edge] = this.union(this.of[edge], data.of[i] - 1)));
  }

  /** Whether two edges have the same outputs, or one of them has none. */
  agree(a: number, b: number): boolean {
    return this.of[a] === this.of[b] || this.of[a] === NO_OUTPUT || this.of[b] === NO_OUTPUT;
  }

  /** Gives edge `into` the outputs of `from` too; `takeBack` can undo it until `keep`. */
  merge(into: number, from: number): void {
    this.log.push(this.of[into]);
    this.of[into] = this.union(this.of[into], this.of[from]);
  }

  /** What was merged stays. */
  keep(): void {
    this.log.length = 0;
  }

  /** Undoes the last merge, which was into `edge`. */
  takeBack(edge: number): void {
    this.of[edge] = this.log.pop()!;
  }

  /** Names of all sets, in order of their numbers: the data, `a|b` for several. */
  names(): string[] {
    const texts = this.tree.traces.data?.texts ?? [];
    return this.sets.map((set) => set.map((text) => texts[text]).join('|'));
  }

  private union(a: number, b: number): number {
    if (a === b || b === NO_OUTPUT) return a;
    return a === NO_OUTPUT ? b : this.number([...new Set([...this.sets[a], ...this.sets[b]])].sort((x, y) => x - y));
  }

  private number(set: readonly number[]): number {
    const key = set.join();
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.sets.length);
    return this.sets.push(set) - 1;
  }
}
