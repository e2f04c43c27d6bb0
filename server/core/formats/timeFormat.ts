import { decodeUtf8, encodeUtf8 } from '../util/utf8';
import { numeric } from './cells';
import { parseNumber } from './numbers';
import { parseDateTime } from './times';

/** Times that need no pattern: numbers of a unit since 1970 (`auto` tells seconds from milliseconds by their size, and reads ISO 8601). */
export const TIME_FORMATS = ['auto', 'seconds', 'milliseconds', 'microseconds'] as const;

/** Reads `bytes[start, end)` as seconds since 1970; NaN when it is no time. */
export type TimeReader = (bytes: Uint8Array, start: number, end: number) => number;

const BLANKS = '\\s+';

/** Longer than any time, and than any pattern of one. */
const LONGEST = 64;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** What the directives of strptime stand for; one or two digits where it takes both. */
const DIRECTIVES: Readonly<Record<string, string>> = {
  Y: '\\d{4}', m: '\\d{1,2}', d: '\\d{1,2}', H: '\\d{1,2}', I: '\\d{1,2}', M: '\\d{1,2}', S: '\\d{1,2}', f: '\\d{1,9}', p: '[aApP]\\.?[mM]\\.?', b: '[A-Za-z]{3}', z: '[zZ]|[+-]\\d\\d:?\\d\\d',
};

/** Whether this is one of `TIME_FORMATS`, or a pattern of strptime's directives (`%Y %m %b %d %H %I %M %S %f %p %z %%`) with a year, a month and a day. */
export function isTimeFormat(format: unknown): format is string {
  return typeof format === 'string' && ((TIME_FORMATS as readonly string[]).includes(format) || compile(format) !== undefined);
}

/** The reader of a format; a format that is none reads nothing. Times without zone are UTC. */
export function timeReader(format: string): TimeReader {
  switch (format) {
    case 'auto':
      return (bytes, start, end) => numeric('timeOrMilliseconds', bytes, start, end);
    case 'seconds':
      return parseNumber;
    case 'milliseconds':
      return (bytes, start, end) => parseNumber(bytes, start, end) / 1e3;
    case 'microseconds':
      return (bytes, start, end) => parseNumber(bytes, start, end) / 1e6;
    default:
      return patternReader(format);
  }
}

interface Compiled {
  readonly expression: RegExp;
  /** Directives in the order of the groups. */
  readonly letters: readonly string[];
}

function compile(pattern: string): Compiled | undefined {
  const letters: string[] = [];
  let source = '';
  if (pattern.length > LONGEST) return undefined;
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== '%') {
      // Blanks in a row are one: each of several could take any share of a run, which takes time without bounds.
      if (!/\s/.test(pattern[i])) source += pattern[i].replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
      else if (!source.endsWith(BLANKS)) source += BLANKS;
      continue;
    }
    const letter = pattern[++i] ?? '';
    if (letter === '%') source += '%';
    else if (!Object.hasOwn(DIRECTIVES, letter) || letters.includes(letter)) return undefined;
    else {
      letters.push(letter);
      source += `(${DIRECTIVES[letter]})`;
    }
  }
  const dated = letters.includes('Y') && letters.includes('d') && (letters.includes('m') || letters.includes('b'));
  return dated ? { expression: new RegExp(`^${source}$`), letters } : undefined;
}

function patternReader(pattern: string): TimeReader {
  const compiled = compile(pattern);
  if (compiled === undefined) return () => NaN;
  return (bytes, start, end) => {
    if (end - start > LONGEST) return NaN;
    const match = compiled.expression.exec(decodeUtf8(bytes, start, end));
    if (match === null) return NaN;
    const part = (letter: string, absent: string): string => (compiled.letters.includes(letter) ? match[compiled.letters.indexOf(letter) + 1] : absent);
    const month = compiled.letters.includes('m') ? part('m', '') : String(MONTHS.indexOf(part('b', '').toLowerCase()) + 1);
    let hour = part('H', part('I', '0'));
    if (compiled.letters.includes('p')) {
      if (Number(hour) < 1 || Number(hour) > 12) return NaN;
      hour = String((Number(hour) % 12) + (/^p/i.test(part('p', '')) ? 12 : 0));
    }
    const two = (text: string): string => text.padStart(2, '0');
    const fraction = compiled.letters.includes('f') ? `.${part('f', '0')}` : '';
    const text = encodeUtf8(`${part('Y', '')}-${two(month)}-${two(part('d', ''))}T${two(hour)}:${two(part('M', '0'))}:${two(part('S', '0'))}${fraction}${part('z', 'Z')}`);
    return parseDateTime(text, 0, text.length);
  };
}
