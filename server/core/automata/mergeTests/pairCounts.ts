import { NONE } from '../foldingTree';
import type { FoldingTree } from '../foldingTree';

/**
 * The counts of two nodes side by side: entry i of `lefts` and `rights` is one symbol (or type) that the left node has. What the left has and the
 * right lacks may be given as sums instead of entries: `leftOnly`, and of those that are rare `leftOnlyRare`.
 */
export class PairCounts {
  lefts = new Float64Array(256);
  rights = new Float64Array(256);
  length = 0;
  leftOnly = 0;
  leftOnlyRare = 0;

  constructor(private readonly nodes: FoldingTree) {}

  /** Takes the symbols that follow the nodes, in ascending order. O(symbols of both). */
  collectSymbols(left: number, right: number): void {
    const { firstCount, nextCount, count, tree } = this.nodes;
    const symbol = tree.symbol;
    this.clear();
    let r = firstCount[right];
    for (let l = firstCount[left]; l !== NONE; l = nextCount[l]) {
      while (r !== NONE && symbol[r] < symbol[l]) r = nextCount[r];
      this.push(count[l], r !== NONE && symbol[r] === symbol[l] ? count[r] : 0);
    }
  }

  /**
   * Takes the symbols that follow both nodes, and of the others the sums. `rareSums`: of the counts below `rare` (`FoldingTree.addRareSums`).
   * O(symbols of the right node x log symbols of the left).
   */
  collectCommon(left: number, right: number, rareSums: Int32Array, rare: number): void {
    const { firstCount, nextCount, count, counts, passed, tree: { symbol } } = this.nodes;
    this.clear();
    this.leftOnly = passed[left];
    this.leftOnlyRare = rareSums[left];
    let before = NONE;
    for (let r = firstCount[right]; r !== NONE; r = nextCount[r]) {
      before = counts.before(left, symbol[r], before);
      const l = counts.after(left, before);
      if (l === NONE) return;
      if (symbol[l] !== symbol[r]) continue;
      this.push(count[l], count[r]);
      this.leftOnly -= count[l];
      if (count[l] < rare) this.leftOnlyRare -= count[l];
    }
  }

  /** Takes the types of the traces that end at the nodes, or that go on from them. O(types). */
  collectTypes(left: number, right: number, of: 'ended' | 'passed'): void {
    const { typeCount } = this.nodes;
    this.clear();
    if (typeCount === 0) {
      const total = this.nodes[of];
      if (total[left] > 0) this.push(total[left], total[right]);
      return;
    }
    const counts = of === 'ended' ? this.nodes.endedByType : this.nodes.passedByType;
    for (let t = 0; t < typeCount; t++) {
      const l = counts[left * typeCount + t];
      if (l > 0) this.push(l, counts[right * typeCount + t]);
    }
  }

  private clear(): void {
    this.length = 0;
    this.leftOnly = 0;
    this.leftOnlyRare = 0;
  }

  private push(left: number, right: number): void {
    if (this.length === this.lefts.length) {
      this.lefts = doubled(this.lefts);
      this.rights = doubled(this.rights);
    }
    this.lefts[this.length] = left;
    this.rights[this.length++] = right;
  }
}

function doubled(items: Float64Array): Float64Array<ArrayBuffer> {
  const next = new Float64Array(items.length * 2);
  next.set(items);
  return next;
}

/** Whether traces of one type end at the left node and traces of another at the right (specs, state machine, section 6.0). O(types). */
export function typesConflict(nodes: FoldingTree, left: number, right: number): boolean {
  const { endedByType, typeCount } = nodes;
  // Types that end at the left node so far, and at the right: none yet, or the only one.
  let l = -1, r = -1;
  for (let t = 0; t < typeCount; t++) {
    const atLeft = endedByType[left * typeCount + t] !== 0, atRight = endedByType[right * typeCount + t] !== 0;
    if ((atLeft && r >= 0) || (atRight && l >= 0)) return true;
    if (atLeft) l = t;
    if (atRight) r = t;
  }
  return false;
}

/** Traces of one type that go on from a node. */
export function passedOfType(nodes: FoldingTree, node: number, type: number): number {
  if (nodes.typeCount === 0) return type === 0 ? nodes.passed[node] : 0;
  return type < nodes.typeCount ? nodes.passedByType[node * nodes.typeCount + type] : 0;
}

/** Traces of one type that end at a node. */
export function endedOfType(nodes: FoldingTree, node: number, type: number): number {
  if (nodes.typeCount === 0) return type === 0 ? nodes.ended[node] : 0;
  return type < nodes.typeCount ? nodes.endedByType[node * nodes.typeCount + type] : 0;
}
