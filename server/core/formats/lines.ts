const LF = 10;
const CR = 13;

/** Longest line that is read, in bytes; what is longer is a damaged line. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** A carry that one long line made bigger than this is given back. */
const KEPT_CARRY = 1024 * 1024;

/** A line after one shorter than this is looked for byte by byte: starting the engine's own search costs more. */
const SHORT = 16;

export interface LineSink {
  /** Empty lines are counted but not handed on. */
  readonly skipsEmpty?: boolean;
  /**
   * One line without its line end (LF or CR LF) is `bytes[start, end)`; its first byte stands at `splitter.origin + start`
   * in the file. The bytes are valid during the call only.
   */
  line(bytes: Uint8Array, start: number, end: number): void;
  /** A line of more than the limit, from `byteStart` of the file on, was left out. */
  tooLong(byteStart: number, byteEnd: number): void;
}

/**
 * Cuts bytes that come in chunks of any size into lines. Only a line that spans chunks is copied; a line within one chunk
 * is handed on where it stands. A byte order mark at the start of the file belongs to no line.
 * Time O(bytes); memory O(longest line), at most the limit.
 */
export class LineSplitter {
  /** Offset in the file of the first byte of the array that `sink.line` is given. */
  origin: number;
  /** Lines handed on or left out so far. */
  lines = 0;
  private carry = new Uint8Array(0);
  private carried = 0;
  /** Offset in the file of the next byte to come. */
  private offset: number;
  private skippingFrom = -1;
  private atStart: boolean;

  constructor(private readonly sink: LineSink, byteOffset = 0, private readonly limit = MAX_LINE_BYTES) {
    this.origin = byteOffset;
    this.offset = byteOffset;
    this.atStart = byteOffset === 0;
  }

  push(input: Uint8Array): void {
    // Subclasses of Uint8Array (Node's Buffer) would make every loop over bytes deal with two kinds of objects.
    const chunk = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
    let start = 0;
    if (this.carried > 0 || this.skippingFrom >= 0 || this.atStart) {
      const lineEnd = chunk.indexOf(LF);
      if (lineEnd < 0) return this.keep(chunk, 0);
      start = lineEnd + 1;
      this.keep(chunk.subarray(0, start), 0);
      this.endCarried(true);
    }
    this.origin = this.offset - start;
    start = this.wholeLines(chunk, start);
    this.offset = this.origin + start;
    this.keep(chunk, start);
  }

  /** Hands on the lines that end within the chunk; returns where the next one starts. */
  private wholeLines(chunk: Uint8Array, from: number): number {
    const skipsEmpty = this.sink.skipsEmpty === true;
    let start = from;
    let length = SHORT;
    for (;;) {
      if (skipsEmpty && chunk[start] <= CR) start = this.skipEmpty(chunk, start);
      const end = length < SHORT ? nearLineEnd(chunk, start) : chunk.indexOf(LF, start);
      if (end < 0) return start;
      length = end - start;
      if (length > this.limit) this.leaveOut(this.origin + start, this.origin + end);
      else this.emit(chunk, start, end);
      start = end + 1;
    }
  }

  /** Counts the empty lines from here on; returns where the next other one starts. */
  private skipEmpty(chunk: Uint8Array, from: number): number {
    let start = from;
    let empty = 0;
    for (;;) {
      if (chunk[start] === LF) {
        start++;
        if (empty++ % WORTH_WORDS === WORTH_WORDS - 1) {
          const run = lineEndWords(chunk, start);
          start += run;
          empty += run;
        }
        continue;
      }
      if (chunk[start] === CR && chunk[start + 1] === LF) start += 2;
      else break;
      empty++;
    }
    this.lines += empty;
    return start;
  }

  /** Ends the input: a last line without line end is a line. */
  finish(): void {
    if (this.carried > 0 || this.skippingFrom >= 0) this.endCarried(false);
  }

  private keep(chunk: Uint8Array, start: number): void {
    const more = chunk.length - start;
    const lineStart = this.offset - this.carried;
    this.offset += more;
    if (this.skippingFrom >= 0 || more === 0) return;
    // One byte more than the limit, because the line end may be among what is kept.
    if (this.carried + more > this.limit + 1) {
      this.skippingFrom = lineStart;
      this.carried = 0;
      this.carry = new Uint8Array(0);
      return;
    }
    if (this.carried + more > this.carry.length) {
      const wider = new Uint8Array(Math.max(this.carried + more, Math.min(this.carry.length * 2, this.limit + 1)));
      wider.set(this.carry.subarray(0, this.carried));
      this.carry = wider;
    }
    this.carry.set(chunk.subarray(start), this.carried);
    this.carried += more;
  }

  private endCarried(hasEnd: boolean): void {
    const length = this.carried - (hasEnd ? 1 : 0);
    const lineEnd = this.offset - (hasEnd ? 1 : 0);
    const tooLong = this.skippingFrom >= 0 || length > this.limit;
    this.origin = lineEnd - length;
    if (tooLong) this.leaveOut(this.skippingFrom >= 0 ? this.skippingFrom : lineEnd - length, lineEnd);
    else this.emit(this.carry, this.atStart && startsWithBom(this.carry, length) ? 3 : 0, length);
    this.skippingFrom = -1;
    this.carried = 0;
    this.atStart = false;
    if (this.carry.length > KEPT_CARRY) this.carry = new Uint8Array(0);
  }

  private emit(bytes: Uint8Array, start: number, end: number): void {
    this.sink.line(bytes, start, end > start && bytes[end - 1] === CR ? end - 1 : end);
    this.lines++;
  }

  private leaveOut(byteStart: number, byteEnd: number): void {
    this.sink.tooLong(byteStart, byteEnd);
    this.lines++;
  }
}

/** Line ends in a row after which more are looked for four at a time. */
const WORTH_WORDS = 64;
const FOUR = 0x0a0a0a0a;

/** How many bytes from here on, up to three less, are line ends. */
function lineEndWords(bytes: Uint8Array, start: number): number {
  const aligned = start + ((4 - ((bytes.byteOffset + start) % 4)) % 4);
  for (let i = start; i < aligned; i++) if (bytes[i] !== LF) return i - start;
  if (aligned >= bytes.length) return Math.max(0, bytes.length - start);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + aligned, (bytes.length - aligned) >> 2);
  let i = 0;
  while (i < words.length && words[i] === FOUR) i++;
  return aligned - start + i * 4;
}

/** `indexOf` for a line end that is probably near. */
function nearLineEnd(bytes: Uint8Array, start: number): number {
  const near = Math.min(bytes.length, start + SHORT);
  for (let i = start; i < near; i++) if (bytes[i] === LF) return i;
  return near < bytes.length ? bytes.indexOf(LF, near) : -1;
}

/** Whether `bytes[0, length)` starts with the byte order mark of UTF-8. */
export function startsWithBom(bytes: Uint8Array, length = bytes.length): boolean {
  return length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}
