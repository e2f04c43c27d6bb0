import { traceCount } from './traces';
import { learn } from './learner';
import { Contexts } from './contexts';
import { HiddenMarkov } from './hiddenMarkov';
import { averaged, LEVELS, levels, likeliestWeights, normalised, predictions } from './mixture';
import { defaultLearnSettings } from './settings';
import type { TraceModel } from './automatonFile';
import type { Automaton } from './automaton';
import type { Instrumentation } from './learner';
import type { Mixture } from './mixture';
import type { LearnSettings } from './settings';
import type { TraceSet } from './traces';

/** One trace in so many is held out. */
const HELD_OUT = 5;
/** Steps of held-out traces that are looked at, at most: more do not change the choice. */
const MOST_STEPS = 500_000;
const ORDER = 6;
const ROUNDS = 150;
/** Hidden states: one for so many steps, and at most so many. */
const STEPS_PER_HIDDEN_STATE = 2000;
const HIDDEN_STATES = 60;
/** Where expectation maximisation ends depends on where it starts: the likeliest of so many starts is taken. */
const HIDDEN_STARTS = [1, 2, 3];
const HIDDEN_PASSES = 3;
/** With more symbols than this, what each state emits would take too much time and memory. */
const MOST_HIDDEN_SYMBOLS = 5000;
const MOST_HIDDEN_STEPS = 800_000;
/** A predictor with less weight is left out. */
const LEAST_WEIGHT = 0.02;

const base: Partial<LearnSettings> = { finalProbability: true, sinks: true, sinkCount: 25, stateCount: 10, symbolCount: 5 };

/** Of the merge test `attributes` (specs, multivariate, section 5). */
const guardedBase: Partial<LearnSettings> = { confidence: 0.01, stateCount: 0, sinks: true, sinkCount: 25 };

/** What is tried; settings that are given stay as given. */
const candidates: readonly Partial<LearnSettings>[] = [
  { ...base, confidence: 0.05 },
  { ...base, confidence: 0.3, sinkCount: 10 },
  { ...base, confidence: 0.001 },
  { ...base, confidence: 0.05, markovian: 1 },
  { ...base, mergeTest: 'alergia', confidence: 0.5, symbolCount: -1 },
];
const backOffs = [0.3, 1, 3, 10];

/**
 * Our default learner: automata by several merge tests and significances are learned from four fifths of the traces, and judged by the likelihood
 * of the rest. The likeliest is the automaton of the model. Where an average with the others, a hidden Markov model and contexts of the last symbols
 * is significantly likelier, the model predicts with that. All is then learned again from all traces. Deterministic: seeds are
 * fixed. O(candidates) times the cost of learning. `record` is told of the learning of the model's automaton from all traces, alone.
 */
export function learnDefault(traces: TraceSet, given: Partial<LearnSettings>, instrumentation: Instrumentation = {}, record: Instrumentation = {}): TraceModel {
  const settings = distinct(candidates.map((candidate) => ({ ...defaultLearnSettings, ...candidate, ...given })));
  const total = traceCount(traces);
  if (given.mergeTest === 'attributes') {
    // Contexts and hidden states know no attributes: there is one automaton, by the settings for guards.
    const guarded = { ...defaultLearnSettings, ...guardedBase, ...given };
    return { automaton: learn(traces, guarded, { ...instrumentation, ...record }), settings: guarded, mixture: undefined };
  }
  const kept = subset(traces, (t) => t % HELD_OUT !== 0);
  const held = subset(traces, (t, steps) => t % HELD_OUT === 0 && steps < MOST_STEPS);
  const learnings = total >= HELD_OUT ? 2 * settings.length : settings.length;
  let done = 0;
  const learned = (from: TraceSet, s: LearnSettings, more: Instrumentation = {}): Automaton => {
    const start = done++;
    return learn(from, s, { ...more, ...(instrumentation.cancelled ? { cancelled: () => instrumentation.cancelled!() } : {}), step: (fraction, states, waiting) => instrumentation.step?.((start + fraction) / learnings, states, waiting) });
  };
  if (total < HELD_OUT) return { automaton: learned(traces, settings[0], record), settings: settings[0], mixture: undefined };

  const tried = { automata: settings.map((s) => learned(kept, s)), hidden: [] as HiddenMarkov[], contexts: Contexts.of(kept, ORDER) };
  const heldCount = traceCount(held);
  const likelihoods = backOffs.map((backOff) => settings.map((_, i) => logLikelihood(predictions({ ...tried, automata: [tried.automata[i]], backOff }, held, 0, heldCount)[0])));
  const best = argMax(likelihoods.map((row) => Math.max(...row)));
  const backOff = backOffs[best];
  const single = argMax(likelihoods[best]);
  const level = levels(tried.automata[single], held, 0, heldCount, 1 - 1 / HELD_OUT);
  const weighted = (hidden: readonly HiddenMarkov[]): { n: number; used: Float64Array; better: boolean } => {
    const parts = predictions({ ...tried, hidden, backOff }, held, 0, heldCount);
    const n = parts.length;
    const weights = pruned(likeliestWeights(parts, level, ROUNDS), n);
    const better = isBetter(parts, level, weights, single, held);
    return { n, used: better ? weights : weights.map((_, k) => (k % n === single ? 1 : 0)), better };
  };
  let average = weighted([]);
  // Where not even other automata and contexts add to it, the automaton has found what there is: hidden states need not be looked for.
  if (average.better && traces.alphabet.length <= MOST_HIDDEN_SYMBOLS) {
    tried.hidden.push(likeliestHidden(kept, held, () => instrumentation.cancelled?.() ?? false));
    average = weighted(tried.hidden);
  }
  const { n, used } = average;

  // The best automaton first, then the others that have weight; contexts as long as have weight.
  const weighs = (j: number): boolean => Array.from({ length: LEVELS }, (_, l) => used[l * n + j]).some((w) => w > 0);
  const others = settings.map((_, j) => j).filter((j) => j !== single && weighs(j));
  const hidden = tried.hidden.filter((_, i) => weighs(settings.length + i));
  const orders = settings.length + tried.hidden.length;
  let order = ORDER;
  while (order > 0 && !weighs(orders + order)) order--;
  const columns = [single, ...others, ...hidden.map(() => settings.length), ...Array.from({ length: order + 1 }, (_, k) => orders + k)];
  const mixture: Mixture = {
    automata: [single, ...others].map((j) => learned(traces, settings[j], j === single ? record : {})), hidden: hidden.map((model) => model.refined(traces)), contexts: Contexts.of(traces, order), backOff,
    weights: Float64Array.from({ length: LEVELS * columns.length }, (_, k) => used[Math.floor(k / columns.length) * n + columns[k % columns.length]]),
  };
  return { automaton: mixture.automata[0], settings: settings[single], mixture };
}

/** The hidden Markov model, of several starts, that the held-out traces are likeliest with. */
function likeliestHidden(kept: TraceSet, held: TraceSet, cancelled: () => boolean): HiddenMarkov {
  const states = Math.min(HIDDEN_STATES, Math.ceil(kept.symbols.length / STEPS_PER_HIDDEN_STATE) + 1);
  const models = HIDDEN_STARTS.map((seed) => HiddenMarkov.learn(kept, states, seed, HIDDEN_PASSES, MOST_HIDDEN_STEPS, cancelled));
  return models[argMax(models.map((model) => logLikelihood(model.probabilities(held, 0, traceCount(held)))))];
}

function distinct(settings: readonly LearnSettings[]): LearnSettings[] {
  return [...new Map(settings.map((s) => [JSON.stringify(s), s])).values()];
}

/** The traces that `chosen` takes; it is told the number of steps taken before. */
export function subset(traces: TraceSet, chosen: (trace: number, steps: number) => boolean): TraceSet {
  const list: number[] = [];
  let steps = 0;
  for (let t = 0; t < traceCount(traces); t++) {
    if (!chosen(t, steps)) continue;
    list.push(t);
    steps += traces.offsets[t + 1] - traces.offsets[t] + 1;
  }
  const offsets = new Uint32Array(list.length + 1);
  list.forEach((t, i) => (offsets[i + 1] = offsets[i] + traces.offsets[t + 1] - traces.offsets[t]));
  const symbols = new Uint32Array(offsets[list.length]);
  const of = traces.data && new Uint32Array(symbols.length);
  list.forEach((t, i) => {
    symbols.set(traces.symbols.subarray(traces.offsets[t], traces.offsets[t + 1]), offsets[i]);
    if (traces.data) of?.set(traces.data.of.subarray(traces.offsets[t], traces.offsets[t + 1]), offsets[i]);
  });
  return { ...traces, symbols, offsets, types: Uint16Array.from(list, (t) => traces.types[t]), ...(traces.data && of ? { data: { ...traces.data, of } } : {}) };
}

function logLikelihood(steps: Float64Array): number {
  let sum = 0;
  for (const p of steps) sum += Math.log(p);
  return sum;
}

function argMax(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
}

/** Weights without the small ones. */
function pruned(weights: Float64Array, n: number): Float64Array {
  return normalised(weights.map((w) => (w < LEAST_WEIGHT ? 0 : w)), n);
}

/** Whether the average gains, a held-out trace, more than two standard errors over one predictor alone. */
function isBetter(parts: readonly Float64Array[], level: Uint8Array, weights: Float64Array, single: number, held: TraceSet): boolean {
  let sum = 0, squares = 0, at = 0;
  const n = traceCount(held);
  for (let t = 0; t < n; t++) {
    let gain = 0;
    for (let i = held.offsets[t]; i <= held.offsets[t + 1]; i++, at++) gain += Math.log(averaged(parts, weights, level[at], at) / parts[single][at]);
    sum += gain;
    squares += gain * gain;
  }
  const mean = sum / n;
  return mean > 2 * Math.sqrt(Math.max(0, squares / n - mean * mean) / n);
}
