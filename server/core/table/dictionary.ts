import { decodeUtf8, encodeUtf8 } from '../util/utf8';

/** The code of a missing value in every text column. */
export const MISSING = 0;

/**
 * Strings by number. Code 0 means "missing" and has no text; the first string gets 1.
 * Interning works on bytes (open addressing, FNV-1a), strings are decoded when first asked for, so that reading a log
 * makes no JavaScript string per row.
 */
export class Dictionary {
  /** Number of codes, the missing one included. */
  size = 1;
  private bytes = new Uint8Array(1024);
  private ends = new Float64Array(64);
  private hashes = new Uint32Array(64);
  private slots = new Uint32Array(128);
  private readonly texts: (string | undefined)[] = [''];

  /** The code of the text with these bytes. Amortised O(end - start). */
  intern(source: Uint8Array, start: number, end: number): number {
    const hash = hashOf(source, start, end);
    const mask = this.slots.length - 1;
    const length = end - start;
    let slot = hash & mask;
    for (;;) {
      const code = this.slots[slot];
      if (code === 0) break;
      if (this.hashes[code] === hash && this.matches(code, source, start, length)) return code;
      slot = (slot + 1) & mask;
    }
    return this.append(source, start, end, hash, slot);
  }

  internText(text: string): number {
    const bytes = encodeUtf8(text);
    return this.intern(bytes, 0, bytes.length);
  }

  /** The code of a text, `MISSING` when it has none. */
  find(text: string): number {
    const bytes = encodeUtf8(text);
    const hash = hashOf(bytes, 0, bytes.length);
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const code = this.slots[slot];
      if (code === MISSING || (this.hashes[code] === hash && this.matches(code, bytes, 0, bytes.length))) return code;
    }
  }

  /** The text of a code; '' for the missing one. */
  text(code: number): string {
    return (this.texts[code] ??= decodeUtf8(this.bytes, this.ends[code - 1], this.ends[code]));
  }

  /** All texts in code order from 1 on. */
  *entries(): IterableIterator<[code: number, text: string]> {
    for (let code = 1; code < this.size; code++) yield [code, this.text(code)];
  }

  /** Plain copy for a worker message: all texts' bytes in a row, and where each ends. */
  toTransfer(): DictionaryTransfer {
    return { bytes: this.bytes.slice(0, this.ends[this.size - 1]), ends: this.ends.slice(1, this.size) };
  }

  static fromTransfer(transfer: DictionaryTransfer): Dictionary {
    const dictionary = new Dictionary();
    let start = 0;
    for (const end of transfer.ends) {
      dictionary.intern(transfer.bytes, start, end);
      start = end;
    }
    return dictionary;
  }

  private matches(code: number, source: Uint8Array, start: number, length: number): boolean {
    const from = this.ends[code - 1];
    if (this.ends[code] - from !== length) return false;
    for (let i = 0; i < length; i++) if (this.bytes[from + i] !== source[start + i]) return false;
    return true;
  }

  private append(source: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const code = this.size++;
    if (code >= this.ends.length) {
      this.ends = grown(this.ends, new Float64Array(code * 2));
      this.hashes = grown(this.hashes, new Uint32Array(code * 2));
    }
    const from = this.ends[code - 1];
    const to = from + end - start;
    if (to > this.bytes.length) this.bytes = grown(this.bytes, new Uint8Array(Math.max(to, this.bytes.length * 2)));
    this.bytes.set(source.subarray(start, end), from);
    this.ends[code] = to;
    this.hashes[code] = hash;
    this.slots[slot] = code;
    if (this.size * 2 > this.slots.length) this.rehash();
    return code;
  }

  private rehash(): void {
    const slots = new Uint32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let code = 1; code < this.size; code++) {
      let slot = this.hashes[code] & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = code;
    }
    this.slots = slots;
  }
}

export interface DictionaryTransfer {
  readonly bytes: Uint8Array;
  /** End of each text in `bytes`, codes from 1. */
  readonly ends: Float64Array;
}

/** FNV-1a with its high bits folded into the low ones, which choose the slot. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function grown<T extends Float64Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
