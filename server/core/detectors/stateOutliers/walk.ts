import type { Automaton } from '../../automata/automaton';
import { GuardedSteps, NO_GUARD } from '../../automata/guards';
import { dynamicWindows } from '../../symbols/dynamicWindows';
import type { EncodedRows, Sequences } from '../../symbols/rows';
import { KeyIndex } from '../../util/hashTable';
import type { Feature } from './features';
import type { StateOutliersSettings } from './settings';
import { attributesOf } from './traces';
import { zeros } from '../../util/memory';

/** What rows are run through. */
export interface WalkModel {
  readonly settings: Pick<StateOutliersSettings, 'windows' | 'windowLength' | 'transitions'>;
  readonly automaton: Automaton;
  readonly features: readonly Feature[];
  /** Symbol of rows by the automaton's symbol number, ascending. */
  readonly automatonSymbols: Float64Array;
}

/**
 * Runs the rows of one entity at a time through the automaton. Arrays are used again: only the first `length` (`visits`) entries count, until the next `load`.
 * Where a transition is missing the run starts anew with the symbol, at the root; a symbol that the automaton does not know leads to the root itself.
 */
export class Walk {
  length = 0;
  /** States before and after each row, in the last window that it is in. */
  before = new Uint32Array(0);
  after = new Uint32Array(0);
  /** Every visit of a row to the state that judges it: one a row with windows of fixed length, one for each window that it is in with dynamic ones. */
  visits = 0;
  /** Position of each visit's row from the first that was loaded, and the state that judges it; visits of one row in no order. */
  visitAt = new Uint32Array(0);
  visitState = new Uint32Array(0);
  private symbol = new Int32Array(0);
  private readonly numbers = new KeyIndex(256);
  private readonly guarded: GuardedSteps | undefined;
  /** Where the loaded rows start in `sequences.order`. */
  private first = 0;

  constructor(private readonly model: WalkModel, private readonly rows: EncodedRows, private readonly sequences: Sequences) {
    // Numbers of the index are those of the automaton's symbols, then come symbols that it does not know.
    for (const symbol of model.automatonSymbols) this.numbers.add(symbol);
    const { automaton, features } = model;
    const { guards } = automaton.data;
    const values = rows.features;
    if (guards) this.guarded = new GuardedSteps(automaton, guards, values?.length === rows.rowCount * features.length ? { declared: attributesOf(features), values } : undefined);
  }

  /**
   * The state that judges each row, in the last window that it is in: the one after it, which its kind leads to; with guards alone the one before it, as published,
   * since all rows are of one kind, and states differ in what comes next.
   */
  get state(): Uint32Array {
    return this.model.settings.transitions === 'guards' ? this.before : this.after;
  }

  /** Loads the rows `order[from, to)`: all those of one entity. O((to - from) x windowLength). */
  load(from: number, to: number): void {
    const n = to - from;
    this.length = n;
    this.first = from;
    if (n > this.symbol.length) this.grow(n);
    const { symbol, numbers } = this;
    const { order } = this.sequences;
    const known = this.model.automatonSymbols.length;
    for (let i = 0; i < n; i++) {
      const number = numbers.get(this.rows.symbol[order[from + i]]);
      symbol[i] = number < known ? number : -1;
    }
    if (this.model.settings.windows === 'fixed') this.runFixed();
    else this.runDynamic(from);
  }

  private runFixed(): void {
    const { length, before, after, visitAt, visitState } = this;
    const context = this.model.settings.windowLength - 1;
    for (let i = 0; i < length; i++) {
      let state = 0;
      for (let j = i < context ? 0 : i - context; j < i; j++) state = this.step(state, j);
      before[i] = state;
      visitAt[i] = i;
      after[i] = this.step(state, i);
      visitState[i] = this.state[i];
    }
    this.visits = length;
  }

  private runDynamic(from: number): void {
    const { order } = this.sequences;
    const { time } = this.rows;
    const { before, after } = this;
    const times = Float64Array.from({ length: this.length }, (_, i) => time[order[from + i]]);
    this.visits = 0;
    dynamicWindows(times, (first, end) => {
      let state = 0;
      if (this.visits + end - first > this.visitAt.length) this.growVisits(this.visits + end - first);
      for (let i = first; i < end; i++) {
        before[i] = state;
        state = after[i] = this.step(state, i);
        this.visitAt[this.visits] = i;
        this.visitState[this.visits++] = this.state[i];
      }
    });
  }

  private step(state: number, i: number): number {
    const entry = this.find(state, i);
    const next = entry < 0 ? -1 : this.model.automaton.arrays.entryTarget[entry];
    if (next >= 0 || state === 0) return Math.max(0, next);
    const anew = this.find(0, i);
    return anew < 0 ? 0 : Math.max(0, this.model.automaton.arrays.entryTarget[anew]);
  }

  /** The entry of a loaded row in a state; -1: its symbol has none, `NO_GUARD`: it has, and no guard of them holds. */
  private find(state: number, i: number): number {
    const symbol = this.symbol[i];
    if (symbol < 0) return -1;
    return this.guarded ? this.guarded.entry(state, symbol, this.sequences.order[this.first + i]) : this.model.automaton.entry(state, symbol);
  }

  /** The entry of the automaton that a loaded row took, or -1 - (state before) where there is none. */
  entry(i: number): number {
    const entry = this.find(this.before[i], i);
    return entry < 0 ? -1 - this.before[i] : entry;
  }

  /** Whether the state before a loaded row has transitions for its symbol, and the guard of none of them holds. */
  noGuard(i: number): boolean {
    return this.find(this.before[i], i) === NO_GUARD;
  }

  private grow(n: number): void {
    const capacity = Math.max(1024, n + (n >>> 1));
    this.symbol = new Int32Array(capacity);
    this.before = zeros(Uint32Array, capacity);
    this.after = zeros(Uint32Array, capacity);
    if (capacity > this.visitAt.length) this.growVisits(capacity);
  }

  private growVisits(n: number): void {
    const [visitAt, visitState] = [zeros(Uint32Array, n + (n >>> 1)), zeros(Uint32Array, n + (n >>> 1))];
    visitAt.set(this.visitAt.subarray(0, this.visits));
    visitState.set(this.visitState.subarray(0, this.visits));
    [this.visitAt, this.visitState] = [visitAt, visitState];
  }
}
