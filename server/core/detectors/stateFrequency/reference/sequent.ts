import { learn } from '../../../automata/learner';
import { replay } from '../../../automata/replay';
import { translateTraces } from '../../../automata/traces';
import { firstRows } from '../../../symbols/windows';
import type { Automaton } from '../../../automata/automaton';
import type { Instrumentation } from '../../../automata/learner';
import type { Replay } from '../../../automata/replay';
import type { TraceSet } from '../../../automata/traces';
import type { Windows } from '../../../symbols/windows';
import type { ReferenceSettings } from './settings';

/** What SEQUENT learned. */
export interface ReferenceModel {
  readonly settings: ReferenceSettings;
  readonly automaton: Automaton;
  /** Visits of each state when the training traces are replayed. */
  readonly visits: Float64Array;
  readonly totalVisits: number;
}

/** SEQUENT's result for traces in their order; steps of trace t are `replay.offsets[t] .. replay.offsets[t + 1])`. */
export interface ReferenceScores {
  readonly replay: Replay;
  /** One score a step. */
  readonly steps: Float64Array;
  /** Sum of the steps, one a trace. */
  readonly traces: Float64Array;
  /** State of the greatest step of each trace, the first of equal ones; -1 for an empty trace. */
  readonly rootCauses: Int32Array;
}

/** Traces with one root cause, the worst first. */
export interface ReferenceGroup {
  readonly state: number;
  readonly traces: Uint32Array;
}

/** Learns the automaton and counts how often the training traces visit its states (specs, SEQUENT, sections 5 and 7). */
export function learnReference(traces: TraceSet, settings: ReferenceSettings, instrumentation?: Instrumentation): ReferenceModel {
  return countReference(learn(traces, settings.learn, instrumentation), traces, settings);
}

/** Counts how often the training traces, in the automaton's alphabet, visit the states of an automaton that is there already. O(symbols). */
export function countReference(automaton: Automaton, traces: TraceSet, settings: ReferenceSettings): ReferenceModel {
  const { states } = replay(automaton, traces, settings.replay);
  const visits = new Float64Array(automaton.stateCount);
  for (const state of states) visits[state]++;
  return { settings, automaton, visits, totalVisits: states.length };
}

/**
 * SEQUENT's adaptive score: ln(n + 1) - ln(N + 1) + ln(T + 1) - ln(D + 1) a step, with n the visits of its state so far in these traces, N those in
 * training, T all of training, D the number of different states visited so far. It depends on the order of the traces. Section 8. O(symbols).
 */
export function scoreReference(model: ReferenceModel, traces: TraceSet): ReferenceScores {
  const run = replay(model.automaton, translateTraces(traces, model.automaton.alphabet), model.settings.replay);
  const trained = model.visits.map((count) => Math.log(count + 1));
  const total = Math.log(model.totalVisits + 1);
  const visits = new Float64Array(model.automaton.stateCount);
  let different = 0;
  const steps = new Float64Array(run.states.length);
  const sums = new Float64Array(traces.types.length);
  const rootCauses = new Int32Array(traces.types.length).fill(-1);
  for (let t = 0; t < sums.length; t++) {
    let greatest = -Infinity;
    for (let i = run.offsets[t]; i < run.offsets[t + 1]; i++) {
      const state = run.states[i];
      const score = Math.log(visits[state] + 1) - trained[state] + total - Math.log(different + 1);
      if (visits[state]++ === 0) different++;
      steps[i] = score;
      sums[t] += score;
      if (score > greatest) {
        greatest = score;
        rootCauses[t] = state;
      }
    }
  }
  return { replay: run, steps, traces: sums, rootCauses };
}

/** Groups by root cause, the largest first, ties in the text order of the states' numbers; traces by score, the worst first (section 9). */
export function groupReference(model: ReferenceModel, scores: ReferenceScores): ReferenceGroup[] {
  const members = new Map<number, number[]>();
  scores.rootCauses.forEach((state, t) => {
    const list = members.get(state);
    if (list) list.push(t);
    else members.set(state, [t]);
  });
  const name = (state: number): string => String(model.automaton.arrays.number[state]);
  return [...members]
    .sort(([a, left], [b, right]) => right.length - left.length || (name(a) < name(b) ? -1 : 1))
    .map(([state, list]) => ({ state, traces: Uint32Array.from(list.sort((a, b) => scores.traces[b] - scores.traces[a])) }));
}

/** Events that SEQUENT links to a group: those at which one of its windows starts, in file order, each once. */
export function linkedRows(group: ReferenceGroup, windows: Windows): Uint32Array {
  const first = firstRows(windows);
  return Uint32Array.from(new Set(group.traces.map((t) => first[t]))).sort();
}
