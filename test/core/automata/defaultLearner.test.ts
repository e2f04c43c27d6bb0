import * as assert from 'node:assert/strict';
import { readTraceModel, writeTraceModel } from '../../../server/core/automata/automatonFile';
import { learnDefault } from '../../../server/core/automata/defaultLearner';
import { LEVELS, traceLogProbabilities } from '../../../server/core/automata/mixture';
import { tracesOf, type TraceSet } from '../../../server/core/automata/traces';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';

/** Words through places that follow in a round, some staying where they are by chance; a place has `width` symbols of 12. */
function words(count: number, seed: number, places: number, width: number): TraceSet {
  const rng = mulberry32(seed);
  return tracesOf(Array.from({ length: count }, () => {
    const word: string[] = [];
    for (let place = randomBelow(rng, places); rng() < 0.95; place += rng() < 0.4 ? 0 : 1) word.push('abcdefghijkl'[((place % places) * 2 + randomBelow(rng, width)) % 12]);
    return word;
  }));
}

describe('the default learner', function () {
  this.timeout(60_000);

  it('predicts with hidden states where symbols do not tell the state', () => {
    const model = learnDefault(words(2000, 1, 6, 4), {});
    assert.ok(model.mixture);
    assert.equal(model.mixture.hidden.length, 1);
    const test = words(500, 2, 6, 4);
    const sum = (logs: Float64Array): number => logs.reduce((a, b) => a + b, 0);
    const all = traceLogProbabilities(model.mixture, test);
    const automaton = traceLogProbabilities({ ...model.mixture, weights: model.mixture.weights.map((_, k) => (k % (model.mixture!.weights.length / LEVELS) === 0 ? 1 : 0)) }, test);
    assert.ok(sum(all) > sum(automaton) + 50, `${sum(all)} and ${sum(automaton)}`);

    const bytes = writeTraceModel(model);
    const read = readTraceModel(bytes);
    assert.ok(!('fault' in read) && read.mixture);
    assert.deepEqual(traceLogProbabilities(read.mixture, test), all);
    assert.deepEqual(writeTraceModel(read), bytes);
  });

  it('looks for none where the automaton explains all', () => {
    const model = learnDefault(words(2000, 1, 1, 2), {});
    assert.equal(model.mixture?.hidden.length, 0);
  });
});
