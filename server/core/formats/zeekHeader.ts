import { decodeUtf8, encodeUtf8 } from '../util/utf8';
import { equals } from './cells';
import { MAX_COLUMNS, namesIn, uniqueNames } from './columnNames';
import type { Field, LogHeader } from './format';
import { typeOfDeclared, usualType } from './zeekNames';

/** The header lines of a Zeek TSV log as far as they have been met. */
export interface Directives {
  separator: string;
  setSeparator: string;
  empty: string;
  unset: string;
  path?: string;
  /** Names of the columns, each once. */
  fields?: readonly string[];
  /** Number of fields in the last column. */
  joined: number;
  /** As declared, one for each field. */
  types?: readonly string[];
  /** Number of types that were there, where it is less than one for each field. */
  shortOf?: number;
}

/** What Zeek writes unless it is told otherwise. */
export function usualDirectives(): Directives {
  return { separator: '\t', setSeparator: ',', empty: '(empty)', unset: '-', joined: 1 };
}

/** Joins the last names of an IoT-23 header, and the values under them. */
export const JOINT = '   ';

const NAMES = ['separator', 'set_separator', 'empty_field', 'unset_field', 'path', 'open', 'close', 'fields', 'types'] as const;
const DIRECTIVES = NAMES.map((name) => ({ name, bytes: encodeUtf8(name) }));
type DirectiveName = (typeof NAMES)[number];

const HASH = 35;
const BLANK = 32;
/** Blanks in front of a header line that are looked beyond. */
const INDENT = 16;

/** A header line: what it is about, and where its value begins. */
interface Directive {
  readonly name: DirectiveName;
  readonly value: number;
}

/** The header line in `bytes[start, end)`, if it is one. Looks at its first bytes only. */
export function directiveAt(bytes: Uint8Array, start: number, end: number): Directive | undefined {
  let at = start;
  while (at < end && at - start < INDENT && bytes[at] <= BLANK) at++;
  if (at >= end || bytes[at++] !== HASH) return undefined;
  for (const { name, bytes: text } of DIRECTIVES) {
    const behind = at + text.length;
    if (behind <= end && bytes[at] === text[0] && equals(bytes, at, text) && !(behind < end && isWordByte(bytes[behind]))) return { name, value: Math.min(end, behind + 1) };
  }
  return undefined;
}

function isWordByte(byte: number): boolean {
  const letter = byte | 0x20;
  return (letter >= 97 && letter <= 122) || (byte >= 48 && byte <= 57) || byte === 95;
}

/** Whether this is a header line of a Zeek log. */
export function isDirective(line: string): boolean {
  const bytes = encodeUtf8(line.slice(0, INDENT * 2));
  return directiveAt(bytes, 0, bytes.length) !== undefined;
}

/** Whether this line can only be a header line of a Zeek log, and no comment of some other file. */
export function marksZeek(line: string): boolean {
  return /^\s*#(separator\s\S+$|(fields|types|path|set_separator|empty_field|unset_field)\t)/.test(line);
}

/**
 * Takes over what a header line says; lines that say nothing (comments) change nothing. False when it names more columns than a log
 * can have: then it changes nothing either. O(line).
 */
export function readDirective(directives: Directives, bytes: Uint8Array, start: number, end: number): boolean {
  const directive = directiveAt(bytes, start, end);
  if (directive === undefined || directive.name === 'open' || directive.name === 'close') return true;
  const value = decodeUtf8(bytes, directive.value, end);
  switch (directive.name) {
    case 'separator':
      // Written with a blank behind the name, in some logs with a TAB; the TAB itself as `\x09`, in some as `\t`.
      directives.separator = unescapeText(value.slice(0, 4))[0] ?? directives.separator;
      return true;
    case 'set_separator':
      directives.setSeparator = value;
      return true;
    case 'empty_field':
      directives.empty = value;
      return true;
    case 'unset_field':
      directives.unset = value;
      return true;
    case 'path':
      directives.path = value;
      return true;
    case 'fields':
      return readFields(directives, namesIn(value, directives.separator));
    case 'types':
      readTypes(directives, value.split(directives.separator, MAX_COLUMNS));
      return true;
  }
}

function readFields(directives: Directives, names: readonly string[] | undefined): boolean {
  const named = names && nameColumns(names);
  if (named === undefined) return false;
  directives.fields = named.names;
  directives.joined = named.joined;
  delete directives.types;
  delete directives.shortOf;
  return true;
}

function readTypes(directives: Directives, types: readonly string[]): void {
  const { fields, joined } = directives;
  if (fields === undefined) return;
  const last = fields.length - joined;
  const all = types.flatMap((type, i) => (i === last ? type.split(JOINT) : [type])).slice(0, fields.length);
  delete directives.types;
  delete directives.shortOf;
  if (all.length === fields.length) directives.types = all;
  else directives.shortOf = all.length;
}

/** The names of a header's cells, each once, the last cell cut into its fields; undefined when there are too many. */
export function nameColumns(cells: readonly string[]): { readonly names: readonly string[]; readonly joined: number } | undefined {
  const last = namesIn(cells[cells.length - 1], JOINT)?.filter((name) => name !== '');
  if (last === undefined || cells.length - 1 + last.length > MAX_COLUMNS) return undefined;
  return { names: uniqueNames([...cells.slice(0, -1), ...last]), joined: Math.max(1, last.length) };
}

export interface NamedFields {
  readonly fields: readonly Field[];
  /** Number of fields in the last column. */
  readonly joined: number;
}

/** The fields that header lines name, if they do; types that are missing are the usual ones of the names. */
export function namedFields({ fields, joined, types }: Pick<Directives, 'fields' | 'joined' | 'types'>): NamedFields | undefined {
  return fields && { fields: fields.map((name, i) => (types ? { name, type: typeOfDeclared(types[i]), declared: types[i] } : { name, type: usualType(name) ?? 'text' })), joined };
}

/** Why types are the usual ones of the names, if they are. */
export function whyUntyped({ fields, types, shortOf }: Directives): string | undefined {
  if (fields === undefined || types !== undefined) return undefined;
  return shortOf === undefined ? 'it is missing' : `it has ${shortOf} types for ${fields.length} fields`;
}

/** What is in force behind the header, as header lines would say it. */
export function directivesOf(header: LogHeader): Directives {
  const { separator, setSeparator, empty, unset, joined } = header.dialect;
  const types = header.fields.flatMap(({ declared }) => (declared === undefined ? [] : [declared]));
  return {
    separator, setSeparator, empty, unset, joined: Number(joined),
    ...(header.fields.length > 0 && { fields: header.fields.map(({ name }) => name) }),
    ...(header.fields.length > 0 && types.length === header.fields.length && { types }),
  };
}

function unescapeText(text: string): string {
  return text.replace(/^\\t/, '\t').replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
