import { Dictionary } from '../table/dictionary';
import type { FlowField, FlowTable } from '../table/flow';
import type { Table, TextColumn } from '../table/table';
import { encodeUtf8 } from '../util/utf8';
import { csvLayout, csvReader } from './csv';
import { namesIn, uniqueNames } from './columnNames';
import { splitCells } from './delimited';
import type { FieldType, Format, LogHeader } from './format';
import { headLines, sampleLines } from './head';
import { parseNumber } from './numbers';

/** Role words that may start a header cell, alone or followed by `:name`. */
const ROLE = /^(id|symb|type|attr|tattr|eval)(:|$)/;

/** Roles whose values name something: they are text even where they are all numbers. */
const NAMING = /^(id|symb|type)(:|$)/;

/**
 * The CSV files that FlexFringe learns from: the beginning of a header cell tells the role of its column (`id:src_ip`,
 * `symb:proto`, `type:label`); columns without a role are values beside. Cells are cut at every comma, without quotes, and trimmed.
 */
export const flexfringeCsv: Format = {
  id: 'flexfringeCsv',
  title: 'FlexFringe CSV',
  recognise: (head) => {
    const lines = headLines(head);
    const first = lines[0];
    const names = first === undefined ? undefined : namesIn(first.text, ',')?.map((name) => name.trim());
    if (first === undefined || names === undefined) return undefined;
    const roles = names.map((name) => ROLE.exec(name)?.[1]);
    if (!roles.includes('id') || !roles.includes('symb')) return undefined;
    const rows = sampleLines(lines.slice(1)).map((row) => row.split(',', names.length));
    const fields = uniqueNames(names).map((name, i) => ({ name, type: typeOf(name, rows.map((row) => row[i] ?? '')) }));
    return { format: 'flexfringeCsv', kind: 'flexfringe', fields, headerBytes: first.next, headerLines: 1, dialect: { separator: ',', headerLine: first.text }, problems: [] };
  },
  reader: (header, options) => csvReader(header, layoutOf(header), options),
  flowFields: (header) => {
    const [source, destination] = roleColumns(header, 'id');
    const entries: [FlowField, string[]][] = [['source', named(source)], ['destination', named(destination)], ['symbol', roleColumns(header, 'symb')], ['label', roleColumns(header, 'type')], ['time', named(header.fields.find((f) => f.type === 'time')?.name)]];
    return new Map(entries.filter(([, names]) => names.length > 0));
  },
  flow: (header, table): FlowTable => {
    const text = (name: string | undefined): TextColumn | undefined => {
      const column = name === undefined ? undefined : table.columns.get(name);
      return column?.kind === 'text' ? column : undefined;
    };
    const [source, destination] = roleColumns(header, 'id').map(text);
    const [label] = roleColumns(header, 'type').map(text);
    const time = table.columns.get(header.fields.find((f) => f.type === 'time')?.name ?? '');
    return {
      rowCount: table.rowCount, places: table.places, symbol: joinedSymbols(table, roleColumns(header, 'symb').map(text)),
      ...(source ? { source } : {}), ...(destination ? { destination } : {}), ...(label ? { label } : {}), ...(time?.kind === 'number' ? { time } : {}),
    };
  },
  split: (header, line) => splitCells(layoutOf(header), line),
};

/** Columns of one role (`id`, `symb`, `type`, ...), in order. */
export function roleColumns(header: LogHeader, role: string): string[] {
  return header.fields.map((f) => f.name).filter((name) => ROLE.exec(name)?.[1] === role);
}

function named(name: string | undefined): string[] {
  return name === undefined ? [] : [name];
}

/** Several symbol columns are one symbol, joined by a double underscore (specs/sequent.md, section 2). */
function joinedSymbols(table: Table, columns: readonly (TextColumn | undefined)[]): TextColumn {
  const dictionary = new Dictionary();
  const codes = Uint32Array.from({ length: table.rowCount }, (_, row) => dictionary.internText(columns.map((c) => (c ? c.dictionary.text(c.codes[row]) : '')).join('__')));
  return { kind: 'text', codes, dictionary };
}

function layoutOf(header: Parameters<Format['reader']>[0]): ReturnType<typeof csvLayout> {
  return csvLayout(header, (field) => (field.type === 'text' ? 'trimmed' : field.type));
}

/** Seconds in a column called `timestamp`, numbers where every sampled value that is there is one, text otherwise. */
function typeOf(name: string, sample: readonly string[]): FieldType {
  const given = sample.filter((cell) => cell.trim() !== '');
  if (NAMING.test(name) || given.length === 0 || !given.every(isNumber)) return 'text';
  return name === 'timestamp' ? 'time' : 'number';
}

function isNumber(text: string): boolean {
  const bytes = encodeUtf8(text.trim());
  return !Number.isNaN(parseNumber(bytes, 0, bytes.length));
}
