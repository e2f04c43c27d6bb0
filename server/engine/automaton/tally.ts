import { KeyIndex } from '../../core/util/hashTable';

/** How often each of some numbers occurs. */
export class Tally {
  private readonly index = new KeyIndex(64);
  private counts = new Float64Array(64);

  add(key: number, times = 1): void {
    const at = this.index.add(key);
    if (at >= this.counts.length) {
      const wider = new Float64Array(2 * this.counts.length);
      wider.set(this.counts);
      this.counts = wider;
    }
    this.counts[at] += times;
  }

  get size(): number {
    return this.index.size;
  }

  of(key: number): number {
    const at = this.index.get(key);
    return at < 0 ? 0 : this.counts[at];
  }

  /** All keys, in order of first use. */
  keys(): Float64Array {
    return Float64Array.from({ length: this.size }, (_, i) => this.index.key(i));
  }

  /** How often each of `keys` occurred. */
  values(): Float64Array {
    return this.counts.slice(0, this.size);
  }

  total(): number {
    return this.values().reduce((a, b) => a + b, 0);
  }
}
