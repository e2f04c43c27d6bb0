import { request } from './method';
import type { Band, Page, PageParams, Place } from './places';

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

export interface GroupsParams extends PageParams {
  readonly order: GroupOrder;
  /** Words that must all occur in the group's text or in the name of one of its entities; '' for all. */
  readonly filter: string;
}

export const GetGroups = request<GroupsParams, Page<RootCauseGroup>>('anomaline/groups', 'clientToServer');
export const GetGroupFindings = request<PageParams & { readonly group: string }, Page<FindingSummary>>('anomaline/groupFindings', 'clientToServer');
export const GetFindingRows = request<PageParams & { readonly finding: string }, Page<FindingRow>>('anomaline/findingRows', 'clientToServer');
/** The root cause of a line, if it is part of a finding: ids along the tree. */
export const GetRootCauseAt = request<{ readonly uri: string; readonly line: number }, { readonly group: string; readonly finding: string } | null>('anomaline/rootCauseAt', 'clientToServer');
/** The finding's line after or before a line, through the file and on through the capture's files, around at the end. */
export const GetNeighbour = request<{ readonly uri?: string; readonly line: number; readonly direction: 'next' | 'previous' }, Place | null>('anomaline/neighbour', 'clientToServer');
