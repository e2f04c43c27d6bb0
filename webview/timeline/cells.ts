import type { TimelineCells } from '../../server/protocol/timeline';
import type { RowSelection } from '../../server/protocol/selection';
import type { ColumnOrder, Grouping } from '../../server/protocol/selection';
import type { Window } from './view';

/** The largest number below a time: selections include both ends, cells do not include their last. */
function below(value: number): number {
  return value - Math.max(Number.MIN_VALUE, Math.abs(value) * 2 ** -52);
}

/** Seconds from and to of one row of cells. */
export function timeOf({ time, rows }: TimelineCells, row: number): [number, number] {
  const step = (time[1] - time[0]) / rows;
  return [time[0] + row * step, row === rows - 1 ? time[1] : time[0] + (row + 1) * step];
}

/** Groups [first, last] of one column. */
export function groupsOf({ columnStart }: TimelineCells, column: number): [number, number] {
  return [columnStart[column], columnStart[column + 1] - 1];
}

/** Where the picture lies: its time and groups, in the terms of a window. */
export function extentOf({ time, groups }: TimelineCells): Window {
  return { time: time[1] > time[0] ? time : [time[0] - 0.5, time[0] + 0.5], groups: [groups[0], groups[1] + 1] };
}

/** The column that holds a group; -1: none does. O(log columns). */
export function columnOf({ columnStart, columns }: TimelineCells, group: number): number {
  let low = 0, high = columns;
  while (low < high) {
    const middle = low + high >> 1;
    if (columnStart[middle + 1] <= group) low = middle + 1;
    else high = middle;
  }
  return low < columns && columnStart[low] <= group ? low : -1;
}

/** The cell at a point of the window (shares of it); undefined: beside the picture. */
export function cellAt(cells: TimelineCells, { time, groups }: Window, x: number, y: number): { readonly column: number; readonly row: number } | undefined {
  const extent = extentOf(cells), at = time[0] + (time[1] - time[0]) * y, column = columnOf(cells, Math.floor(groups[0] + (groups[1] - groups[0]) * x));
  const row = Math.floor((at - extent.time[0]) / (extent.time[1] - extent.time[0]) * cells.rows);
  return column < 0 || row < 0 || row >= cells.rows || x < 0 || x > 1 || y < 0 || y > 1 ? undefined : { column, row };
}

/** Cells from one corner to another, as rows of the capture that a selection names. */
export interface Names { readonly grouping: Grouping; readonly order: ColumnOrder; readonly filter: string }

export function selectionOf(cells: TimelineCells, names: Names, columns: readonly [number, number], rows: readonly [number, number]): Required<RowSelection> {
  const [from] = timeOf(cells, Math.min(...rows)), last = Math.max(...rows), [, to] = timeOf(cells, last), [first] = groupsOf(cells, Math.min(...columns)), [, end] = groupsOf(cells, Math.max(...columns));
  return { time: [from, last === cells.rows - 1 ? to : below(to)], columns: { ...names, first, last: end } };
}
