import type { FindingRecord } from './record';

const HEADER = ['file', 'line', 'byteStart', 'byteEnd', 'score', 'raw', 'band', 'detector', 'entity', 'rows', 'state', 'symbol', 'rootCause', 'message'];

/** Comma-separated values (RFC 4180), one finding a row, with a header. Cells that a spreadsheet would run as a formula are quoted as text. */
export function toCsv(findings: readonly FindingRecord[]): string {
  const rows = findings.map((f) => [f.file, f.line, f.byteStart, f.byteEnd, f.score, f.raw, f.band, f.detector, f.entity, f.rows, f.rootCause.state ?? '', f.rootCause.symbol, f.rootCause.text, f.message]);
  return [HEADER, ...rows].map((row) => row.map(cell).join(',') + '\r\n').join('');
}

function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
