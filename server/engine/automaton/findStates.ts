import { count } from '../../core/symbols/words';
import type { Slices } from '../../core/util/slices';
import type { StateMatch } from '../../protocol/automaton';
import type { ScoredCapture } from '../scoredCapture';
import type { Look } from './look';
import { Tally } from './tally';

/** Names of entities, or rows, looked through between pauses. */
const SLICE = 1 << 13;

/** A state that was found, and why; `rows` ranks it among those found the same way. */
interface Match {
  readonly state: number;
  readonly why: string;
  readonly rows: number;
}

/**
 * States by number, then by the symbols that lead to them (all words of the query occur in the symbol's words: protocols, ports, services, states), then
 * by the entities whose rows arrive there; those with most rows first. O(symbols + entities + rows of the entities found).
 */
export async function findStates(look: Look, query: string): Promise<readonly StateMatch[]> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const number = /^#?(\d+)$/.exec(query.trim());
  const byNumber = number && Number(number[1]) < look.automaton.stateCount ? [{ state: Number(number[1]), why: `state ${number[1]}`, rows: 0 }] : [];
  const bySymbol = await statesBySymbol(look, words);
  const byHost = look.capture ? await look.run(statesByHost(look.capture, words)) : [];
  const found = new Map<number, StateMatch>();
  for (const matches of [byNumber, bySymbol, byHost]) {
    for (const { state, why } of matches.sort((a, b) => b.rows - a.rows || a.state - b.state)) if (!found.has(state)) found.set(state, { state, label: look.label(state), why });
  }
  return [...found.values()];
}

async function statesBySymbol(look: Look, words: readonly string[]): Promise<Match[]> {
  const { entrySymbol, entryTarget } = look.automaton.arrays;
  const matches = Array.from(look.view.symbols, (symbol) => containsAll(look.wordsOf(symbol), words));
  const taken = await look.entryCounts();
  const rowsOf = (entry: number): number => look.baseline.entries[entry] + taken[entry];
  // Of each state the rows that arrive by such symbols, and the entry with most of them.
  const found = new Map<number, { rows: number; best: number }>();
  for (let entry = 0; entry < entryTarget.length; entry++) {
    if (!matches[entrySymbol[entry]] || entryTarget[entry] < 0) continue;
    const known = found.get(entryTarget[entry]);
    found.set(entryTarget[entry], { rows: (known?.rows ?? 0) + rowsOf(entry), best: known && rowsOf(known.best) >= rowsOf(entry) ? known.best : entry });
  }
  const states = [...found].map(([state, { rows, best }]): Match => ({ state, rows, why: `symbol: ${look.wordsOf(look.view.symbols[entrySymbol[best]])} (${rowWords(rows)})` }));
  return look.capture && !found.has(0) ? [...states, ...(await look.run(strangers(look, look.capture, await look.steps(), words)))] : states;
}

/** Rows without a transition lead to the root: those of symbols that the automaton does not have there. */
function* strangers(look: Look, capture: ScoredCapture, steps: Int32Array, words: readonly string[]): Slices<Match[]> {
  const { scores: { raw }, rows } = capture;
  const symbols = new Tally();
  for (let from = 0; from < steps.length; from += 16 * SLICE) {
    const to = Math.min(steps.length, from + 16 * SLICE);
    for (let row = from; row < to; row++) if (steps[row] < 0 && raw[row] > -Infinity) symbols.add(rows.symbol[row]);
    yield;
  }
  const matching = [...symbols.keys()].filter((symbol) => containsAll(look.wordsOf(symbol), words)).sort((a, b) => symbols.of(b) - symbols.of(a) || a - b);
  if (matching.length === 0) return [];
  const total = matching.reduce((n, symbol) => n + symbols.of(symbol), 0);
  return [{ state: 0, rows: total, why: `symbol: ${look.wordsOf(matching[0])} (${rowWords(total)} without a transition)` }];
}

function* statesByHost({ entities, scores: { order, starts, state, raw } }: ScoredCapture, words: readonly string[]): Slices<Match[]> {
  const found = new Map<number, { rows: number; entities: number; best: number; most: number }>();
  let looked = 0;
  for (let e = 0; e < starts.length - 1; e++) {
    if (++looked >= SLICE) {
      looked = 0;
      yield;
    }
    if (!containsAll(entities.name(e), words)) continue;
    const own = new Tally();
    for (let i = starts[e]; i < starts[e + 1]; i++) if (raw[order[i]] > -Infinity) own.add(state[order[i]]);
    looked += starts[e + 1] - starts[e];
    for (const q of own.keys()) {
      const rows = own.of(q);
      const known = found.get(q) ?? { rows: 0, entities: 0, best: e, most: 0 };
      found.set(q, { rows: known.rows + rows, entities: known.entities + 1, ...(rows > known.most ? { best: e, most: rows } : { best: known.best, most: known.most }) });
    }
  }
  return [...found].map(([q, { rows, entities: n, best }]) => ({ state: q, rows, why: `host: ${entities.name(best)}${n > 1 ? ` and ${count(n - 1)} more` : ''} (${rowWords(rows)})` }));
}

function containsAll(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

function rowWords(rows: number): string {
  return rows === 1 ? '1 row' : `${count(rows)} rows`;
}
