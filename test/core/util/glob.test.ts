import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import picomatch from 'picomatch';
import { globMatcher } from '../../../server/core/util/glob';

function matcher(globs: readonly string[], ignoreCase = false): (path: string) => boolean {
  const made = globMatcher(globs, { ignoreCase });
  if ('fault' in made) throw new Error(made.fault);
  return made;
}

const letter = fc.constantFrom('a', 'b', '.', '-');
const name = fc.string({ unit: letter, minLength: 1, maxLength: 5 }).filter((text) => !/^\.{1,2}$/.test(text));
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const set = fc.constantFrom('[ab]', '[a-b]', '[^a]', '[^a-b]', '[b.]');
const piece = fc.oneof({ weight: 4, arbitrary: letter }, { weight: 3, arbitrary: fc.constant('*') }, fc.constant('?'), set, fc.constant('\\a'));
const inBraces = fc.oneof(letter, fc.constantFrom('*', '?', 'a*', '*b', 'ab', 'a/b', '', '*/a', '{a,b}'));

/** A glob, and the same as several without braces. */
interface Written { readonly text: string; readonly ways: readonly string[] }

const plain = (text: string): Written => ({ text, ways: [text] });
const joined = (parts: readonly Written[], by: string): Written => ({
  text: parts.map(({ text }) => text).join(by),
  ways: parts.reduce<string[]>((ways, part, i) => ways.flatMap((way) => part.ways.map((next) => (i === 0 ? next : way + by + next))), ['']),
});
const braces = fc.array(inBraces, { minLength: 2, maxLength: 3 }).map((texts): Written => ({ text: `{${texts.join(',')}}`, ways: texts.flatMap((text) => (text === '{a,b}' ? ['a', 'b'] : [text])) }));
const globName = fc.array(fc.oneof({ weight: 6, arbitrary: piece.map(plain) }, { weight: 1, arbitrary: braces }), { minLength: 1, maxLength: 4 }).map((parts) => joined(parts, ''))
  // Two stars that meet are another thing than two that were written.
  .filter(({ text, ways }) => !text.includes('**') && !ways.some((way) => way.includes('**')));
const globPart = fc.oneof({ weight: 3, arbitrary: globName }, fc.constant(plain('**')));
const glob = fc.tuple(fc.constantFrom('', '', '', '!', './'), fc.array(globPart, { minLength: 1, maxLength: 4 }))
  .map(([before, parts]) => ({ before, written: joined(parts, '/') }))
  .filter(({ written: { ways } }) => ways.every((way) => !/^$|^\/|\/\/|\/$|(^|\/)\.{1,2}(\/|$)/.test(way)) && ways.length <= 50)
  .map(({ before, written: { text, ways } }): Written => ({ text: before + text, ways: ways.map((way) => before + way) }));

/** The oracle. It has its own way with stars next to braces, so they are written out for it. */
function fitsAsInPicomatch({ text, ways }: Written, at: string): boolean {
  const fits = (way: string) => picomatch(way, { dot: true, fastpaths: false })(at);
  return text.startsWith('!') ? ways.every(fits) : ways.some(fits);
}

describe('globs', () => {
  it('mean what picomatch takes them for', () => {
    fc.assert(fc.property(glob, path, (written, at) => {
      assert.equal(matcher([written.text])(at), fitsAsInPicomatch(written, at), `${written.text} on ${at}`);
    }), { numRuns: 5_000 });
  });

  it('of which one fits are enough, in any case where it does not matter', () => {
    fc.assert(fc.property(fc.array(glob, { maxLength: 3 }), path, (globs, at) => {
      const expected = globs.some((written) => fitsAsInPicomatch(written, at));
      assert.equal(matcher(globs.map(({ text }) => text))(at), expected);
      assert.equal(matcher(globs.map(({ text }) => text.toUpperCase()), true)(at.toUpperCase()), expected);
    }), { numRuns: 500 });
  });

  it('take a folder with its slash or without', () => {
    for (const [text, at, expected] of [['a/', 'a/', true], ['a/', 'a', false], ['a', 'a/', true], ['*/', 'a/', true], ['**/b', 'a/b/', true], ['a/**', 'a/', true], ['!a', 'a/', false], ['!a/', 'b/', true]] as const) {
      assert.equal(matcher([text])(at), expected, `${text} on ${at}`);
    }
  });

  it('hold sets, and texts that only look like globs', () => {
    for (const [text, at, expected] of [
      ['[!a]', 'b', true], ['[!a]', 'a', false], ['[]a]', ']', true], ['[[:digit:]]x', '7x', true], ['[a', '[a', true], ['a{b', 'a{b', true], ['{a}', '{a}', true], ['{1..3}', '2', true], ['copy (2).csv', 'copy (2).csv', true],
      ['a\\*', 'a*', true], ['a\\*', 'ab', false], ['a\\', 'a\\', true], ['\\!a', '!a', true], ['day[1].csv', 'day[1].csv', true], ['*{,b}*', 'a/b', false], ['{**/a,b}', 'a', true], ['a|b', 'a', false], ['$^', '$^', true],
    ] as const) assert.equal(matcher([text])(at), expected, `${text} on ${at}`);
  });

  it('that are none are told, with what to write instead', () => {
    for (const [text, told] of [
      ['!(a)', /!\(\.\.\.\), which is not supported: write \{a,b\}/], ['x+(a)', /not supported/], ['(a|b)', /write \{a,b\}/], ['[z-a]', /wrong way round: write a-z/], ['{1..10}', /write the others out/], ['', /empty: write \*\*/],
      ['{a,b}'.repeat(30), /too many names: write several globs/], ['*'.repeat(1025), /longer than 1024/], ['{a,'.repeat(9) + '}'.repeat(9), /braces in more than 8/],
    ] as const) {
      const made = globMatcher(['ok', text]);
      assert.ok('fault' in made, text);
      assert.match(made.fault, told);
      assert.ok(made.fault.length < 300);
    }
    assert.ok('fault' in globMatcher(Array.from({ length: 2000 }, (_, i) => `*a${i}*b*`)));
    assert.ok('fault' in globMatcher(Array.from({ length: 20_000 }, (_, i) => `${i}`)));
  });

  it('never take long, whatever they are and whatever the name', () => {
    const started = performance.now();
    for (const [text, at] of [
      ['*a*a*a*a*a*a*a*a*a*a*a*a!', 'a'.repeat(4000)], ['*a'.repeat(400) + 'b', 'a'.repeat(4000)], ['*?a'.repeat(300) + 'b', 'a'.repeat(4000)], ['**/a/'.repeat(200) + 'b', 'a/'.repeat(2000) + 'c'], ['**/*a/'.repeat(150) + 'b', 'aaaa/'.repeat(800) + 'c'],
      ['{a,aa,*a}'.repeat(6) + 'b', 'a'.repeat(4000)], ['**'.repeat(500), 'a/'.repeat(2000)], ['[!b]*'.repeat(180) + 'b', 'a'.repeat(4000)], ['!' + '*a'.repeat(400) + 'b', 'a'.repeat(4000)],
    ]) {
      const made = globMatcher([text]);
      if (!('fault' in made)) made(at);
    }
    assert.ok(performance.now() - started < 2000);
  });

  it('are quick where there are many files', () => {
    const files = Array.from({ length: 20_000 }, (_, i) => `day${i % 30}/site-${i % 97}/conn.${i}.log.gz`);
    const fits = matcher(['**/*.csv', 'day31/**', '**/node_modules/**', '*.csv', '**/conn.*.log', '{a,b,c}/*.log', '**/[0-9]*.log', '.git', 'site-?/**/x', '**/.cache/**']);
    const started = performance.now();
    assert.equal(files.filter(fits).length, 0);
    assert.ok(performance.now() - started < 1000);
  });
});
