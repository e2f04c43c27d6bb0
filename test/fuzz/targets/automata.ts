import * as assert from 'node:assert/strict';
import { readTraceModel, type TraceModel, writeTraceModel } from '../../../server/core/automata/automatonFile';
import { addTrees, countTree, readTree, writeTree } from '../../../server/core/automata/countTree';
import { learnDefault } from '../../../server/core/automata/defaultLearner';
import { fromFlexfringeJson, toFlexfringeJson } from '../../../server/core/automata/flexfringeJson';
import { learn, learnTree } from '../../../server/core/automata/learner';
import { traceLogProbabilities } from '../../../server/core/automata/mixture';
import { replay } from '../../../server/core/automata/replay';
import { replayData } from '../../../server/core/automata/replayData';
import { defaultLearnSettings, type LearnSettings } from '../../../server/core/automata/settings';
import { tracesOf, translateTraces, type TraceSet } from '../../../server/core/automata/traces';
import { treeSteps, treeTraces } from '../../../server/core/automata/treeTraces';
import { type Container, readContainer } from '../../../server/core/models/safetensors';
import { adoption } from '../../../server/core/detectors/stateFrequency/reference/adopted';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import { guardedTraces } from '../../support/guardedTraces';
import { randomTraces } from '../../support/traces';
import { byteMutations, mutated } from '../mutate';
import { changedContainer, changedJson, sealedBytes, withinBounds } from '../support/containers';
import { useAutomaton } from '../support/modelUse';
import type { FuzzTarget } from '../target';
import { rngOf } from '../target';

const recipe = { traces: 60, length: 6, states: 4, symbols: 4, degree: 2, seed: 1 };
const traces = randomTraces(recipe);
const guarded = guardedTraces({ traces: 60, length: 6, threshold: 60, seed: 1 });
const typed: TraceSet = { ...traces, types: traces.types.map((_, t) => t % 2), typeNames: ['0', '1'] };

/** Traces whose symbols carry texts, or numbers as texts. */
function withData(numbers: boolean): TraceSet {
  const rng = mulberry32(4);
  const lists = Array.from({ length: 40 }, () => Array.from({ length: randomBelow(rng, 7) }, () => ['a', 'b'][randomBelow(rng, 2)]));
  return tracesOf(lists, undefined, lists.map((list) => list.map((symbol, i) => (numbers ? String(i % 3) : `${symbol}${i % 2}`))));
}
const [mealy, values] = [withData(false), withData(true)];

function container(bytes: Uint8Array): Container {
  const read = readContainer(bytes);
  if ('fault' in read) throw new Error(String(read.fault));
  return read as Container;
}

function models(): Container[] {
  const settings = (change: Partial<LearnSettings>): LearnSettings => ({ ...defaultLearnSettings, sinkCount: 5, stateCount: 2, ...change });
  const plain = (from: TraceSet, change: Partial<LearnSettings>): TraceModel => ({ automaton: learn(from, settings(change)), settings: settings(change), mixture: undefined });
  return [
    learnDefault(randomTraces({ ...recipe, traces: 400 }), {}), plain(typed, { sinks: true }), plain(mealy, { mergeTest: 'mealy' }), plain(values, { mergeTest: 'meanSquaredError', confidence: 1, symbolCount: 1 }), plain(guarded, { mergeTest: 'attributes', stateCount: 0 }),
  ].map((model) => container(writeTraceModel(model)));
}

let learned: Container[] | undefined;

/** Automaton files with a fitting checksum and wrong content are refused, or can be shown, replayed, compared, and predict. */
export const automata: FuzzTarget = {
  name: 'automata',
  runs: 1800,
  make(rng) {
    learned ??= models();
    const { metadata, tensors } = changedContainer(learned[randomBelow(rng, learned.length)], rng);
    // The checksum is of the description alone.
    return sealedBytes({ metadata: { automaton: metadata['automaton'] ?? '', checksum: '' }, tensors });
  },
  check: (input) => withinBounds(input, () => {
    const model = readTraceModel(input);
    if ('fault' in model) return;
    const { automaton, mixture, settings } = model, deep = rngOf(input)() < 0.3;
    useAutomaton(automaton, deep);
    assert.equal(typeof settings.correction, 'number');
    for (const set of [traces, guarded, mealy, values]) {
      const own = translateTraces(set, automaton.alphabet);
      const run = replay(automaton, own, { correction: settings.correction, finalProbability: settings.finalProbability, reset: settings.variant === 'default', repeatAtRoot: settings.variant === 'sicco' });
      replayData(automaton, own, run);
      if (mixture) assert.ok(traceLogProbabilities(mixture, own).every((p) => !Number.isNaN(p)), 'probabilities are numbers');
    }
    const again = readTraceModel(writeTraceModel(model));
    if ('fault' in again) assert.fail(`it cannot be read again: ${again.fault}`);
  }),
};

let trees: Container[] | undefined;

/** Trees of counts with wrong content are refused, or can be added to and learned from. */
export const countTrees: FuzzTarget = {
  name: 'countTrees',
  runs: 2000,
  make(rng) {
    trees ??= [traces, typed].map((set) => container(writeTree(countTree(set))));
    return sealedBytes(changedContainer(trees[randomBelow(rng, trees.length)], rng));
  },
  check: (input) => withinBounds(input, () => {
    const tree = readTree(input);
    if ('fault' in tree) return;
    const sum = addTrees(tree, countTree(traces));
    const settings: LearnSettings = { ...defaultLearnSettings, sinks: true, sinkCount: 5 };
    for (const one of [tree, sum]) {
      assert.equal('fault' in readTree(writeTree(one)), false);
      useAutomaton(learnTree(one, settings), false);
      treeTraces(one, Math.max(1, Math.ceil(treeSteps(one) / 10_000)));
    }
  }),
};

let texts: string[] | undefined;

/** FlexFringe's JSON with wrong content is refused, or can be shown, replayed and adopted. */
export const flexfringe: FuzzTarget = {
  name: 'flexfringe',
  runs: 1500,
  make(rng) {
    texts ??= ([[typed, {}], [typed, { variant: 'sicco' }], [guarded, { mergeTest: 'attributes' }]] as const).map(([set, change]) => JSON.stringify(toFlexfringeJson(learn(set, { ...defaultLearnSettings, stateCount: 0, ...change }))));
    let text = texts[randomBelow(rng, texts.length)];
    for (let times = 1 + randomBelow(rng, 3); times > 0; times--) text = changedJson(text, rng);
    const bytes = new TextEncoder().encode(text);
    return randomBelow(rng, 4) === 0 ? mutated(bytes, byteMutations, rng) : bytes;
  },
  check: (input) => withinBounds(input, () => {
    const text = new TextDecoder().decode(input);
    const { automaton, problems } = fromFlexfringeJson(text);
    adoption.fault(text);
    if (!automaton) return assert.ok(problems.length > 0);
    useAutomaton(automaton, rngOf(input)() < 0.3);
    for (const set of [traces, guarded]) replay(automaton, translateTraces(set, automaton.alphabet), { correction: 1, finalProbability: true, reset: false, repeatAtRoot: true });
  }),
};
