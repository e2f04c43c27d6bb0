import { mulberry32 } from '../../server/core/util/rng';

/** What `gen_traces.py large` takes: traces, their length, states, symbols, symbols a state, seed. */
export interface LargeRecipe {
  readonly traces: number;
  readonly length: number;
  readonly states: number;
  readonly symbols: number;
  readonly degree: number;
  readonly seed: number;
}

interface Transition {
  readonly symbol: number;
  readonly probability: number;
  readonly target: number;
}

/**
 * The file of `gen_traces.py large`, byte for byte: Abbadingo text of traces of a random automaton, symbols `s0`, `s1`, ... In pieces, so that no
 * string holds it all. Source: specs, state machine, section 11.
 */
export function* largeTraces({ traces, length, states, symbols, degree, seed }: LargeRecipe): Generator<string> {
  const rng = mulberry32(seed);
  const automaton = Array.from({ length: states }, () => randomState(rng, states, symbols, degree));
  let text = `${traces} ${symbols}\n`;
  for (let t = 0; t < traces; t++) {
    text += `1 ${length}`;
    for (let i = 0, q = 0; i < length; i++) {
      let u = rng();
      const transitions = automaton[q];
      // A sum of probabilities below 1 by rounding ends at the last transition.
      let chosen = transitions[transitions.length - 1];
      for (const transition of transitions) {
        if (u < transition.probability) {
          chosen = transition;
          break;
        }
        u -= transition.probability;
      }
      text += ` s${chosen.symbol}`;
      q = chosen.target;
    }
    text += '\n';
    if (text.length < 1 << 16) continue;
    yield text;
    text = '';
  }
  yield text;
}

function randomState(rng: () => number, states: number, symbols: number, degree: number): Transition[] {
  const order = Array.from({ length: symbols }, (_, a) => a);
  for (let i = symbols - 1; i > 0; i--) {
    const j = Math.floor(rng() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const emitted = order.slice(0, degree).sort((a, b) => a - b);
  const weights = emitted.map(() => 0.05 + rng());
  const sum = weights.reduce((a, b) => a + b, 0);
  return emitted.map((symbol, i) => ({ symbol, probability: weights[i] / sum, target: Math.floor(rng() * states) }));
}
