import { Dictionary, MISSING } from '../table/dictionary';
import type { ColumnBuilder, NumberBuilder, TextBuilder } from '../table/builder';
import { decodeUtf8, encodeUtf8 } from '../util/utf8';
import { equals } from './cells';
import { MAX_COLUMNS } from './columnNames';
import type { Field, FieldRange, FieldType, Format, LogHeader } from './format';
import { headLines, sampleLines } from './head';
import { FALSE, JsonScanner, NULL, NUMBER, STRING, TRUE, unescapeJson } from './jsonScanner';
import { parseNumber } from './numbers';
import type { LineParser, Outcome, RowContext } from './rowReader';
import { DAMAGED, ROW, RowReader } from './rowReader';
import { parseDateTime, parseTime } from './times';
import { zeekFlow, zeekFlowFields } from './zeekFlow';
import { kindOf, usualType } from './zeekNames';

/** Keys that are remembered; others are looked at anew each time. */
const MAX_KEYS = 4096;

/** A longer key, in bytes, names no field. */
const LONGEST_KEY = 1024;

const T = encodeUtf8('T');
const F = encodeUtf8('F');

/**
 * Zeek's logs as one JSON object a line: keys dotted (`id.orig_h`), with underscores and `@stream` (`id_orig_h`, RockNSM),
 * or streamed by Corelight (`_path`, ISO times). Fields get their dotted names, booleans `T` and `F` as in TSV; arrays and
 * objects stay JSON text. A field is a number or a time by its usual meaning or by its values in the first 64 kB; one that
 * comes later and is not known by name is text, so that parts of a file are read as the whole is.
 */
export const zeekJson: Format = {
  id: 'zeekJson',
  title: 'Zeek JSON',
  recognise,
  reader: (header, options) => new RowReader(options, (context) => new ZeekJsonParser(header, context)),
  flowFields: zeekFlowFields,
  flow: zeekFlow,
  split,
};

type Json = Record<string, unknown>;

function recognise(head: Uint8Array): LogHeader | undefined {
  const sample = sampleLines(headLines(head, 1000), 1000);
  if (!sample.some((line) => line.startsWith('{'))) return undefined;
  const objects = sample.map(parseObject).filter((object) => object !== undefined);
  const likely = objects.filter(isZeek);
  if (likely.length === 0 || likely.length * 2 < sample.length) return undefined;
  const keys = likely.some((object) => 'id_orig_h' in object || '@stream' in object) ? 'underscore' : 'dotted';
  const fields = fieldsOf(likely, keys);
  if (fields.length > MAX_COLUMNS) return undefined;
  const path = likely.map((object) => object['_path'] ?? object['@stream']).find((value) => typeof value === 'string');
  const kind = path ?? kindOf(new Set(fields.map((field) => field.name))) ?? (likely.some(isScript) ? 'loaded_scripts' : 'unknown');
  return { format: 'zeekJson', kind, fields, headerBytes: 0, headerLines: 0, dialect: { keys }, problems: [] };
}

function parseObject(line: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function isZeek(object: Json): boolean {
  const named = typeof object['_path'] === 'string' || typeof object['@stream'] === 'string';
  const timed = isTimeLike(object['ts']) || isTimeLike(object['_write_ts']);
  const names = new Set(Object.keys(object).map((key) => dotted(key, 'underscore')));
  const linked = names.has('uid') && names.has('id.orig_h') && names.has('id.resp_h');
  return (timed && (named || linked || kindOf(names) !== undefined)) || (named && linked) || isScript(object);
}

/** `loaded_scripts.log`, the one log that has no time. */
function isScript(object: Json): boolean {
  return Object.keys(object).length === 1 && typeof object['name'] === 'string' && /\.(zeek|bro)$/.test(object['name']);
}

function isTimeLike(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && isIsoTime(value));
}

function isIsoTime(text: string): boolean {
  const bytes = encodeUtf8(text);
  return !Number.isNaN(parseDateTime(bytes, 0, bytes.length));
}

function fieldsOf(objects: readonly Json[], keys: string): Field[] {
  const seen = new Map<string, unknown[]>();
  for (const object of objects) {
    for (const [key, value] of Object.entries(object)) {
      const name = dotted(key, keys);
      const values = seen.get(name);
      if (values === undefined) seen.set(name, [value]);
      else values.push(value);
    }
  }
  return [...seen].map(([name, values]) => ({ name, type: usualType(name) ?? typeOfValues(values.filter((value) => value !== null)) }));
}

function typeOfValues(values: readonly unknown[]): FieldType {
  if (values.length === 0) return 'text';
  if (values.every((value) => typeof value === 'number')) return 'number';
  return values.every((value) => typeof value === 'string' && isIsoTime(value)) ? 'time' : 'text';
}

/** Beginnings of names in which RockNSM wrote an underscore for the dot. */
const RECORDS = /^(id(?=_(?:orig|resp)_[hp]$)|certificate|san|basic_constraints|remote_location|times|version(?=_(?:major|minor|addl))|data_channel)_/;

function dotted(key: string, keys: string): string {
  return keys === 'underscore' ? key.replace(RECORDS, '$1.') : key;
}

interface Member {
  readonly name: string;
  readonly type: FieldType;
  /** Absent when the field is not wanted. */
  readonly builder: ColumnBuilder | undefined;
  /** The key as it stands in the log. */
  readonly key: Uint8Array;
  /** The member that stood behind this one the last time. */
  next: Member | undefined;
}

class ZeekJsonParser implements LineParser {
  private readonly scanner = new JsonScanner();
  private readonly members: (Member | undefined)[] = [undefined];
  private readonly keys = new Dictionary();
  private readonly types: ReadonlyMap<string, FieldType>;
  private readonly naming: string;
  private first: Member | undefined;

  constructor(header: LogHeader, private readonly context: RowContext) {
    this.naming = header.dialect['keys'];
    this.types = new Map(header.fields.map((field) => [field.name, field.type]));
    for (const field of header.fields) this.builderOf(field.name, field.type);
  }

  parse(bytes: Uint8Array, start: number, end: number): Outcome {
    const { scanner, context } = this;
    const { row } = context.table;
    scanner.start(bytes, start, end);
    let previous: Member | undefined;
    let touched = false;
    while (scanner.next()) {
      const member = this.memberAt(previous, bytes);
      if (member === undefined) continue;
      previous = member;
      if (member.builder === undefined) continue;
      touched = true;
      if (member.builder.kind === 'number') this.putNumber(member, member.builder, row, bytes);
      else this.putText(member.builder, row, bytes);
    }
    if (scanner.whole) return ROW;
    if (touched) context.table.clearRow();
    context.report('broken-json', () => `${end - start} bytes`);
    return DAMAGED;
  }

  /** The member under the scanner: mostly the one that followed the previous one in the row before, else looked up by key. */
  private memberAt(previous: Member | undefined, bytes: Uint8Array): Member | undefined {
    const { keyStart, keyEnd } = this.scanner;
    const guess = previous === undefined ? this.first : previous.next;
    if (guess !== undefined && guess.key.length === keyEnd - keyStart && equals(bytes, keyStart, guess.key)) return guess;
    if (keyEnd - keyStart > LONGEST_KEY) return undefined;
    if (this.keys.size > MAX_KEYS && this.keys.findBytes(bytes, keyStart, keyEnd) === MISSING) return this.newMember(bytes.slice(keyStart, keyEnd));
    const code = this.keys.intern(bytes, keyStart, keyEnd);
    const member = (this.members[code] ??= this.newMember(bytes.slice(keyStart, keyEnd)));
    if (previous === undefined) this.first = member;
    else previous.next = member;
    return member;
  }

  private newMember(key: Uint8Array): Member {
    const text = this.scanner.keyEscaped ? decodeUtf8(unescapeJson(key, 0, key.length)) : decodeUtf8(key);
    const name = dotted(text, this.naming);
    const type = this.types.get(name) ?? usualType(name) ?? 'text';
    return { name, type, builder: this.builderOf(name, type), key, next: undefined };
  }

  /** Where the values of a field go, if it is wanted and there is room for a column more. */
  private builderOf(name: string, type: FieldType): ColumnBuilder | undefined {
    const { table } = this.context;
    return this.context.wants(name) && (table.has(name) || table.width < MAX_COLUMNS) ? table.column(name, type === 'text' ? 'text' : 'number') : undefined;
  }

  private putNumber(member: Member, builder: NumberBuilder, row: number, bytes: Uint8Array): void {
    const { kind, valueStart, valueEnd } = this.scanner;
    builder.clear(row);
    if (kind === NULL || valueEnd === valueStart) return;
    const readable = kind === NUMBER || kind === STRING;
    const value = !readable ? NaN : member.type === 'time' ? parseTime(bytes, valueStart, valueEnd) : parseNumber(bytes, valueStart, valueEnd);
    if (value === value) builder.set(row, value);
    else this.context.reportValue(member.type === 'time' ? 'bad-time' : 'bad-number', member.name, bytes, valueStart, valueEnd);
  }

  private putText(builder: TextBuilder, row: number, bytes: Uint8Array): void {
    const { kind, valueStart, valueEnd, valueEscaped } = this.scanner;
    if (kind === NULL) builder.clear(row);
    else if (kind === TRUE) builder.set(row, T, 0, 1);
    else if (kind === FALSE) builder.set(row, F, 0, 1);
    else if (kind === STRING && valueEscaped) {
      const plain = unescapeJson(bytes, valueStart, valueEnd);
      builder.set(row, plain, 0, plain.length);
    } else builder.set(row, bytes, valueStart, valueEnd);
  }
}

function split(header: LogHeader, line: Uint8Array): readonly FieldRange[] {
  const numbers = new Map(header.fields.map((field, i) => [field.name, i]));
  const scanner = new JsonScanner();
  const ranges: FieldRange[] = [];
  scanner.start(line, 0, line.length);
  while (scanner.next()) {
    const field = numbers.get(dotted(decodeUtf8(line, scanner.keyStart, scanner.keyEnd), header.dialect['keys']));
    if (field !== undefined) ranges.push({ field, start: scanner.valueStart, end: scanner.valueEnd });
  }
  return ranges;
}
