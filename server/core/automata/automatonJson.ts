import type { Automaton } from './automaton';

/** An automaton as plain data. Transitions of Mealy machines have an `output`, states of regression automata the `mean` of the numbers that followed them. */
export interface AutomatonJson {
  readonly states: readonly { readonly id: number; readonly size: number; readonly final: number; readonly kind: 'core' | 'sink'; readonly counts: Readonly<Record<string, number>>; readonly mean?: number }[];
  readonly transitions: readonly { readonly from: number; readonly symbol: string; readonly to: number; readonly count: number; readonly output?: string }[];
}

/** States with their counts by symbol, and transitions; a state that is no part of the core is a sink. O(transitions). */
export function toJson(automaton: Automaton): AutomatonJson {
  const { arrays: a, alphabet } = automaton;
  const states: AutomatonJson['states'][number][] = [];
  const transitions: AutomatonJson['transitions'][number][] = [];
  for (let q = 0; q < automaton.stateCount; q++) {
    // Without a prototype, so that any symbol is only a name.
    const counts = Object.create(null) as Record<string, number>;
    for (let e = a.entryStart[q]; e < a.entryStart[q + 1]; e++) {
      const symbol = alphabet[a.entrySymbol[e]];
      if (a.entryCount[e] > 0) counts[symbol] = a.entryCount[e];
      const output = automaton.output(e);
      if (a.entryTarget[e] >= 0) transitions.push({ from: q, symbol, to: a.entryTarget[e], count: a.entryCount[e], ...(output === undefined ? {} : { output }) });
    }
    const mean = automaton.mean(q);
    states.push({ id: q, size: a.size[q], final: a.ended[q], kind: automaton.isCore(q) ? 'core' : 'sink', counts, ...(mean === undefined ? {} : { mean }) });
  }
  return { states, transitions };
}
