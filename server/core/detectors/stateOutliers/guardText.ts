import type { Automaton } from '../../automata/automaton';
import type { EncodedRows } from '../../symbols/rows';
import { type Feature, PROTOCOLS, valueOf } from './features';
import { amount } from './fieldText';

/** Guards named where none holds. */
const NAMED = 3;

/** The guard of an entry in the units of its features: "source bytes from 40 to below 1,514, duration of 3 s or more"; undefined where it has none. O(features). */
export function guardWords({ data: { guards } }: Automaton, features: readonly Feature[], entry: number): string | undefined {
  if (!guards) return undefined;
  const { low, high } = guards;
  const parts = features.flatMap((feature, f) => {
    const at = entry * features.length + f;
    return low[at] === -Infinity && high[at] === Infinity ? [] : [boundWords(feature, low[at], high[at])];
  });
  return parts.length > 0 ? parts.join(', ') : undefined;
}

function boundWords(feature: Feature, low: number, high: number): string {
  if (feature.unit === 'protocol') {
    const taken = PROTOCOLS.filter((_, number) => number >= low && number < high);
    return `protocol ${[...taken, ...(low <= -1 ? ['another'] : [])].join(' or ')}`;
  }
  if (high === Infinity) return `${feature.name} of ${amount(feature, low)} or more`;
  return low === -Infinity ? `${feature.name} below ${amount(feature, high)}` : `${feature.name} from ${amount(feature, low)} to below ${amount(feature, high)}`;
}

/** Why no guard held for a row: what it has in the fields that the guards of the state look at, and what they take. `symbol`: the automaton's. O(entries of the state and symbol x features). */
export function noGuardText(automaton: Automaton, features: readonly Feature[], rows: EncodedRows, row: number, state: number, symbol: number): string {
  const { data: { guards }, arrays: { entryStart, entrySymbol } } = automaton;
  const entries: number[] = [];
  for (let e = automaton.entry(state, symbol); e >= 0 && e < entryStart[state + 1] && entrySymbol[e] === symbol; e++) entries.push(e);
  const looked = features.filter((_, f) => entries.some((e) => guards !== undefined && (guards.low[e * features.length + f] > -Infinity || guards.high[e * features.length + f] < Infinity)));
  const seen = looked.map((feature) => ({ feature, value: valueOf(rows, features.length, row, features.indexOf(feature)) }));
  const known = seen.filter(({ value }) => value === value).map(({ feature, value }) => `${feature.name} ${amount(feature, value)}`).join(', ');
  const missing = seen.filter(({ value }) => value !== value).map(({ feature }) => feature.name).join(', ');
  const flow = `a flow ${[known && `with ${known}`, missing && `without ${missing}`].filter(Boolean).join(' and ')}`;
  const taken = entries.map((e) => guardWords(automaton, features, e) ?? 'any');
  const more = taken.length > NAMED ? `; and ${taken.length - NAMED} more` : '';
  return `no transition of state ${state} takes ${flow}: its guards take ${taken.slice(0, NAMED).join('; ')}${more}`;
}
