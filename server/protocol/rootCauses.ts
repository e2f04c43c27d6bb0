import { request } from './method';
import type { Band, Page, PageParams, Place } from './places';
import type { RowSelection } from './selection';

export type GroupOrder = 'score' | 'size' | 'newest';

/** Findings with the same root cause: the same state reached by the same symbol. */
export interface RootCauseGroup {
  readonly id: string;
  readonly state: number;
  /** The root cause in words: "tcp to port 23, no answer (S0)". */
  readonly text: string;
  readonly findings: number;
  readonly rows: number;
  readonly entities: number;
  readonly score: number;
  readonly band: Band;
  /** Seconds, first and last row. */
  readonly timeSpan?: readonly [number, number];
}

/** One flagged stretch of an entity's rows. */
export interface FindingSummary {
  readonly id: string;
  readonly entity: string;
  readonly rows: number;
  readonly score: number;
  readonly band: Band;
  readonly timeSpan?: readonly [number, number];
  /** What the detector says of the entity as a whole; absent where it judges rows only. */
  readonly verdict?: string;
  /** The worst row. */
  readonly place: Place;
}

export interface FindingRow {
  readonly place: Place;
  /** Path below the capture's root. */
  readonly path: string;
  readonly score: number;
  readonly band: Band;
  readonly time?: number;
  /** What was seen, in one sentence. */
  readonly message: string;
}

/** Which findings count; what is absent does not filter. */
export interface FindingFilter {
  /** Words that must all occur in the group's text or in the name of one of its entities; '' for all. */
  readonly filter: string;
  /** Part of the name of an entity. */
  readonly host?: string;
  /** Glob or part of the path of a log below the capture's root. */
  readonly file?: string;
  /** Bands of the finding. */
  readonly bands?: readonly Band[];
  /** Findings with at least one of these rows. */
  readonly selection?: RowSelection;
}

export interface GroupsParams extends PageParams, FindingFilter {
  readonly order: GroupOrder;
}

/** What a list of root causes shows beside: rows of the findings over the time of the capture, and who and where. */
export interface GroupDetail {
  readonly id: string;
  /** Flagged rows per bin, the same span of time in all; empty where the capture has no time. */
  readonly spark: readonly number[];
  /** Most rows first, cut. */
  readonly entities: readonly { readonly name: string; readonly rows: number }[];
  readonly files: readonly { readonly path: string; readonly rows: number }[];
  readonly fileTotal: number;
}

export const GetGroups = request<GroupsParams, Page<RootCauseGroup>>('anomaline/groups', 'clientToServer');
export const GetGroupFindings = request<PageParams & Partial<FindingFilter> & { readonly group: string }, Page<FindingSummary>>('anomaline/groupFindings', 'clientToServer');
export const GetFindingRows = request<PageParams & { readonly finding: string }, Page<FindingRow>>('anomaline/findingRows', 'clientToServer');
/** Details of at most 200 groups, in the order asked for; groups that are gone are left out. `bins`: 1 to 256. */
export const GetGroupDetails = request<{ readonly groups: readonly string[]; readonly bins: number } & Partial<FindingFilter>, readonly GroupDetail[]>('anomaline/groupDetails', 'clientToServer');
/** The root cause of a line, if it is part of a finding: ids along the tree. */
export const GetRootCauseAt = request<{ readonly uri: string; readonly line: number }, { readonly group: string; readonly finding: string } | null>('anomaline/rootCauseAt', 'clientToServer');
/** The finding's line after or before a line, through the file and on through the capture's files, around at the end. */
export const GetNeighbour = request<{ readonly uri?: string; readonly line: number; readonly direction: 'next' | 'previous' }, Place | null>('anomaline/neighbour', 'clientToServer');
