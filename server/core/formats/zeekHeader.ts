import type { Field } from './format';
import { typeOfDeclared, uniqueNames, usualType } from './zeekNames';

/** The header lines of a Zeek TSV log as far as they have been met. */
export interface Directives {
  separator: string;
  setSeparator: string;
  empty: string;
  unset: string;
  path?: string;
  fields?: readonly string[];
  types?: readonly string[];
}

/** What Zeek writes unless it is told otherwise. */
export function usualDirectives(): Directives {
  return { separator: '\t', setSeparator: ',', empty: '(empty)', unset: '-' };
}

/** Joins the last names of an IoT-23 header, and the values under them. */
export const JOINT = '   ';

const DIRECTIVE = /^\s*#(separator|set_separator|empty_field|unset_field|path|open|close|fields|types)(?!\w)(.*)$/s;

/** Whether this is a header line of a Zeek log. */
export function isDirective(line: string): boolean {
  return DIRECTIVE.test(line);
}

/** Whether this line can only be a header line of a Zeek log, and no comment of some other file. */
export function marksZeek(line: string): boolean {
  return /^\s*#(separator\s\S+$|(fields|types|path|set_separator|empty_field|unset_field)\t)/.test(line);
}

/** Takes over what a header line says; lines that say nothing (comments) change nothing. */
export function readDirective(directives: Directives, line: string): void {
  const match = DIRECTIVE.exec(line);
  if (match === null) return;
  const [, name, rest] = match;
  if (name === 'separator') {
    // Written with a blank behind the name, in some logs with a TAB; the TAB itself as `\x09`, in some as `\t`.
    directives.separator = unescapeText(rest.slice(1))[0] ?? directives.separator;
    return;
  }
  const value = rest.slice(1);
  const values = value.split(directives.separator);
  if (name === 'set_separator') directives.setSeparator = value;
  else if (name === 'empty_field') directives.empty = value;
  else if (name === 'unset_field') directives.unset = value;
  else if (name === 'path') directives.path = value;
  else if (name === 'fields') {
    directives.fields = values;
    delete directives.types;
  } else if (name === 'types') directives.types = values;
}

export interface NamedFields {
  readonly fields: readonly Field[];
  /** Number of fields in the last column. */
  readonly joined: number;
  /** Why the types are the usual ones of the names, if they are. */
  readonly untyped?: string;
}

/** The fields that `#fields` and `#types` name; types that are missing are the usual ones of the names. */
export function nameFields(names: readonly string[], types: readonly string[] | undefined): NamedFields {
  const last = names[names.length - 1].split(JOINT).filter((name) => name !== '');
  const allNames = uniqueNames([...names.slice(0, -1), ...last]);
  const allTypes = types?.flatMap((type, i) => (i === names.length - 1 ? type.split(JOINT) : [type]));
  const joined = Math.max(1, last.length);
  if (allTypes === undefined || allTypes.length < allNames.length) {
    const untyped = allTypes === undefined ? 'it is missing' : `it has ${allTypes.length} types for ${allNames.length} fields`;
    return { fields: allNames.map((name) => ({ name, type: usualType(name) ?? 'text' })), joined, untyped };
  }
  return { fields: allNames.map((name, i) => ({ name, type: typeOfDeclared(allTypes[i]), declared: allTypes[i] })), joined };
}

function unescapeText(text: string): string {
  return text.replace(/^\\t/, '\t').replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
