import { GuardedSteps, NO_GUARD } from './guards';
import type { Automaton } from './automaton';
import type { TraceSet } from './traces';

export interface ReplaySettings {
  /** Laplace count of probabilities: P(a) = (count of a + c) / (sum over seen symbols of (count + c) + c). */
  readonly correction: number;
  /** Whether a symbol without transition restarts at the root; otherwise the rest of the trace is lost. */
  readonly reset: boolean;
  /** Whether the end of a trace is a step too: it gets a score, and the last state once more. */
  readonly finalProbability: boolean;
  /** Whether arriving at the root by a symbol repeats the state recorded before it, unless it is the first (the `sicco` reference). */
  readonly repeatAtRoot: boolean;
}

export const defaultReplaySettings: ReplaySettings = { correction: 1, reset: true, finalProbability: false, repeatAtRoot: false };

/** State sequences of traces: the steps of trace t are `offsets[t] .. offsets[t + 1])`. */
export interface Replay {
  readonly offsets: Uint32Array;
  /** State after each step, -1 where the trace was lost. */
  readonly states: Int32Array;
  /** Natural logarithm of the probability of each step in the state before it. A lost step has one, what follows it is missing. */
  readonly scores: Float64Array;
  /** Of a guarded automaton: 1 at steps whose state knows the symbol, and none of its guards held. Such a step goes on as one without transition. */
  readonly noGuard?: Uint8Array;
}

/**
 * Runs traces through an automaton (specs, state machine, section 7). The traces must be in the automaton's alphabet
 * (`translateTraces`). O(symbols).
 */
export function replay(automaton: Automaton, traces: TraceSet, settings: ReplaySettings): Replay {
  const { offsets, symbols } = traces;
  const { entryTarget } = automaton.arrays;
  const probabilities = new LogProbabilities(automaton, settings.correction, settings.finalProbability);
  const total = traces.types.length;
  const ends = settings.finalProbability ? total : 0;
  const states = new Int32Array(symbols.length + ends);
  const scores = new Float64Array(symbols.length + ends);
  const { guards } = automaton.data;
  const guarded = guards && new GuardedSteps(automaton, guards, traces.attributes);
  const noGuard = guarded && new Uint8Array(states.length);
  const starts = new Uint32Array(total + 1);
  let at = 0;
  for (let t = 0; t < total; t++) {
    const first = at;
    let state = 0;
    let lost = false;
    for (let i = offsets[t]; i < offsets[t + 1] && !lost; i++) {
      const entry = guarded ? guarded.entry(state, symbols[i], i) : automaton.entry(state, symbols[i]);
      if (entry === NO_GUARD) noGuard![at] = 1;
      const target = entry < 0 ? -1 : entryTarget[entry];
      scores[at] = entry < 0 ? probabilities.unseen[state] : probabilities.ofEntry[entry];
      lost = target < 0 && !settings.reset;
      state = target < 0 ? 0 : target;
      states[at] = lost ? -1 : settings.repeatAtRoot && state === 0 && at > first ? states[at - 1] : state;
      at++;
    }
    if (settings.finalProbability && !lost) {
      scores[at] = probabilities.end[state];
      states[at++] = state;
    }
    starts[t + 1] = at;
  }
  return { offsets: starts, states: states.slice(0, at), scores: scores.slice(0, at), ...(noGuard ? { noGuard: noGuard.slice(0, at) } : {}) };
}

/** Log-probabilities of everything that can happen in each state, from the state's own counts. */
export class LogProbabilities {
  /** Of the symbol of each entry. */
  readonly ofEntry: Float64Array;
  /** Of a symbol that the state never saw, one a state. */
  readonly unseen: Float64Array;
  /** Of the end of the trace, one a state; counts only with `finalProbability`. */
  readonly end: Float64Array;

  constructor(automaton: Automaton, correction: number, finalProbability: boolean) {
    const { entryStart, entryCount, ended } = automaton.arrays;
    const c = Math.fround(correction);
    this.ofEntry = new Float64Array(entryCount.length);
    this.unseen = new Float64Array(automaton.stateCount);
    this.end = new Float64Array(automaton.stateCount);
    for (let q = 0; q < automaton.stateCount; q++) {
      let sum = c;
      for (let e = entryStart[q]; e < entryStart[q + 1]; e++) if (entryCount[e] > 0) sum += entryCount[e] + c;
      if (finalProbability && ended[q] > 0) sum += ended[q] + c;
      for (let e = entryStart[q]; e < entryStart[q + 1]; e++) this.ofEntry[e] = Math.log((entryCount[e] + c) / sum);
      this.unseen[q] = Math.log(c / sum);
      this.end[q] = Math.log((ended[q] + c) / sum);
    }
  }
}
