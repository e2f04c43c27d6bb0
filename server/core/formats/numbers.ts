import { decodeUtf8 } from '../util/utf8';

const ZERO = 48;
const NINE = 57;
const DOT = 46;
const PLUS = 43;
const MINUS = 45;

/** 10^0 to 10^22: the powers of ten that a double holds exactly. */
export const POWERS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/** Below this every whole number is a double, so one division by an exact power of ten rounds correctly (Clinger 1990). */
export const EXACT = Number.MAX_SAFE_INTEGER;

/**
 * The decimal number in `bytes[start, end)`, equal bit for bit to `Number(text)`; NaN when it is none.
 * Grammar: sign? digits with at most one dot, exponent?. Unlike `Number`, neither blanks, hexadecimal, `Infinity` nor
 * the empty text are numbers, and what overflows a double is none either.
 * Makes no string unless the number has more than 15 to 16 digits or an exponent. O(end - start).
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  const first = bytes[i];
  const signed = first === MINUS || first === PLUS;
  if (signed) i++;
  let mantissa = 0;
  let digits = 0;
  let fraction = -1;
  for (; i < end; i++) {
    const c = bytes[i];
    if (c >= ZERO && c <= NINE) {
      mantissa = mantissa * 10 + (c - ZERO);
      digits++;
    } else if (c === DOT && fraction < 0) fraction = digits;
    else return parseHard(bytes, start, end);
  }
  if (digits === 0 || end <= start) return NaN;
  const scale = fraction < 0 ? 0 : digits - fraction;
  if (mantissa > EXACT || scale > 22) return parseHard(bytes, start, end);
  const value = scale === 0 ? mantissa : mantissa / POWERS[scale];
  return signed && first === MINUS ? -value : value;
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Longer than any number a log writes; keeps damaged lines from becoming huge strings. */
const LONGEST = 400;

function parseHard(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > LONGEST) return NaN;
  const text = decodeUtf8(bytes, start, end);
  if (!DECIMAL.test(text)) return NaN;
  const value = Number(text);
  return Number.isFinite(value) ? value : NaN;
}

/**
 * A whole number written in decimal or, with the prefix `0x`, in hexadecimal (ICMP types in the port columns of Argus);
 * NaN when it is neither.
 */
export function parsePort(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 3 || bytes[start] !== ZERO || (bytes[start + 1] | 0x20) !== 0x78) return parseNumber(bytes, start, end);
  if (end - start > 2 + 12) return NaN;
  let value = 0;
  for (let i = start + 2; i < end; i++) {
    const digit = hexDigit(bytes[i]);
    if (digit < 0) return NaN;
    value = value * 16 + digit;
  }
  return value;
}

/** Value of a hexadecimal digit's byte, -1 for any other byte. */
export function hexDigit(byte: number): number {
  if (byte >= ZERO && byte <= NINE) return byte - ZERO;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
