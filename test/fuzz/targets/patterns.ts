import * as assert from 'node:assert/strict';
import { compilePattern } from '../../../server/core/util/pattern';
import { randomBelow } from '../../../server/core/util/rng';
import type { FuzzTarget } from '../target';

const PIECES = ['a', 'b', '.', '*', '+', '?', '(', ')', '(?:', '(a+)+', '(a|a)*', '|', '[', ']', '[^a]', '{2}', '{0,500}', '{,}', '\\d', '\\w', '\\b', '\\1', '\\k<n>', '(?<n>', '(?=', '(?!', '(?<=', '\\p{L}', '\\u0041', '\\x41', '^', '$', '\\', '\\Q', '(?i)', 'é', '\ud800', '\u{1f600}', '\n', '-', '/'];
const VALUES = ['', 'a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', 'a'.repeat(2000), 'ab'.repeat(500), 'é\ud800\u{1f600}', 'Benign'];
const LIMIT_MILLISECONDS = 1500;

/** Any text is a pattern or is told to be none, and is tried on values at once. */
export const patterns: FuzzTarget = {
  name: 'patterns',
  runs: 5000,
  make(rng) {
    let made = '';
    for (let n = randomBelow(rng, 16); n > 0; n--) made += PIECES[randomBelow(rng, PIECES.length)];
    return new TextEncoder().encode(rng() < 0.1 ? made.repeat(1 + randomBelow(rng, 30)) : made);
  },
  check(input) {
    const source = new TextDecoder().decode(input);
    const started = performance.now();
    const pattern = compilePattern(source);
    if ('fault' in pattern) assert.ok(pattern.fault.length > 0 && pattern.fault.length < 600);
    else for (const value of VALUES) assert.ok(!pattern.fits(value) || pattern.fitsPart(value), 'what fits whole fits in part');
    assert.ok(performance.now() - started < LIMIT_MILLISECONDS, 'it takes long');
  },
};
