import type { NumberBuilder, TextBuilder } from '../table/builder';
import type { FlowField, FlowTable } from '../table/flow';
import { NUMBER_FIELDS } from '../table/flowBuilder';
import type { Table, TextColumn } from '../table/table';
import { encodeUtf8 } from '../util/utf8';
import { accountDomain, accountUser, eventWord, logonTypeWord, outcomeWord, packageName } from './accounts';
import { equals } from './cells';
import { mappedColumns } from './csvMapping';
import { mapTexts, numberColumn, present, textColumn } from './flowColumns';
import type { Field, FieldRange, Format, LogHeader } from './format';
import { parsePort } from './numbers';
import { protocolName } from './protocols';
import { QuotedCells, undouble } from './quoted';
import type { LineParser, Outcome, RowContext } from './rowReader';
import { DAMAGED, ROW, RowReader, SKIPPED } from './rowReader';
import type { TextChange } from './texts';
import { timeReader } from './timeFormat';

/**
 * CSV of any columns, with quotes where there are any, read by a mapping of the user's (`csvMapping.ts`): never recognised by content alone.
 * Cells that go on in the next line are not read: rows are lines here.
 */
export const mappedCsv: Format = {
  id: 'csv',
  title: 'CSV (mapped)',
  recognise: () => undefined,
  reader: (header, options) => new RowReader(options, (context) => new MappedParser(header, context)),
  flowFields: sourcesOf,
  flow,
  split: (header, line) => split(header, line),
};

interface Cell {
  readonly field: Field;
  readonly numbers: NumberBuilder | undefined;
  readonly texts: TextBuilder | undefined;
}

class MappedParser implements LineParser {
  private readonly cells: readonly Cell[];
  private readonly line = new QuotedCells();
  private readonly separator: number;
  private readonly missing: Uint8Array;
  private readonly repeated: Uint8Array | undefined;
  private readonly time: ReturnType<typeof timeReader>;
  /** Cells of the line that cannot be read. */
  private readonly bad: number[] = [];

  constructor(header: LogHeader, private readonly context: RowContext) {
    const { separator, missing, headerLine, timeFormat } = header.dialect;
    this.separator = separator.charCodeAt(0);
    this.missing = encodeUtf8(missing);
    this.repeated = headerLine === undefined ? undefined : encodeUtf8(headerLine);
    this.time = timeReader(timeFormat);
    this.cells = header.fields.map((field) => {
      const builder = context.wants(field.name) ? context.table.column(field.name, field.type === 'text' ? 'text' : 'number') : undefined;
      return { field, numbers: builder?.kind === 'number' ? builder : undefined, texts: builder?.kind === 'text' ? builder : undefined };
    });
  }

  parse(bytes: Uint8Array, start: number, end: number): Outcome {
    const { cells, line, context, repeated } = this;
    if (repeated !== undefined && end - start === repeated.length && equals(bytes, start, repeated)) return SKIPPED;
    line.cut(bytes, start, end, this.separator);
    if (line.count < cells.length || line.open) {
      context.report('column-count', () => `${line.count} instead of ${cells.length}${line.open ? ', and a quote that does not end' : ''}`);
      return DAMAGED;
    }
    if (line.count > cells.length) context.report('extra-columns', () => `${line.count} instead of ${cells.length}`);
    this.bad.length = 0;
    for (let i = 0; i < cells.length; i++) this.put(i, bytes);
    for (const i of this.bad) context.reportValue(cells[i].field.type === 'time' ? 'bad-time' : 'bad-number', cells[i].field.name, bytes, line.starts[i], line.ends[i]);
    return ROW;
  }

  private put(index: number, bytes: Uint8Array): void {
    const { line, missing, context } = this;
    const { numbers, texts, field } = this.cells[index];
    const [start, end] = [line.starts[index], line.ends[index]];
    if (start === end || (end - start === missing.length && equals(bytes, start, missing))) return;
    const { row } = context.table;
    if (texts !== undefined) {
      if (line.doubled[index] === 0) texts.set(row, bytes, start, end);
      else {
        const plain = undouble(bytes, start, end);
        texts.set(row, plain, 0, plain.length);
      }
    } else if (numbers !== undefined) {
      const value = field.type === 'time' ? this.time(bytes, start, end) : parsePort(bytes, start, end);
      if (value === value) numbers.set(row, value);
      else this.bad.push(index);
    }
  }
}

function split(header: LogHeader, line: Uint8Array): readonly FieldRange[] {
  const cells = new QuotedCells();
  cells.cut(line, 0, line.length, header.dialect['separator'].charCodeAt(0));
  return Array.from({ length: Math.min(cells.count, header.fields.length) }, (_, field) => ({ field, start: cells.starts[field], end: cells.ends[field] }));
}

/** Accounts whose domain has no column of its own carry it in their text. */
const DOMAIN_OF = [['userDomain', 'user'], ['targetDomain', 'targetUser']] as const;

function sourcesOf(header: LogHeader): ReadonlyMap<FlowField, readonly string[]> {
  const columns = mappedColumns(header);
  const sources = new Map<FlowField, readonly string[]>([...columns].map(([field, column]) => [field, [column]]));
  for (const [domain, user] of DOMAIN_OF) {
    const column = columns.get(user);
    if (column !== undefined && !columns.has(domain)) sources.set(domain, [column]);
  }
  return sources;
}

/** How texts of some members become the words of the common view. */
const WORDS: ReadonlyMap<FlowField, TextChange> = new Map([['authType', packageName], ['logonType', logonTypeWord], ['orientation', eventWord], ['outcome', outcomeWord]]);

function flow(header: LogHeader, table: Table): FlowTable {
  const columns = mappedColumns(header);
  const members: { -readonly [F in FlowField]?: FlowTable[F] | undefined } = {};
  for (const [field, column] of columns) {
    if ((NUMBER_FIELDS as readonly string[]).includes(field)) Object.assign(members, { [field]: numberColumn(table, column) });
    else {
      const text = textColumn(table, column);
      Object.assign(members, { [field]: text && inWords(field, text) });
    }
  }
  for (const [domain, user] of DOMAIN_OF) {
    const column = columns.get(user);
    const accounts = column === undefined || columns.has(domain) ? undefined : textColumn(table, column);
    if (accounts === undefined) continue;
    members[user] = accountUser.of(accounts);
    members[domain] = accountDomain.of(accounts);
  }
  return present<FlowTable>({ rowCount: table.rowCount, places: table.places, ...members });
}

function inWords(field: FlowField, text: TextColumn): TextColumn {
  if (field === 'protocol') return mapTexts(text, protocolName);
  return WORDS.get(field)?.of(text) ?? text;
}
