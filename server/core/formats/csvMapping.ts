import type { FlowField } from '../table/flow';
import { NUMBER_FIELDS, TEXT_FIELDS } from '../table/flowBuilder';
import type { Problem } from '../util/problem';
import { MAX_COLUMNS, uniqueNames } from './columnNames';
import { cutQuoted } from './quoted';
import type { Field, LogHeader } from './format';
import { headLines } from './head';
import { problem } from './problems';
import { isTimeFormat, TIME_FORMATS } from './timeFormat';
import { encodeUtf8 } from '../util/utf8';

/** What the columns of a CSV log mean, as a user says it. */
export interface CsvMapping {
  /** One ASCII character; default: comma. */
  readonly delimiter?: string;
  /** Whether the first line names the columns (default: yes). */
  readonly header?: boolean;
  /** The column behind each member of the common view, by name or by number from 1 on. */
  readonly columns: Readonly<Partial<Record<FlowField, string | number>>>;
  /** How times are written (`timeFormat.ts`); default: `auto`. */
  readonly timeFormat?: string;
  /** Cells with exactly this text are missing, as empty ones are; default: `-`. */
  readonly missing?: string;
}

/** Members that a column can stand for. */
export const MAPPED_FIELDS: readonly FlowField[] = [...NUMBER_FIELDS, ...TEXT_FIELDS.filter((name) => name !== 'symbol')];

const KNOWN: ReadonlySet<string> = new Set(['delimiter', 'header', 'columns', 'timeFormat', 'missing', 'files', 'format']);

/** What is wrong with a mapping made by hand, or undefined. Never throws. */
export function mappingFault(mapping: CsvMapping): string | undefined {
  if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping)) return 'an entry is an object with "files" and "columns"';
  const stranger = Object.keys(mapping).find((name) => !KNOWN.has(name));
  if (stranger !== undefined) return `"${stranger}" is none of its fields (${[...KNOWN].join(', ')})`;
  const { delimiter, header, columns, timeFormat, missing } = mapping;
  if (delimiter !== undefined && (typeof delimiter !== 'string' || !/^[\t -~]$/.test(delimiter) || delimiter === '"')) return '"delimiter" is one character, such as ";" or "\\t"';
  if (header !== undefined && typeof header !== 'boolean') return '"header" is true or false';
  if (missing !== undefined && typeof missing !== 'string') return '"missing" is a text';
  if (timeFormat !== undefined && !isTimeFormat(timeFormat)) return `"timeFormat" is one of ${TIME_FORMATS.join(', ')}, or a pattern such as "%m/%d/%Y %I:%M:%S %p"`;
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns) || Object.keys(columns).length === 0) return '"columns" names the column of each field, such as { "time": "TimeCreated", "user": "TargetUserName" }';
  for (const [field, column] of Object.entries(columns) as [FlowField, unknown][]) {
    if (!MAPPED_FIELDS.includes(field)) return `"${field}" is no field that a column can stand for (${MAPPED_FIELDS.join(', ')})`;
    if (typeof column !== 'string' && !(Number.isInteger(column) && (column as number) >= 1)) return `the column of "${field}" is a name, or a number from 1 on`;
    if (header === false && typeof column === 'string') return `the column of "${field}" is a number, because the file has no header`;
  }
  const numbers = new Set(NUMBER_FIELDS.map((field) => columns[field]));
  const both = TEXT_FIELDS.find((field) => columns[field] !== undefined && numbers.has(columns[field]));
  return both && `the column of "${both}" also stands for a number`;
}

/** The header of a CSV log that starts with these bytes, or what does not fit. The mapping must have no fault. */
export function recogniseMapped(head: Uint8Array, mapping: CsvMapping): LogHeader | Problem {
  const separator = mapping.delimiter ?? ',';
  const first = headLines(head, 1)[0];
  if (first === undefined || first.text === '') return problem('missing-column', 'its first line is empty');
  const named = mapping.header !== false;
  const cells = cutQuoted(encodeUtf8(first.text), separator.charCodeAt(0)).texts;
  if (cells.length > MAX_COLUMNS) return problem('too-many-columns', `${cells.length}`);
  const names = uniqueNames(cells.map((cell, i) => (named ? cell.trim() : '') || `column${i + 1}`));
  const columns: [FlowField, string][] = [];
  for (const [field, column] of Object.entries(mapping.columns) as [FlowField, string | number][]) {
    const name = typeof column === 'number' ? names[column - 1] : names.find((one) => one.toLowerCase() === column.trim().toLowerCase());
    if (name === undefined) return problem('missing-column', typeof column === 'number' ? `it has ${names.length} columns, and "${field}" is to be column ${column}` : `"${field}" is to be “${column}”, and its columns are ${names.slice(0, 40).join(', ')}`);
    columns.push([field, name]);
  }
  const isAuth = columns.some(([field]) => field === 'user' || field === 'authType' || field === 'logonType') && !columns.some(([field]) => field === 'protocol');
  return {
    format: 'csv',
    kind: isAuth ? 'auth' : 'flow',
    fields: names.map((name): Field => ({ name, type: typeOf(columns.filter(([, column]) => column === name).map(([field]) => field)) })),
    headerBytes: named ? first.next : 0,
    headerLines: named ? 1 : 0,
    dialect: { separator, ...(named && { headerLine: first.text }), timeFormat: mapping.timeFormat ?? 'auto', missing: mapping.missing ?? '-', columns: JSON.stringify(columns) },
    problems: [],
  };
}

function typeOf(fields: readonly FlowField[]): Field['type'] {
  if (fields.includes('time')) return 'time';
  return fields.some((field) => (NUMBER_FIELDS as readonly string[]).includes(field)) ? 'number' : 'text';
}

/** The column of each member, as the header has them. */
export function mappedColumns(header: LogHeader): ReadonlyMap<FlowField, string> {
  return new Map(JSON.parse(header.dialect['columns'] ?? '[]') as [FlowField, string][]);
}
