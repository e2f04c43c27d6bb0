import { encodeUtf8, decodeUtf8 } from '../util/utf8';
import type { FlowTable } from '../table/flow';
import type { Table } from '../table/table';
import type { CellKind } from './cells';
import { equals } from './cells';
import type { DelimitedLayout } from './delimited';
import { DelimitedRow, splitCells } from './delimited';
import type { Field, FieldRange, Format, LogHeader, LogReader, ReadOptions } from './format';
import type { HeadLine } from './head';
import { headLines, sampleLines } from './head';
import { problem } from './problems';
import type { LineParser, Outcome, RowContext } from './rowReader';
import { RowReader, SKIPPED } from './rowReader';
import { zeekFlow, zeekFlowFields } from './zeekFlow';
import type { Directives, NamedFields } from './zeekHeader';
import { isDirective, marksZeek, nameFields, readDirective, usualDirectives } from './zeekHeader';
import { connFields, kindOf } from './zeekNames';

const HASH = 35;
const BLANK = 32;

/**
 * Zeek's tab separated logs, in three layouts: with header lines that start with `#`; `plain`, where the first line names
 * the columns (the CSV files of IoT-23); and `bare`, conn.log without any header.
 * A value that is the unset text (`-`) or nothing at all is missing; the empty text (`(empty)`) is the text ''.
 */
export const zeekTsv: Format = {
  id: 'zeekTsv',
  title: 'Zeek TSV',
  recognise,
  reader,
  flowFields: zeekFlowFields,
  flow: (header: LogHeader, table: Table): FlowTable => zeekFlow(header, table),
  split: (header: LogHeader, line: Uint8Array): readonly FieldRange[] => (line[0] === HASH || isDirective(decodeUtf8(line.subarray(0, 32))) ? [] : splitCells(layoutOf(header), line)),
};

function recognise(head: Uint8Array): LogHeader | undefined {
  const lines = headLines(head);
  if (lines.slice(0, 20).some((line) => marksZeek(line.text))) return withDirectives(lines);
  return plain(lines) ?? bare(lines);
}

function withDirectives(lines: readonly HeadLine[]): LogHeader | undefined {
  const directives = usualDirectives();
  let headerLines = 0;
  let headerBytes = 0;
  let seenRow = false;
  for (const line of lines) {
    if (isHeaderLine(line.text)) readDirective(directives, line.text);
    else if (line.text !== '') seenRow = true;
    if (seenRow) continue;
    headerLines++;
    headerBytes = line.next;
    // Later header lines belong to other logs in the same file, unless the first ones were cut off.
    if (directives.fields !== undefined && directives.types !== undefined && !isHeaderLine(lines[headerLines]?.text ?? '')) break;
  }
  const rows = sampleLines(lines).filter((text) => !isHeaderLine(text));
  const named = fieldsOf(directives) ?? connByRows(rows, directives.separator);
  const problems = [];
  if (directives.fields === undefined) problems.push(problem('no-fields', named === undefined ? 'its columns got numbers for names' : 'the usual columns of conn.log were taken'));
  else if (named?.untyped !== undefined) problems.push(problem('no-types', named.untyped));
  const fields = named ?? numbered(rows, directives.separator);
  const path = directives.path === undefined || directives.path === directives.unset ? undefined : directives.path;
  return {
    format: 'zeekTsv',
    kind: path ?? kindOf(new Set(fields.fields.map((field) => field.name))) ?? 'unknown',
    fields: fields.fields,
    headerBytes,
    headerLines,
    dialect: dialectOf('directives', directives, fields.joined),
    problems,
  };
}

function isHeaderLine(text: string): boolean {
  return text.startsWith('#') || isDirective(text);
}

/** One line that names the columns, as in the CSV files of IoT-23. */
function plain(lines: readonly HeadLine[]): LogHeader | undefined {
  const first = lines[0];
  const separator = /^(?:_node_name([|\t]))?ts([|\t])uid[|\t]id\.orig_h[|\t]/.exec(first?.text ?? '')?.[2];
  if (separator === undefined) return undefined;
  const named = nameFields(first.text.split(separator), undefined);
  const kind = kindOf(new Set(named.fields.map((field) => field.name))) ?? 'unknown';
  const dialect = { ...dialectOf('plain', { ...usualDirectives(), separator }, named.joined), headerLine: first.text };
  return { format: 'zeekTsv', kind, fields: named.fields, headerBytes: first.next, headerLines: 1, dialect, problems: [] };
}

/** Rows of conn.log without a header; the first one may be cut. */
function bare(lines: readonly HeadLine[]): LogHeader | undefined {
  const rows = sampleLines(lines);
  const named = connByRows(rows, '\t');
  if (named === undefined) return undefined;
  const problems = [problem('no-header', 'the usual columns of conn.log were taken')];
  return { format: 'zeekTsv', kind: 'conn', fields: named.fields, headerBytes: 0, headerLines: 0, dialect: dialectOf('bare', usualDirectives(), 1), problems };
}

const CONN_ROW = /^(\d+\.\d+)\t(\w{10,24}|-)\t[0-9A-Fa-f.:]+\t\d+\t[0-9A-Fa-f.:]+\t\d+\t(tcp|udp|icmp|unknown_transport)\t/;

function connByRows(rows: readonly string[], separator: string): NamedFields | undefined {
  const likely = rows.filter((row) => CONN_ROW.test(row.split(separator).join('\t')));
  if (likely.length === 0 || likely.length * 2 < rows.length) return undefined;
  const names = connFields(likely[0].split(separator).length);
  return names && nameFields(names, undefined);
}

function numbered(rows: readonly string[], separator: string): NamedFields {
  const count = rows.length === 0 ? 0 : rows[0].split(separator).length;
  return { fields: Array.from({ length: count }, (_, i) => ({ name: `column${i + 1}`, type: 'text' })), joined: 1 };
}

function fieldsOf(directives: Directives): NamedFields | undefined {
  return directives.fields && nameFields(directives.fields, directives.types);
}

function dialectOf(layout: string, directives: Directives, joined: number): Record<string, string> {
  const { separator, setSeparator, empty, unset } = directives;
  return { layout, separator, setSeparator, empty, unset, joined: String(joined) };
}

function layoutOf(header: LogHeader): DelimitedLayout {
  const { separator, empty, unset, joined } = header.dialect;
  return layout({ separator, empty, unset }, { fields: header.fields, joined: Number(joined) });
}

function layout(directives: Pick<Directives, 'separator' | 'empty' | 'unset'>, named: NamedFields): DelimitedLayout {
  return {
    separator: directives.separator.charCodeAt(0),
    fields: named.fields.map((field) => ({ name: field.name, kind: cellKind(field) })),
    joined: named.joined,
    unset: encodeUtf8(directives.unset),
    empty: encodeUtf8(directives.empty),
  };
}

function cellKind(field: Field): CellKind {
  if (field.type !== 'text') return field.type;
  return /^(set|vector|table)\b/.test(field.declared ?? '') ? 'text' : 'escaped';
}

function reader(header: LogHeader, options: ReadOptions): LogReader {
  return new RowReader(options, (context) => new ZeekTsvParser(header, context));
}

class ZeekTsvParser implements LineParser {
  private row: DelimitedRow;
  private readonly directives: Directives;
  /** Names and types of the columns as they are read now, to notice when they change. */
  private current: string;
  private changed = false;
  private readonly repeated: Uint8Array | undefined;

  constructor(header: LogHeader, private readonly context: RowContext) {
    const { separator, setSeparator, empty, unset, headerLine } = header.dialect;
    this.directives = { separator, setSeparator, empty, unset };
    this.row = new DelimitedRow(layoutOf(header), context);
    this.current = signature(layoutOf(header));
    this.repeated = headerLine === undefined ? undefined : encodeUtf8(headerLine);
  }

  parse(bytes: Uint8Array, start: number, end: number): Outcome {
    // Some logs have a blank or TAB in front of their first header line.
    if (bytes[start] === HASH || (bytes[start] <= BLANK && isDirective(decodeUtf8(bytes, start, Math.min(end, start + 32))))) {
      readDirective(this.directives, decodeUtf8(bytes, start, end));
      this.changed = true;
      return SKIPPED;
    }
    if (this.changed) this.takeOver();
    const { repeated } = this;
    if (repeated !== undefined && end - start === repeated.length && equals(bytes, start, repeated)) return SKIPPED;
    return this.row.parse(bytes, start, end);
  }

  /** Reads on by the header lines just met, if they say anything new. */
  private takeOver(): void {
    this.changed = false;
    const named = fieldsOf(this.directives);
    if (named === undefined) return;
    const next = layout(this.directives, named);
    const nextSignature = signature(next);
    if (nextSignature === this.current) return;
    this.current = nextSignature;
    this.row = new DelimitedRow(next, this.context);
    this.context.report('header-changed', `${named.fields.length} columns, path ${this.directives.path ?? 'unknown'}`);
  }
}

function signature(of: DelimitedLayout): string {
  return JSON.stringify([of.separator, of.joined, decodeUtf8(of.unset), of.empty && decodeUtf8(of.empty), of.fields]);
}

