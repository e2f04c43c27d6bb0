import { visible } from '../util/visible';
import type { FindingRecord } from './record';

const HEADER = ['file', 'line', 'byteStart', 'byteEnd', 'score', 'raw', 'band', 'detector', 'entity', 'rows', 'state', 'symbol', 'rootCause', 'message'];

/** Comma-separated values (RFC 4180), one finding a row, with a header. */
export function toCsv(findings: readonly FindingRecord[]): string {
  const rows = findings.map((f) => [f.file, f.line, f.byteStart, f.byteEnd, f.score, f.raw, f.band, f.detector, f.entity, f.rows, f.rootCause.state ?? '', f.rootCause.symbol, f.rootCause.text, f.message]);
  return [HEADER, ...rows].map((row) => row.map(csvCell).join(',') + '\r\n').join('');
}

/**
 * One cell. Numbers stay numbers. A text that a spreadsheet would run as a formula (`=`, `+`, `-`, `@`, also in their full width, at its start, after spaces
 * or quotes, or after a semicolon, which divides cells in some countries) gets an apostrophe before that character: the spreadsheets' own mark for
 * text. What is not seen is written out (`visible`), line ends too, so a row is a line.
 */
export function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^-\d+(\.\d+)?$/.test(value) ? value : visible(value).replace(/(^|;)([\s"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g, "$1$2'");
  return /[",;]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
