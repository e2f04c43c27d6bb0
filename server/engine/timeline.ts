import { type Cells, type CellTask, NONE, timeBin } from '../core/aggregate/cells';
import { equalRanges } from '../core/symbols/rows';
import { sharedArray } from '../core/util/sharedMemory';
import { inTurns, type Slices } from '../core/util/slices';
import type { Page, PageParams } from '../protocol/places';
import type { ColumnOrder, Grouping } from '../protocol/selection';
import type { CellDetail, TimelineCells, TimelineParams } from '../protocol/timeline';
import { SessionError } from './api';
import { type Groups, groupsOf, orderedGroups } from './groupings';
import type { Files } from './ports';
import { revisionOf } from './revision';
import { BANDS, type FindingFacts, findingFacts, SLICE_FLAGGED, timesOf, valuesOf } from './rowColumns';
import { columnsOfKeys, positionsOf, timeRangeOf } from './rowSelection';
import type { ScoredCapture } from './scoredCapture';
import { cellDetail, type CellParams } from './timelineCell';

/** Columns or bins at most, and cells: a drawing is sent whole. */
const MAX_SIDE = 4096;
const MAX_CELLS = 1 << 20;

export interface GroupNamesParams extends PageParams {
  readonly grouping: Grouping;
  readonly order: ColumnOrder;
  readonly filter: string;
}

/** What the timeline asks (`protocol/timeline.ts`). */
export interface TimelineQueries {
  cells(params: TimelineParams): Promise<TimelineCells | { readonly reason: string }>;
  cell(params: CellParams): Promise<CellDetail>;
  groupNames(params: GroupNamesParams): Promise<Page<string>>;
}

/** Answers about the capture that is scored at the time of the question. */
export function timelineQueries(files: Files, scored: () => ScoredCapture | undefined): TimelineQueries {
  return {
    async cells(params) {
      const capture = scored();
      return capture ? timelineCells(capture, params) : { reason: 'Nothing is scored yet. Run "Anomaline: Investigate This Capture".' };
    },
    async cell(params) {
      const capture = scored();
      if (!capture) throw new SessionError('Nothing is scored any more. Run "Anomaline: Investigate This Capture".');
      return cellDetail(files, capture, params);
    },
    async groupNames({ grouping, order, filter, start, count }) {
      const capture = scored();
      const groups = capture && (await groupsOf(capture, grouping));
      if (!capture || !groups || 'reason' in groups) return { total: 0, items: [] };
      const ordered = await orderedGroups(capture, groups, order, filter);
      return { total: ordered.length, items: Array.from(ordered.subarray(start, start + count), (group) => groups.name(group)) };
    },
  };
}

/** Counts the rows per group and time, and the findings per time. O(rows + cells + groups), on several threads; once for a grouping also O(groups) for their order. */
export async function timelineCells(capture: ScoredCapture, params: TimelineParams): Promise<TimelineCells | { readonly reason: string }> {
  const { rows, scores, model, readers } = capture;
  if (rows.rowCount === 0) return { reason: 'The logs that were scored hold no rows.' };
  const [groups, values] = await Promise.all([groupsOf(capture, params.grouping), valuesOf(capture, params.colour)]);
  if ('reason' in groups) return groups;
  if ('reason' in values) return values;
  const { time, first, last, count: timed } = await timesOf(capture);
  if (timed === 0) return { reason: 'No row of this capture has a time, so there is no timeline. The other views do without.' };
  const ordered = await orderedGroups(capture, groups, params.order, params.filter);
  const shape = shapeOf(params, ordered.length);
  const { columns, bins, columnStart } = shape;
  const [from, to] = timeRangeOf(params.time ?? [first, last], [first, last]);
  const drawn = await inTurns(columnsDrawn(groups, ordered, columnStart), () => readers.pause());
  const task: CellTask = { key: groups.key, columnOfKey: drawn.columnOfKey, time, ...values, raw: scores.raw, calibration: model.calibration, columns, bins, from, to };
  const cells: Cells = { count: sharedArray(Uint32Array, columns * bins), value: sharedArray(Uint32Array, columns * bins), worst: sharedArray(Float32Array, columns * bins) };
  const [facts] = await Promise.all([findingFacts(capture), ...equalRanges(drawn.rowsBefore, readers.threads).map((range) => readers.aggregate('cells', { task, out: cells, first: range.from, last: range.to }))]);
  return {
    revision: revisionOf(capture), columns, rows: bins, time: [from, to], span: [first, last], groups: shape.groups, groupTotal: ordered.length, columnStart, ...cells,
    labels: params.colour === 'label' ? (capture.labels?.names ?? []) : [],
    findings: await inTurns(findingsPerBin(facts, task), () => readers.pause()),
    drawn: await inTurns(sum(cells.count), () => readers.pause()), timeless: rows.rowCount - timed,
  };
}

/** How many columns and bins are drawn, and which groups each column holds. */
function shapeOf({ columns, rows, groups }: TimelineParams, total: number): { readonly columns: number; readonly bins: number; readonly groups: readonly [number, number]; readonly columnStart: Uint32Array } {
  const [first, last] = total === 0 ? [0, -1] : positionsOf(groups ?? [0, total - 1], total);
  const shown = last - first + 1;
  const side = (wanted: number): number => Math.max(1, Math.min(MAX_SIDE, Math.trunc(wanted) || 1));
  const across = Math.min(side(columns), shown);
  // What would be too much to send is made coarser in both directions alike, but no side without need.
  const shrink = Math.sqrt(Math.min(1, MAX_CELLS / Math.max(1, across * side(rows))));
  const width = Math.ceil(across * shrink);
  const bins = Math.max(1, Math.min(side(rows), Math.floor(MAX_CELLS / Math.max(1, width))));
  return { columns: width, bins, groups: [first, last], columnStart: Uint32Array.from({ length: width + 1 }, (_, c) => (width === 0 ? 0 : first + Math.floor((c * shown) / width))) };
}

/** Groups or keys worked on at a time: some milliseconds. */
const SLICE_GROUPS = 1 << 18;

/** The column of each key, and the rows in columns before each column, of whatever time. O(groups + keys). */
function* columnsDrawn(groups: Groups, ordered: Uint32Array, columnStart: Uint32Array): Slices<{ readonly columnOfKey: Uint32Array; readonly rowsBefore: Uint32Array }> {
  const ofGroup = sharedArray(Uint32Array, groups.rows.length).fill(NONE);
  const rowsBefore = new Uint32Array(columnStart.length);
  for (let column = 0; column + 1 < columnStart.length; column++) {
    rowsBefore[column + 1] = rowsBefore[column];
    for (let position = columnStart[column]; position < columnStart[column + 1]; position++) {
      const group = ordered[position];
      ofGroup[group] = column;
      rowsBefore[column + 1] += groups.rows[group];
      if (position % SLICE_GROUPS === SLICE_GROUPS - 1) yield;
    }
  }
  const columnOfKey = columnsOfKeys(groups, ofGroup);
  if (columnOfKey === ofGroup) return { columnOfKey: ofGroup, rowsBefore };
  const shared = sharedArray(Uint32Array, columnOfKey.length);
  shared.set(columnOfKey);
  return { columnOfKey: shared, rowsBefore };
}

/** Findings of what is drawn, by the bin they start in and their band. */
function* findingsPerBin({ start, firstRow, band }: FindingFacts, { key, columnOfKey, from, to, bins }: CellTask): Slices<TimelineCells['findings']> {
  const counts = { low: new Uint32Array(bins), medium: new Uint32Array(bins), high: new Uint32Array(bins) };
  for (let f = 0; f < start.length; f++) {
    if (f % SLICE_FLAGGED === SLICE_FLAGGED - 1) yield;
    if (!(start[f] >= from && start[f] <= to) || columnOfKey[key[firstRow[f]]] === NONE) continue;
    const name = BANDS[band[f]];
    if (name) counts[name][timeBin(start[f], from, to, bins)]++;
  }
  return counts;
}

function* sum(counts: Uint32Array): Slices<number> {
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    total += counts[i];
    if (i % SLICE_GROUPS === SLICE_GROUPS - 1) yield;
  }
  return total;
}
