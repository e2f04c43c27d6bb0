import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { defaultReplaySettings } from '../../../server/core/automata/replay';
import { tracesOf } from '../../../server/core/automata/traces';
import { readEvents, tracesOfWindows } from '../../../server/core/automata/events';
import { groupReference, learnReference, linkedRows, scoreReference } from '../../../server/core/detectors/stateFrequency/reference/sequent';
import { referenceSettings } from '../../../server/core/detectors/stateFrequency/reference/settings';
import { slidingWindows } from '../../../server/core/symbols/windows';
import { encodeUtf8 } from '../../../server/core/util/utf8';
import { someTraces } from '../automata/arbitrary';
import type { ReferenceModel, ReferenceScores } from '../../../server/core/detectors/stateFrequency/reference/sequent';

describe('SEQUENT in small', () => {
  it('gives a window the type of its last event', () => {
    const { events } = readEvents(encodeUtf8('id,symb,type\na,x,benign\na,y,malicious\na,z,benign\n'))!;
    const traces = tracesOfWindows(events, slidingWindows(events.entities, 1, { size: 2, stride: 1, addShorter: false }));
    assert.deepEqual(Array.from(traces.types, (type) => traces.typeNames[type]), ['malicious', 'benign']);
    assert.deepEqual([...traces.symbols], [0, 1, 1, 2]);
  });

  it('scores by the formula, worked by hand', () => {
    const model = learnReference(tracesOf([['a', 'b'], ['a', 'b'], ['b', 'a']]), referenceSettings('markov_chain', 'exact'));
    const [a, b] = [model.automaton.step(0, 0), model.automaton.step(0, 1)];
    // Every state but the root ends a run; the fall back to the root repeats the state before: a a, a a, b b.
    assert.deepEqual([model.visits[0], model.visits[a], model.visits[b], model.totalVisits], [0, 4, 2, 6]);
    const scores = scoreReference(model, tracesOf([['b'], ['x'], ['a', 'b']]));
    const expected = [
      Math.log(1) - Math.log(3) + Math.log(7) - Math.log(1),
      Math.log(1) - Math.log(1) + Math.log(7) - Math.log(2),
      Math.log(1) - Math.log(5) + Math.log(7) - Math.log(3),
      Math.log(2) - Math.log(5) + Math.log(7) - Math.log(4),
    ];
    expected.forEach((score, i) => assert.ok(Math.abs(scores.steps[i] - score) < 1e-14, `step ${i}`));
    assert.ok(Math.abs(scores.traces[2] - expected[2] - expected[3]) < 1e-14);
    assert.deepEqual([...scores.rootCauses], [b, 0, a]);
  });

  it('groups by size, then by the text of the number; links first rows once', () => {
    const rootCauses = Int32Array.from([2, 10, 2, 10, 3]);
    const model = { automaton: { arrays: { number: Int32Array.from({ length: 11 }, (_, q) => q) } } } as unknown as ReferenceModel;
    const scores = { rootCauses, traces: Float64Array.from([1, 5, 3, 4, 9]) } as unknown as ReferenceScores;
    const groups = groupReference(model, scores);
    assert.deepEqual(groups.map(({ state, traces }) => [state, [...traces]]), [[10, [1, 3]], [2, [2, 0]], [3, [4]]]);
    const windows = slidingWindows([0, 1, 0, 1, 0, 1], 2, { size: 2, stride: 1, addShorter: false });
    assert.deepEqual([...linkedRows({ state: 0, traces: Uint32Array.from([3, 0]) }, windows)], [0, 3]);
  });

  it('counts every step of training once, and every score is finite', () => {
    fc.assert(fc.property(someTraces, someTraces, fc.constantFrom('sm' as const, 'markov_chain' as const), (training, test, name) => {
      const model = learnReference(training, referenceSettings(name, 'small'));
      assert.equal(model.visits.reduce((a, b) => a + b, 0), training.symbols.length);
      const scores = scoreReference(model, test);
      assert.equal(scores.steps.length, test.symbols.length);
      assert.ok(scores.steps.every(Number.isFinite));
      assert.equal(groupReference(model, scores).reduce((sum, group) => sum + group.traces.length, 0), test.types.length);
    }), { numRuns: 50 });
  });

  it('replays as the reference does: reset at the root, and the root shown only at the start', () => {
    assert.deepEqual(referenceSettings('sm', 'exact').replay, { ...defaultReplaySettings, repeatAtRoot: true });
  });
});
