import { RE2JS } from 're2js';
import { shortened } from './visible';

/** A regular expression of a user, for whole values in any case. */
export interface Pattern {
  /** Whether the whole value fits. Linear in the value. */
  readonly fits: (value: string) => boolean;
  /** Whether a part of the value fits. Linear in the value. */
  readonly fitsPart: (value: string) => boolean;
}

/** UTF-16 units of a pattern at most. */
export const MAX_PATTERN = 1000;
/** Steps of a pattern at most, with counted repeats written out: what the time for one character can be in proportion to. */
const MAX_STEPS = 2000;

const REFERS_BACK = 'refers back to a group with \\1 or \\k<name>, which is not supported: write out what fits';

/** What JavaScript has and a pattern in linear time has not, and what to write instead. */
const NOT_SUPPORTED: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, 'looks ahead or behind with (?=...), (?!...), (?<=...) or (?<!...), which is not supported: write out what fits, such as Benign|Background'],
  [/\\[1-9]/, REFERS_BACK],
  [/invalid repeat count/, 'repeats something more than 1,000 times: write a shorter one, or * for any number'],
];

/**
 * Compiles a pattern by RE2, which takes time linear in the value whatever the pattern is, where JavaScript's own expressions can take
 * exponential time. Or says what is wrong with it, in half a sentence.
 */
export function compilePattern(source: string): Pattern | { readonly fault: string } {
  const fault = (told: string) => ({ fault: `"${shortened(source, 100)}" ${told}` });
  if (source.length > MAX_PATTERN) return fault(`is longer than ${MAX_PATTERN} characters: write a shorter one`);
  // Translated, this would be the letter k.
  if (/\\k</.test(source.replace(/\\\\/g, ''))) return fault(REFERS_BACK);
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(source), RE2JS.CASE_INSENSITIVE);
    if (compiled.programSize() > MAX_STEPS) return fault('repeats too much, such as (a{100}){10}: write * in place of large numbers');
    return { fits: (value) => compiled.testExact(value), fitsPart: (value) => compiled.test(value) };
  } catch (error) {
    const told = (error as Error).message.replace(/^error parsing regexp: /, '').replace(/: `.*$/s, '');
    const known = NOT_SUPPORTED.find(([sign]) => sign.test(told.startsWith('invalid repeat') ? told : source));
    return fault(known ? known[1] : `is no regular expression (${told})`);
  }
}
