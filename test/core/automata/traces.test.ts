import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readAbbadingo, writeAbbadingo } from '../../../server/core/automata/abbadingo';
import { tracesOf, translateTraces } from '../../../server/core/automata/traces';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import type { TraceSet } from '../../../server/core/automata/traces';

const names = fc.stringMatching(/^[a-z_0-9.-]{1,5}$/);
const lists = fc.array(fc.array(names, { maxLength: 6 }), { maxLength: 12 });
const listsOf = (traces: TraceSet): (string | undefined)[][] => Array.from(traces.types, (_, t) => Array.from(traces.symbols.subarray(traces.offsets[t], traces.offsets[t + 1]), (s) => traces.alphabet[s]));

describe('traces', () => {
  it('survive being written and read', () => {
    fc.assert(fc.property(lists, names, (list, type) => {
      const traces = tracesOf(list, list.map((_, t) => (t % 2 === 0 ? type : 'other')));
      const { traces: read, problems } = readAbbadingo(writeAbbadingo(traces));
      assert.deepEqual(read, traces);
      assert.deepEqual(problems, []);
    }));
  });

  it('keep their meaning in another alphabet, and lose what it lacks', () => {
    fc.assert(fc.property(lists, fc.uniqueArray(names, { maxLength: 5 }), (list, alphabet) => {
      const translated = translateTraces(tracesOf(list), alphabet);
      assert.deepEqual(listsOf(translated), list.map((trace) => trace.map((name) => (alphabet.includes(name) ? name : undefined))));
    }));
  });

  const cases: { name: string; text: string; lists: string[][]; codes: string[] }[] = [
    { name: 'empty traces', text: '2 1\n1 0\n1 1 a\n', lists: [[], ['a']], codes: [] },
    { name: 'CRLF and blank lines', text: '1 2\r\n\r\n1 2 a b\r\n', lists: [['a', 'b']], codes: [] },
    { name: 'attributes and data', text: '1:x=f 2\n1:3 2 a:1.0,51.0 b/data\n', lists: [['a', 'b']], codes: ['attributes-ignored'] },
    { name: 'a wrong length', text: '2 2\n1 3 a b\n1 1 a\n', lists: [['a']], codes: ['trace-length', 'trace-count'] },
    { name: 'a length that is no number', text: '1 1\n1 x a\n', lists: [], codes: ['trace-length', 'trace-count'] },
    { name: 'a line of one word', text: '1 1\n1\n', lists: [], codes: ['trace-length', 'trace-count'] },
    { name: 'no header', text: '1 2 a b\n1 1 a\n', lists: [['a']], codes: ['abbadingo-header'] },
    { name: 'nothing', text: '', lists: [], codes: ['abbadingo-header'] },
  ];
  for (const { name, text, lists: expected, codes } of cases) {
    it(`are read from Abbadingo text with ${name}`, () => {
      const { traces, problems } = readAbbadingo(text);
      assert.deepEqual(listsOf(traces), expected);
      assert.deepEqual(problems.map((problem) => problem.code), codes);
    });
  }

  it('are read from any damaged text without an exception and with whole traces only', () => {
    const rng = mulberry32(11);
    const good = writeAbbadingo(tracesOf(Array.from({ length: 20 }, (_, t) => Array.from({ length: t % 7 }, (_, i) => `s${(i * t) % 5}`))));
    for (let round = 0; round < 10_000; round++) {
      const text = good.split('');
      for (let change = randomBelow(rng, 6); change >= 0; change--) text.splice(randomBelow(rng, text.length), randomBelow(rng, 3), String.fromCharCode(randomBelow(rng, 128)));
      const { traces } = readAbbadingo(text.join(''));
      assert.equal(traces.offsets.length, traces.types.length + 1);
      assert.equal(traces.offsets[traces.types.length], traces.symbols.length);
      assert.ok(traces.symbols.every((symbol) => symbol < traces.alphabet.length) && traces.types.every((type) => type < traces.typeNames.length));
    }
  });
});
