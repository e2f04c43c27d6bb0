import type { PairCounts } from './pairCounts';

/**
 * Pools of rare symbols: what is rare on the right is added up in pool 1, what is rare on the left in pool 2, and so is all that
 * only the right has. The dividers are the sums of what is then compared, every item with its Laplace count.
 * Source: specs, state machine, section 6.1. Not symmetric.
 */
export class Pools {
  leftDivider = 0;
  rightDivider = 0;
  left1 = 0;
  right1 = 0;
  left2 = 0;
  right2 = 0;

  /** `rare`: counts below are pooled; `correction`: Laplace count of an item. */
  constructor(private readonly rare: number, private readonly correction: number) {}

  /** Pools the collected counts. `rightTotal`: all that follows the right node; the ends count unless both are 0. O(counts). */
  fill(counts: PairCounts, rightTotal: number, leftEnds: number, rightEnds: number): void {
    const { lefts, rights, length } = counts;
    const { rare, correction: c } = this;
    const items = leftEnds !== 0 || rightEnds !== 0 ? length + 1 : length;
    let leftDivider = 0, rightDivider = 0, left1 = counts.leftOnly, right1 = 0, left2 = counts.leftOnlyRare, right2 = rightTotal;
    for (let i = 0; i < items; i++) {
      const l = i < length ? lefts[i] : leftEnds;
      const r = i < length ? rights[i] : rightEnds;
      if (i < length) right2 -= r;
      if (l >= rare && r >= rare) {
        leftDivider += l + c;
        rightDivider += r + c;
        continue;
      }
      if (r < rare) {
        left1 += l;
        right1 += r;
      }
      if (l < rare) {
        left2 += l;
        right2 += r;
      }
    }
    if (left1 !== 0 || right1 !== 0) {
      leftDivider += left1 + c;
      rightDivider += right1 + c;
    }
    if (left2 !== 0 || right2 !== 0) {
      leftDivider += left2 + c;
      rightDivider += right2 + c;
    }
    this.leftDivider = leftDivider;
    this.rightDivider = rightDivider;
    this.left1 = left1;
    this.right1 = right1;
    this.left2 = left2;
    this.right2 = right2;
  }
}
