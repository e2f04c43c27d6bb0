import type { EncodedRows, Sequences } from '../../symbols/rows';
import type { ScoringModel, SymbolFacts } from './scorer';

/** Below this many (state, symbol) pairs, a full table of next states is made (16 MB at most). */
const TABLE_LIMIT = 1 << 22;

/**
 * Runs of rows through the automaton: each row is judged in the state where the up to `windowLength - 1` rows of its entity before it
 * lead from the root; where a transition is missing the run goes on at the root. One sequence at a time is loaded into arrays that
 * are used again: only the first `length` entries count, and until the next `load` only.
 */
export class Run {
  length = 0;
  /** Position of each row's symbol in the facts. */
  fact = new Uint32Array(0);
  /** State before and after each row (0 where there is no transition). */
  before = new Uint32Array(0);
  after = new Uint32Array(0);
  /** Number of each row's symbol in the automaton, `unknown` where it has none. */
  private symbol = new Uint32Array(0);
  private readonly unknown: number;
  private readonly next: Int32Array | undefined;

  constructor(private readonly model: ScoringModel, private readonly facts: SymbolFacts, private readonly rows: EncodedRows, private readonly sequences: Sequences) {
    this.unknown = model.automatonSymbols.length;
    this.next = nextStates(model);
  }

  /** Loads the rows `order[from, to)`: all those of one entity. O((to - from) x windowLength), one array look-up a step. */
  load(from: number, to: number): void {
    const n = to - from;
    this.length = n;
    if (n > this.fact.length) this.grow(n);
    const { fact, symbol, before, after, facts, unknown, next } = this;
    const { order } = this.sequences;
    const codes = this.rows.symbol;
    // Rows lie scattered: a loop that does nothing else lets the processor wait for many of them at once.
    for (let i = 0; i < n; i++) fact[i] = codes[order[from + i]];
    for (let i = 0; i < n; i++) fact[i] = facts.of(fact[i]);
    for (let i = 0; i < n; i++) {
      const number = facts.automatonSymbol[fact[i]];
      symbol[i] = number < 0 ? unknown : number;
    }
    const context = this.model.settings.windowLength - 1;
    if (next === undefined) return this.loadStepwise(context);
    const width = unknown + 1;
    for (let i = 0; i < n; i++) {
      let state = 0;
      for (let j = i < context ? 0 : i - context; j < i; j++) state = next[state * width + symbol[j]];
      before[i] = state;
      after[i] = next[state * width + symbol[i]];
    }
  }

  private loadStepwise(context: number): void {
    const { symbol, before, after, unknown } = this;
    const { automaton } = this.model;
    const step = (state: number, code: number): number => (code === unknown ? 0 : Math.max(0, automaton.step(state, code)));
    for (let i = 0; i < this.length; i++) {
      let state = 0;
      for (let j = Math.max(0, i - context); j < i; j++) state = step(state, symbol[j]);
      before[i] = state;
      after[i] = step(state, symbol[i]);
    }
  }

  private grow(n: number): void {
    const capacity = Math.max(1024, n + (n >>> 1));
    this.fact = new Uint32Array(capacity);
    this.symbol = new Uint32Array(capacity);
    this.before = new Uint32Array(capacity);
    this.after = new Uint32Array(capacity);
  }
}

/** The state after each (state, symbol), with one more column of symbols for those that the automaton does not know; undefined for huge automata. */
function nextStates({ automaton, automatonSymbols }: ScoringModel): Int32Array | undefined {
  const width = automatonSymbols.length + 1;
  if (automaton.stateCount * width > TABLE_LIMIT) return undefined;
  const { entryStart, entrySymbol, entryTarget } = automaton.arrays;
  const next = new Int32Array(automaton.stateCount * width);
  for (let state = 0; state < automaton.stateCount; state++) {
    for (let entry = entryStart[state]; entry < entryStart[state + 1]; entry++) if (entryTarget[entry] > 0) next[state * width + entrySymbol[entry]] = entryTarget[entry];
  }
  return next;
}
