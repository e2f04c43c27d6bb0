import { decodeUtf8 } from '../util/utf8';

/** Gives pieces of a byte buffer numbers in order of first appearance: the same bytes, the same number. Open addressing, O(bytes of the piece). */
export class ByteNames {
  private slots = new Int32Array(256).fill(-1);
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  private readonly hashes: number[] = [];

  constructor(private readonly bytes: Uint8Array) {}

  /** The number of the name `bytes[start .. end)`; a new name gets the next one. */
  number(start: number, end: number): number {
    const { bytes, slots } = this;
    // FNV-1a, 32 bits.
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (; slots[slot] >= 0; slot = (slot + 1) & mask) if (this.hashes[slots[slot]] === hash && this.same(slots[slot], start, end)) return slots[slot];
    const number = this.starts.length;
    slots[slot] = number;
    this.starts.push(start);
    this.ends.push(end);
    this.hashes.push(hash);
    if (number * 2 > slots.length) this.rehash();
    return number;
  }

  /** All names, in order of their numbers. */
  texts(): string[] {
    return this.starts.map((start, i) => decodeUtf8(this.bytes, start, this.ends[i]));
  }

  private same(number: number, start: number, end: number): boolean {
    const from = this.starts[number];
    if (this.ends[number] - from !== end - start) return false;
    for (let i = 0; i < end - start; i++) if (this.bytes[from + i] !== this.bytes[start + i]) return false;
    return true;
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 4).fill(-1);
    const mask = this.slots.length - 1;
    this.hashes.forEach((hash, number) => {
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = number;
    });
  }
}
