import { chiSquaredSurvival } from '../util/statistics';
import { NONE } from './foldingTree';
import type { FoldingTree } from './foldingTree';
import type { MergeTest } from './mergeTest';
import type { LearnSettings } from './settings';

/**
 * Likelihood-ratio test of SEQUENT: are the symbols that follow two nodes better explained by two distributions than by one?
 * Rare symbols are pooled: those rare on the right in one pool, those rare on the left in another, what only the right has in the second.
 * The score of a merge is its p-value. Source: specs, state machine, sections 6.0 to 6.2. O(symbols of both nodes) a pair.
 */
export function likelihoodRatio(nodes: FoldingTree, settings: LearnSettings): MergeTest {
  return new LikelihoodRatio(nodes, settings);
}

class LikelihoodRatio implements MergeTest {
  private readonly correction: number;
  private readonly confidence: number;
  private readonly sicco: boolean;
  private separate = 0;
  private merged = 0;
  private freedom = 0;
  private pValue = NaN;
  /** Counts of the pair in hand: symbols (or types) that the left node has, left and right. */
  private lefts = new Float64Array(256);
  private rights = new Float64Array(256);

  constructor(private readonly nodes: FoldingTree, private readonly settings: LearnSettings) {
    // The reference keeps these two as 32-bit floats, and p-values are compared with the rounded value.
    this.correction = Math.fround(settings.correction);
    this.confidence = Math.fround(settings.confidence);
    this.sicco = settings.variant === 'sicco';
  }

  reset(): void {
    this.separate = 0;
    this.merged = 0;
    this.freedom = 0;
    this.pValue = NaN;
  }

  add(left: number, right: number): boolean {
    const { nodes, settings } = this;
    if (settings.typeConsistent && nodes.typeCount > 0 && this.typesConflict(left, right)) return false;
    let leftTotal = nodes.passed[left];
    let rightTotal = nodes.passed[right];
    if (settings.finalProbability) {
      leftTotal += nodes.ended[left];
      rightTotal += nodes.ended[right];
    }
    if (leftTotal < settings.stateCount || rightTotal < settings.stateCount) return true;
    const length = this.collectSymbols(left, right);
    this.compare(length, nodes.passed[right], settings.finalProbability ? nodes.ended[left] : 0, settings.finalProbability ? nodes.ended[right] : 0);
    if (this.sicco && settings.typeDistribution) this.compare(this.collectTypes(left, right), nodes.ended[right], 0, 0);
    return true;
  }

  accepts(): boolean {
    return this.score() >= this.confidence;
  }

  score(): number {
    if (Number.isNaN(this.pValue)) {
      const statistic = 2 * (this.separate - this.merged);
      this.pValue = statistic < Number.EPSILON ? 1 : this.freedom === 0 ? 0 : chiSquaredSurvival(statistic, this.freedom);
    }
    return this.pValue;
  }

  private typesConflict(left: number, right: number): boolean {
    const { endedByType, typeCount } = this.nodes;
    for (let t = 0; t < typeCount; t++) {
      if (endedByType[left * typeCount + t] === 0) continue;
      for (let u = 0; u < typeCount; u++) if (u !== t && endedByType[right * typeCount + u] !== 0) return true;
    }
    return false;
  }

  private collectSymbols(left: number, right: number): number {
    const { firstCount, nextCount, count, tree } = this.nodes;
    const symbol = tree.symbol;
    let length = 0;
    let r = firstCount[right];
    for (let l = firstCount[left]; l !== NONE; l = nextCount[l]) {
      while (r !== NONE && symbol[r] < symbol[l]) r = nextCount[r];
      if (length === this.lefts.length) this.grow();
      this.lefts[length] = count[l];
      this.rights[length++] = r !== NONE && symbol[r] === symbol[l] ? count[r] : 0;
    }
    return length;
  }

  private collectTypes(left: number, right: number): number {
    const { endedByType, typeCount, ended } = this.nodes;
    if (typeCount === 0) {
      this.lefts[0] = ended[left];
      this.rights[0] = ended[right];
      return ended[left] > 0 ? 1 : 0;
    }
    let length = 0;
    for (let t = 0; t < typeCount; t++) {
      if (endedByType[left * typeCount + t] === 0) continue;
      if (length === this.lefts.length) this.grow();
      this.lefts[length] = endedByType[left * typeCount + t];
      this.rights[length++] = endedByType[right * typeCount + t];
    }
    return length;
  }

  private grow(): void {
    for (const name of ['lefts', 'rights'] as const) {
      const next = new Float64Array(this[name].length * 2);
      next.set(this[name]);
      this[name] = next;
    }
  }

  /** Adds one distribution: the collected counts, the right side's total over all its symbols, and the ends where they count (0, 0: they do not). */
  private compare(length: number, rightTotal: number, leftEnds: number, rightEnds: number): void {
    const { lefts, rights, correction: c } = this;
    const rare = this.settings.symbolCount;
    let leftDivider = 0, rightDivider = 0;
    let pool1Left = 0, pool1Right = 0, pool2Left = 0, pool2Right = rightTotal;
    const pool = (l: number, r: number): void => {
      if (l >= rare && r >= rare) {
        leftDivider += l + c;
        rightDivider += r + c;
        return;
      }
      if (r < rare) {
        pool1Left += l;
        pool1Right += r;
      }
      if (l < rare) {
        pool2Left += l;
        pool2Right += r;
      }
    };
    for (let i = 0; i < length; i++) {
      pool(lefts[i], rights[i]);
      pool2Right -= rights[i];
    }
    const ends = leftEnds !== 0 || rightEnds !== 0;
    if (ends) pool(leftEnds, rightEnds);
    if (pool1Left !== 0 || pool1Right !== 0) {
      leftDivider += pool1Left + c;
      rightDivider += pool1Right + c;
    }
    if (pool2Left !== 0 || pool2Right !== 0) {
      leftDivider += pool2Left + c;
      rightDivider += pool2Right + c;
    }
    if (this.sicco) {
      this.term(pool1Left, pool1Right, leftDivider, rightDivider, false);
      this.term(pool2Left, pool2Right, leftDivider, rightDivider, false);
      for (let i = 0; i < length; i++) this.term(lefts[i], rights[i], leftDivider, rightDivider, false);
      return;
    }
    if (leftDivider < this.settings.stateCount || rightDivider < this.settings.stateCount) return;
    for (let i = 0; i < length; i++) this.term(lefts[i], rights[i], leftDivider, rightDivider, true);
    if (ends) this.term(leftEnds, rightEnds, leftDivider, rightDivider, true);
    this.term(pool1Left, pool1Right, leftDivider, rightDivider, false);
    this.term(pool2Left, pool2Right, leftDivider, rightDivider, false);
  }

  /** One symbol or pool. A symbol seen on both sides is a degree of freedom, even where it is too rare to count. */
  private term(l: number, r: number, leftDivider: number, rightDivider: number, bothFrequent: boolean): void {
    if (l === 0 && r === 0) return;
    if (l !== 0 && r !== 0) this.freedom++;
    const rare = this.settings.symbolCount;
    if (bothFrequent ? l < rare || r < rare : l < rare && r < rare) return;
    const left = l + this.correction;
    const right = r + this.correction;
    this.separate += left * Math.log(left / leftDivider) + right * Math.log(right / rightDivider);
    this.merged += (left + right) * Math.log((left + right) / (leftDivider + rightDivider));
  }
}
