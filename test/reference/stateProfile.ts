import type { Automaton } from '../../server/core/automata/automaton';
import type { Flows } from '../../server/core/evaluation/thesis/stateProfile';
import { slowWindows } from './dynamicWindows';

/** The state that consumes each row of each window, by walking with a look at all entries and bounds: specs/multivariate.md, 5 and 6. */
function consumed(automaton: Automaton, { time, features: { values, columns } }: Flows): [state: number, row: number][] {
  const { entryStart, entryTarget } = automaton.arrays, { low, high } = automaton.data.guards!;
  const visits: [number, number][] = [];
  for (const [from, to] of slowWindows([...time])!) {
    let state = 0;
    for (let row = from; row < to; row++) {
      visits.push([state, row]);
      const entries = Array.from({ length: entryStart[state + 1] - entryStart[state] }, (_, i) => entryStart[state] + i);
      const holds = (e: number): boolean => Array.from({ length: columns }, (_, c) => c).every((c) => low[e * columns + c] <= values[row * columns + c] && values[row * columns + c] < high[e * columns + c]);
      if (entries.length === 0) continue;
      const open = entries.length === 1 ? entries[0] : entries.find(holds);
      state = open === undefined ? 0 : entryTarget[open] < 0 ? state : entryTarget[open];
    }
  }
  return visits;
}

/** Share of `test`'s rows that do not fit the profile of `training` with means and deviations as outlier model, by the words of sections 6 and 7. */
export function slowMisfits(automaton: Automaton, training: Flows, test: Flows): number {
  const { columns } = training.features;
  const samples = Array.from({ length: automaton.stateCount }, (): number[] => []);
  for (const [state, row] of consumed(automaton, training)) samples[state].push(row);
  const most = Math.max(...samples.map((rows) => rows.length));
  const moments = samples.map((rows) => Array.from({ length: columns }, (_, c) => {
    const own = rows.map((r) => training.features.values[r * columns + c]);
    const mean = own.reduce((a, b) => a + b, 0) / own.length;
    return { mean, deviation: Math.sqrt(own.reduce((a, b) => a + (b - mean) ** 2, 0) / own.length) || 1e-9 * Math.max(1, Math.abs(mean)) };
  }));
  const votes = Array.from({ length: test.time.length }, () => ({ odd: 0, all: 0 }));
  for (const [state, row] of consumed(automaton, test)) {
    const rows = samples[state], weight = (rows.length + 1) / (most + 1);
    votes[row].all += weight;
    const odd = rows.length <= 2 || moments[state].some(({ mean, deviation }, c) => Math.abs(test.features.values[row * columns + c] - mean) > 2 * deviation);
    if (odd) votes[row].odd += weight;
  }
  return votes.filter(({ odd, all }) => odd / all > 0.5).length / votes.length;
}
