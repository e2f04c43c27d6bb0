import type { Automaton } from './automaton';

/** An automaton as plain data. */
export interface AutomatonJson {
  readonly states: readonly { readonly id: number; readonly size: number; readonly final: number; readonly kind: 'core' | 'sink'; readonly counts: Readonly<Record<string, number>> }[];
  readonly transitions: readonly { readonly from: number; readonly symbol: string; readonly to: number; readonly count: number }[];
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
      if (a.entryTarget[e] >= 0) transitions.push({ from: q, symbol, to: a.entryTarget[e], count: a.entryCount[e] });
    }
    states.push({ id: q, size: a.size[q], final: a.ended[q], kind: automaton.isCore(q) ? 'core' : 'sink', counts });
  }
  return { states, transitions };
}
