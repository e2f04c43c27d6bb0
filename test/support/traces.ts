import { mulberry32, type Rng } from '../../server/core/util/rng';
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

/** One of the symbols that a state of a random automaton emits. */
export interface Transition {
  readonly symbol: number;
  readonly probability: number;
  readonly target: number;
}

/** The transitions of each state of the recipe's automaton, in order of symbols (specs, state machine, section 11). */
export function randomAutomaton(rng: Rng, { states, symbols, degree }: TraceRecipe): Transition[][] {
  return Array.from({ length: states }, () => {
    const order = Array.from({ length: symbols }, (_, a) => a);
    for (let i = symbols - 1; i > 0; i--) {
      const j = Math.floor(rng() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    const emitted = order.slice(0, degree).sort((a, b) => a - b);
    const weights = emitted.map(() => 0.05 + rng());
    const sum = weights.reduce((a, b) => a + b, 0);
    return emitted.map((symbol, i) => ({ symbol, probability: weights[i] / sum, target: Math.floor(rng() * states) }));
  });
}

/** One of a state's transitions by its probability; a sum below 1 by rounding ends at the last. */
export function drawn(rng: Rng, transitions: readonly Transition[]): Transition {
  let u = rng();
  for (const transition of transitions) {
    if (u < transition.probability) return transition;
    u -= transition.probability;
  }
  return transitions[transitions.length - 1];
}

/** Traces of fixed length sampled from a random automaton; the recipe fixes every one of them. */
export function randomTraces(recipe: TraceRecipe): TraceSet {
  const { traces, length, symbols } = recipe;
  const rng = mulberry32(recipe.seed);
  const automaton = randomAutomaton(rng, recipe);
  const flat = new Uint32Array(traces * length);
  for (let t = 0; t < traces; t++) {
    for (let i = 0, q = 0; i < length; i++) {
      const { symbol, target } = drawn(rng, automaton[q]);
      flat[t * length + i] = symbol;
      q = target;
    }
  }
  return {
    symbols: flat, offsets: Uint32Array.from({ length: traces + 1 }, (_, t) => t * length), types: new Uint16Array(traces),
    alphabet: Array.from({ length: symbols }, (_, a) => `s${a}`), typeNames: ['1'],
  };
}
