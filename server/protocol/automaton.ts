import { request } from './method';
import type { Band, Page, PageParams, Place } from './places';
import type { RowSelection } from './selection';

/**
 * The automaton of the model in use. Its numbers hold for one `revision`: a server that has learned or scored again has another one, and answers
 * questions about an old one with a failure.
 */
export interface AutomatonSummary {
  readonly revision: number;
  /** "state frequency, learned from 12,034 rows". */
  readonly title: string;
  /** What to know before its numbers are compared: nothing is scored yet, or the baseline is counted otherwise. */
  readonly note?: string;
  readonly states: number;
  /** Pairs of states with at least one transition, and transitions (one a symbol). */
  readonly edges: number;
  readonly transitions: number;
  readonly symbols: number;
  readonly baselineRows: number;
  /** Rows of the capture that were scored; 0 while none are. */
  readonly captureRows: number;
  readonly rootCauses: number;
  /** Seconds, first and last row of the capture. */
  readonly timeSpan?: readonly [number, number];
}

/** Why there is no automaton to be seen, and what to do about it. */
export interface NoAutomaton {
  readonly reason: string;
}

export interface RangeParams extends PageParams {
  readonly revision: number;
}

/** Bits of `StateColumns.kind`. */
export const StateKind = { sink: 1, root: 2 } as const;

/** States [start, start + count) as columns, one entry a state. */
export interface StateColumns {
  readonly start: number;
  /** States of the automaton. */
  readonly total: number;
  /** Rows of the baseline and of the capture after which the automaton is in the state. */
  readonly baseline: Float64Array;
  readonly capture: Float64Array;
  /**
   * log2 of the share of visits in the capture over that in the baseline, with half a visit added to each; 0 where neither has a visit. Above 0: the
   * capture is here more often than the baseline was.
   */
  readonly difference: Float32Array;
  /** Highest common score (0 to 100) of a row that arrives here, and how many are flagged. */
  readonly score: Float32Array;
  readonly flagged: Uint32Array;
  /** Root causes (groups of findings) whose state it is. */
  readonly rootCauses: Uint32Array;
  /** Steps from the root on a shortest path, and the state before it on that path (-1: the root, or not to be reached). */
  readonly depth: Int32Array;
  readonly parent: Int32Array;
  /** Bits of `StateKind`. */
  readonly kind: Uint8Array;
}

/** Edges [start, start + count), in order of `from`, then `to`: all transitions from one state to another as one. */
export interface EdgeColumns {
  readonly start: number;
  readonly total: number;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** Rows of the baseline and of the capture that took it. */
  readonly baseline: Float64Array;
  readonly capture: Float64Array;
  /** Transitions (symbols) it stands for. */
  readonly symbols: Uint32Array;
}

/** One transition of an edge, most frequent first. */
export interface EdgeSymbol {
  readonly words: string;
  readonly baseline: number;
  readonly capture: number;
}

export interface StateParams {
  readonly revision: number;
  readonly state: number;
  readonly selection?: RowSelection;
}

/** A symbol that leads to a state, with its share of the arriving rows of the baseline and of the capture. */
export interface SymbolShare {
  readonly words: string;
  readonly baseline: number;
  readonly capture: number;
}

export interface StateLink {
  readonly state: number;
  readonly label: string;
  readonly symbols: number;
  readonly baseline: number;
  readonly capture: number;
}

/** Everything the panel of one state shows. Lists are cut to the first few; how long each is in all stands beside it. */
export interface StateDetail {
  readonly state: number;
  readonly label: string;
  /** Visits expected if the capture behaved as the baseline: its share there times the rows of the capture. */
  readonly expected: number;
  readonly baseline: number;
  readonly capture: number;
  readonly flagged: number;
  readonly score: number;
  readonly arriving: readonly SymbolShare[];
  readonly arrivingTotal: number;
  /** What follows the state. */
  readonly leaving: readonly SymbolShare[];
  readonly leavingTotal: number;
  /** What a field holds in rows that arrive here: "bytes: 40 to 1,514", in words, most frequent first. */
  readonly fields: readonly { readonly name: string; readonly text: string }[];
  readonly entities: readonly { readonly name: string; readonly rows: number; readonly flagged: number }[];
  readonly entityTotal: number;
  readonly incoming: readonly StateLink[];
  readonly incomingTotal: number;
  readonly outgoing: readonly StateLink[];
  readonly outgoingTotal: number;
  /** Root causes with this state. */
  readonly rootCauses: readonly { readonly id: string; readonly text: string; readonly findings: number; readonly score: number; readonly band: Band }[];
  readonly rootCauseTotal: number;
  /** Symbols, in words, of a shortest way from the root here. */
  readonly access: readonly string[];
  /** Which prefixes became this state, in words, when the model tells. */
  readonly provenance: readonly string[];
}

/** `row`: a row of the capture whose values are marked, where it arrives at the state. */
export interface StateHistogramsParams extends StateParams {
  readonly row?: number;
}

/** How the numbers of a state's rows are spread, for detectors that look at numbers. */
export interface StateHistograms {
  readonly state: number;
  /** Whether the baseline's rows are those that came to the state; otherwise all, for these were too few to learn from. */
  readonly own: boolean;
  /** Rows of the baseline and of the capture that are counted. */
  readonly baseline: number;
  readonly capture: number;
  /** Rows of the capture with an odd value in some field. */
  readonly odd: number;
  /** Empty where the model looks at no numbers. */
  readonly fields: readonly FieldHistogram[];
  /** Why there are no fields although the model looks at numbers. */
  readonly note?: string;
}

/** The values of one field, in bins from the least to the greatest; the last one may be for rows without a value. */
export interface FieldHistogram {
  readonly name: string;
  readonly bins: readonly HistogramBin[];
  /** The bin (by `HistogramBin.bin`) and the value, in words, of the row that was asked for. */
  readonly mark?: { readonly bin: number; readonly text: string };
}

export interface HistogramBin {
  /** Its number, to ask for its rows by. */
  readonly bin: number;
  /** What it holds: "300 to 314". */
  readonly text: string;
  /** Rows. */
  readonly baseline: number;
  readonly capture: number;
  /** Beyond the baseline's values, or at most one in a thousand rows is expected in it. */
  readonly odd: boolean;
  /** `usual`: between the baseline's least and greatest value; `beyond`: outside of these; `missing`: rows without a value. */
  readonly kind: 'usual' | 'beyond' | 'missing';
}

/** Bins of one field of `StateHistograms`, by their numbers. */
export interface RowsWithin {
  readonly field: number;
  readonly bins: readonly number[];
}

export type StateRowOrder = 'time' | 'score';

export interface StateRowsParams extends PageParams, StateParams {
  readonly order: StateRowOrder;
  readonly flaggedOnly: boolean;
  /** Only rows with a value in one of these bins, of one of these fields at least. */
  readonly within?: readonly RowsWithin[];
}

/** A row of the capture after which the automaton is in a state. */
export interface StateRow {
  /** Row of the capture, for `GetReplay`. */
  readonly row: number;
  readonly place: Place;
  readonly path: string;
  readonly entity: string;
  readonly words: string;
  /** What it has in the fields that it was looked for by (`StateRowsParams.within`): "source bytes 41,203,004". */
  readonly numbers?: string;
  readonly score: number;
  /** Absent where it is not flagged. */
  readonly band?: Band;
  readonly time?: number;
}

/** Where a line stands in the automaton. */
export interface StateAt {
  readonly revision: number;
  readonly row: number;
  readonly before: number;
  readonly state: number;
  readonly words: string;
  readonly score: number;
  readonly band?: Band;
}

/** One step of a replayed trace. */
export interface ReplayStep {
  readonly row: number;
  readonly before: number;
  readonly state: number;
  readonly words: string;
  /** Probability of the symbol in the state before, by the baseline's counts; absent where the detector knows none. */
  readonly probability?: number;
  readonly raw: number;
  readonly score: number;
  readonly band?: Band;
  readonly time?: number;
  readonly place: Place;
  readonly path: string;
  /** The parts of the raw score. */
  readonly parts: readonly { readonly name: string; readonly value: number; readonly text: string }[];
}

/** Steps of the entity of a row, one page of them; `at` is the place of the row among all. */
export interface Replay extends Page<ReplayStep> {
  readonly entity: string;
  readonly start: number;
  readonly at: number;
}

export interface StateMatch {
  readonly state: number;
  readonly label: string;
  /** Why it matches: "symbol: tcp to port 23 ...", "host: 10.0.0.5 (12 rows)". */
  readonly why: string;
}

export type AutomatonFormat = 'dot' | 'json' | 'svg';

export const GetAutomaton = request<null, AutomatonSummary | NoAutomaton>('anomaline/automaton', 'clientToServer');
/** With a selection, `capture`, `difference`, `score` and `flagged` count its rows alone. */
export const GetStates = request<RangeParams & { readonly selection?: RowSelection }, StateColumns>('anomaline/automatonStates', 'clientToServer');
export const GetEdges = request<RangeParams & { readonly selection?: RowSelection }, EdgeColumns>('anomaline/automatonEdges', 'clientToServer');
/** Short labels (what mostly leads there), one for each state asked for; at most 1,000 at a time. */
export const GetStateLabels = request<{ readonly revision: number; readonly states: readonly number[] }, readonly string[]>('anomaline/automatonLabels', 'clientToServer');
export const GetEdgeSymbols = request<RangeParams & { readonly from: number; readonly to: number }, Page<EdgeSymbol>>('anomaline/automatonEdgeSymbols', 'clientToServer');
export const GetState = request<StateParams, StateDetail>('anomaline/automatonState', 'clientToServer');
export const GetStateHistograms = request<StateHistogramsParams, StateHistograms>('anomaline/automatonStateHistograms', 'clientToServer');
export const GetStateRows = request<StateRowsParams, Page<StateRow>>('anomaline/automatonStateRows', 'clientToServer');
export const GetStateAt = request<{ readonly uri: string; readonly line: number }, StateAt | null>('anomaline/automatonStateAt', 'clientToServer');
/** The page is centred on the row where `start` is -1. */
export const GetReplay = request<RangeParams & { readonly row: number }, Replay>('anomaline/automatonReplay', 'clientToServer');
/** States by number, symbol, value or host; best first. */
export const FindStates = request<RangeParams & { readonly query: string }, Page<StateMatch>>('anomaline/automatonFind', 'clientToServer');
