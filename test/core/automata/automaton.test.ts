import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Automaton } from '../../../server/core/automata/automaton';
import { toDot } from '../../../server/core/automata/dot';
import { fromFlexfringeJson, toFlexfringeJson } from '../../../server/core/automata/flexfringeJson';
import { learn } from '../../../server/core/automata/learner';
import { defaultLearnSettings } from '../../../server/core/automata/settings';
import { tracesOf } from '../../../server/core/automata/traces';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import { someSettings, someTraces } from './arbitrary';
import type { AutomatonArrays } from '../../../server/core/automata/automaton';

const small = learn(tracesOf([['a', 'b', 'a'], ['a', 'b', 'b'], ['b', 'a'], ['a', 'a', 'b', 'b'], ['b'], ['a', 'b', 'a']]), { ...defaultLearnSettings, sinks: true, sinkCount: 10, mergeRoot: false });

describe('an automaton', () => {
  it('steps along its transitions, and nowhere else', () => {
    const huge = new Array<string>(5_000_000);
    fc.assert(fc.property(someTraces, someSettings, (traces, settings) => {
      const automaton = learn(traces, settings);
      const { arrays: a } = automaton;
      // The same automaton with an alphabet that is too large for the full table looks entries up by search.
      const wide = new Automaton(huge, automaton.typeNames, a);
      for (let q = 0; q < automaton.stateCount; q++) {
        const targets = new Map(Array.from(a.entrySymbol.subarray(a.entryStart[q], a.entryStart[q + 1]), (symbol, i) => [symbol, a.entryTarget[a.entryStart[q] + i]]));
        for (let symbol = 0; symbol <= automaton.alphabet.length; symbol++) {
          assert.equal(automaton.step(q, symbol), targets.get(symbol) ?? -1);
          assert.equal(wide.step(q, symbol), automaton.step(q, symbol));
          assert.equal(wide.entry(q, symbol), automaton.entry(q, symbol));
        }
      }
    }), { numRuns: 50 });
  });

  it('survives being written as arrays and as FlexFringe\'s JSON', () => {
    fc.assert(fc.property(someTraces, someSettings, (traces, settings) => {
      const automaton = learn(traces, settings);
      assert.deepEqual(Automaton.fromArrays(automaton.alphabet, automaton.typeNames, automaton.toArrays(), automaton.data), automaton);
      const { automaton: read, problems } = fromFlexfringeJson(JSON.stringify(toFlexfringeJson(automaton)));
      assert.deepEqual(problems, []);
      // The format has no type for the root's empty prefix.
      const prefixType = automaton.arrays.prefixType.map((type, q) => (q === 0 ? read!.arrays.prefixType[0] : type));
      assert.deepEqual(read?.arrays, { ...automaton.arrays, prefixType });
      assert.deepEqual([read?.alphabet, read?.typeNames], [automaton.alphabet, automaton.typeNames]);
    }), { numRuns: 60 });
  });

  it('is refused when its arrays do not fit each other', () => {
    const { arrays } = small;
    const damages: { [key in keyof AutomatonArrays]?: (array: AutomatonArrays[key]) => AutomatonArrays[key] } = {
      entryStart: (array) => array.slice(1), entrySymbol: (array) => array.map((symbol) => symbol + 9), entryTarget: (array) => array.map(() => 1000), entryCount: (array) => array.slice(1),
      size: () => new Int32Array(0), passed: (array) => array.slice(1), source: (array) => array.map(() => -2), incoming: (array) => array.map(() => 7), flags: (array) => array.slice(1),
      number: (array) => array.slice(1), prefixStart: (array) => array.map((at) => at + 1), prefixSymbols: (array) => array.map(() => 7), prefixType: (array) => array.map(() => 3), passedByType: (array) => array.slice(1),
    };
    assert.ok(Automaton.fromArrays(small.alphabet, small.typeNames, arrays));
    for (const [name, damage] of Object.entries(damages)) {
      const damaged = { ...arrays, [name]: (damage as (array: unknown) => unknown)(arrays[name as keyof AutomatonArrays]) };
      assert.equal(Automaton.fromArrays(small.alphabet, small.typeNames, damaged), undefined, name);
    }
    assert.equal(Automaton.fromArrays(small.alphabet, small.typeNames, { ...arrays, entrySymbol: arrays.entrySymbol.map(() => 0) }), undefined, 'symbols that do not ascend');
  });

  it('is read from any damaged JSON without an exception', () => {
    const rng = mulberry32(5);
    const good = JSON.stringify(toFlexfringeJson(small));
    for (let round = 0; round < 10_000; round++) {
      const text = good.split('');
      for (let change = randomBelow(rng, 4); change >= 0; change--) text.splice(randomBelow(rng, text.length), randomBelow(rng, 2), '{}[]",:0123456789-null'[randomBelow(rng, 22)]);
      const { automaton, problems } = fromFlexfringeJson(text.join(''));
      if (!automaton) assert.ok(problems.length > 0);
      else assert.ok(Automaton.fromArrays(automaton.alphabet, automaton.typeNames, automaton.arrays));
    }
  });

  const notAutomata = ['', '{', 'null', '[]', '{}', '{"types":[],"alphabet":[],"nodes":[],"edges":[]}', '{"types":[],"alphabet":[],"nodes":[null],"edges":[]}', '{"types":[],"alphabet":[],"nodes":[{"id":0}],"edges":[]}'];
  for (const text of notAutomata) it(`is not read from ${text || 'nothing'}`, () => assert.deepEqual(fromFlexfringeJson(text).problems.map((problem) => problem.code), ['not-an-automaton']));

  it('leaves out states that cannot be reached, and says so', () => {
    const json = toFlexfringeJson(small);
    const { automaton, problems } = fromFlexfringeJson(JSON.stringify({ ...json, edges: json.edges.slice(1) }));
    assert.equal(automaton?.stateCount, small.stateCount - 1);
    assert.deepEqual(problems.map((problem) => problem.code), ['unreachable-states']);
  });

  it('is drawn in DOT with parallel transitions as one edge and candidates dotted', () => {
    assert.equal(toDot(small), [
      'digraph DFA {', '  I [label="root" shape=box];', '  I -> 0;',
      '  0 [label="0 #6\\npath: 6 fin: 0"];', '  0 -> 1 [label="a 4"];', '  0 -> 2 [label="b 2"];',
      '  1 [label="1 #4\\npath: 4 fin: 0", style=dotted];', '  2 [label="2 #2\\npath: 1 fin: 1", style=dotted];', '}', '',
    ].join('\n'));
    const parallel = learn(tracesOf(Array.from({ length: 60 }, (_, i) => ['a"b', 'c'].slice(i % 2).concat('a"b', 'c', 'c'))), { ...defaultLearnSettings, confidence: 0 });
    assert.match(toDot(parallel), /0 -> 0 \[label="a\\"b \d+\\nc \d+"\]/);
  });
});
