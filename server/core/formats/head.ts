import { decodeUtf8 } from '../util/utf8';
import { startsWithBom } from './lines';

/** One line of a file's head. */
export interface HeadLine {
  readonly text: string;
  readonly start: number;
  /** Offset behind the line end. */
  readonly next: number;
  /** Whether its line end is in the head: if not, it may be cut. */
  readonly whole: boolean;
}

/** The first lines of a file, decoded, without line ends and byte order mark. O(bytes looked at). */
export function headLines(head: Uint8Array, limit = 200): readonly HeadLine[] {
  const lines: HeadLine[] = [];
  let start = startsWithBom(head) ? 3 : 0;
  while (start < head.length && lines.length < limit) {
    const lineEnd = head.indexOf(10, start);
    const end = lineEnd < 0 ? head.length : lineEnd;
    const textEnd = end > start && head[end - 1] === 13 ? end - 1 : end;
    lines.push({ text: decodeUtf8(head, start, textEnd), start, next: lineEnd < 0 ? end : end + 1, whole: lineEnd >= 0 });
    start = end + 1;
  }
  return lines;
}

/** Lines of the head that surely are not cut, up to `limit`; the only line of a file counts too. */
export function sampleLines(lines: readonly HeadLine[], limit = 20): readonly string[] {
  return lines.filter((line, i) => line.text !== '' && (line.whole || i === 0)).slice(0, limit).map((line) => line.text);
}
