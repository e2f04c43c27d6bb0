import { automatonFrom, tensorsOf } from './automatonTensors';
import { Contexts } from './contexts';
import { HiddenMarkov } from './hiddenMarkov';
import { traceCount } from './traces';
import { type Fault, finite } from '../models/checked';
import type { Tensor } from '../models/safetensors';
import type { Automaton } from './automaton';
import type { TraceSet } from './traces';

/**
 * Several predictors of the next symbol (or the end), averaged step by step: automata, whose states back off to the overall distribution,
 * hidden Markov models, and contexts of up to k last symbols for k from 0 to `contexts.order`. The weights depend on how often the state was seen that the first
 * automaton is in, because that is how far it can be relied on.
 */
export interface Mixture {
  readonly automata: readonly Automaton[];
  /** One, or none where it adds nothing. */
  readonly hidden: readonly HiddenMarkov[];
  readonly contexts: Contexts;
  /** For each of `LEVELS` levels of experience one an automaton, one a hidden Markov model, then one an order of contexts; each level sums to 1. */
  readonly weights: Float64Array;
  /** A state counts so many times the overall distribution beside what it has seen. */
  readonly backOff: number;
}

/** Levels of experience: states seen 0, 1 to 2, 3 to 6, ... times; the last has no upper end. */
export const LEVELS = 16;

/** Traces worked on at a time. */
const BLOCK = 512;

/** Probability of every step of all predictors: `[predictor][step]`, a trace's end being its last step. O(steps x predictors). */
export function predictions(mixture: Omit<Mixture, 'weights'>, traces: TraceSet, first: number, last: number): Float64Array[] {
  const { automata, hidden, contexts } = mixture;
  const steps = traces.offsets[last] - traces.offsets[first] + last - first;
  const byOrder = Array.from({ length: contexts.order + 1 }, () => new Float64Array(steps));
  contexts.probabilities(traces, first, last, byOrder);
  return [...automata.map((automaton) => statePredictions(automaton, mixture.backOff, byOrder[0], traces, first, last)), ...hidden.map((model) => model.probabilities(traces, first, last)), ...byOrder];
}

function statePredictions(automaton: Automaton, backOff: number, overall: Float64Array, traces: TraceSet, first: number, last: number): Float64Array {
  const { entryCount, entryTarget, passed, ended } = automaton.arrays;
  const { symbols, offsets } = traces;
  const result = new Float64Array(overall.length);
  let at = 0;
  for (let t = first; t < last; t++) {
    let state = 0;
    for (let i = offsets[t]; i <= offsets[t + 1]; i++, at++) {
      if (state < 0) {
        result[at] = overall[at];
        continue;
      }
      let count = ended[state];
      let target = -1;
      if (i < offsets[t + 1]) {
        const entry = automaton.entry(state, symbols[i]);
        count = entry < 0 ? 0 : entryCount[entry];
        target = entry < 0 ? -1 : entryTarget[entry];
      }
      result[at] = (count + backOff * overall[at]) / (passed[state] + ended[state] + backOff);
      state = target;
    }
  }
  return result;
}

/** The level of experience of each step in the state that an automaton is in. `share`: of the traces that it was learned from, those that count. */
export function levels(automaton: Automaton, traces: TraceSet, first: number, last: number, share = 1): Uint8Array {
  const { passed, ended } = automaton.arrays;
  const { symbols, offsets } = traces;
  const levelOf = Uint8Array.from(passed, (n, q) => Math.min(LEVELS - 1, Math.floor(Math.log2((n + ended[q]) / share + 1))));
  const result = new Uint8Array(offsets[last] - offsets[first] + last - first);
  let at = 0;
  for (let t = first; t < last; t++) {
    let state = 0;
    for (let i = offsets[t]; i <= offsets[t + 1]; i++) {
      result[at++] = state < 0 ? 0 : levelOf[state];
      if (i < offsets[t + 1] && state >= 0) state = automaton.step(state, symbols[i]);
    }
  }
  return result;
}

/** Natural logarithm of the probability of each trace, its end included. O(steps x predictors). */
export function traceLogProbabilities(mixture: Mixture, traces: TraceSet): Float64Array {
  const { weights } = mixture;
  const total = traceCount(traces);
  const result = new Float64Array(total);
  for (let first = 0; first < total; first += BLOCK) {
    const last = Math.min(total, first + BLOCK);
    const parts = predictions(mixture, traces, first, last);
    const level = levels(mixture.automata[0], traces, first, last);
    for (let t = first, at = 0; t < last; t++) {
      for (let i = traces.offsets[t]; i <= traces.offsets[t + 1]; i++, at++) {
        result[t] += Math.log(averaged(parts, weights, level[at], at));
      }
    }
  }
  return result;
}

/** The average of the predictors at one step. */
export function averaged(parts: readonly Float64Array[], weights: Float64Array, level: number, at: number): number {
  let p = 0;
  for (let j = 0; j < parts.length; j++) p += weights[level * parts.length + j] * parts[j][at];
  return p;
}

/** Steps of expectation maximisation are made longer by this power; predictors that are much alike would take thousands of plain ones. */
const HASTE = 4;
/** A level's own steps outweigh those of all levels when there are more than this. */
const TIE = 200;

/**
 * Weights, one list a level, that give the steps the greatest likelihood: by over-relaxed expectation maximisation, for all levels together from equal
 * weights and then for each from those. O(rounds x steps x predictors).
 */
export function likeliestWeights(parts: readonly Float64Array[], level: Uint8Array, rounds: number): Float64Array {
  const n = parts.length;
  const all = maximise(parts, new Uint8Array(level.length), new Float64Array(n).fill(1 / n), 0, HASTE, rounds);
  const start = new Float64Array(LEVELS * n);
  for (let l = 0; l < LEVELS; l++) start.set(all, l * n);
  return maximise(parts, level, start, TIE, 1, rounds);
}

function maximise(parts: readonly Float64Array[], level: Uint8Array, start: Float64Array, tie: number, haste: number, rounds: number): Float64Array {
  const n = parts.length;
  let weights = start, best = start;
  let greatest = -Infinity;
  for (let round = 0; round < rounds; round++) {
    // The tie counts as so many steps at each level that the starting weights explain.
    const share = start.map((w) => w * tie);
    const steps = new Float64Array(start.length / n).fill(tie);
    let likelihood = 0;
    for (let i = 0; i < level.length; i++) {
      const from = level[i] * n;
      let p = 0;
      for (let j = 0; j < n; j++) p += weights[from + j] * parts[j][i];
      for (let j = 0; j < n; j++) share[from + j] += (weights[from + j] * parts[j][i]) / p;
      steps[level[i]]++;
      likelihood += Math.log(p);
    }
    for (let k = 0; k < start.length; k++) if (tie > 0 && start[k] > 0) likelihood += tie * start[k] * Math.log(Math.max(weights[k], Number.MIN_VALUE));
    if (likelihood > greatest) {
      greatest = likelihood;
      best = weights;
    }
    const current = weights;
    const next = current.map((w, k) => (w > 0 && steps[Math.floor(k / n)] > 0 ? w * (share[k] / (w * steps[Math.floor(k / n)])) ** haste : w));
    weights = normalised(next, n);
  }
  return best;
}

/** Weights of which each list of n sums to 1. */
export function normalised(weights: Float64Array, n: number): Float64Array {
  const result = weights.slice();
  for (let from = 0; from < weights.length; from += n) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += weights[from + j];
    for (let j = 0; j < n; j++) result[from + j] /= sum;
  }
  return result;
}

/** A mixture as tensors of a model file. */
export function mixtureTensors(mixture: Mixture): Record<string, Tensor> {
  const automata = mixture.automata.map((automaton, i) => tensorsOf(automaton, `mixture${i}.`));
  return Object.assign({ 'mixture.weights': mixture.weights, 'mixture.backOff': Float64Array.of(mixture.backOff) }, mixture.contexts.tensors(), ...mixture.hidden.map((model) => model.tensors()), ...automata) as Record<string, Tensor>;
}

/** The mixture of such tensors, or what is wrong with them. `count`: automata, at least 1. */
export function mixtureOf(tensors: Readonly<Record<string, Tensor>>, count: number, alphabet: readonly string[], typeNames: readonly string[]): Mixture | Fault {
  const automata: Automaton[] = [];
  for (let i = 0; i < count; i++) {
    const automaton = automatonFrom(tensors, `mixture${i}.`, alphabet, typeNames);
    if ('fault' in automaton) return automaton;
    automata.push(automaton);
  }
  const contexts = Contexts.from(tensors, alphabet.length);
  const hidden = 'hidden.initial' in tensors ? [HiddenMarkov.from(tensors, alphabet.length)] : [];
  if (!contexts || !hidden.every((model) => model !== undefined)) return { fault: 'the contexts or hidden states that it predicts with do not fit together' };
  const parts = count + hidden.length + contexts.order + 1;
  const weights = finite(tensors['mixture.weights'], { length: LEVELS * parts, min: 0, max: 1 + ROUNDED });
  const backOff = finite(tensors['mixture.backOff'], { length: 1, min: LEAST_BACK_OFF });
  const isWhole = (level: number): boolean => Math.abs(weights!.subarray(level * parts, (level + 1) * parts).reduce((a, b) => a + b, 0) - 1) <= ROUNDED;
  if (!weights || !backOff || !Array.from({ length: LEVELS }, (_, level) => level).every(isWhole)) return { fault: 'the weights that it predicts with are no shares' };
  return { automata, hidden, contexts, weights, backOff: backOff[0] };
}

/** Below this a state that was never seen would have no distribution. */
const LEAST_BACK_OFF = 1e-9;
/** What a sum of shares may differ from 1. */
const ROUNDED = 1e-6;
