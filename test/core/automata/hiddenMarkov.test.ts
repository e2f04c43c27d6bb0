import * as assert from 'node:assert/strict';
import { HiddenMarkov } from '../../../server/core/automata/hiddenMarkov';
import { tracesOf, type TraceSet } from '../../../server/core/automata/traces';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';

/** Words that go round aab from a place that chance chooses. */
function rounds(count: number, seed: number): TraceSet {
  const rng = mulberry32(seed);
  return tracesOf(Array.from({ length: count }, () => {
    let at = randomBelow(rng, 3);
    const word: string[] = [];
    while (rng() < 0.9) word.push('aab'[at++ % 3]);
    return word;
  }));
}

/** Probabilities of each step by the forward algorithm on all states. */
function forward(model: HiddenMarkov, emitted: readonly number[]): number[] {
  const states = model.initial.length;
  let ahead = [...model.initial];
  return emitted.map((e) => {
    const joint = ahead.map((p, q) => p * model.emission[e * states + q]);
    const sum = joint.reduce((a, b) => a + b, 0);
    ahead = ahead.map((_, to) => joint.reduce((total, p, from) => total + (p / sum) * model.transition[from * states + to], 0));
    return sum;
  });
}

const mean = (p: Float64Array): number => p.reduce((sum, x) => sum + Math.log(x), 0) / p.length;

describe('hidden Markov models', () => {
  const traces = rounds(400, 1);
  const learned = HiddenMarkov.learn(traces, 4, 1, 8, 1e6);

  it('learn what depends on more than the last symbol', () => {
    const many = rounds(3000, 3), test = rounds(400, 2);
    const [one, four] = [1, 4].map((states) => mean(HiddenMarkov.learn(many, states, 1, 20, 1e6).probabilities(test, 0, 400)));
    const gain = four - one;
    assert.ok(gain > 0.3, `${gain} nats a step`);
  });

  it('give the probabilities of the forward algorithm', () => {
    const found = learned.probabilities(traces, 0, 50);
    const expected: number[] = [];
    for (let t = 0; t < 50; t++) expected.push(...forward(learned, [...traces.symbols.subarray(traces.offsets[t], traces.offsets[t + 1]), 2]));
    // Unlikely paths are not followed, so that the two are near each other, not equal.
    expected.forEach((p, i) => assert.ok(Math.abs(found[i] - p) < 0.01 * p, `step ${i}: ${found[i]}, not ${p}`));
  });

  it('give what may follow probabilities that sum to 1', () => {
    const nexts = [['a'], ['b'], [], ['c']].map((next) => tracesOf([['a', 'b'], ['a', 'b', 'a', ...next]]));
    const last = nexts.map((set) => learned.probabilities(set, 1, 2)[3]);
    assert.ok(Math.abs(last.reduce((a, b) => a + b, 0) - 1) < 1e-9, String(last));
  });

  it('get likelier by refining', () => {
    let model = HiddenMarkov.learn(traces, 4, 7, 1, 1e6);
    for (let round = 0; round < 5; round++) {
      const next = model.refined(traces);
      assert.ok(mean(next.probabilities(traces, 0, 400)) > mean(model.probabilities(traces, 0, 400)) - 1e-4);
      model = next;
    }
  });

  it('are the same for the same traces and seed, and another for another seed', () => {
    assert.deepEqual(HiddenMarkov.learn(traces, 4, 1, 8, 1e6).tensors(), learned.tensors());
    assert.notDeepEqual(HiddenMarkov.learn(traces, 4, 2, 8, 1e6).tensors(), learned.tensors());
  });

  it('bear what was never seen, empty words and very long ones', () => {
    const odd = tracesOf([['a', 'b'], [], ['z'], Array.from({ length: 20_000 }, (_, i) => 'ab'[i % 2])]);
    const model = HiddenMarkov.learn(odd, 3, 1, 4, 1e6);
    for (const p of model.probabilities({ ...odd, symbols: odd.symbols.map((s) => s + 1) }, 0, 4)) assert.ok(p > 0 && p <= 1);
  });

  it('come back from tensors, and damaged ones do not', () => {
    const tensors = learned.tensors();
    assert.deepEqual(HiddenMarkov.from(tensors, 2), learned);
    assert.equal(HiddenMarkov.from(tensors, 3), undefined);
    for (const name of Object.keys(tensors)) {
      assert.equal(HiddenMarkov.from({ ...tensors, [name]: new Float64Array(tensors[name].length) }, 2), undefined, name);
      assert.equal(HiddenMarkov.from({ ...tensors, [name]: new Float64Array(1).fill(1) }, 2), undefined, name);
    }
  });
});
