import { mulberry32 } from '../../server/core/util/rng';
import { drawn, randomAutomaton, type TraceRecipe } from '../support/traces';

/**
 * The file of `gen_traces.py large`, byte for byte: Abbadingo text of traces of a random automaton, symbols `s0`, `s1`, ... In pieces, so that no
 * string holds it all. Source: specs, state machine, section 11.
 */
export function* largeTraces(recipe: TraceRecipe): Generator<string> {
  const { traces, length, symbols } = recipe;
  const rng = mulberry32(recipe.seed);
  const automaton = randomAutomaton(rng, recipe);
  let text = `${traces} ${symbols}\n`;
  for (let t = 0; t < traces; t++) {
    text += `1 ${length}`;
    for (let i = 0, q = 0; i < length; i++) {
      const chosen = drawn(rng, automaton[q]);
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
