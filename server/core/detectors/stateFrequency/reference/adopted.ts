import type { Automaton } from '../../../automata/automaton';
import { fromFlexfringeJson } from '../../../automata/flexfringeJson';
import type { FlowTable } from '../../../table/flow';
import type { Alphabet } from '../../../symbols/alphabet';
import type { Adoption } from '../../detector';

/** Symbols named in a message, of each side. */
const NAMED = 3;

/** SEQUENT's way to use an automaton: FlexFringe's JSON of either version, on logs whose rows bring their symbols. */
export const adoption: Adoption = {
  settings: { reference: true },

  refuses: (header) => (header.format === 'flexfringeCsv' ? undefined : 'its rows bring no symbols of their own, as the automaton needs them (FlexFringe CSV, columns "symb:...")'),

  fault(text, baseline) {
    const { automaton, problems } = fromFlexfringeJson(text);
    if (!automaton) return `This is no FlexFringe model. ${problems.map(({ message, next }) => `${message} ${next}`).join(' ')}`;
    const symbols = baseline && symbolsOf(baseline);
    if (!symbols || symbols.length === 0 || symbols.some((symbol) => automaton.alphabet.includes(symbol))) return undefined;
    return `The model and the baseline have no symbol in common: the model has ${some(automaton.alphabet)}, the baseline ${some(symbols)}. Make the log with the encoding that the model was learned with, its columns in the same order.`;
  },
};

/** The automaton of a text that `adoption` found no fault with. */
export function adoptedAutomaton(text: string): Automaton {
  const { automaton } = fromFlexfringeJson(text);
  if (!automaton) throw new Error('The automaton was not checked before it was adopted.');
  return automaton;
}

/** Symbols as the log gives them: those of the automaton with their numbers there, then what else the baseline has. */
export function adoptedAlphabet(automaton: Automaton, baseline: FlowTable): Alphabet {
  return { name: 'given', categories: [{ name: 'symbol', values: [...new Set([...automaton.alphabet, ...symbolsOf(baseline)])], parent: -1 }], quantities: [] };
}

function symbolsOf({ symbol }: FlowTable): string[] {
  return symbol ? [...symbol.dictionary.entries()].map(([, text]) => text) : [];
}

function some(symbols: readonly string[]): string {
  const rest = symbols.length - NAMED;
  if (symbols.length === 0) return 'none';
  return symbols.slice(0, NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
