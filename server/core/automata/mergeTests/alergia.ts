import { PairCounts } from './pairCounts';
import { Pools } from './pools';
import type { FoldingTree } from '../foldingTree';
import type { LearnSettings } from '../settings';
import type { MergeTest } from './mergeTest';

/**
 * Alergia with pools: the relative frequencies of every symbol must lie within a Hoeffding bound. The score adds up what is left of
 * the bounds. Source: specs, state machine, section 6.3; Carrasco and Oncina, 1994. O(symbols of both nodes) a pair.
 */
export function alergia(nodes: FoldingTree, settings: LearnSettings): MergeTest {
  return new Alergia(nodes, settings);
}

class Alergia implements MergeTest {
  private readonly counts: PairCounts;
  private readonly pools: Pools;
  private readonly correction: number;
  private readonly factor: number;
  private slack = 0;

  constructor(private readonly nodes: FoldingTree, private readonly settings: LearnSettings) {
    this.correction = Math.fround(settings.correction);
    this.counts = new PairCounts(nodes);
    this.pools = new Pools(settings.symbolCount, this.correction);
    this.factor = hoeffdingFactor(settings.confidence);
  }

  reset(): void {
    this.slack = 0;
  }

  add(left: number, right: number): boolean {
    const { nodes, settings, counts } = this;
    if (nodes.tooFew(left) || nodes.tooFew(right)) return true;
    const ends = settings.finalProbability;
    counts.collectSymbols(left, right);
    if (!this.similar(nodes.passed[right], ends ? nodes.ended[left] : 0, ends ? nodes.ended[right] : 0)) return false;
    if (!settings.typeDistribution || settings.variant === 'sicco') return true;
    counts.collectTypes(left, right, 'passed');
    if (!this.similar(nodes.passed[right], 0, 0)) return false;
    counts.collectTypes(left, right, 'ended');
    return this.similar(nodes.ended[right], 0, 0);
  }

  accepts(): boolean {
    return true;
  }

  score(): number {
    return this.slack;
  }

  greatest(size: number): number {
    return this.nodes.allTooFew(size) ? 0 : Infinity;
  }

  /** Tests one distribution: the pools first, then every symbol, and the ends with the symbols. */
  private similar(rightTotal: number, leftEnds: number, rightEnds: number): boolean {
    const { pools, counts } = this;
    pools.fill(counts, rightTotal, leftEnds, rightEnds);
    if (!this.within(pools.left1, pools.right1) || !this.within(pools.left2, pools.right2)) return false;
    for (let i = 0; i < counts.length; i++) if (!this.within(counts.lefts[i], counts.rights[i])) return false;
    return true;
  }

  private within(l: number, r: number): boolean {
    const { leftDivider, rightDivider } = this.pools;
    if ((l === 0 && r === 0) || leftDivider === 0 || rightDivider === 0) return true;
    const bound = (1 / Math.sqrt(leftDivider) + 1 / Math.sqrt(rightDivider)) * this.factor;
    const gap = Math.abs((l + this.correction) / leftDivider - (r + this.correction) / rightDivider);
    if (gap > bound) return false;
    this.slack += bound - gap;
    return true;
  }
}

/** The factor of Hoeffding's bound for a significance level, which the reference keeps as a 32-bit float. */
export function hoeffdingFactor(confidence: number): number {
  return Math.sqrt(0.5 * Math.log(2 / Math.fround(confidence)));
}
