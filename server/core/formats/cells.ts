import type { TextBuilder } from '../table/builder';
import { parseNumber, parsePort } from './numbers';
import type { ProblemCode } from './problems';
import { parseTime } from './times';
import { unescapeZeek } from './zeekEscapes';

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

const BLANK = 32;

const NUMBER_KINDS: ReadonlySet<CellKind> = new Set<NumberKind>(['number', 'port', 'time', 'timeOrMilliseconds', 'microseconds', 'duration']);

/** Later than this (the year 5138 in seconds) a time can only be in milliseconds. */
const LAST_SECONDS = 1e11;

/** Beyond this a duration in seconds can only be a wrapped 64 bit number of milliseconds. */
const WRAPPED_SECONDS = 1e15;

/** Whether cells of this kind become numbers. */
export function isNumberKind(kind: CellKind): kind is NumberKind {
  return NUMBER_KINDS.has(kind);
}

/** The number of a cell that is neither empty nor unset; NaN when it is none. */
export function numeric(kind: NumberKind, bytes: Uint8Array, start: number, end: number): number {
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

/** What is wrong with a cell that is no number of its kind. */
export function problemOf(kind: NumberKind, bytes: Uint8Array, start: number, end: number): ProblemCode {
  if (kind === 'duration' && Math.abs(parseNumber(bytes, start, end)) >= WRAPPED_SECONDS) return 'wrapped-duration';
  return kind === 'time' || kind === 'timeOrMilliseconds' || kind === 'microseconds' ? 'bad-time' : 'bad-number';
}

/** Puts a text that is neither empty nor unset into the table. */
export function putText(kind: TextKind, builder: TextBuilder, row: number, bytes: Uint8Array, start: number, end: number): void {
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

/** The range without the blanks around it. */
export function trim(bytes: Uint8Array, start: number, end: number): { start: number; end: number } {
  while (start < end && bytes[start] === BLANK) start++;
  while (end > start && bytes[end - 1] === BLANK) end--;
  return { start, end };
}

/** Whether the bytes from `start` on are these. */
export function equals(bytes: Uint8Array, start: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}
