import { grown, zeros } from './memory';

/** A table this many times as large as its keys is emptied key by key. */
const SPARSE = 16;

/**
 * Small whole numbers by key: a map from keys (numbers of at most 2^53) to indexes 0, 1, 2, ... in order of first use.
 * Open addressing in typed arrays; several times faster and smaller than a Map in the loops over all rows.
 */
export class KeyIndex {
  size = 0;
  private keys: Float64Array;
  private slots: Int32Array;

  constructor(capacity = 64) {
    this.keys = new Float64Array(capacity);
    this.slots = new Int32Array(powerOfTwo(capacity * 2)).fill(-1);
  }

  /** The index of a key, new or known. Amortised O(1). */
  add(key: number): number {
    const mask = this.slots.length - 1;
    let slot = hash(key) & mask;
    for (let index = this.slots[slot]; index >= 0; index = this.slots[slot]) {
      if (this.keys[index] === key) return index;
      slot = (slot + 1) & mask;
    }
    const index = this.size++;
    if (index === this.keys.length) this.keys = grown(this.keys, this.keys.length * 2);
    this.keys[index] = key;
    this.slots[slot] = index;
    if (this.size * 2 > this.slots.length) this.rehash();
    return index;
  }

  /** The index of a key, -1 where it was never added. */
  get(key: number): number {
    const mask = this.slots.length - 1;
    let slot = hash(key) & mask;
    for (let index = this.slots[slot]; index >= 0; index = this.slots[slot]) {
      if (this.keys[index] === key) return index;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  key(index: number): number {
    return this.keys[index];
  }

  /** Empties the table and keeps its memory. O(size), also where it was much larger before. */
  clear(): void {
    if (this.size * SPARSE > this.slots.length) this.slots.fill(-1);
    else {
      // Backwards: a key's way to its slot leads over slots of earlier keys only, which are still taken.
      const mask = this.slots.length - 1;
      for (let index = this.size - 1; index >= 0; index--) {
        let slot = hash(this.keys[index]) & mask;
        while (this.slots[slot] !== index) slot = (slot + 1) & mask;
        this.slots[slot] = -1;
      }
    }
    this.size = 0;
  }

  private rehash(): void {
    this.slots = zeros(Int32Array, this.slots.length * 2).fill(-1);
    const mask = this.slots.length - 1;
    for (let index = 0; index < this.size; index++) {
      let slot = hash(this.keys[index]) & mask;
      while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = index;
    }
  }
}

function hash(key: number): number {
  let h = Math.imul(key | 0, 0x9e3779b1) ^ Math.imul(Math.floor(key / 4294967296), 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function powerOfTwo(n: number): number {
  let power = 16;
  while (power < n) power *= 2;
  return power;
}
