import * as assert from 'node:assert/strict';
import { globMatcher } from '../../../server/core/util/glob';
import { randomBelow } from '../../../server/core/util/rng';
import type { Rng } from '../../../server/core/util/rng';
import type { FuzzTarget } from '../target';

const PIECES = ['*', '**', '?', '[', ']', '[a-z]', '[!a]', '[[:alpha:]]', '{', '}', '{a,b}', ',', '..', '{1..9}', '!', '(', ')', '@(', '|', '\\', '/', '**/', '/**', '.', 'a', 'b', 'ab', 'aaaa', '-', '^', ':', '"', '\0', '\ud800', '\u{1f600}', 'é', ' ', '\n'];
const NAMES = ['a', 'aa', 'b', 'ab', '/', 'aaaaaaaaaaaaaaaa', '.', '*', '[', '\ud800', 'é', '-'];
/** Far above what a glob takes, and far below what going back takes. */
const LIMIT_MILLISECONDS = 1000;

const text = (rng: Rng, pieces: readonly string[], most: number): string => {
  let made = '';
  const few = 1 + randomBelow(rng, pieces.length);
  for (let n = randomBelow(rng, most); n > 0; n--) made += pieces[randomBelow(rng, rng() < 0.5 ? few : pieces.length)];
  return rng() < 0.2 ? made.repeat(1 + randomBelow(rng, 40)) : made;
};

/** Any texts are globs or are told to be none, at once; each glob is tried on the names, and fits itself. Lines: how many globs, globs, names. */
export const globs: FuzzTarget = {
  name: 'globs',
  runs: 5000,
  make(rng) {
    const made = Array.from({ length: 1 + randomBelow(rng, 4) }, () => text(rng, PIECES, 24));
    const names = Array.from({ length: 1 + randomBelow(rng, 3) }, () => text(rng, NAMES, 200));
    return new TextEncoder().encode(JSON.stringify({ globs: made, names }));
  },
  check(input) {
    const [all, names] = textsOf(input);
    const started = performance.now();
    for (const ignoreCase of [false, true]) {
      const together = globMatcher(all, { ignoreCase });
      if ('fault' in together) {
        assert.ok(together.fault.length < 600, 'a fault is short');
        assert.ok(all.some((glob) => 'fault' in globMatcher([glob], { ignoreCase })) || /together|there are/.test(together.fault), 'one of them is to blame');
        continue;
      }
      const each = all.map((glob) => {
        const matches = globMatcher([glob], { ignoreCase });
        assert.ok(!('fault' in matches));
        assert.ok(glob.startsWith('!') || matches(glob), 'a glob fits itself');
        return matches;
      });
      for (const name of names) assert.equal(together(name), each.some((matches) => matches(name)), 'together is as one by one');
    }
    assert.ok(performance.now() - started < LIMIT_MILLISECONDS, 'it takes long');
  },
};

/** Damaged inputs are globs too. */
function textsOf(input: Uint8Array): readonly [string[], string[]] {
  const decoded = new TextDecoder().decode(input);
  try {
    const { globs: all, names } = JSON.parse(decoded) as { globs: string[]; names: string[] };
    if ([...all, ...names].every((one) => typeof one === 'string')) return [all, names];
  } catch {
    // Not ours: taken as it is.
  }
  return [[decoded], [decoded]];
}
