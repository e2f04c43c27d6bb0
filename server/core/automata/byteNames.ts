import { decodeUtf8 } from '../util/utf8';

/**
 * Gives names in bytes numbers in order of first appearance: the same bytes, the same number. Keeps copies of the names, not the bytes they
 * came in. Open addressing, O(bytes of the name).
 */
export class ByteNames {
  private slots = new Int32Array(256).fill(-1);
  private kept = new Uint8Array(1024);
  /** Where each name starts among the bytes kept; one entry more than there are names. */
  private readonly starts: number[] = [0];
  private readonly hashes: number[] = [];

  /** The number of the name `bytes[start .. end)`; a new name gets the next one. */
  number(bytes: Uint8Array, start: number, end: number): number {
    const { slots } = this;
    // FNV-1a, 32 bits.
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (; slots[slot] >= 0; slot = (slot + 1) & mask) if (this.hashes[slots[slot]] === hash && this.same(slots[slot], bytes, start, end)) return slots[slot];
    const number = this.hashes.length;
    slots[slot] = number;
    this.hashes.push(hash);
    this.keep(bytes, start, end);
    if (number * 2 > slots.length) this.rehash();
    return number;
  }

  /** All names, in order of their numbers. */
  texts(): string[] {
    return this.hashes.map((_, i) => decodeUtf8(this.kept, this.starts[i], this.starts[i + 1]));
  }

  private same(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { kept } = this;
    const from = this.starts[number];
    if (this.starts[number + 1] - from !== end - start) return false;
    for (let i = 0; i < end - start; i++) if (kept[from + i] !== bytes[start + i]) return false;
    return true;
  }

  private keep(bytes: Uint8Array, start: number, end: number): void {
    const at = this.starts[this.starts.length - 1];
    const length = at + end - start;
    if (length > this.kept.length) {
      const wider = new Uint8Array(Math.max(length, this.kept.length * 2));
      wider.set(this.kept.subarray(0, at));
      this.kept = wider;
    }
    this.kept.set(bytes.subarray(start, end), at);
    this.starts.push(length);
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
