import { commonScore } from '../core/detectors/scoring/calibration';
import { count as inWords } from '../core/symbols/words';
import { lowerBound } from '../core/util/sorted';
import { inTurns, type Slices } from '../core/util/slices';
import type { RowSelection } from '../protocol/selection';
import type { CellColour, CellDetail } from '../protocol/timeline';
import { SessionError } from './api';
import { SLICE_ROWS } from './encodedRows';
import { bandOf } from './findings';
import { groupsOf, orderedGroups } from './groupings';
import type { Files } from './ports';
import { placesOf } from './queries';
import { BANDS, type RowValues, valuesOf } from './rowColumns';
import { positionsOf, selectedRows, timeRangeOf } from './rowSelection';
import { logOfRow, type ScoredCapture } from './scoredCapture';

export interface CellParams {
  readonly colour: CellColour;
  readonly selection: Required<RowSelection>;
}

/** Groups and values named at most. */
const SHOWN = 10;

/** One cell in words. O(rows), in slices. Throws `SessionError` where the capture has no such groups or colour. */
export async function cellDetail(files: Files, capture: ScoredCapture, { colour, selection }: CellParams): Promise<CellDetail> {
  const { grouping, order, filter, first, last } = selection.columns;
  const [groups, values] = await Promise.all([groupsOf(capture, grouping), valuesOf(capture, colour)]);
  if ('reason' in groups) throw new SessionError(groups.reason);
  if ('reason' in values) throw new SessionError(values.reason);
  const ordered = await orderedGroups(capture, groups, order, filter);
  const [from, to] = ordered.length > 0 ? positionsOf([first, last], ordered.length) : [0, -1];
  const { counts, rows, flagged, worst } = await inTurns(tally(capture, await selectedRows(capture, selection), values), () => capture.readers.pause());
  const { total } = values;
  const frequent = [...counts].sort(([a, x], [b, y]) => y.rows - x.rows || total[a] - total[b] || a - b).slice(0, SHOWN);
  return {
    groups: { total: to - from + 1, items: Array.from(ordered.subarray(from, Math.min(to + 1, from + SHOWN)), (group) => groups.name(group)) },
    time: timeRangeOf(selection.time), rows, flagged,
    values: frequent.map(([value, { rows: n, worst: row }]) => ({ text: valueWords(capture, colour, value, row), rows: n })),
    ...(worst < 0 ? {} : { worst: await worstRow(files, capture, worst) }),
  };
}

interface Tally {
  /** Rows of each value, and the worst of them. */
  readonly counts: Map<number, { rows: number; worst: number }>;
  readonly rows: number;
  readonly flagged: number;
  /** The worst row, -1 where there is none. */
  readonly worst: number;
}

function* tally({ scores: { raw }, findings }: ScoredCapture, selected: Uint8Array, { value }: RowValues): Slices<Tally> {
  const counts: Tally['counts'] = new Map();
  let [rows, flagged, worst] = [0, 0, -1];
  for (let row = 0; row < selected.length; row++) {
    if (row % SLICE_ROWS === SLICE_ROWS - 1) yield;
    if (selected[row] === 0) continue;
    rows++;
    if (worst < 0 || raw[row] > raw[worst]) worst = row;
    const known = counts.get(value[row]);
    if (!known) counts.set(value[row], { rows: 1, worst: row });
    else {
      known.rows++;
      if (raw[row] > raw[known.worst]) known.worst = row;
    }
  }
  for (let i = 0; i < findings.rows.length; i++) {
    flagged += selected[findings.rows[i]];
    if (i % SLICE_ROWS === SLICE_ROWS - 1) yield;
  }
  return { counts, rows, flagged, worst };
}

function valueWords({ detector, model, rows, labels }: ScoredCapture, colour: CellColour, value: number, row: number): string {
  switch (colour) {
    case 'state': return `state ${inWords(value)}: ${detector.words(model, rows.symbol[row])}`;
    case 'band': return BANDS[value] ?? 'not flagged';
    case 'label': return labels?.names[value] ?? '';
  }
}

async function worstRow(files: Files, capture: ScoredCapture, row: number): Promise<NonNullable<CellDetail['worst']>> {
  const { model, scores, findings } = capture;
  const score = commonScore(model.calibration, scores.raw[row]);
  const [place] = await placesOf(files, capture, [row]);
  return { place, path: logOfRow(capture, row).file.relative, score, ...(findings.rows[lowerBound(findings.rows, row)] === row ? { band: bandOf(score, findings.threshold) } : {}), message: scores.explain(row).message };
}
