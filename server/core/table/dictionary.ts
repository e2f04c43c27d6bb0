import { grown, zeros } from '../util/memory';
import { decodeUtf8, encodeUtf8 } from '../util/utf8';

/** The code of a missing value in every text column. */
export const MISSING = 0;

/** Numbers in a slot of the hash table. */
const SLOT = 4;

const SHORT_BITS = 8;
const SHORTS = 1 << SHORT_BITS;

/** 2^32 divided by the golden ratio: multiplication by it spreads whole numbers. */
const GOLDEN = 0x9e3779b1;

/**
 * Slots that are looked at for a text. Texts of a log hardly ever need a quarter of them; texts made to have the same hash, as someone
 * who writes a log can, go beyond into a map of strings, whose hashes nobody can foresee.
 */
const MOST_PROBES = 256;
/** What a dictionary without texts has: a log of a few rows makes dozens, and thousands of such logs must not cost more than their rows. Never written. */
const NO_SLOTS = new Int32Array(0);
const FIRST_END = new Uint32Array(1);
const FEWEST_ENDS = 64;
const FEWEST_BYTES = 1024;

/** Where `hashStep` begins. */
export const HASH_START = 7;

/** Hash of a text that goes on with this byte: the polynomial in 31, so that readers can hash while they look for the end. */
export function hashStep(hash: number, byte: number): number {
  // Written so that the shift and the subtraction do not wait for each other.
  return ((hash << 5) + (byte - hash)) | 0;
}

/**
 * Strings by number. Code 0 means "missing" and has no text; the first string gets 1.
 * Interning works on bytes (open addressing), strings are decoded when first asked for, so that reading a log makes no
 * JavaScript string per row. Holds at most 4 GiB of text.
 */
export class Dictionary {
  /** Number of codes, the missing one included. */
  size = 1;
  private bytes: Uint8Array = new Uint8Array(0);
  private ends: Uint32Array = FIRST_END;
  /** Hash, code, start and length of a text in four numbers, so that a look-up touches one line of the cache; code 0 is a free slot. */
  private slots = NO_SLOTS;
  /** A direct-mapped memory of texts of up to four bytes, by these bytes as one number; code 0 is a free place. */
  private shortKeys = NO_SLOTS;
  private shortCodes = FIRST_END;
  private readonly texts: (string | undefined)[] = [''];
  /** Codes of the texts that found no slot, by their bytes as characters. */
  private readonly crowded = new Map<string, number>();

  /** Bytes of all texts. */
  get byteLength(): number {
    return this.ends[this.size - 1];
  }

  /** The code of the text with these bytes. Amortised O(end - start). */
  intern(source: Uint8Array, start: number, end: number): number {
    return this.internHashed(source, start, end, hashOf(source, start, end));
  }

  /** The same for a caller that has the text's hash: `hashStep` over its bytes from `HASH_START` on. */
  internHashed(source: Uint8Array, start: number, end: number, hash: number): number {
    if (this.slots.length === 0) this.hashAll();
    const { slots } = this;
    const mask = slots.length - SLOT;
    let slot = slotOf(hash) & mask;
    for (let probes = 0; probes < MOST_PROBES; probes++) {
      const code = slots[slot + 1];
      if (code === MISSING) return this.crowded.size === 0 ? this.append(source, start, end, hash, slot) : this.internCrowded(source, start, end, hash, slot);
      if (slots[slot] === hash && slots[slot + 3] === end - start && this.matches(slots[slot + 2] >>> 0, source, start, end)) return code;
      slot = (slot + SLOT) & mask;
    }
    return this.internCrowded(source, start, end, hash, -1);
  }

  /** The code of a text that is in no slot; `slot` is free for it, -1 where none is. */
  private internCrowded(source: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const key = keyOf(source, start, end);
    const known = this.crowded.get(key);
    if (known !== undefined) return known;
    if (slot >= 0) return this.append(source, start, end, hash, slot);
    const code = this.keep(source, start, end);
    this.crowded.set(key, code);
    return code;
  }

  /** The same for a caller that also has the last four bytes as one big-endian number: short texts are found by it alone. */
  internScanned(source: Uint8Array, start: number, end: number, hash: number, lastFour: number): number {
    // A first byte of 0 would leave the length open.
    if (end - start > 4 || source[start] === 0) return this.internHashed(source, start, end, hash);
    if (this.shortKeys.length === 0) {
      this.shortKeys = new Int32Array(SHORTS);
      this.shortCodes = new Uint32Array(SHORTS);
    }
    const place = Math.imul(lastFour, GOLDEN) >>> (32 - SHORT_BITS);
    const known = this.shortCodes[place];
    if (known !== MISSING && this.shortKeys[place] === lastFour) return known;
    const code = this.internHashed(source, start, end, hash);
    this.shortKeys[place] = lastFour;
    this.shortCodes[place] = code;
    return code;
  }

  internText(text: string): number {
    const bytes = encodeUtf8(text);
    return this.intern(bytes, 0, bytes.length);
  }

  /** The code here of a text of another dictionary, without making a string of it. `code` is not `MISSING`. */
  internFrom(other: Dictionary, code: number): number {
    return this.intern(other.bytes, other.ends[code - 1], other.ends[code]);
  }

  /** The code of a text, `MISSING` when it has none. */
  find(text: string): number {
    const bytes = encodeUtf8(text);
    return this.findBytes(bytes, 0, bytes.length);
  }

  /** The code of the text with these bytes, `MISSING` when it has none. */
  findBytes(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    if (this.slots.length === 0) this.hashAll();
    const mask = this.slots.length - SLOT;
    let slot = slotOf(hash) & mask;
    for (let probes = 0; probes < MOST_PROBES; probes++) {
      const code = this.slots[slot + 1];
      if (code === MISSING) break;
      if (this.slots[slot] === hash && this.slots[slot + 3] === end - start && this.matches(this.slots[slot + 2] >>> 0, bytes, start, end)) return code;
      slot = (slot + SLOT) & mask;
    }
    return this.crowded.size === 0 ? MISSING : (this.crowded.get(keyOf(bytes, start, end)) ?? MISSING);
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

  /** Who only asks for texts needs no hash table: it is made for the first that is looked for. The bytes are not copied. O(texts). */
  static fromTransfer(transfer: DictionaryTransfer): Dictionary {
    const dictionary = new Dictionary();
    dictionary.bytes = transfer.bytes;
    dictionary.ends = zeros(Uint32Array, transfer.ends.length + 1);
    dictionary.ends.set(transfer.ends, 1);
    dictionary.size = transfer.ends.length + 1;
    return dictionary;
  }

  private matches(from: number, source: Uint8Array, start: number, end: number): boolean {
    const { bytes } = this;
    for (let i = start, at = from; i < end; i++, at++) if (bytes[at] !== source[i]) return false;
    return true;
  }

  private append(source: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const code = this.keep(source, start, end);
    this.slots[slot] = hash;
    this.slots[slot + 1] = code;
    this.slots[slot + 2] = this.ends[code - 1];
    this.slots[slot + 3] = end - start;
    if (this.size * 2 * SLOT > this.slots.length) this.rehash();
    return code;
  }

  /** A new code for a text. */
  private keep(source: Uint8Array, start: number, end: number): number {
    const code = this.size++;
    if (code >= this.ends.length) this.ends = grown(this.ends, Math.max(FEWEST_ENDS, code * 2));
    const from = this.ends[code - 1];
    const to = from + end - start;
    if (to > this.bytes.length) this.bytes = grown(this.bytes, Math.max(to, this.bytes.length * 2, FEWEST_BYTES));
    const { bytes } = this;
    for (let i = start, at = from; i < end; i++, at++) bytes[at] = source[i];
    this.ends[code] = to;
    return code;
  }

  /** Makes the hash table of all texts. */
  private hashAll(): void {
    let length = SLOT * 128;
    while (this.size * 2 * SLOT > length) length *= 2;
    const slots = zeros(Int32Array, length);
    const mask = length - SLOT;
    for (let code = 1; code < this.size; code++) {
      const [from, to] = [this.ends[code - 1], this.ends[code]];
      const hash = hashOf(this.bytes, from, to);
      let slot = slotOf(hash) & mask;
      for (let probes = 1; slots[slot + 1] !== MISSING && probes < MOST_PROBES; probes++) slot = (slot + SLOT) & mask;
      if (slots[slot + 1] !== MISSING) {
        this.crowded.set(keyOf(this.bytes, from, to), code);
        continue;
      }
      slots[slot] = hash;
      slots[slot + 1] = code;
      slots[slot + 2] = from;
      slots[slot + 3] = to - from;
    }
    this.slots = slots;
  }

  private rehash(): void {
    const old = this.slots;
    const slots = zeros(Int32Array, old.length * 2);
    const mask = slots.length - SLOT;
    for (let from = 0; from < old.length; from += SLOT) {
      if (old[from + 1] === MISSING) continue;
      let slot = slotOf(old[from]) & mask;
      let probes = 1;
      for (; slots[slot + 1] !== MISSING && probes < MOST_PROBES; probes++) slot = (slot + SLOT) & mask;
      if (slots[slot + 1] !== MISSING) {
        const at = old[from + 2] >>> 0;
        this.crowded.set(keyOf(this.bytes, at, at + old[from + 3]), old[from + 1]);
        continue;
      }
      for (let i = 0; i < SLOT; i++) slots[slot + i] = old[from + i];
    }
    this.slots = slots;
  }
}

export interface DictionaryTransfer {
  readonly bytes: Uint8Array;
  /** End of each text in `bytes`, codes from 1. */
  readonly ends: Uint32Array;
}

/** Bytes as characters of the same numbers. */
function keyOf(bytes: Uint8Array, start: number, end: number): string {
  let key = '';
  for (let from = start; from < end; from += KEY_PIECE) key += String.fromCharCode(...bytes.subarray(from, Math.min(end, from + KEY_PIECE)));
  return key;
}

/** What a call can be given. */
const KEY_PIECE = 4096;

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_START;
  for (let i = start; i < end; i++) hash = hashStep(hash, bytes[i]);
  return hash;
}

/** Spreads a hash over the multiples of `SLOT` (high bits folded down). */
function slotOf(hash: number): number {
  const spread = Math.imul(hash, GOLDEN);
  return (spread ^ (spread >>> 15)) << 2;
}
