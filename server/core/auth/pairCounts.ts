import { KeyIndex } from '../util/hashTable';

/** How often each value was seen in each context: one table of a count model. Contexts and values are small whole numbers. */
export class PairCounts {
  private readonly pairs = new KeyIndex();
  private counts = new Float64Array(64);
  /** Rows, and different values, by context. */
  private totals = new Float64Array(64);
  private distinct = new Float64Array(64);

  /** `values`: more than any value; contexts * values must stay below 2^53. */
  constructor(private readonly values: number) {}

  /** Number of pairs. */
  get size(): number {
    return this.pairs.size;
  }

  /** Amortised O(1). */
  add(context: number, value: number, count: number): void {
    const pair = this.pairs.add(context * this.values + value);
    if (pair >= this.counts.length) this.counts = doubled(this.counts, pair);
    if (context >= this.totals.length) {
      this.totals = doubled(this.totals, context);
      this.distinct = doubled(this.distinct, context);
    }
    if (this.counts[pair] === 0) this.distinct[context]++;
    this.counts[pair] += count;
    this.totals[context] += count;
  }

  count(context: number, value: number): number {
    const pair = this.pairs.get(context * this.values + value);
    return pair < 0 ? 0 : this.counts[pair];
  }

  total(context: number): number {
    return this.totals[context] ?? 0;
  }

  distinctValues(context: number): number {
    return this.distinct[context] ?? 0;
  }

  /** All pairs in the order in which they were first seen. */
  forEach(visit: (context: number, value: number, count: number) => void): void {
    for (let pair = 0; pair < this.pairs.size; pair++) {
      const key = this.pairs.key(pair);
      const context = Math.floor(key / this.values);
      visit(context, key - context * this.values, this.counts[pair]);
    }
  }
}

function doubled(from: Float64Array<ArrayBuffer>, needed: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(Math.max(needed + 1, from.length * 2));
  to.set(from);
  return to;
}
