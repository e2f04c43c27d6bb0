import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { learnDefault } from '../../../server/core/automata/defaultLearner';
import { FoldingTree } from '../../../server/core/automata/foldingTree';
import { learn } from '../../../server/core/automata/learner';
import { readLearnOptions } from '../../../server/core/automata/learnOptions';
import { buildPrefixTree } from '../../../server/core/automata/prefixTree';
import { defaultLearnSettings } from '../../../server/core/automata/settings';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import { slowLearn } from '../../reference/learner';
import { someSettings } from './arbitrary';
import type { LearnSettings } from '../../../server/core/automata/settings';
import type { TraceSet } from '../../../server/core/automata/traces';

const MANY = 100_000;

/** Traces of numbers; trace t is of type `types(t)`. */
function tracesOfNumbers(lists: readonly (readonly number[])[], symbols: number, types: (trace: number) => number = () => 0): TraceSet {
  const offsets = new Uint32Array(lists.length + 1);
  lists.forEach((list, t) => (offsets[t + 1] = offsets[t] + list.length));
  const typeOf = Uint16Array.from(lists, (_, t) => types(t));
  return {
    symbols: Uint32Array.from(lists.flat()), offsets, types: typeOf,
    alphabet: Array.from({ length: symbols }, (_, i) => `s${i}`), typeNames: Array.from({ length: typeOf.reduce((a, b) => Math.max(a, b), 0) + 1 }, (_, i) => `t${i}`),
  };
}

function passedAndEnded(traces: TraceSet, settings: LearnSettings, cancelled?: () => boolean): number {
  const { arrays: a } = learn(traces, settings, cancelled ? { cancelled } : {});
  return a.passed.reduce((x, y) => x + y, 0) + a.ended.reduce((x, y) => x + y, 0);
}

describe('very large input', function () {
  this.timeout(30_000);
  const rng = mulberry32(6);
  const shapes: Record<string, TraceSet> = {
    'traces of a symbol of their own': tracesOfNumbers(Array.from({ length: MANY }, (_, i) => [i]), MANY),
    'traces of three symbols': tracesOfNumbers(Array.from({ length: MANY }, (_, i) => [i, (i * 7) % MANY, (i * 13) % MANY]), MANY),
    'one trace of all symbols': tracesOfNumbers([Array.from({ length: MANY }, (_, i) => i)], MANY),
    'one trace of all symbols backwards': tracesOfNumbers([Array.from({ length: MANY }, (_, i) => MANY - 1 - i)], MANY),
    'random traces': tracesOfNumbers(Array.from({ length: 10_000 }, () => Array.from({ length: 10 }, () => randomBelow(rng, MANY))), MANY),
    'a trace of a million symbols': tracesOfNumbers([Array.from({ length: 1_000_000 }, () => randomBelow(rng, 10))], 10),
  };
  const given = [{ variant: 'main' }, { variant: 'main', 'heuristic-name': 'alergia' }, { variant: 'sicco', sinkson: '1', sinkcount: '25', typesinks: '0' }];
  for (const [name, traces] of Object.entries(shapes)) {
    for (const options of given) {
      it(`${name}: learned with ${JSON.stringify(options)}`, () => {
        const { settings, problems } = readLearnOptions(options);
        assert.deepEqual(problems, []);
        const { arrays: a, stateCount } = learn(traces, settings);
        // Nothing is frequent enough to tell states apart; without sinks all merges, and no symbol is lost.
        assert.equal(stateCount, 1);
        if (!settings.sinks) assert.deepEqual([a.passed[0], a.ended[0]], [traces.symbols.length, traces.types.length]);
      });
    }
    if (name === 'traces of three symbols') continue;
    it(`${name}: learned by our default learner`, () => {
      const { automaton } = learnDefault(traces, {});
      assert.equal(automaton.arrays.size[0], traces.types.length);
    });
  }

  it('of many symbols: the same as a slow and obvious learner', () => {
    fc.assert(fc.property(fc.nat(), someSettings, (seed, chosen) => {
      const random = mulberry32(seed);
      const traces = tracesOfNumbers(Array.from({ length: 150 }, () => Array.from({ length: 1 + randomBelow(random, 3) }, () => Math.floor(500 * random() ** 3))), 500);
      const settings = { ...chosen, largestBlue: true, sinks: true, blueBlue: false, depthCheck: false, symbolCheck: false };
      const steps: string[] = [];
      learn(traces, settings, { extended: () => steps.push('extend'), merged: (score) => steps.push(`merge ${score.toPrecision(9)}`) });
      assert.deepEqual(steps, slowLearn(traces, settings).steps.map((step) => (step.startsWith('merge') ? step.split(' ').slice(0, 2).join(' ') : 'extend')));
    }), { numRuns: 15, seed: 3, endOnFailure: true });
  });

  it('of many types is compared in the number of types', () => {
    const traces = tracesOfNumbers(Array.from({ length: 60_000 }, () => [0, 1]), 2, (t) => t);
    assert.equal(passedAndEnded(traces, readLearnOptions({ variant: 'main' }).settings), 180_000);
  });

  it('can be cancelled in any fold, which is then undone whole', () => {
    const path = tracesOfNumbers([new Array<number>(20_000).fill(0)], 1);
    const settings = { ...defaultLearnSettings, stateCount: 0 };
    const tree = buildPrefixTree(path);
    let asked = 0;
    const nodes = new FoldingTree(tree, settings, () => ++asked === 3);
    const state = (): unknown => [nodes.firstEdge, nodes.nextEdge, nodes.firstCount, nodes.nextCount, nodes.count, nodes.size, nodes.passed, nodes.ended].map((array) => array.slice());
    const before = state();
    assert.equal(nodes.merge(0, 1), false);
    assert.equal(nodes.stopped, true);
    assert.equal(asked, 3);
    assert.deepEqual(state(), before);
    assert.equal(nodes.isMerged(1), false);
    assert.equal(nodes.merge(0, 1), true);
    assert.equal(nodes.passed[0], 20_000);
  });

  it('stops soon when asked to where every comparison is long, with whole merges only', () => {
    const traces = shapes['traces of three symbols'];
    const { settings } = readLearnOptions({ variant: 'sicco' });
    let asked = 0;
    const started = performance.now();
    assert.ok(passedAndEnded(traces, settings, () => ++asked > 50) > 0);
    assert.equal(asked, 51);
    assert.ok(performance.now() - started < 10_000);
  });
});
