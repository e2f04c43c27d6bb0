import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { difference } from '../../../server/core/automata/difference';
import { learn } from '../../../server/core/automata/learner';
import { minimise } from '../../../server/core/automata/minimise';
import { defaultLearnSettings } from '../../../server/core/automata/settings';
import { tracesOf } from '../../../server/core/automata/traces';
import { someSettings, someTraces } from './arbitrary';
import type { Automaton } from '../../../server/core/automata/automaton';

/** Whether an automaton has transitions for a whole word of names, and the shares of its symbols along the way. */
function walk(automaton: Automaton, word: readonly string[]): string | undefined {
  let q = 0;
  const shares: string[] = [];
  for (const name of word) {
    const { arrays: a } = automaton;
    const symbol = automaton.alphabet.indexOf(name);
    const e = symbol < 0 ? -1 : automaton.entry(q, symbol);
    if (e < 0 || a.entryTarget[e] < 0) return undefined;
    let total = a.ended[q];
    for (let i = a.entryStart[q]; i < a.entryStart[q + 1]; i++) total += a.entryCount[i];
    shares.push((a.entryCount[e] / total).toFixed(9));
    q = a.entryTarget[e];
  }
  return shares.join(' ');
}

const words = fc.array(fc.array(fc.constantFrom('s0', 's1', 's2', 's3'), { maxLength: 6 }), { minLength: 30, maxLength: 30 });

describe('two automata', () => {
  it('are told apart by a word that only one of them has transitions for, or by none', () => {
    fc.assert(fc.property(someTraces, someTraces, someSettings, words, (one, two, settings, list) => {
      const [a, b] = [learn(one, settings), learn(two, settings)];
      const { counterExample } = difference(a, b);
      if (counterExample) assert.equal((walk(a, counterExample) === undefined) !== (walk(b, counterExample) === undefined), true);
      else for (const word of list) assert.equal(walk(a, word) === undefined, walk(b, word) === undefined);
      if (counterExample) for (const word of list.filter((w) => w.length < counterExample.length)) assert.equal(walk(a, word) === undefined, walk(b, word) === undefined, 'no shorter word');
      assert.deepEqual(difference(b, a).counterExample?.length, counterExample?.length);
    }), { numRuns: 150 });
  });

  it('that are the same one differ in nothing', () => {
    fc.assert(fc.property(someTraces, someSettings, (traces, settings) => {
      const a = learn(traces, settings);
      const { counterExample, appeared, vanished, transitions } = difference(a, a, 1e-9);
      assert.deepEqual({ counterExample, appeared, vanished, transitions }, { counterExample: undefined, appeared: [], vanished: [], transitions: [] });
    }), { numRuns: 60 });
  });

  it('what appeared, vanished and changed is listed', () => {
    const whole = { ...defaultLearnSettings, confidence: 2 };
    const a = learn(tracesOf([['a', 'b'], ['a', 'b'], ['a', 'c'], ['d']]), whole);
    const b = learn(tracesOf([['a', 'b'], ['a', 'c'], ['a', 'c'], ['e']]), whole);
    const { counterExample, appeared, vanished, transitions } = difference(a, b);
    assert.deepEqual([counterExample, appeared.length, vanished.length], [['d'], 1, 1]);
    assert.deepEqual(transitions.map((t) => `${t.kind} ${t.symbol} ${t.probability.map((p) => p.toFixed(2)).join(' ')}`).sort(), ['appeared e 0.00 0.25', 'changed b 0.67 0.33', 'changed c 0.33 0.67', 'vanished d 0.25 0.00']);
  });
});

describe('minimising', () => {
  it('keeps words and their probabilities, and leaves no two states that do the same', () => {
    fc.assert(fc.property(someTraces, someSettings, words, (traces, settings, list) => {
      const automaton = learn(traces, settings);
      const small = minimise(automaton);
      for (const word of list) assert.equal(walk(small, word), walk(automaton, word));
      assert.ok(small.stateCount <= automaton.stateCount);
      assert.equal(minimise(small).stateCount, small.stateCount);
      assert.deepEqual(minimise(small).toArrays().entryTarget, small.toArrays().entryTarget);
      const shape = minimise(automaton, false);
      for (const word of list) assert.equal(walk(shape, word) === undefined, walk(automaton, word) === undefined);
      assert.ok(shape.stateCount <= small.stateCount);
    }), { numRuns: 100 });
  });

  it('finds the two states of a tree of alternating symbols', () => {
    const traces = tracesOf(Array.from({ length: 4 }, () => Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? 'a' : 'b'))));
    const tree = learn(traces, { ...defaultLearnSettings, confidence: 2 });
    assert.equal(tree.stateCount, 9);
    // Of the tree's states all but the last go on in the same way for a number of symbols that differs: nothing to merge by words.
    assert.equal(minimise(tree, false).stateCount, 9);
    const looped = learn(traces, { ...defaultLearnSettings, confidence: 0 });
    assert.ok(minimise(looped).stateCount <= looped.stateCount);
  });
});
