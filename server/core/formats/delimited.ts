import type { NumberBuilder, TextBuilder } from '../table/builder';
import type { FieldRange } from './format';
import { parseNumber, parsePort } from './numbers';
import { parseTime } from './times';
import { unescapeZeek } from './zeekEscapes';
import type { ProblemCode } from './problems';
import type { Outcome, RowContext } from './rowReader';
import { DAMAGED, ROW } from './rowReader';

/** How the text of a cell becomes a number. */
export type NumberKind =
  | 'number'
  /** Decimal, or hexadecimal with `0x`. */
  | 'port'
  /** Seconds, or a calendar time. */
  | 'time'
  /** A time, or milliseconds since 1970, which are told by their size. */
  | 'timeOrMilliseconds'
  /** Microseconds since 1970 as a number. */
  | 'microseconds'
  /** Seconds; a wrapped 64 bit number is missing. */
  | 'duration';

/** How the text of a cell becomes a text of the table. */
export type TextKind =
  | 'text'
  /** Without the blanks around it. */
  | 'trimmed'
  /** With the escapes of Zeek undone. */
  | 'escaped'
  /** An IPv4 address as a 32 bit number; becomes dotted text. */
  | 'ipv4Number';

export type CellKind = NumberKind | TextKind;

const NUMBER_KINDS: ReadonlySet<CellKind> = new Set<NumberKind>(['number', 'port', 'time', 'timeOrMilliseconds', 'microseconds', 'duration']);

export interface DelimitedField {
  readonly name: string;
  readonly kind: CellKind;
}

export interface DelimitedLayout {
  readonly separator: number;
  readonly fields: readonly DelimitedField[];
  /** Number of fields that the last cell holds, joined by three spaces (IoT-23); 1 otherwise. */
  readonly joined: number;
  /** Cells with exactly this text are missing; so are empty ones unless `empty` is the empty text. */
  readonly unset: Uint8Array;
  /** Cells with exactly this text are the empty text. */
  readonly empty: Uint8Array | undefined;
}

const BLANK = 32;

/** Later than this (the year 5138 in seconds) a time can only be in milliseconds. */
const LAST_SECONDS = 1e11;

/** Beyond this a duration in seconds can only be a wrapped 64 bit number of milliseconds. */
const WRAPPED_SECONDS = 1e15;

type Column =
  | { readonly cell: number; readonly name: string; readonly numeric: true; readonly kind: NumberKind; readonly builder: NumberBuilder }
  | { readonly cell: number; readonly name: string; readonly numeric: false; readonly kind: TextKind; readonly builder: TextBuilder };

/** Cuts lines at a separator byte and puts the wanted cells into the table. Unwanted cells cost only the search for separators. */
export class DelimitedRow {
  private readonly columns: readonly Column[];
  private readonly expected: number;
  /** Where each cell ends; a cell starts one byte behind the end of the one before it. */
  private readonly ends: Int32Array;
  private readonly starts: Int32Array;
  private toldExtra = false;

  constructor(private readonly layout: DelimitedLayout, private readonly context: RowContext) {
    this.columns = layout.fields.flatMap(({ name, kind }, cell): Column[] => {
      if (!context.wants(name)) return [];
      const builder = context.table.column(name, isNumberKind(kind) ? 'number' : 'text');
      return [builder.kind === 'number' ? { cell, name, numeric: true, kind: isNumberKind(kind) ? kind : 'number', builder } : { cell, name, numeric: false, kind: isNumberKind(kind) ? 'text' : kind, builder }];
    });
    this.expected = layout.fields.length;
    this.starts = new Int32Array(this.expected + 1);
    this.ends = new Int32Array(this.expected + 1);
  }

  parse(bytes: Uint8Array, start: number, end: number): Outcome {
    const { expected } = this;
    const count = cutCells(bytes, start, end, this.layout, this.starts, this.ends);
    if (count < expected) {
      this.context.report('column-count', `${count} instead of ${expected}`);
      return DAMAGED;
    }
    if (count > expected && !this.toldExtra) {
      this.toldExtra = true;
      this.context.report('extra-columns', `${count} instead of ${expected}`);
    }
    const { row } = this.context.table;
    for (const column of this.columns) this.put(column, row, bytes, this.starts[column.cell], this.ends[column.cell]);
    return ROW;
  }

  private put(column: Column, row: number, bytes: Uint8Array, start: number, end: number): void {
    const { unset, empty } = this.layout;
    if (end === start) {
      if (!column.numeric && empty !== undefined && empty.length === 0) column.builder.set(row, bytes, start, end);
      return;
    }
    if (end - start === unset.length && equals(bytes, start, unset)) return;
    if (!column.numeric) {
      if (empty !== undefined && end - start === empty.length && equals(bytes, start, empty)) column.builder.set(row, bytes, start, start);
      else putText(column.kind, column.builder, row, bytes, start, end);
      return;
    }
    const value = numeric(column.kind, bytes, start, end);
    if (value === value) column.builder.set(row, value);
    else this.putHard(column.kind, column.name, column.builder, row, bytes, start, end);
  }

  /** A cell that is no number as it stands: one with blanks around it, or a bad one. */
  private putHard(kind: NumberKind, name: string, builder: NumberBuilder, row: number, bytes: Uint8Array, start: number, end: number): void {
    const { start: from, end: to } = trim(bytes, start, end);
    if (from === to) return;
    const value = to - from < end - start ? numeric(kind, bytes, from, to) : NaN;
    if (value === value) builder.set(row, value);
    else this.context.reportValue(problemOf(kind, bytes, from, to), name, bytes, from, to);
  }

  /** Whether a cell of the line that was parsed last has this text. */
  cellIs(cell: number, bytes: Uint8Array, text: Uint8Array): boolean {
    return this.ends[cell] - this.starts[cell] === text.length && equals(bytes, this.starts[cell], text);
  }
}

function isNumberKind(kind: CellKind): kind is NumberKind {
  return NUMBER_KINDS.has(kind);
}

function numeric(kind: NumberKind, bytes: Uint8Array, start: number, end: number): number {
  switch (kind) {
    case 'number':
      return parseNumber(bytes, start, end);
    case 'time':
      return parseTime(bytes, start, end);
    case 'port':
      return parsePort(bytes, start, end);
    case 'duration': {
      const seconds = parseNumber(bytes, start, end);
      return Math.abs(seconds) < WRAPPED_SECONDS ? seconds : NaN;
    }
    case 'timeOrMilliseconds': {
      const time = parseTime(bytes, start, end);
      return time > LAST_SECONDS ? time / 1000 : time;
    }
    case 'microseconds':
      return parseNumber(bytes, start, end) / 1e6;
  }
}

function problemOf(kind: NumberKind, bytes: Uint8Array, start: number, end: number): ProblemCode {
  if (kind === 'duration' && Math.abs(parseNumber(bytes, start, end)) >= WRAPPED_SECONDS) return 'wrapped-duration';
  return kind === 'time' || kind === 'timeOrMilliseconds' || kind === 'microseconds' ? 'bad-time' : 'bad-number';
}

function putText(kind: TextKind, builder: TextBuilder, row: number, bytes: Uint8Array, start: number, end: number): void {
  switch (kind) {
    case 'escaped': {
      const plain = unescapeZeek(bytes, start, end);
      if (plain === undefined) builder.set(row, bytes, start, end);
      else builder.set(row, plain, 0, plain.length);
      return;
    }
    case 'trimmed': {
      const { start: from, end: to } = trim(bytes, start, end);
      if (to > from) builder.set(row, bytes, from, to);
      return;
    }
    case 'ipv4Number': {
      const value = parseNumber(bytes, start, end);
      if (!(Number.isInteger(value) && value >= 0 && value < 2 ** 32)) builder.set(row, bytes, start, end);
      else builder.codes[row] = builder.dictionary.internText([24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.'));
      return;
    }
    case 'text':
      builder.set(row, bytes, start, end);
  }
}

/** Cuts a line for hover and colours; a line that does not fit the layout gives what there is. */
export function splitCells(layout: DelimitedLayout, line: Uint8Array): readonly FieldRange[] {
  const starts = new Int32Array(layout.fields.length + 1);
  const ends = new Int32Array(layout.fields.length + 1);
  const count = Math.min(cutCells(line, 0, line.length, layout, starts, ends), layout.fields.length);
  return Array.from({ length: count }, (_, field) => ({ field, start: starts[field], end: ends[field] }));
}

/**
 * Fills in where the cells of a line start and end, as far as the arrays reach, and returns how many there are.
 * O(end - start).
 */
function cutCells(bytes: Uint8Array, start: number, end: number, layout: DelimitedLayout, starts: Int32Array, ends: Int32Array): number {
  const { separator } = layout;
  const room = starts.length;
  let count = 0;
  let from = start;
  for (let i = start; i < end; i++) {
    if (bytes[i] !== separator) continue;
    if (count < room) {
      starts[count] = from;
      ends[count] = i;
    }
    count++;
    from = i + 1;
  }
  if (count < room) {
    starts[count] = from;
    ends[count] = end;
  }
  count++;
  return layout.joined === 1 ? count : cutJoined(bytes, count, layout, starts, ends);
}

/** Cuts the last cell at runs of three spaces into as many fields as it should hold; more go to the last one. */
function cutJoined(bytes: Uint8Array, count: number, layout: DelimitedLayout, starts: Int32Array, ends: Int32Array): number {
  const first = layout.fields.length - layout.joined;
  if (count !== first + 1) return count;
  const end = ends[first];
  let field = first;
  let from = starts[first];
  for (let i = from; i + 2 < end && field < layout.fields.length - 1; i++) {
    if (bytes[i] !== BLANK || bytes[i + 1] !== BLANK || bytes[i + 2] !== BLANK) continue;
    starts[field] = from;
    ends[field] = i;
    field++;
    from = i + 3;
    i += 2;
  }
  starts[field] = from;
  ends[field] = end;
  return field + 1;
}

function trim(bytes: Uint8Array, start: number, end: number): { start: number; end: number } {
  while (start < end && bytes[start] === BLANK) start++;
  while (end > start && bytes[end - 1] === BLANK) end--;
  return { start, end };
}

/** Whether the bytes from `start` on are these. */
export function equals(bytes: Uint8Array, start: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}
