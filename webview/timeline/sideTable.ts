import type { TimelineCells } from '../../server/protocol/timeline';
import { choice } from '../ui/controls';
import { el } from '../ui/dom';
import { count, decimal } from '../ui/format';
import { moment } from '../ui/moments';
import { VirtualList } from '../ui/virtualList';
import { groupsOf, timeOf } from './cells';
import type { Cell } from './plot';
import { worstCells, worstColumns } from './worst';
import { columnWords } from './words';

const MOST = 1000;

/** The picture as a table: its cells or its columns, the highest scores first. */
export class SideTable {
  readonly element: HTMLElement;
  private readonly list: VirtualList;
  private cells: TimelineCells | undefined;
  private entries: readonly { readonly cell: Cell; readonly rows: number; readonly score: number }[] = [];
  private what: 'cells' | 'columns' = 'columns';

  constructor(private readonly nameOf: (group: number) => string | undefined, chosen: (cell: Cell) => void, opened: (cell: Cell) => void) {
    const header = el('div', { class: 'side-header quiet', role: 'row' }, ...([['Score', 'number'], ['Time (UTC)', ''], ['Column', ''], ['Rows', 'number']] as const).map(([name, style]) => el('span', { role: 'columnheader', class: style }, name)));
    this.list = new VirtualList({
      label: 'Cells of the timeline by score', role: 'grid', rowHeight: 24, header, headerHeight: 24, total: () => this.entries.length, cells: (index) => this.row(index),
      onActive: (index) => { const entry = this.entries[index]; if (entry) chosen(entry.cell); }, onOpen: (index) => { const entry = this.entries[index]; if (entry) opened(entry.cell); },
      empty: () => 'No rows are drawn.',
    });
    const kind = choice('Worst', { columns: 'columns', cells: 'cells' }, this.what, (what) => { this.what = what; this.count(); });
    this.element = el('div', { class: 'side', role: 'region', 'aria-label': 'Worst cells' }, el('div', { class: 'toolbar' }, kind.element, el('span', { class: 'quiet hint' }, 'Enter opens the worst line')), this.list.element);
  }

  show(cells: TimelineCells): void {
    this.cells = cells;
    this.count();
  }

  /** Names came. */
  refresh(): void {
    this.list.refresh();
  }

  private count(): void {
    const { cells, what } = this;
    if (!cells) return;
    const place = (cell: number): Cell => ({ column: cell % cells.columns, row: Math.floor(cell / cells.columns) });
    this.entries = what === 'cells' ? Array.from(worstCells(cells, MOST), (cell) => ({ cell: place(cell), rows: cells.count[cell], score: cells.worst[cell] }))
      : worstColumns(cells, MOST).map(({ cell, rows }) => ({ cell: place(cell), rows, score: cells.worst[cell] }));
    this.list.setActive(-1);
    this.list.refresh();
  }

  private row(index: number): Node[] {
    const { cell: { column, row }, rows, score } = this.entries[index], cells = this.cells!, [first, last] = groupsOf(cells, column), [from] = timeOf(cells, row), name = columnWords(this.nameOf(first), last - first + 1);
    return [el('span', { class: 'number' }, decimal(Math.floor(score * 10) / 10, 1)), el('span', { class: 'ellipsis', title: moment(from) }, moment(Math.floor(from)).replace(/^\d{4}-/, '')), el('span', { class: 'ellipsis', title: name }, name || '…'), el('span', { class: 'number' }, count(rows))];
  }
}
