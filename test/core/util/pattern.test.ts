import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { compilePattern, type Pattern } from '../../../server/core/util/pattern';

function pattern(source: string): Pattern {
  const made = compilePattern(source);
  if ('fault' in made) throw new Error(`${source}: ${made.fault}`);
  return made;
}

describe('patterns of users', () => {
  const atom = fc.oneof(fc.constantFrom('a', 'b', 'A', '.', '[ab]', '[^a]', '\\d', '\\w', '\\.', '\\u0061', '-', '1'));
  const source: fc.Arbitrary<string> = fc.letrec<{ s: string }>((tie) => ({
    s: fc.oneof({ maxDepth: 4 }, atom, fc.tuple(tie('s'), tie('s')).map(([x, y]) => x + y), fc.tuple(tie('s'), tie('s')).map(([x, y]) => `(${x}|${y})`), fc.tuple(tie('s'), fc.constantFrom('*', '+', '?', '{0,2}')).map(([x, q]) => `(?:${x})${q}`)),
  })).s;

  it('mean what they mean to JavaScript', () => {
    fc.assert(fc.property(source, fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', '.', '-'), maxLength: 6 }), (text, value) => {
      assert.equal(pattern(text).fits(value), new RegExp(`^(?:${text})$`, 'iu').test(value), `${text} on ${value}`);
      assert.equal(pattern(text).fitsPart(value), new RegExp(text, 'iu').test(value), `${text} in ${value}`);
    }), { numRuns: 2000 });
  });

  it('fit whole values, in any case', () => {
    assert.deepEqual(['Benign', 'BENIGN', 'benign ', 'x'].map(pattern('benign|x').fits), [true, true, false, true]);
    assert.deepEqual(['ß', 'é', '\u{1f600}', 'ab\n'].map(pattern('.|[\\u00c9]').fits), [true, true, true, false]);
  });

  it('that are not supported are told, with what to write instead', () => {
    for (const [text, told] of [
      ['(?!Benign).*', /looks ahead or behind.*write out what fits/], ['(?<=a)b', /looks ahead or behind/], ['(a)\\1', /refers back/], ['(?<n>a)\\k<n>', /refers back/], ['(', /no regular expression \(missing closing \)\)/], ['[z-a]', /no regular expression/],
      ['a'.repeat(1001), /longer than 1000/], ['a{2000}', /more than 1,000 times/], ['(a{500}b){2}{2}', /regular expression|times|too much/], ['.{900}.{900}.{900}', /repeats too much/], ['('.repeat(500) + ')'.repeat(500), /./],
    ] as const) {
      const made = compilePattern(text);
      if (text.startsWith('((')) continue; // Either is right: it only must not throw.
      assert.ok('fault' in made, text);
      assert.match(made.fault, told);
    }
  });

  it('never take long, whatever they are and whatever the value', () => {
    const value = 'a'.repeat(64 << 10);
    const started = performance.now();
    for (const text of ['(a+)+|Benign', '(a|a)*b', '(a*)*b', '(.*a){20}', 'a*a*a*a*a*a*a*a*b', '(x+x+)+y', '(a?){300}a{300}', '^(([a-z])+.)+[A-Z]([a-z])+$']) {
      assert.equal(typeof pattern(text).fits(value), 'boolean');
      assert.equal(typeof pattern(text).fitsPart(`${value}!`), 'boolean');
    }
    assert.ok(performance.now() - started < 10_000);
  });

  it('never throw', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'ab()[]{}*+?|^$.\\-,<>=!:019kpPQE#&~\u{1f600}\ud800\u0000'), maxLength: 30 }), fc.string({ unit: 'binary', maxLength: 10 }), (text, value) => {
      const made = compilePattern(text);
      if (!('fault' in made)) assert.equal(typeof made.fits(value), 'boolean');
      else assert.ok(made.fault.length < 1500);
    }), { numRuns: 5000 });
  });
});
