import { request } from './method';
import type { Band, Page, Place } from './places';
import type { ColumnOrder, Grouping, RowSelection } from './selection';

/** What colours a cell: the most frequent state, the band of the highest score, or the most frequent label of the log. */
export type CellColour = 'state' | 'band' | 'label';

/** Which part of the timeline is drawn, and on how many cells. */
export interface TimelineParams {
  readonly grouping: Grouping;
  readonly order: ColumnOrder;
  readonly colour: CellColour;
  /** Seconds; absent: the whole capture. */
  readonly time?: readonly [number, number];
  /** Groups [first, last]; absent: all. Groups are merged where there are more than `columns`. */
  readonly groups?: readonly [number, number];
  /** Words that the name of a group must contain; '' for all. */
  readonly filter: string;
  /** Cells across and down, 1 to 4,096 each. */
  readonly columns: number;
  readonly rows: number;
}

/** Rows of the capture counted per cell: cell (column c, time bin t) is entry t * columns + c. */
export interface TimelineCells {
  readonly revision: number;
  /** As drawn: no more than asked for. */
  readonly columns: number;
  readonly rows: number;
  readonly time: readonly [number, number];
  /** First and last second of the capture. */
  readonly span: readonly [number, number];
  /** Groups drawn, and all that the filter leaves. Column c holds groups `columnStart[c]` up to `columnStart[c + 1]`. */
  readonly groups: readonly [number, number];
  readonly groupTotal: number;
  readonly columnStart: Uint32Array;
  /** Rows of each cell. */
  readonly count: Uint32Array;
  /** Colour of each cell: a state, a band (0 not flagged, 1 low, 2 medium, 3 high) or a label (index of `labels`); 0xffffffff where it is empty. Ties go to what is rarer in the capture. */
  readonly value: Uint32Array;
  /** Highest common score of each cell. */
  readonly worst: Float32Array;
  readonly labels: readonly string[];
  /** Findings that start in each time bin, by band. */
  readonly findings: { readonly low: Uint32Array; readonly medium: Uint32Array; readonly high: Uint32Array };
  /** Rows in all, and rows without a time, which are not drawn. */
  readonly drawn: number;
  readonly timeless: number;
}

/** One cell in words, with its worst row. */
export interface CellDetail {
  readonly groups: Page<string>;
  readonly time: readonly [number, number];
  readonly rows: number;
  readonly flagged: number;
  readonly values: readonly { readonly text: string; readonly rows: number }[];
  readonly worst?: { readonly place: Place; readonly path: string; readonly score: number; readonly band?: Band; readonly message: string };
}

export const GetTimeline = request<TimelineParams, TimelineCells | { readonly reason: string }>('anomaline/timeline', 'clientToServer');
export const GetCell = request<{ readonly colour: CellColour; readonly selection: Required<RowSelection> }, CellDetail>('anomaline/timelineCell', 'clientToServer');
export const GetGroupNames = request<{ readonly grouping: Grouping; readonly order: ColumnOrder; readonly filter: string; readonly start: number; readonly count: number }, Page<string>>('anomaline/timelineGroups', 'clientToServer');
