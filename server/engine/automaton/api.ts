import type { AutomatonSummary, EdgeColumns, EdgeSymbol, NoAutomaton, RangeParams, Replay, StateAt, StateColumns, StateDetail, StateHistograms, StateHistogramsParams, StateMatch, StateParams, StateRow, StateRowsParams } from '../../protocol/automaton';
import type { Page } from '../../protocol/places';
import type { RowSelection } from '../../protocol/selection';

/** A range of states or edges, counted for the rows of a selection. */
export type CountedRange = RangeParams & { readonly selection?: RowSelection };

/**
 * What the automaton's view asks (`protocol/automaton.ts`). Questions about an old revision, and about states that are not there, fail with a
 * `SessionError`. What takes a pass over all rows is done when it is first needed, in slices, and kept until the capture is scored again.
 */
export interface AutomatonQueries {
  summary(): Promise<AutomatonSummary | NoAutomaton>;
  states(params: CountedRange): Promise<StateColumns>;
  edges(params: CountedRange): Promise<EdgeColumns>;
  labels(revision: number, states: readonly number[]): Promise<readonly string[]>;
  edgeSymbols(params: RangeParams & { readonly from: number; readonly to: number }): Promise<Page<EdgeSymbol>>;
  state(params: StateParams): Promise<StateDetail>;
  histograms(params: StateHistogramsParams): Promise<StateHistograms>;
  rows(params: StateRowsParams): Promise<Page<StateRow>>;
  /** Undefined where the line holds no row that is scored. */
  at(file: string, line: number): Promise<StateAt | undefined>;
  replay(params: RangeParams & { readonly row: number }): Promise<Replay>;
  find(params: RangeParams & { readonly query: string }): Promise<Page<StateMatch>>;
}
