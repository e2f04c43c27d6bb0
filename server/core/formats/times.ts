import { parseNumber } from './numbers';

const DASH = 45;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const BLANK = 32;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * A time in `bytes[start, end)` as seconds: a plain number is seconds already (since 1970, or since the start of the
 * capture: both are common in Zeek logs), everything else goes to `parseDateTime`. NaN when it is neither.
 */
export function parseTime(bytes: Uint8Array, start: number, end: number): number {
  const fifth = bytes[start + 4];
  return end - start >= 19 && (fifth === DASH || fifth === SLASH) ? parseDateTime(bytes, start, end) : parseNumber(bytes, start, end);
}

/**
 * Seconds since 1970 of a calendar time: `2018-11-28T04:50:48.848281Z`, `2018/05/10 10:52:47.283479`,
 * `2016-07-27 13:43:30`, with any number of fraction digits, and `Z`, `+02:00`, `+0200` or nothing behind, which is read
 * as UTC. NaN for anything else, days that do not exist included. A leap second counts as the second after it.
 * Correctly rounded up to microseconds, to the nearest double but one beyond.
 */
export function parseDateTime(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 19) return NaN;
  const dateSeparator = bytes[start + 4];
  const between = bytes[start + 10] | 0x20;
  if ((dateSeparator !== DASH && dateSeparator !== SLASH) || bytes[start + 7] !== dateSeparator) return NaN;
  if ((between !== 0x74 && between !== BLANK) || bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return NaN;
  const year = digits(bytes, start, 4);
  const month = digits(bytes, start + 5, 2);
  const day = digits(bytes, start + 8, 2);
  const hour = digits(bytes, start + 11, 2);
  const minute = digits(bytes, start + 14, 2);
  const second = digits(bytes, start + 17, 2);
  if (!(year >= 0 && day >= 1 && month >= 1 && month <= 12 && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60)) return NaN;
  if (day > MONTH_DAYS[month - 1] + (month === 2 && isLeap(year) ? 1 : 0)) return NaN;
  let i = start + 19;
  let fraction = 0;
  let scale = 1;
  if (i < end && bytes[i] === DOT) {
    const from = ++i;
    for (; i < end && bytes[i] >= 48 && bytes[i] <= 57; i++) {
      if (i - from >= 9) continue;
      fraction = fraction * 10 + bytes[i] - 48;
      scale *= 10;
    }
    if (i === from) return NaN;
  }
  const seconds = ((daysFromCivil(year, month, day) * 24 + hour) * 60 + minute) * 60 + second - zone(bytes, i, end);
  return scale <= 1e6 ? (seconds * scale + fraction) / scale : seconds + fraction / scale;
}

/** Seconds to subtract for the zone written in `bytes[start, end)`, NaN when that is no zone. */
function zone(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0 || (length === 1 && (bytes[start] | 0x20) === 0x7a)) return 0;
  const sign = bytes[start] === 43 ? 1 : bytes[start] === DASH ? -1 : NaN;
  const minutesAt = length === 6 && bytes[start + 3] === COLON ? start + 4 : length === 5 ? start + 3 : -1;
  if (minutesAt < 0) return NaN;
  return sign * (digits(bytes, start + 1, 2) * 3600 + digits(bytes, minutesAt, 2) * 60);
}

function digits(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i++) {
    const digit = bytes[i] - 48;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar, counted in eras of 400 years that start in March. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}
