import type * as T from '../../server/protocol/timeline';
import type { ColumnOrder, Grouping, RowSelection } from '../../server/protocol/selection';
import type { Page } from '../../server/protocol/places';
import { type Model, NO_GROUP } from './model';
import { paged, REVISION } from './automatonAnswers';
import { bandOf, bandOfRow, groupsOf, isFlagged, placeOf, selected } from './rows';

const EMPTY = 0xffffffff;
const LABELS = ['Benign', 'Attack'];
const bandNumber = { low: 1, medium: 2, high: 3 } as const;

function valueOf(model: Model, row: number, colour: T.CellColour): number {
  return colour === 'state' ? model.to[model.rowEdge[row]] : colour === 'label' ? (isFlagged(model, row) ? 1 : 0) : isFlagged(model, row) ? bandNumber[bandOf(model.rowScore[row])] : 0;
}

export function timeline(model: Model, params: T.TimelineParams): T.TimelineCells | { readonly reason: string } {
  if (model.rowEdge.length === 0) return { reason: 'Nothing is scored yet. Investigate the capture first.' };
  const { names, ofRow } = groupsOf(model, params.grouping, params.order, params.filter), time = params.time ?? model.time;
  const groups: [number, number] = params.groups ? [params.groups[0], Math.min(names.length - 1, params.groups[1])] : [0, names.length - 1];
  const wide = Math.max(0, groups[1] - groups[0] + 1), columns = Math.min(params.columns, wide), { rows } = params;
  const columnStart = Uint32Array.from({ length: columns + 1 }, (_, c) => groups[0] + Math.round(c * wide / Math.max(1, columns)));
  const columnOf = new Uint32Array(wide);
  for (let c = 0; c < columns; c++) columnOf.fill(c, columnStart[c] - groups[0], columnStart[c + 1] - groups[0]);
  const count = new Uint32Array(columns * rows), value = new Uint32Array(columns * rows).fill(EMPTY), worst = new Float32Array(columns * rows);
  const votes = new Map<number, Map<number, number>>();
  const findings = { low: new Uint32Array(rows), medium: new Uint32Array(rows), high: new Uint32Array(rows) };
  let drawn = 0;
  const binOf = (at: number): number => Math.min(rows - 1, Math.floor((at - time[0]) / Math.max(1e-9, time[1] - time[0]) * rows));
  for (let row = 0; row < ofRow.length; row++) {
    const at = model.rowTime[row], group = ofRow[row];
    if (at < time[0] || at > time[1] || group === NO_GROUP || group < groups[0] || group > groups[1]) continue;
    const bin = binOf(at), cell = bin * columns + columnOf[group - groups[0]], of = valueOf(model, row, params.colour), cellVotes = votes.get(cell) ?? new Map<number, number>();
    drawn++;
    count[cell]++;
    worst[cell] = Math.max(worst[cell], model.rowScore[row]);
    votes.set(cell, cellVotes.set(of, (cellVotes.get(of) ?? 0) + 1));
    if (params.colour === 'band') value[cell] = value[cell] === EMPTY ? of : Math.max(value[cell], of);
    if (isFlagged(model, row)) findings[bandOf(model.rowScore[row])][bin]++;
  }
  if (params.colour !== 'band') for (const [cell, of] of votes) value[cell] = [...of].sort(([a, x], [b, y]) => y - x || b - a)[0][0];
  return { revision: REVISION, columns, rows, time, span: model.time, groups, groupTotal: names.length, columnStart, count, value, worst, labels: params.colour === 'label' ? LABELS : [], findings, drawn, timeless: 0 };
}

export function cell(model: Model, { colour, selection }: { colour: T.CellColour; selection: Required<RowSelection> }): T.CellDetail {
  const keep = selected(model, selection), { names } = groupsOf(model, selection.columns.grouping, selection.columns.order, selection.columns.filter), rows: number[] = [];
  for (let row = 0; row < model.rowEdge.length; row++) if (keep(row)) rows.push(row);
  const texts = new Map<string, number>();
  const text = (row: number): string => colour === 'state' ? model.labelOf(model.to[model.rowEdge[row]]) : colour === 'label' ? LABELS[valueOf(model, row, colour)] : bandOfRow(model, row).band ?? 'not flagged';
  for (const row of rows) texts.set(text(row), (texts.get(text(row)) ?? 0) + 1);
  const worst = rows.reduce((most, row) => most < 0 || model.rowScore[row] > model.rowScore[most] ? row : most, -1);
  const inside = names.slice(selection.columns.first, selection.columns.last + 1);
  return {
    groups: { total: inside.length, items: inside.slice(0, 10) }, time: selection.time, rows: rows.length, flagged: rows.filter((row) => isFlagged(model, row)).length, values: [...texts].sort(([, a], [, b]) => b - a).slice(0, 8).map(([of, n]) => ({ text: of, rows: n })),
    ...(worst < 0 ? {} : { worst: { place: placeOf(model, worst), path: model.pathOf(worst), score: model.rowScore[worst], message: model.symbolOf(model.rowEdge[worst]), ...bandOfRow(model, worst) } }),
  };
}

export function groupNames(model: Model, { grouping, order, filter, ...page }: { grouping: Grouping; order: ColumnOrder; filter: string; start: number; count: number }): Page<string> {
  return paged(groupsOf(model, grouping, order, filter).names, page);
}
