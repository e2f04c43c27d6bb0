import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { learn } from '../../../server/core/automata/learner';
import { defaultReplaySettings, replay } from '../../../server/core/automata/replay';
import { translateTraces } from '../../../server/core/automata/traces';
import { someSettings, someTraces } from './arbitrary';
import type { Automaton } from '../../../server/core/automata/automaton';
import type { ReplaySettings } from '../../../server/core/automata/replay';

const someReplay: fc.Arbitrary<ReplaySettings> = fc.record({ correction: fc.constantFrom(1, 0.5, 2), reset: fc.boolean(), finalProbability: fc.boolean(), repeatAtRoot: fc.boolean() });

/** One trace, as the specification words it (state machine, section 7), with counts and transitions in maps. */
function slowReplay(automaton: Automaton, trace: readonly number[], settings: ReplaySettings): { states: number[]; scores: number[] } {
  const { arrays: a } = automaton;
  const c = settings.correction;
  const states: number[] = [];
  const scores: number[] = [];
  let q: number | undefined = 0;
  const steps: (number | 'end')[] = settings.finalProbability ? [...trace, 'end'] : [...trace];
  for (const symbol of steps) {
    if (q === undefined) break;
    const counts = new Map<number | 'end', number>();
    const targets = new Map<number | 'end', number>();
    for (let e = a.entryStart[q]; e < a.entryStart[q + 1]; e++) {
      counts.set(a.entrySymbol[e], a.entryCount[e]);
      if (a.entryTarget[e] >= 0) targets.set(a.entrySymbol[e], a.entryTarget[e]);
    }
    if (settings.finalProbability) counts.set('end', a.ended[q]);
    const sum = [...counts.values()].filter((count) => count > 0).reduce((total, count) => total + count + c, c);
    scores.push(Math.log(((counts.get(symbol) ?? 0) + c) / sum));
    if (symbol === 'end') {
      states.push(q);
      continue;
    }
    q = targets.get(symbol) ?? (settings.reset ? 0 : undefined);
    states.push(q === undefined ? -1 : q === 0 && settings.repeatAtRoot && states.length > 0 ? states[states.length - 1] : q);
  }
  return { states, scores };
}

describe('replay', () => {
  it('does what the specification words', () => {
    fc.assert(fc.property(someTraces, someTraces, someSettings, someReplay, (training, test, settings, replaySettings) => {
      const automaton = learn(training, settings);
      const traces = translateTraces(test, automaton.alphabet);
      const run = replay(automaton, traces, replaySettings);
      for (let t = 0; t < traces.types.length; t++) {
        const slow = slowReplay(automaton, [...traces.symbols.subarray(traces.offsets[t], traces.offsets[t + 1])], replaySettings);
        assert.deepEqual([...run.states.subarray(run.offsets[t], run.offsets[t + 1])], slow.states);
        run.scores.subarray(run.offsets[t], run.offsets[t + 1]).forEach((score, i) => assert.ok(Math.abs(score - slow.scores[i]) < 1e-12));
        assert.equal(run.offsets[t + 1] - run.offsets[t], slow.scores.length);
      }
    }), { numRuns: 150 });
  });

  it('gives probabilities: what a state can do, and one thing it never saw, sum to one', () => {
    fc.assert(fc.property(someTraces, someSettings, (training, settings) => {
      const automaton = learn(training, settings);
      const { arrays: a } = automaton;
      const traces = { ...training, symbols: Uint32Array.from([...automaton.alphabet.keys(), automaton.alphabet.length]), offsets: Uint32Array.from({ length: automaton.alphabet.length + 2 }, (_, t) => t), types: new Uint16Array(automaton.alphabet.length + 1) };
      const { scores } = replay(automaton, traces, defaultReplaySettings);
      const seen = new Set(a.entrySymbol.subarray(a.entryStart[0], a.entryStart[1]).filter((_, e) => a.entryCount[e] > 0));
      const sum = scores.reduce((total, score, symbol) => total + (seen.has(symbol) || symbol === automaton.alphabet.length ? Math.exp(score) : 0), 0);
      assert.ok(Math.abs(sum - 1) < 1e-12);
    }), { numRuns: 60 });
  });
});
