import { decodeUtf8 } from '../util/utf8';

const QUOTE = 34;
const BLANK = 32;

/** A line's cells: where their contents are (without the quotes around), and whether quotes within are doubled. */
export class QuotedCells {
  count = 0;
  starts = new Int32Array(32);
  ends = new Int32Array(32);
  doubled = new Uint8Array(32);
  /** The last cell began with a quote that the line does not end. */
  open = false;

  /** Cuts `bytes[start, end)` at the separator, by RFC 4180 as far as it is about one line. O(end - start). */
  cut(bytes: Uint8Array, start: number, end: number, separator: number): void {
    this.count = 0;
    this.open = false;
    let i = start;
    for (;;) {
      let from = i;
      while (from < end && bytes[from] === BLANK && separator !== BLANK) from++;
      if (from < end && bytes[from] === QUOTE) {
        let doubled = 0;
        let at = from + 1;
        for (; at < end; at++) {
          if (bytes[at] !== QUOTE) continue;
          if (at + 1 >= end || bytes[at + 1] !== QUOTE) break;
          doubled = 1;
          at++;
        }
        this.open = at >= end;
        this.add(from + 1, Math.min(at, end), doubled);
        // What stands between the closing quote and the separator belongs to no cell.
        for (i = Math.min(at + 1, end); i < end && bytes[i] !== separator; i++);
      } else {
        while (i < end && bytes[i] !== separator) i++;
        let to = i;
        while (to > from && bytes[to - 1] === BLANK) to--;
        this.add(Math.min(from, to), to, 0);
      }
      if (i >= end) return;
      i++;
    }
  }

  private add(start: number, end: number, doubled: number): void {
    if (this.count === this.starts.length) {
      const [starts, ends, flags] = [new Int32Array(this.count * 2), new Int32Array(this.count * 2), new Uint8Array(this.count * 2)];
      starts.set(this.starts);
      ends.set(this.ends);
      flags.set(this.doubled);
      [this.starts, this.ends, this.doubled] = [starts, ends, flags];
    }
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.doubled[this.count++] = doubled;
  }
}

/** The cells of a line as texts; for headers. */
export function cutQuoted(line: Uint8Array, separator: number): { readonly texts: readonly string[] } {
  const cells = new QuotedCells();
  cells.cut(line, 0, line.length, separator);
  return { texts: Array.from({ length: cells.count }, (_, i) => decodeUtf8(line, cells.starts[i], cells.ends[i]).replaceAll('""', cells.doubled[i] === 1 ? '"' : '""')) };
}

/** The bytes of a cell with doubled quotes made single. */
export function undouble(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const plain = new Uint8Array(end - start);
  let length = 0;
  for (let i = start; i < end; i++) {
    plain[length++] = bytes[i];
    if (bytes[i] === QUOTE && i + 1 < end && bytes[i + 1] === QUOTE) i++;
  }
  return plain.subarray(0, length);
}
