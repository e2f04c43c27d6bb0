import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readAbbadingo, writeAbbadingo } from '../../../server/core/automata/abbadingo';
import { parseAttributes } from '../../../server/core/automata/attributes';
import { readTraceModel, writeTraceModel } from '../../../server/core/automata/automatonFile';
import { toJson } from '../../../server/core/automata/automatonJson';
import { learnDefault } from '../../../server/core/automata/defaultLearner';
import { toDot } from '../../../server/core/automata/dot';
import { fromFlexfringeJson, toFlexfringeJson } from '../../../server/core/automata/flexfringeJson';
import { learnGuarded } from '../../../server/core/automata/guardedLearner';
import { GuardedTree } from '../../../server/core/automata/guardedTree';
import { quartilesOf } from '../../../server/core/automata/guards';
import { learn } from '../../../server/core/automata/learner';
import { dataProblem } from '../../../server/core/automata/mergeTests/registry';
import { defaultReplaySettings, replay } from '../../../server/core/automata/replay';
import { defaultLearnSettings } from '../../../server/core/automata/settings';
import { translateTraces } from '../../../server/core/automata/traces';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import { slowGuardedLearn } from '../../reference/guardedLearner';
import { guardedTraces } from '../../support/guardedTraces';
import type { Automaton } from '../../../server/core/automata/automaton';
import type { LearnSettings } from '../../../server/core/automata/settings';
import type { TraceSet } from '../../../server/core/automata/traces';

const settings: LearnSettings = { ...defaultLearnSettings, mergeTest: 'attributes', confidence: 0.01, stateCount: 0, sinks: true, sinkCount: 25 };

/** Small traces in which what follows depends on a number, more or less. */
const someGuarded: fc.Arbitrary<TraceSet> = fc.record({ seed: fc.nat(), traces: fc.integer({ min: 0, max: 70 }), symbols: fc.integer({ min: 1, max: 3 }), width: fc.integer({ min: 1, max: 2 }), threshold: fc.integer({ min: 1, max: 9 }) }).map(({ seed, traces, symbols, width, threshold }) => {
  const rng = mulberry32(seed);
  const flat: number[] = [], values: number[] = [], offsets = [0];
  for (let t = 0; t < traces; t++) {
    for (let i = 0, high = false; i < 5 && rng() < 0.9; i++) {
      flat.push(high ? 0 : randomBelow(rng, symbols));
      for (let k = 0; k < width; k++) values.push(randomBelow(rng, 10) + (k === 0 && high ? 6 : 0));
      high = values[values.length - width] >= threshold && rng() < 0.95;
    }
    offsets.push(flat.length);
  }
  return {
    symbols: Uint32Array.from(flat), offsets: Uint32Array.from(offsets), types: new Uint16Array(traces), alphabet: ['a', 'b', 'c'].slice(0, symbols), typeNames: ['1'],
    attributes: { declared: Array.from({ length: width }, (_, k) => ({ name: `v${k}`, splittable: true, distribution: k === 0 || seed % 2 === 0 })), values: Float64Array.from(values) },
  };
});

const problemCodes = (text: string): string[] => readAbbadingo(text).problems.map(({ code }) => code);

describe('attributes of symbols', () => {
  it('are declared in three forms', () => {
    const both = [{ name: 'proto', splittable: true, distribution: true }, { name: 'bytes', splittable: false, distribution: true }];
    assert.deepEqual(parseAttributes('sf/proto,f/bytes'), both);
    assert.deepEqual(parseAttributes('proto=sf,bytes=f'), both);
    assert.deepEqual(parseAttributes('2')?.map(({ name, splittable }) => `${name} ${splittable}`), ['attribute1 true', 'attribute2 true']);
    for (const bad of ['', 'sf/', 'x/bytes', 's/a,f/a', 'a=q', '0', 's/a,']) assert.equal(parseAttributes(bad), undefined, bad);
  });

  it('are read with signs, exponents and data behind them, and survive being written', () => {
    const { traces, problems } = readAbbadingo('1 2:sf/a,f/b\n1 3 x:-1.5,2e3 y:0,7/out x:1e18,0.25\n');
    assert.deepEqual([problems, [...traces.attributes!.values], traces.data?.texts], [[], [-1.5, 2000, 0, 7, 1e18, 0.25], ['out']]);
    fc.assert(fc.property(someGuarded, (some) => {
      const read = readAbbadingo(writeAbbadingo(some)).traces;
      assert.deepEqual([read.attributes!.values, read.attributes!.declared, read.offsets], [some.attributes!.values, some.attributes!.declared, some.offsets]);
    }));
  });

  it('that do not fit the header leave their trace out, and say where', () => {
    for (const bad of ['x:1', 'x:1,2,3', 'x', 'x:', 'x:1,', 'x:1,NaN', 'x:1,1e999', 'x:1,-Infinity', 'x:1,two', 'x:1,2:3']) {
      const { traces, problems } = readAbbadingo(`2 1:sf/a,sf/b\n1 1 ${bad}\n1 1 x:3,4\n`);
      assert.deepEqual(problems.map(({ code, line }) => `${code} ${line}`), ['attribute-values 1', 'trace-count 0'], bad);
      assert.deepEqual([...traces.attributes!.values], [3, 4], bad);
    }
    assert.deepEqual(problemCodes('1 1:q/a\n1 1 x:3\n'), ['attribute-header', 'attributes-ignored']);
  });

  it('are asked for by the merge test that looks at them', () => {
    assert.equal(dataProblem('attributes', readAbbadingo('1 1\n1 1 x\n').traces)?.code, 'no-data');
    assert.equal(dataProblem('attributes', readAbbadingo('1 1:s/a\n1 1 x:1\n').traces), undefined);
  });
});

/** Everything that a fold may change. */
function content(tree: GuardedTree): string {
  const [nodes, edges] = tree.mark();
  const f = tree.distributions.length;
  return JSON.stringify([tree.mark(), Array.from({ length: nodes }, (_, n) => [tree.find(n), tree.firstEdge[n], tree.passed[n], tree.ended[n], [...tree.eventsOf(n)], [...tree.bins.subarray(4 * f * n, 4 * f * (n + 1))]]),
    Array.from({ length: edges }, (_, e) => [tree.nextEdge[e], tree.edgeSymbol[e], tree.edgeTarget[e], tree.count[e], tree.guarded[e]])]);
}

describe('a guarded tree', () => {
  it('is exactly as before when a fold is taken back, also one into states with guards', () => {
    fc.assert(fc.property(someGuarded, fc.nat(), (traces, pick) => {
      const tree = new GuardedTree(traces, quartilesOf(traces.attributes!, false));
      const edge = tree.firstEdge[0];
      if (edge < 0) return;
      const parts = tree.split(0, edge, 0, 5).map((e) => tree.edgeTarget[e]);
      const before = content(tree);
      const mark = tree.mark();
      tree.fold(0, parts[pick % 2]);
      tree.undo(mark);
      assert.equal(content(tree), before);
      tree.fold(parts[0], parts[1]);
      tree.undo(mark);
      assert.equal(content(tree), before);
    }));
  });
});

describe('a guarded automaton', () => {
  it('is learned in the steps of the slow learner', () => {
    let splits = 0, merges = 0;
    fc.assert(fc.property(someGuarded, fc.constantFrom(0.01, 0.2, 1), fc.constantFrom(0, 3), fc.boolean(), fc.boolean(), fc.constantFrom(0, 0, 1, 2), (traces, confidence, splitSize, mergeRoot, finalProbability, markovian) => {
      const own: LearnSettings = { ...settings, confidence, splitSize, mergeRoot, finalProbability, markovian, sinkCount: 4, stateCount: 0, splitDepth: -1 };
      const steps: string[] = [];
      learnGuarded(traces, own, { merged: (score) => steps.push(`m ${score.toFixed(6)}`), extended: (size) => steps.push(`x ${size}`), split: (score) => steps.push(`s ${score.toFixed(6)}`) });
      const slow = slowGuardedLearn(traces, own);
      const compared = slow[slow.length - 1] === 'tie' ? slow.slice(0, -1) : slow;
      splits += compared.filter((step) => step.startsWith('s')).length;
      merges += compared.filter((step) => step.startsWith('m')).length;
      assert.deepEqual(steps.slice(0, compared.length), compared);
      if (compared === slow) assert.equal(steps.length, slow.length);
    }), { numRuns: 300, seed: 7 });
    assert.ok(splits > 100 && merges > 100, `${splits} splits, ${merges} merges`);
  }).timeout(30_000);

  for (const threshold of [20, 50, 73]) {
    it(`recovers the two states and the planted threshold ${threshold}, and no noise`, () => {
      const { transitions } = toJson(learnGuarded(guardedTraces({ traces: 2000, length: 10, threshold, seed: threshold }), { ...settings, confidence: 0.0001 }));
      assert.deepEqual(transitions.map(({ from, guard, to }) => [from, guard, to]), [[0, `bytes < ${threshold}`, 0], [0, `bytes >= ${threshold}`, 1], [1, undefined, 0]]);
    });
  }

  it('divides no more than it may', () => {
    const traces = guardedTraces({ traces: 2000, length: 10, threshold: 50, seed: 1 });
    const most = (more: Partial<LearnSettings>): { splits: number; parts: number } => {
      let splits = 0;
      const { arrays: a } = learnGuarded(traces, { ...settings, confidence: 1, ...more }, { split: () => splits++ });
      return { splits, parts: Math.max(...Array.from(a.size, (_, q) => a.entryStart[q + 1] - a.entryStart[q])) };
    };
    assert.ok(most({}).parts > 2);
    assert.deepEqual([most({ splits: 3 }).splits, most({ splits: 0 }).splits, most({ splitParts: 2 }).parts, most({ splitDepth: 1 }).parts], [3, 0, 2, 2]);
    assert.equal(most({ splitSize: 1001 }).splits, 0);
  });

  it('counts what passes it: every event that has a way is on one transition', () => {
    fc.assert(fc.property(someGuarded, (traces) => {
      const { arrays: a } = learnGuarded(traces, { ...settings, sinkCount: 4, splitSize: 0, confidence: 0.2 });
      for (let q = 0; q < a.size.length; q++) {
        const out = a.entryCount.subarray(a.entryStart[q], a.entryStart[q + 1]).reduce((x, y) => x + y, 0);
        assert.deepEqual([a.size[q], out], [a.passed[q] + a.ended[q], a.passed[q]]);
      }
    }));
  });

  it('can be cancelled at any time', () => {
    const traces = guardedTraces({ traces: 300, length: 6, threshold: 50, seed: 2 });
    for (let calls = 0; calls < 12; calls++) {
      let asked = 0;
      assert.ok(learnGuarded(traces, settings, { cancelled: () => asked++ >= calls }).stateCount >= 1);
    }
  });

  it('is the same again, from nothing, from empty traces, from equal and from huge numbers', () => {
    const text = (traces: TraceSet): string => JSON.stringify(toJson(learn(traces, settings)));
    for (const lines of ['0 1:sf/a\n', '2 1:sf/a\n1 0\n1 0\n', `60 1:sf/a\n${'1 2 x:5 x:5\n'.repeat(60)}`, `60 1:sf/a\n${'1 2 x:1e18 x:-1e300\n1 2 x:0 x:1e-300\n'.repeat(30)}`]) {
      const { traces } = readAbbadingo(lines);
      assert.equal(text(traces), text(traces));
    }
    const traces = guardedTraces({ traces: 500, length: 8, threshold: 50, seed: 3 });
    assert.equal(text(traces), text(traces));
  });

  it('learns around missing numbers', () => {
    const traces = guardedTraces({ traces: 2000, length: 10, threshold: 50, seed: 4 });
    const values = traces.attributes!.values.map((value, i) => (i % 40 === 1 ? NaN : value));
    const automaton = learnGuarded({ ...traces, attributes: { ...traces.attributes!, values } }, settings);
    assert.ok(toJson(automaton).transitions.some(({ from, guard }) => from === 0 && guard === 'bytes < 50'));
  });
});

describe('replay with guards', () => {
  const model = learnDefault(guardedTraces({ traces: 2000, length: 10, threshold: 50, seed: 5 }), { mergeTest: 'attributes' });
  const { automaton } = model;
  const one = (text: string): TraceSet => translateTraces(readAbbadingo(`1 1${text}`).traces, automaton.alphabet);

  it('takes the transition whose guard holds, attributes by their names', () => {
    const states = (text: string): number[] => [...replay(automaton, one(text), defaultReplaySettings).states];
    const quiet = states(':sf/noise,sf/bytes\n1 1 x:3,49\n'), busy = states(':sf/noise,sf/bytes\n1 1 x:3,50\n');
    assert.notDeepEqual(quiet, busy);
    assert.deepEqual(states(':bytes=s,other=s,noise=s\n1 1 x:49,7,50\n'), quiet);
  });

  it('tells where no guard holds, and is total', () => {
    const run = (text: string, reset: boolean): { states: number[]; noGuard: number[] } => {
      const { states, noGuard } = replay(automaton, one(text), { ...defaultReplaySettings, reset });
      return { states: [...states], noGuard: [...noGuard!] };
    };
    assert.deepEqual(run('\n1 2 x x\n', false), { states: [-1], noGuard: [1] });
    assert.deepEqual(run('\n1 2 x x\n', true), { states: [0, 0], noGuard: [1, 1] });
    assert.deepEqual(run(':sf/bytes\n1 1 y:1\n', true), { states: [0], noGuard: [0] }, 'an unknown symbol is not a matter of guards');
    const nothing = { ...one(':sf/bytes\n1 1 x:1\n'), attributes: { declared: [{ name: 'bytes', splittable: true, distribution: true }], values: Float64Array.of(NaN) } };
    assert.deepEqual([...replay(automaton, nothing, defaultReplaySettings).noGuard!], [1]);
    for (const value of [-1e300, 0, 49.999, 50, 1e300, Infinity, -Infinity]) {
      const any = { ...nothing, attributes: { ...nothing.attributes, values: Float64Array.of(value) } };
      assert.deepEqual([...replay(automaton, any, defaultReplaySettings).noGuard!], [0], String(value));
    }
    assert.equal(replay(learn(one('\n1 1 x\n'), defaultLearnSettings), one('\n1 1 x\n'), defaultReplaySettings).noGuard, undefined);
  });

  it('is the same from a model file and from FlexFringe\'s JSON', () => {
    const traces = translateTraces(guardedTraces({ traces: 200, length: 10, threshold: 50, seed: 6 }), automaton.alphabet);
    const numbers = (a: Automaton): number[] => Array.from(replay(a, traces, defaultReplaySettings).states, (q) => a.arrays.number[q]);
    const read = readTraceModel(writeTraceModel(model));
    assert.ok(!('fault' in read));
    assert.deepEqual([toJson(read.automaton), read.automaton.data], [toJson(automaton), automaton.data]);
    for (const version of ['main', 'sicco'] as const) {
      const { automaton: again, problems } = fromFlexfringeJson(JSON.stringify(toFlexfringeJson(automaton, version)));
      assert.deepEqual(problems, []);
      assert.deepEqual(numbers(again!).map((n) => Math.max(0, n)), numbers(automaton));
      assert.deepEqual(toJson(again!).transitions.map(({ guard }) => guard).sort(), toJson(automaton).transitions.map(({ guard }) => guard).sort());
    }
  });

  it('is drawn with its guards', () => assert.match(toDot(automaton), /0 -> \d+ \[label="x, bytes < 50 \d+"\]/));

  it('refuses files whose guards do not fit', () => {
    const json = toFlexfringeJson(automaton, 'main');
    const broken = { ...json, edges: json.edges.map((edge) => ({ ...edge, min_vals: [['bytes', 'x']] })) };
    assert.equal(fromFlexfringeJson(JSON.stringify(broken)).automaton, undefined);
    const overlapping = { ...json, edges: json.edges.map((edge) => ({ ...edge, min_vals: [], max_vals: [] })) };
    assert.ok(fromFlexfringeJson(JSON.stringify(overlapping)).problems.some(({ code }) => code === 'ambiguous-transitions'));
  });
});
