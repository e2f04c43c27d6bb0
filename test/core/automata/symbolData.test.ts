import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readAbbadingo, writeAbbadingo } from '../../../server/core/automata/abbadingo';
import { toJson } from '../../../server/core/automata/automatonJson';
import { readTraceModel, writeTraceModel } from '../../../server/core/automata/automatonFile';
import { learnDefault, subset } from '../../../server/core/automata/defaultLearner';
import { toDot } from '../../../server/core/automata/dot';
import { EdgeOutputs } from '../../../server/core/automata/edgeOutputs';
import { learn } from '../../../server/core/automata/learner';
import { dataProblem } from '../../../server/core/automata/mergeTests/registry';
import { NodeValues } from '../../../server/core/automata/nodeValues';
import { buildPrefixTree, prefixOf } from '../../../server/core/automata/prefixTree';
import { defaultReplaySettings, replay } from '../../../server/core/automata/replay';
import { replayData } from '../../../server/core/automata/replayData';
import { defaultLearnSettings } from '../../../server/core/automata/settings';
import { tracesOf, translateTraces } from '../../../server/core/automata/traces';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import { someTraces } from './arbitrary';
import type { LearnSettings } from '../../../server/core/automata/settings';
import type { TraceSet } from '../../../server/core/automata/traces';

const mealy: LearnSettings = { ...defaultLearnSettings, mergeTest: 'mealy' };
const regression: LearnSettings = { ...defaultLearnSettings, mergeTest: 'meanSquaredError', confidence: 1, symbolCount: 1 };

/** A turnstile: it opens by a coin and shuts behind the one who passes; what it says depends on its state. */
function turnstile(traces: number, seed: number): TraceSet {
  const rng = mulberry32(seed);
  const lists: string[][] = [], data: string[][] = [];
  for (let t = 0; t < traces; t++) {
    let open = false;
    const list = Array.from({ length: randomBelow(rng, 9) }, () => (rng() < 0.5 ? 'coin' : 'push'));
    data.push(list.map((input) => {
      const answer = input === 'coin' ? (open ? 'thanks' : 'click') : open ? 'turn' : 'stuck';
      open = input === 'coin';
      return answer;
    }));
    lists.push(list);
  }
  return tracesOf(lists, undefined, data);
}

/** A machine that is cold or hot, and switches by a symbol; every symbol carries a temperature. */
function heater(traces: number, seed: number): TraceSet {
  const rng = mulberry32(seed);
  const lists = Array.from({ length: traces }, () => Array.from({ length: randomBelow(rng, 9) }, () => (rng() < 0.3 ? 'switch' : 'wait')));
  const data = lists.map((list) => {
    let hot = false;
    return list.map((symbol) => {
      const value = (hot ? 80 : 20) + randomBelow(rng, 3) / 10;
      if (symbol === 'switch') hot = !hot;
      return String(value);
    });
  });
  return tracesOf(lists, undefined, data);
}

describe('data of symbols', () => {
  it('survive being written and read, with texts of all kinds and gaps', () => {
    const texts = fc.option(fc.stringMatching(/^[a-z0-9./:|-]{0,4}$/), { nil: undefined });
    const words = fc.array(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), texts), { maxLength: 5 }), { maxLength: 8 });
    fc.assert(fc.property(words, (list) => {
      const traces = tracesOf(list.map((trace) => trace.map(([name]) => name)), undefined, list.map((trace) => trace.map(([, text]) => text)));
      const { traces: read, problems } = readAbbadingo(writeAbbadingo(traces));
      assert.deepEqual(read, traces);
      assert.deepEqual(problems, []);
    }));
  });

  it('are read behind attributes, and from lines of which some are no traces', () => {
    const { traces } = readAbbadingo('3 2\n1 1 a\n1 3 a/lost b/lost\n1 2 b:1.0,2.0/x a\n');
    assert.deepEqual([[...traces.data!.of], traces.data!.texts[traces.data!.of[1] - 1]], [[0, 2 + Number(traces.data!.texts[1] !== 'x'), 0], 'x']);
  });

  it('cost nothing where there are none', () => assert.equal(readAbbadingo('1 1\n1 1 a\n').traces.data, undefined));

  it('stay with their symbols in a subset of traces', () => {
    fc.assert(fc.property(someTraces, (traces) => {
      const lines = writeAbbadingo(traces).split('\n').slice(1, -1);
      assert.deepEqual(writeAbbadingo(subset(traces, (t) => t % 2 === 0)).split('\n').slice(1, -1), lines.filter((_, t) => t % 2 === 0));
    }));
  });

  it('reach the nodes of the prefix tree: outputs at edges, numbers at nodes', () => {
    fc.assert(fc.property(someTraces, (traces) => {
      const tree = buildPrefixTree(traces);
      const outputs = new EdgeOutputs(tree), values = new NodeValues(tree);
      const names = outputs.names();
      for (let node = 0; node < tree.nodeCount; node++) {
        const prefix = prefixOf(tree, node).join();
        const texts = new Set<number>(), numbers: number[] = [];
        for (let t = 0; t < traces.types.length; t++) {
          const symbols = [...traces.symbols.subarray(traces.offsets[t], traces.offsets[t + 1])];
          symbols.forEach((_, i) => {
            const text = (traces.data?.of[traces.offsets[t] + i] ?? 0) - 1;
            if (text < 0) return;
            if (symbols.slice(0, i + 1).join() === prefix) texts.add(text);
            if (symbols.slice(0, i).join() === prefix) numbers.push(Number(traces.data!.texts[text]));
          });
        }
        assert.equal(names[outputs.of[node]], node > 0 && texts.size > 0 ? [...texts].sort((a, b) => a - b).map((text) => traces.data!.texts[text]).join('|') : undefined);
        const mean = numbers.reduce((a, b) => a + b, 0) / Math.max(1, numbers.length);
        assert.equal(values.count[node], numbers.length);
        assert.ok(Math.abs(values.mean[node] - mean) < 1e-9 && Math.abs(values.squares[node] - numbers.reduce((a, b) => a + (b - mean) ** 2, 0)) < 1e-9);
      }
    }), { numRuns: 50 });
  });
});

describe('a Mealy machine', () => {
  const machine = learn(turnstile(300, 1), mealy);

  it('is learned from inputs and outputs', () => {
    assert.deepEqual(toJson(machine).transitions.map(({ from, symbol, output, to }) => `${from} ${symbol} / ${output} ${to}`).sort(), ['0 coin / click 1', '0 push / stuck 0', '1 coin / thanks 1', '1 push / turn 0']);
    assert.match(toDot(machine), /0 -> 1 \[label="coin \/ click \d+"\]/);
  });

  it('answers in replay what the real one answers, and shows where a trace differs', () => {
    const traces = translateTraces(turnstile(50, 2), machine.alphabet);
    const run = replay(machine, traces, { ...defaultReplaySettings, finalProbability: true });
    const { outputs, errors } = replayData(machine, traces, run)!;
    const answers = Array.from(outputs!, (o) => machine.data.outputs!.names[o]).filter((name) => name !== undefined);
    assert.deepEqual(answers, Array.from(traces.data!.of, (o) => traces.data!.texts[o - 1]));
    assert.ok(errors.every((error) => error === 0));
    const odd = translateTraces(tracesOf([['coin', 'push', 'push']], undefined, [['click', 'stuck', 'stuck']]), machine.alphabet);
    assert.deepEqual([...replayData(machine, odd, replay(machine, odd, defaultReplaySettings))!.errors], [0, 1, 0]);
  });

  it('keeps contradicting outputs, and knows no others', () => {
    const { transitions } = toJson(learn(tracesOf([['a'], ['a'], ['b']], undefined, [['x'], ['y'], [undefined]]), { ...mealy, mergeRoot: false }));
    assert.deepEqual(transitions.map(({ symbol, output }) => [symbol, output]), [['a', 'x|y'], ['b', undefined]]);
  });

  it('stays the same in a model file, alone and with a mixture', () => {
    const models = [{ automaton: machine, settings: mealy, mixture: undefined }, learnDefault(turnstile(100, 3), { mergeTest: 'mealy' }), { automaton: learn(heater(50, 1), regression), settings: regression, mixture: undefined }];
    for (const model of models) {
      const read = readTraceModel(writeTraceModel(model));
      assert.ok(!('fault' in read));
      assert.deepEqual(toJson(read.automaton), toJson(model.automaton));
      assert.deepEqual(read.automaton.data, model.automaton.data);
    }
  });
});

describe('a regression automaton', () => {
  it('has a state for each mean, and predicts it', () => {
    const automaton = learn(heater(300, 1), regression);
    assert.deepEqual(toJson(automaton).transitions.map(({ from, symbol, to }) => `${from} ${symbol} ${to}`).sort(), ['0 switch 1', '0 wait 0', '1 switch 0', '1 wait 1']);
    assert.deepEqual([0, 1].map((q) => Math.round(automaton.mean(q)!)), [20, 80]);
    const traces = translateTraces(heater(50, 2), automaton.alphabet);
    const { values, errors } = replayData(automaton, traces, replay(automaton, traces, defaultReplaySettings))!;
    assert.ok(errors.every((error) => error < 0.3));
    assert.deepEqual(Array.from(values!, (v) => v > 50), Array.from(traces.data!.of, (o) => Number(traces.data!.texts[o - 1]) > 50));
  });
});

it('a merge test that lacks its data says so', () => {
  const plain = tracesOf([['a']]), texts = tracesOf([['a']], undefined, [['x']]), numbers = tracesOf([['a']], undefined, [['1.5']]);
  const lacks = (test: LearnSettings['mergeTest'], traces: TraceSet): boolean => dataProblem(test, traces)?.code === 'no-data';
  assert.deepEqual([plain, texts, numbers].map((traces) => [lacks('mealy', traces), lacks('meanSquaredError', traces), lacks('alergia', traces)]), [[true, true, false], [false, true, false], [false, false, false]]);
});
