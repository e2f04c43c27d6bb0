import type { Alphabet } from '../../symbols/alphabet';
import { categoryRadix, kindDigits, kindOf, sizeCount, sizeOf } from '../../symbols/alphabet';
import { KeyIndex } from '../../util/hashTable';

/**
 * How often each kind and each size of flow occurs in the baseline.
 *
 * Kinds: counts, with back-off to a tree of categories (each depends on its parent) for kinds that are rare or new:
 *
 *     P(kind) = (c(kind) + a P0(kind)) / (n + a),   a = number of different kinds (Witten-Bell)
 *     P0(kind) = product over categories i of (c(parent_i, i) + 1/2) / (c(parent_i) + radix_i / 2)   (Krichevsky-Trofimov)
 *
 * so a new kind made of common parts (https, but reset) is less surprising than one of rare parts.
 * Sizes: P(size | kind) = (c(kind, size) + b P(size)) / (c(kind) + b), b = 5.
 */
export interface SymbolCounts {
  readonly rows: number;
  /** Symbols of the baseline, ascending, and how often each occurs. */
  readonly symbols: Float64Array;
  readonly counts: Float64Array;
}

export function countSymbols(symbols: Uint32Array, rows?: ArrayLike<number>): SymbolCounts {
  const index = new KeyIndex(256);
  const counts: number[] = [];
  const n = rows ? rows.length : symbols.length;
  for (let i = 0; i < n; i++) {
    const at = index.add(symbols[rows ? rows[i] : i]);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const order = counts.map((_, i) => i).sort((a, b) => index.key(a) - index.key(b));
  return { rows: n, symbols: Float64Array.from(order, (i) => index.key(i)), counts: Float64Array.from(order, (i) => counts[i]) };
}

const SIZE_PRIOR = 5;

/** Surprise of symbols, ready for many questions. Built in O(symbols of the baseline). */
export class KindModel {
  private readonly kindCounts = new Map<number, number>();
  private readonly sizeCounts: Float64Array;
  private readonly symbolCounts = new Map<number, number>();
  /** Counts of (parent digit, digit), one table a category. */
  private readonly pairCounts: readonly Float64Array[];

  constructor(readonly alphabet: Alphabet, private readonly baseline: SymbolCounts) {
    this.sizeCounts = new Float64Array(sizeCount(alphabet));
    this.pairCounts = alphabet.categories.map((c) => new Float64Array(categoryRadix(c) * this.parentRadix(c.parent)));
    baseline.symbols.forEach((symbol, i) => {
      const count = baseline.counts[i];
      const kind = kindOf(alphabet, symbol);
      this.symbolCounts.set(symbol, count);
      this.kindCounts.set(kind, (this.kindCounts.get(kind) ?? 0) + count);
      this.sizeCounts[sizeOf(alphabet, symbol)] += count;
      const digits = kindDigits(alphabet, kind);
      alphabet.categories.forEach((_, j) => (this.pairCounts[j][this.pairIndex(j, digits)] += count));
    });
  }

  kindCount(kind: number): number {
    return this.kindCounts.get(kind) ?? 0;
  }

  symbolCount(symbol: number): number {
    return this.symbolCounts.get(symbol) ?? 0;
  }

  get rows(): number {
    return this.baseline.rows;
  }

  /** -ln P(kind), in nats; `without` rows of that kind are left out of the baseline (leave one out: 1). */
  kindSurprise(kind: number, without = 0): number {
    const { alphabet, baseline } = this;
    const digits = kindDigits(alphabet, kind);
    let backOff = 1;
    alphabet.categories.forEach((category, i) => {
      const radix = categoryRadix(category);
      const row = Math.floor(this.pairIndex(i, digits) / radix) * radix;
      let parents = 0;
      for (let digit = 0; digit < radix; digit++) parents += this.pairCounts[i][row + digit];
      backOff *= (this.pairCounts[i][row + digits[i]] - without + 0.5) / (parents - without + radix / 2);
    });
    const prior = Math.max(1, this.kindCounts.size);
    return -Math.log((this.kindCount(kind) - without + prior * backOff) / (baseline.rows - without + prior));
  }

  /** -ln P(size | kind), in nats; `without` as for `kindSurprise`. */
  sizeSurprise(symbol: number, without = 0): number {
    const size = sizeOf(this.alphabet, symbol);
    const prior = (this.sizeCounts[size] - without + 0.5) / (this.baseline.rows - without + 0.5 * this.sizeCounts.length);
    return -Math.log((this.symbolCount(symbol) - without + SIZE_PRIOR * prior) / (this.kindCount(kindOf(this.alphabet, symbol)) - without + SIZE_PRIOR));
  }

  private parentRadix(parent: number): number {
    return parent < 0 ? 1 : categoryRadix(this.alphabet.categories[parent]);
  }

  private pairIndex(category: number, digits: readonly number[]): number {
    const { parent } = this.alphabet.categories[category];
    return (parent < 0 ? 0 : digits[parent]) * categoryRadix(this.alphabet.categories[category]) + digits[category];
  }
}
