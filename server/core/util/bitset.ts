import { grown, zeros } from './memory';

/** A growable set of small whole numbers, one bit each. */
export class BitSet {
  words: Uint32Array;

  constructor(size = 0, words?: Uint32Array) {
    this.words = words ?? zeros(Uint32Array, (size + 31) >>> 5);
  }

  has(index: number): boolean {
    return ((this.words[index >>> 5] >>> (index & 31)) & 1) === 1;
  }

  add(index: number): void {
    const word = index >>> 5;
    if (word >= this.words.length) this.grow(word + 1);
    this.words[word] |= 1 << (index & 31);
  }

  delete(index: number): void {
    if (index >>> 5 < this.words.length) this.words[index >>> 5] &= ~(1 << (index & 31));
  }

  /** Number of members below `size`. O(size / 32). */
  count(size: number): number {
    let n = 0;
    for (let i = 0; i < size; i++) if (this.has(i)) n++;
    return n;
  }

  private grow(words: number): void {
    this.words = grown(this.words, Math.max(words, this.words.length * 2));
  }
}
