import { mulberry32 } from '../../server/core/util/rng';
import type { TraceSet } from '../../server/core/automata/traces';

/** Size and shape of random traces: a random automaton with `states` states over `symbols` symbols, of which each state can emit `degree`. */
export interface TraceRecipe {
  readonly traces: number;
  readonly length: number;
  readonly states: number;
  readonly symbols: number;
  readonly degree: number;
  readonly seed: number;
}

/** Traces of fixed length sampled from a random automaton; the recipe fixes every one of them. */
export function randomTraces({ traces, length, states, symbols, degree, seed }: TraceRecipe): TraceSet {
  const rng = mulberry32(seed);
  const automaton = Array.from({ length: states }, () => {
    const order = Array.from({ length: symbols }, (_, a) => a);
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(rng() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    const emitted = order.slice(0, degree).sort((a, b) => a - b);
    const weights = emitted.map(() => 0.05 + rng());
    const sum = weights.reduce((a, b) => a + b, 0);
    return emitted.map((symbol, i) => ({ symbol, probability: weights[i] / sum, target: Math.floor(rng() * states) }));
  });
  const flat = new Uint32Array(traces * length);
  for (let t = 0; t < traces; t++) {
    for (let i = 0, q = 0; i < length; i++) {
      let u = rng();
      let choice = automaton[q][automaton[q].length - 1];
      for (const transition of automaton[q]) {
        if (u < transition.probability) {
          choice = transition;
          break;
        }
        u -= transition.probability;
      }
      flat[t * length + i] = choice.symbol;
      q = choice.target;
    }
  }
  return {
    symbols: flat, offsets: Uint32Array.from({ length: traces + 1 }, (_, t) => t * length), types: new Uint16Array(traces),
    alphabet: Array.from({ length: symbols }, (_, a) => `s${a}`), typeNames: ['1'],
  };
}
