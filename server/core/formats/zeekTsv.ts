import { encodeUtf8, decodeUtf8 } from '../util/utf8';
import type { FlowTable } from '../table/flow';
import type { Table } from '../table/table';
import type { CellKind } from './cells';
import { equals, isNumberKind } from './cells';
import { MAX_COLUMNS, namesIn } from './columnNames';
import type { DelimitedField, DelimitedLayout } from './delimited';
import { DelimitedRow, splitCells } from './delimited';
import type { Field, FieldRange, Format, LogHeader, LogReader, ReadOptions } from './format';
import type { HeadLine } from './head';
import { headLines, sampleLines } from './head';
import { problem } from './problems';
import type { LineParser, Outcome, RowContext } from './rowReader';
import { RowReader, SKIPPED } from './rowReader';
import { zeekFlow, zeekFlowFields } from './zeekFlow';
import type { Directives, NamedFields } from './zeekHeader';
import { directiveAt, directivesOf, isDirective, marksZeek, nameColumns, namedFields, readDirective, usualDirectives, whyUntyped } from './zeekHeader';
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
  split: (header: LogHeader, line: Uint8Array): readonly FieldRange[] => (line[0] === HASH || directiveAt(line, 0, line.length) ? [] : splitCells(layoutOf(header), line)),
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
    if (isHeaderLine(line.text)) {
      const bytes = encodeUtf8(line.text);
      if (!readDirective(directives, bytes, 0, bytes.length)) return undefined;
    } else if (line.text !== '') seenRow = true;
    if (seenRow) continue;
    headerLines++;
    headerBytes = line.next;
    // Later header lines belong to other logs in the same file, unless the first ones were cut off.
    if (directives.fields !== undefined && directives.types !== undefined && !isHeaderLine(lines[headerLines]?.text ?? '')) break;
  }
  const rows = sampleLines(lines).filter((text) => !isHeaderLine(text));
  const named = namedFields(directives) ?? connByRows(rows, directives.separator);
  const problems = [];
  if (directives.fields === undefined) problems.push(problem('no-fields', named === undefined ? 'its columns got numbers for names' : 'the usual columns of conn.log were taken'));
  const untyped = whyUntyped(directives);
  if (untyped !== undefined) problems.push(problem('no-types', untyped));
  const fields = named ?? numbered(rows, directives.separator);
  if (fields === undefined) return undefined;
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
  const named = usualFields(namesIn(first.text, separator));
  if (named === undefined) return undefined;
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
  return usualFields(connFields(namesIn(likely[0], separator)?.length ?? 0));
}

/** Fields of these names with their usual types; undefined when there are too many. */
function usualFields(cells: readonly string[] | undefined): NamedFields | undefined {
  const named = cells && nameColumns(cells);
  return named && namedFields({ fields: named.names, joined: named.joined });
}

function numbered(rows: readonly string[], separator: string): NamedFields | undefined {
  const count = rows.length === 0 ? 0 : namesIn(rows[0], separator)?.length;
  return count === undefined ? undefined : { fields: Array.from({ length: count }, (_, i) => ({ name: `column${i + 1}`, type: 'text' })), joined: 1 };
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
  return new RowReader(options, (context) => new ZeekTsvParser(header, context, options.state ?? ''));
}

type Storage = 'number' | 'text';

/** What is carried over lines, as plain data. */
interface Carried {
  /** By what the last row was read. */
  readonly inForce: Directives;
  /** With the header lines met since. */
  readonly met: Directives;
  /** Columns that only later headers had, with the kind they were made with. */
  readonly made: readonly (readonly [name: string, storage: Storage])[];
}

class ZeekTsvParser implements LineParser {
  private row: DelimitedRow;
  private directives: Directives;
  private inForce: Directives;
  private changed: boolean;
  /** The header line met last. */
  private last = new Uint8Array(0);
  /** How columns are stored: those of the header, and those that later headers made. */
  private readonly storage: Map<string, Storage>;
  private readonly columns: number;
  private readonly start: string;
  private readonly repeated: Uint8Array | undefined;

  constructor(header: LogHeader, private readonly context: RowContext, state: string) {
    const carried = carriedOf(state);
    this.start = textOf({ inForce: directivesOf(header), met: directivesOf(header), made: [] });
    this.directives = carried?.met ?? directivesOf(header);
    this.inForce = carried?.inForce ?? directivesOf(header);
    this.changed = carried !== undefined;
    this.storage = new Map(header.fields.map((field) => [field.name, storageOf(field)]));
    this.columns = this.storage.size;
    for (const [name, storage] of carried?.made ?? []) this.storage.set(name, storage);
    // The header's own columns are there from the first table on.
    this.row = new DelimitedRow(layoutOf(header), context);
    if (carried) this.row = this.rowOf(this.inForce);
    const { headerLine } = header.dialect;
    this.repeated = headerLine === undefined ? undefined : encodeUtf8(headerLine);
  }

  get state(): string {
    const text = textOf({ inForce: this.inForce, met: this.directives, made: [...this.storage].slice(this.columns) });
    return text === this.start ? '' : text;
  }

  parse(bytes: Uint8Array, start: number, end: number): Outcome {
    // Some logs have a blank or TAB in front of their first header line.
    if (bytes[start] === HASH || (bytes[start] <= BLANK && directiveAt(bytes, start, end) !== undefined)) {
      this.meet(bytes, start, end);
      return SKIPPED;
    }
    if (this.changed) this.takeOver();
    const { repeated } = this;
    if (repeated !== undefined && end - start === repeated.length && equals(bytes, start, repeated)) return SKIPPED;
    return this.row.parse(bytes, start, end);
  }

  private meet(bytes: Uint8Array, start: number, end: number): void {
    if (directiveAt(bytes, start, end) === undefined) return;
    const { last } = this;
    // The same line again says nothing new.
    if (last.length === end - start && equals(bytes, start, last)) return;
    this.changed = true;
    if (end - start <= MAX_HEADER_LINE && readDirective(this.directives, bytes, start, end)) this.last = bytes.slice(start, end);
    else this.context.report('too-many-columns', () => `${end - start} bytes`);
  }

  /** Reads on by the header lines just met, if they say anything new. */
  private takeOver(): void {
    this.changed = false;
    const { fields } = this.directives;
    if (fields === undefined) return;
    const before = this.inForce;
    const strangers = fields.reduce((n, name) => n + (this.storage.has(name) ? 0 : 1), 0);
    if (this.storage.size + strangers > 2 * MAX_COLUMNS) {
      this.directives = { ...before };
      this.last = new Uint8Array(0);
      this.context.report('too-many-columns', () => `${this.storage.size + strangers} in all headers of this log`);
      return;
    }
    this.inForce = { ...this.directives };
    if (signature(layoutOfDirectives(before)) === signature(layoutOfDirectives(this.inForce))) return;
    this.row = this.rowOf(this.inForce);
    this.context.report('header-changed', () => `${fields.length} columns`);
  }

  /** The reader of rows by these header lines. Columns that were there before keep the kind they were made with. */
  private rowOf(directives: Directives): DelimitedRow {
    const made = layoutOfDirectives(directives);
    const fields = made.fields.map((field): DelimitedField => {
      const wanted: Storage = isNumberKind(field.kind) ? 'number' : 'text';
      const storage = this.storage.get(field.name) ?? wanted;
      this.storage.set(field.name, storage);
      return storage === wanted ? field : { name: field.name, kind: storage };
    });
    return new DelimitedRow({ ...made, fields }, this.context);
  }
}

/** A longer header line, in bytes, is not read. */
const MAX_HEADER_LINE = 1 << 20;

function storageOf(field: Field): Storage {
  return field.type === 'text' ? 'text' : 'number';
}

function layoutOfDirectives(directives: Directives): DelimitedLayout {
  return layout(directives, namedFields(directives) ?? { fields: [], joined: 1 });
}

function textOf({ inForce, met, made }: Carried): string {
  return JSON.stringify([plainOf(inForce), plainOf(met), made]);
}

/** What of header lines makes a difference to rows. */
function plainOf({ separator, empty, unset, joined, fields, types }: Directives): unknown {
  return { separator, empty, unset, joined, fields, types };
}

/** What a text of `state` says; undefined for '' and for what is none. */
function carriedOf(state: string): Carried | undefined {
  if (state === '') return undefined;
  try {
    const [inForce, met, made] = JSON.parse(state) as [unknown, unknown, unknown];
    if (!isDirectives(inForce) || !isDirectives(met) || !Array.isArray(made) || !made.every(isMade)) return undefined;
    return { inForce: { ...usualDirectives(), ...inForce }, met: { ...usualDirectives(), ...met }, made };
  } catch {
    return undefined;
  }
}

function isMade(entry: unknown): entry is readonly [string, Storage] {
  return Array.isArray(entry) && typeof entry[0] === 'string' && (entry[1] === 'number' || entry[1] === 'text');
}

function isDirectives(value: unknown): value is Directives {
  if (typeof value !== 'object' || value === null) return false;
  const { separator, empty, unset, joined, fields, types } = value as Record<string, unknown>;
  const texts = [separator, empty, unset].every((text) => typeof text === 'string');
  return texts && Number.isInteger(joined) && (fields === undefined || isTexts(fields)) && (types === undefined || (isTexts(types) && isTexts(fields) && types.length === fields.length));
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= MAX_COLUMNS && value.every((text) => typeof text === 'string');
}

function signature(of: DelimitedLayout): string {
  return JSON.stringify([of.separator, of.joined, decodeUtf8(of.unset), of.empty && decodeUtf8(of.empty), of.fields]);
}
