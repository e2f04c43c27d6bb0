import type { Automaton } from '../../automata/automaton';
import { learn } from '../../automata/learner';
import { defaultReplaySettings, replay } from '../../automata/replay';
import { defaultLearnSettings } from '../../automata/settings';
import type { TraceSet } from '../../automata/traces';
import { dynamicWindows } from '../../symbols/dynamicWindows';
import { mulberry32 } from '../../util/rng';
import { type EntityFlows, flowsOf } from './entityFlows';
import type { EntityMethod } from './method';
import { type Coding, fitCodings, symbolsOf } from './symbols';

/** Candidates with fewer traces are not developed further. */
const SINK_COUNT = 25;

/** How often an entity's rows took each (state, symbol), as shares of all its steps; patterns ascend. */
export interface Visits {
  readonly patterns: Float64Array;
  readonly shares: Float64Array;
}

/**
 * The symbolic baseline of the thesis (specs, multivariate, section 8, b): flows made discrete, one ordinary automaton of all entities learned from, and each entity's error
 * against the most similar of them: the mean, over the patterns of either, of how far the shares of their visits lie apart. `categorical`: the features that are names.
 */
export function symbolic(categorical: readonly boolean[], seed: number): EntityMethod {
  return {
    id: 'symbolic',
    title: 'Symbols and an ordinary automaton',
    learner: (training) => function* (members) {
      const flows = Array.from(members, (i) => flowsOf(training, i));
      const codings = fitCodings(gathered(flows.map((own) => own.features.values), training.features.columns), categorical, mulberry32(seed));
      yield;
      const number = new Map<number, number>();
      for (const { features } of flows) for (const symbol of symbolsOf(codings, features)) if (!number.has(symbol)) number.set(symbol, number.size);
      const automaton = learn(tracesOf(flows.map((own) => windowsOf(own, codings, number)), number.size), { ...defaultLearnSettings, sinks: true, sinkCount: SINK_COUNT, mergeSinks: true });
      const profiles: Visits[] = [];
      const visits = (from: EntityFlows, i: number): Visits => visitsOf(automaton, tracesOf([windowsOf(flowsOf(from, i), codings, number)], number.size));
      for (const i of members) {
        yield;
        profiles.push(visits(training, i));
      }
      return {
        score(from, i) {
          const own = visits(from, i);
          return profiles.reduce((least, profile) => Math.min(least, visitError(profile, own)), Infinity);
        },
      };
    },
  };
}

/** Mean over the patterns of either of the distance between their shares; 0 for equal ones. O(patterns). */
export function visitError(a: Visits, b: Visits): number {
  let sum = 0;
  let patterns = 0;
  for (let i = 0, j = 0; i < a.patterns.length || j < b.patterns.length; patterns++) {
    const left = i < a.patterns.length ? a.patterns[i] : Infinity;
    const right = j < b.patterns.length ? b.patterns[j] : Infinity;
    sum += Math.abs((left <= right ? a.shares[i++] : 0) - (right <= left ? b.shares[j++] : 0));
  }
  return patterns > 0 ? sum / patterns : 0;
}

/** Symbols of the windows of one entity, by number; symbols without one are `number.size`. */
function windowsOf({ time, features }: ReturnType<typeof flowsOf>, codings: readonly Coding[], number: ReadonlyMap<number, number>): Uint32Array[] {
  const symbols = Uint32Array.from(symbolsOf(codings, features), (symbol) => number.get(symbol) ?? number.size);
  const windows: Uint32Array[] = [];
  dynamicWindows(time, (from, to) => windows.push(symbols.subarray(from, to)));
  return windows;
}

function tracesOf(ofEntities: readonly (readonly Uint32Array[])[], symbols: number): TraceSet {
  const windows = ofEntities.flat();
  const offsets = new Uint32Array(windows.length + 1);
  windows.forEach((window, i) => (offsets[i + 1] = offsets[i] + window.length));
  const flat = new Uint32Array(offsets[windows.length]);
  windows.forEach((window, i) => flat.set(window, offsets[i]));
  return { symbols: flat, offsets, types: new Uint16Array(windows.length), alphabet: Array.from({ length: symbols }, (_, symbol) => String(symbol)), typeNames: ['0'] };
}

function visitsOf(automaton: Automaton, traces: TraceSet): Visits {
  const { states } = replay(automaton, traces, defaultReplaySettings);
  // A symbol that was never seen is one more.
  const keys = Float64Array.from(states, (state, i) => state * (automaton.alphabet.length + 1) + traces.symbols[i]).sort();
  const starts = Array.from(keys.keys()).filter((i) => i === 0 || keys[i] !== keys[i - 1]);
  return { patterns: Float64Array.from(starts, (i) => keys[i]), shares: Float64Array.from(starts, (start, i) => ((starts[i + 1] ?? keys.length) - start) / keys.length) };
}

function gathered(parts: readonly Float64Array[], columns: number): { values: Float64Array; columns: number } {
  const values = new Float64Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return { values, columns };
}
