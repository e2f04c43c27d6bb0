import { PairCounts, typesConflict } from './pairCounts';
import { Pools } from './pools';
import type { FoldingTree } from '../foldingTree';
import type { Residue } from '../residue';
import type { LearnSettings } from '../settings';

/**
 * Log-likelihoods of what follows the pairs of a merge, with a distribution for each side and with one for both, and how many
 * parameters the merge saves. Source: specs, state machine, section 6.2. O(symbols of both nodes) a pair; where rare
 * symbols are pooled and `sicco` is not asked for, O(symbols of the right node x log symbols of the left): what only the left has is all in pools.
 */
export class LikelihoodSums {
  separate = 0;
  merged = 0;
  freedom = 0;
  private readonly counts: PairCounts;
  private readonly pools: Pools;
  private readonly correction: number;
  private readonly sicco: boolean;
  private readonly rareSums: Int32Array | undefined;
  private readonly residue: Residue | undefined;

  constructor(private readonly nodes: FoldingTree, private readonly settings: LearnSettings) {
    // The reference keeps the correction as a 32-bit float.
    this.correction = Math.fround(settings.correction);
    this.counts = new PairCounts(nodes);
    this.pools = new Pools(settings.symbolCount, this.correction);
    this.sicco = settings.variant === 'sicco';
    this.rareSums = !this.sicco && settings.symbolCount > 0 ? nodes.addRareSums(settings.symbolCount) : undefined;
    // A symbol at count 0 is one of the frequent ones only where no count is rare.
    this.residue = settings.variant === 'main' && settings.symbolCount <= 0 ? nodes.keepResidue() : undefined;
  }

  reset(): void {
    this.separate = 0;
    this.merged = 0;
    this.freedom = 0;
  }

  /** Takes in one pair; false when their types forbid the merge. */
  add(left: number, right: number): boolean {
    const { nodes, settings, counts } = this;
    if (settings.typeConsistent && nodes.typeCount > 0 && typesConflict(nodes, left, right)) return false;
    if (nodes.tooFew(left) || nodes.tooFew(right)) return true;
    if (this.rareSums) counts.collectCommon(left, right, this.rareSums, settings.symbolCount);
    else counts.collectSymbols(left, right);
    const ends = settings.finalProbability;
    this.compare(nodes.passed[right], ends ? nodes.ended[left] : 0, ends ? nodes.ended[right] : 0);
    if (this.residue) this.countResidue(this.residue.of(left), left, right);
    if (this.sicco && settings.typeDistribution) {
      counts.collectTypes(left, right, 'ended');
      this.compare(nodes.ended[right], 0, 0);
    }
    return true;
  }

  /** Adds one distribution: the collected counts, and the ends where they count (0, 0: they do not). */
  private compare(rightTotal: number, leftEnds: number, rightEnds: number): void {
    const { pools } = this;
    pools.fill(this.counts, rightTotal, leftEnds, rightEnds);
    const { lefts, rights, length } = this.counts;
    const { stateCount } = this.settings;
    if (this.sicco) {
      this.term(pools.left1, pools.right1, false);
      this.term(pools.left2, pools.right2, false);
      for (let i = 0; i < length; i++) this.term(lefts[i], rights[i], false);
      return;
    }
    if (pools.leftDivider < stateCount || pools.rightDivider < stateCount) return;
    for (let i = 0; i < length; i++) this.term(lefts[i], rights[i], true);
    if (leftEnds !== 0 || rightEnds !== 0) this.term(leftEnds, rightEnds, true);
    this.term(pools.left1, pools.right1, false);
    this.term(pools.left2, pools.right2, false);
  }

  /** Symbols that the left node has at count 0 only. */
  private countResidue(symbols: Iterable<number>, left: number, right: number): void {
    for (const symbol of symbols) if (this.nodes.countOf(left, symbol) === 0) this.term(0, this.nodes.countOf(right, symbol), true);
  }

  /** One symbol or pool. A symbol seen on both sides is a degree of freedom, even where it is too rare to count. */
  private term(l: number, r: number, bothFrequent: boolean): void {
    if (l === 0 && r === 0) return;
    if (l !== 0 && r !== 0) this.freedom++;
    const rare = this.settings.symbolCount;
    if (bothFrequent ? l < rare || r < rare : l < rare && r < rare) return;
    const { leftDivider, rightDivider } = this.pools;
    const left = l + this.correction;
    const right = r + this.correction;
    // Without correction a count may be 0, and 0 log 0 is 0.
    if (left > 0) this.separate += left * Math.log(left / leftDivider);
    if (right > 0) this.separate += right * Math.log(right / rightDivider);
    this.merged += (left + right) * Math.log((left + right) / (leftDivider + rightDivider));
  }
}
