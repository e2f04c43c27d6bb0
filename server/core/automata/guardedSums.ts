import { chiSquaredSurvival } from '../util/statistics';
import type { GuardedPairs, GuardedTree } from './guardedTree';

/** x log x, and 0 where x is 0. */
export function xLogX(x: number): number {
  return x > 0 ? x * Math.log(x) : 0;
}

/** Probability of a likelihood ratio at least as large when nothing differs: chi-squared with so many degrees of freedom. 1 where the ratio is 0 but for rounding. */
export function ratioPValue(statistic: number, freedom: number): number {
  return statistic < 1e-9 ? 1 : freedom === 0 ? 0 : chiSquaredSurvival(statistic, freedom);
}

/**
 * Likelihood ratio of the pairs of a merge: what follows each node (symbols and ends of traces), and in which quartile each attribute of the following symbols
 * lies, explained by a distribution for each side or by one for both. A cell that both sides have is a degree of freedom. Pairs with fewer than `least` traces on
 * a side do not count. Source: specs, state machine, sections 6.2 and 9; no correction and no pools. O(symbols of both) a pair.
 */
export class GuardedSums implements GuardedPairs {
  statistic = 0;
  freedom = 0;

  constructor(private readonly tree: GuardedTree, private readonly least: number) {}

  reset(): void {
    this.statistic = 0;
    this.freedom = 0;
  }

  get pValue(): number {
    return ratioPValue(this.statistic, this.freedom);
  }

  add(left: number, right: number): void {
    const { tree } = this;
    const l = tree.sizeOf(left), r = tree.sizeOf(right);
    if (l < this.least || r < this.least || l === 0 || r === 0) return;
    this.symbols(left, right);
    this.cell(tree.ended[left], tree.ended[right]);
    this.whole(l, r);
    const f = tree.distributions.length;
    for (let j = 0; j < f; j++) {
      let lefts = 0, rights = 0;
      for (let b = 0; b < 4; b++) {
        const x = tree.bins[(left * f + j) * 4 + b], y = tree.bins[(right * f + j) * 4 + b];
        lefts += x;
        rights += y;
        this.cell(x, y);
      }
      this.whole(lefts, rights);
    }
  }

  /** Counts of one symbol are those of all its guarded edges. */
  private symbols(left: number, right: number): void {
    const { edgeSymbol, firstEdge, nextEdge, count } = this.tree;
    let l = firstEdge[left], r = firstEdge[right];
    while (l >= 0 || r >= 0) {
      const symbol = Math.min(l >= 0 ? edgeSymbol[l] : Infinity, r >= 0 ? edgeSymbol[r] : Infinity);
      let x = 0, y = 0;
      for (; l >= 0 && edgeSymbol[l] === symbol; l = nextEdge[l]) x += count[l];
      for (; r >= 0 && edgeSymbol[r] === symbol; r = nextEdge[r]) y += count[r];
      this.cell(x, y);
    }
  }

  private cell(x: number, y: number): void {
    if (x > 0 && y > 0) this.freedom++;
    this.statistic += 2 * (xLogX(x) + xLogX(y) - xLogX(x + y));
  }

  private whole(x: number, y: number): void {
    this.statistic -= 2 * (xLogX(x) + xLogX(y) - xLogX(x + y));
  }
}
