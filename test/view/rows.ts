import type { ColumnOrder, Grouping, RowSelection } from '../../server/protocol/selection';
import type { Band, Place } from '../../server/protocol/places';
import { type Model, NO_GROUP } from './model';

/** What the answers know of single rows and of their grouping into columns. */
export function bandOf(score: number): Band {
  return score >= 97 ? 'high' : score >= 95 ? 'medium' : 'low';
}

export function bandOfRow(model: Model, row: number): { band?: Band } {
  return model.rowGroup[row] === NO_GROUP ? {} : { band: bandOf(model.rowScore[row]) };
}

export function placeOf(model: Model, row: number): Place {
  return { uri: `file:///capture/${model.pathOf(row)}`, line: row + 8, startCharacter: 0, endCharacter: 120 };
}

export function isFlagged(model: Model, row: number): boolean {
  return model.rowGroup[row] !== NO_GROUP;
}

const keyOf: Readonly<Record<Grouping, (model: Model, row: number) => string>> = {
  pair: (model, row) => model.entityOf(model.rowEntity[row]),
  entity: (model, row) => model.entityOf(model.rowEntity[row]),
  source: (model, row) => model.sourceOf(model.rowEntity[row]),
  destination: (model, row) => model.destinationOf(model.rowEntity[row]),
  subnets: (model, row) => `${network(model.sourceOf(model.rowEntity[row]))} -> ${network(model.destinationOf(model.rowEntity[row]))}`,
  ports: (model, row) => `${32768 + model.rowEntity[row] * 7 % 9000} -> ${/port (\d+)/.exec(model.symbolOf(model.rowEdge[row]))?.[1] ?? '-'}`,
  file: (model, row) => model.pathOf(row),
};

function network(host: string): string {
  return `${host.replace(/\.\d+$/, '.0')}/24`;
}

/** Groups of a grouping, in order and filtered: names, and the group of each row (NO_GROUP: filtered away). */
export interface Groups {
  readonly names: readonly string[];
  readonly ofRow: Uint32Array;
}

export function groupsOf(model: Model, grouping: Grouping, order: ColumnOrder, filter: string): Groups {
  const rows = model.rowEdge.length, first = new Map<string, { index: number; rows: number; first: number }>();
  const raw = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    const key = keyOf[grouping](model, row), there = first.get(key);
    if (there) { there.rows++; there.first = Math.min(there.first, model.rowTime[row]); }
    else first.set(key, { index: first.size, rows: 1, first: model.rowTime[row] });
    raw[row] = (there ?? first.get(key)!).index;
  }
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = [...first].filter(([name]) => words.every((word) => name.toLowerCase().includes(word)));
  shown.sort(([a, x], [b, y]) => order === 'first' ? x.first - y.first : order === 'size' ? y.rows - x.rows : a < b ? -1 : 1);
  const to = new Uint32Array(first.size).fill(NO_GROUP);
  shown.forEach(([, { index }], place) => (to[index] = place));
  return { names: shown.map(([name]) => name), ofRow: raw.map((index) => to[index]) };
}

/** Rows that a selection leaves, in order of time of their walk. */
export function selected(model: Model, selection?: RowSelection): (row: number) => boolean {
  const { time, columns } = selection ?? {};
  const groups = columns && groupsOf(model, columns.grouping, columns.order, columns.filter).ofRow;
  return (row) => (!time || (model.rowTime[row] >= time[0] && model.rowTime[row] <= time[1])) && (!groups || !columns || (groups[row] >= columns.first && groups[row] <= columns.last));
}
