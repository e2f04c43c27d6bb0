import type { Automaton } from '../../automata/automaton';
import { GuardedSteps, type Guards, NO_GUARD } from '../../automata/guards';
import { learn } from '../../automata/learner';
import { defaultLearnSettings } from '../../automata/settings';
import { type Matrix, rowCount, takeRows } from '../../outliers/matrix';
import type { OutlierKind, OutlierModel } from '../../outliers/outlierModel';
import { dynamicWindows } from '../../symbols/dynamicWindows';
import { mulberry32 } from '../../util/rng';

/** Flows of one entity in time order. */
export interface Flows {
  readonly time: Float64Array;
  readonly features: Matrix;
}

/** What steers the learning of a profile; the thesis has not recorded its own (specs, sections 5 and 11). */
const CONFIDENCE = 0.01;
const SINK_COUNT = 25;

/** The automaton of one entity with what its states learned: a profile to compare others with (specs, multivariate, sections 5 to 7). */
export class StateProfile {
  private constructor(readonly automaton: Automaton, private readonly guards: Guards, private readonly ofState: readonly (OutlierModel | undefined)[], private readonly weights: Float64Array) {}

  /** Learns the automaton, guards on all features and no symbols, then an outlier model of the rows that each state consumes, as often as it does. Deterministic with `seed`. */
  static learn(flows: Flows, kind: OutlierKind<unknown>, seed: number): StateProfile {
    const automaton = learnAutomaton(flows);
    const guards = automaton.data.guards as Guards;
    const { starts, rows } = byState(automaton, guards, flows);
    const ofState: (OutlierModel | undefined)[] = [];
    let most = 0;
    for (let q = 0; q < automaton.stateCount; q++) {
      const own = rows.subarray(starts[q], starts[q + 1]);
      most = Math.max(most, own.length);
      const model = kind.fit({ values: takeRows(flows.features, own), columns: flows.features.columns }, kind.defaults, mulberry32(seed));
      ofState.push('problem' in model ? undefined : model);
    }
    const weights = Float64Array.from(ofState, (_, q) => (starts[q + 1] - starts[q] + 1) / (most + 1));
    return new StateProfile(automaton, guards, ofState, weights);
  }

  /** Share of an entity's flows that do not fit, 0 .. 1: those that most of the states they came to, by weight, call outliers. States without a model call all so. */
  misfits(flows: Flows): number {
    const n = rowCount(flows.features);
    const { starts, rows } = byState(this.automaton, this.guards, flows);
    const odd = new Float64Array(n);
    const all = new Float64Array(n);
    for (let q = 0; q < this.ofState.length; q++) {
      const own = rows.subarray(starts[q], starts[q + 1]);
      if (own.length === 0) continue;
      const model = this.ofState[q];
      const scores = model?.score({ values: takeRows(flows.features, own), columns: flows.features.columns });
      for (let i = 0; i < own.length; i++) {
        all[own[i]] += this.weights[q];
        if (!model || !scores || 'problem' in scores || scores[i] > model.threshold) odd[own[i]] += this.weights[q];
      }
    }
    let misfits = 0;
    for (let row = 0; row < n; row++) if (odd[row] > all[row] / 2) misfits++;
    return n > 0 ? misfits / n : 0;
  }
}

function learnAutomaton({ time, features: { values, columns } }: Flows): Automaton {
  const offsets = [0];
  const rows: number[] = [];
  dynamicWindows(time, (from, to) => {
    for (let row = from; row < to; row++) rows.push(row);
    offsets.push(rows.length);
  });
  const declared = Array.from({ length: columns }, (_, c) => ({ name: String(c), splittable: true, distribution: true }));
  return learn(
    { symbols: new Uint32Array(rows.length), offsets: Uint32Array.from(offsets), types: new Uint16Array(offsets.length - 1), alphabet: ['0'], typeNames: ['0'], attributes: { declared, values: takeRows({ values, columns }, rows) } },
    { ...defaultLearnSettings, mergeTest: 'attributes', confidence: CONFIDENCE, stateCount: 0, symbolCount: 0, sinks: true, sinkCount: SINK_COUNT },
  );
}

/** The rows that each state consumes, once for every window that they are in: `rows[starts[q] .. starts[q + 1])`. O(rows in windows). */
function byState(automaton: Automaton, guards: Guards, { time, features }: Flows): { readonly starts: Uint32Array; readonly rows: Uint32Array } {
  const { entryStart, entryTarget } = automaton.arrays;
  const steps = new GuardedSteps(automaton, guards, { declared: guards.declared, values: features.values });
  const state: number[] = [];
  const row: number[] = [];
  const starts = new Uint32Array(automaton.stateCount + 1);
  dynamicWindows(time, (from, to) => {
    let q = 0;
    for (let i = from; i < to; i++) {
      state.push(q);
      row.push(i);
      starts[q + 1]++;
      const entry = steps.entry(q, 0, i);
      // A state with one way goes it whatever the guard; one without any stays. Where none of several guards holds, the walk is lost and starts anew.
      const taken = entry === NO_GUARD && entryStart[q + 1] - entryStart[q] === 1 ? entryStart[q] : entry;
      const target = taken >= 0 ? entryTarget[taken] : taken === NO_GUARD ? 0 : -1;
      if (target >= 0) q = target;
    }
  });
  for (let q = 1; q < starts.length; q++) starts[q] += starts[q - 1];
  const next = starts.slice();
  const rows = new Uint32Array(row.length);
  for (let i = 0; i < row.length; i++) rows[next[state[i]]++] = row[i];
  return { starts, rows };
}
