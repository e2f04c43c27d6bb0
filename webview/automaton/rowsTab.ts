import { GetStateRows, type RowsWithin, type StateRow, type StateRowOrder } from '../../server/protocol/automaton';
import type { RowSelection } from '../../server/protocol/selection';
import { chip } from '../ui/chip';
import { el, setText } from '../ui/dom';
import { counted, decimal, time } from '../ui/format';
import type { Host } from '../ui/host';
import { PagedItems } from '../ui/pagedItems';
import { VirtualList } from '../ui/virtualList';

/** The rows that arrive at a state, a page at a time. Enter or a click goes to the line. */
export class RowsTab {
  readonly element: HTMLElement;
  private readonly list: VirtualList;
  private rows: PagedItems<StateRow> | undefined;
  private at: { readonly revision: number; readonly state: number; readonly selection: RowSelection | null } | undefined;
  private order: StateRowOrder = 'score';
  private flaggedOnly = false;
  /** Bins of the histograms that rows must have a value in, and these in words. */
  private chosen: { readonly within: readonly RowsWithin[]; readonly text: string } | undefined;
  private readonly chips = el('span', { class: 'chips' });
  private failure = '';
  private readonly said = el('span', { class: 'quiet', role: 'status' });
  private readonly replayButton = el('vscode-button', { appearance: 'secondary', disabled: true, title: 'Follow the trace of the chosen row step by step', onclick: () => this.replayActive() }, 'Replay its trace');

  constructor(private readonly host: Host, private readonly replay: (row: number) => void, active: (row: number) => void) {
    const order = el('vscode-dropdown', { 'aria-label': 'Order of the rows' }, el('vscode-option', { value: 'score' }, 'By score'), el('vscode-option', { value: 'time' }, 'By time'));
    order.addEventListener('change', () => { this.order = (order as HTMLSelectElement).value as StateRowOrder; this.ask(); });
    const flagged = el('vscode-checkbox', { onchange: (event: Event) => { this.flaggedOnly = (event.target as HTMLInputElement).checked; this.ask(); } }, 'Flagged only');
    this.list = new VirtualList({
      label: 'Rows of the state', role: 'listbox', rowHeight: 42, total: () => this.rows?.total ?? 0, cells: (i) => this.cells(i), want: (first, end) => this.rows?.want(first, end), openOnClick: true,
      onActive: (i) => { this.replayButton.removeAttribute('disabled'); const row = this.rows?.at(i); if (row) active(row.row); }, onOpen: (i) => this.jump(i), empty: () => this.failure || (this.rows?.total === undefined ? 'Asking for rows …' : this.flaggedOnly ? 'No flagged row of the capture arrives here.' : 'No row of the capture arrives here.'),
      onKey: ({ key }) => key === 'r' && (this.replayActive(), true),
    });
    this.element = el('div', { class: 'tab rows' }, el('div', { class: 'toolbar' }, order, flagged, this.replayButton, this.chips, this.said), this.list.element);
  }

  show(revision: number, state: number, selection: RowSelection | null): void {
    if (this.at && (state !== this.at.state || revision !== this.at.revision)) this.chosen = undefined;
    this.at = { revision, state, selection };
    this.ask();
  }

  /** Lists only rows with a value in these bins. */
  within(within: readonly RowsWithin[], text: string): void {
    this.chosen = { within, text };
    this.ask();
  }

  focus(): void {
    this.list.focus();
  }

  dispose(): void {
    this.rows?.dispose();
  }

  private ask(): void {
    const { at, order, flaggedOnly, chosen } = this;
    this.chips.replaceChildren(...(chosen ? [chip(chosen.text, 'Only rows with these numbers are listed', () => { this.chosen = undefined; this.ask(); this.list.focus(); })] : []));
    this.rows?.dispose();
    if (!at) return;
    const { revision, state, selection } = at;
    this.failure = this.said.textContent = '';
    this.rows = new PagedItems((page, signal) => this.host.ask(GetStateRows, { revision, state, ...(selection ? { selection } : {}), order, flaggedOnly, ...(chosen ? { within: chosen.within } : {}), ...page }, signal), () => {
      setText(this.said, counted(this.rows?.total ?? 0, 'row'));
      this.list.refresh();
    }, (error) => { this.failure = String(error instanceof Error ? error.message : error); this.list.refresh(); });
    this.list.setActive(-1);
    this.list.box.scrollTop = 0;
    this.replayButton.setAttribute('disabled', '');
    this.rows.want(0, 1);
    this.list.refresh();
  }

  private cells(index: number): (HTMLElement | string)[] {
    const row = this.rows?.at(index);
    if (!row) return [el('span', { class: 'quiet' }, '…')];
    const { score, band, words: symbol, numbers, entity, path, place, time: at } = row, words = numbers ? `${numbers} · ${symbol}` : symbol;
    return [
      el('span', { class: `band ${band ?? ''}`, title: band ? `flagged, ${band}` : 'not flagged' }, decimal(score, 0)),
      el('span', { class: 'two-lines' }, el('span', { class: 'ellipsis', title: words }, words), el('span', { class: 'quiet ellipsis' }, `${path}:${place.line + 1}  ${at === undefined ? '' : `${time(at)}  `}${entity}`)),
    ];
  }

  private jump(index: number): void {
    const row = this.rows?.at(index);
    if (row) this.host.tell({ kind: 'jump', place: row.place, keepFocus: true });
  }

  private replayActive(): void {
    const row = this.rows?.at(this.list.active);
    if (row) this.replay(row.row);
  }
}
