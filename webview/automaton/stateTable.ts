import type { StateColumns } from '../../server/protocol/automaton';
import { el, setText } from '../ui/dom';
import { count, decimal } from '../ui/format';
import { VirtualList } from '../ui/virtualList';
import type { Source } from './source';
import { type SortColumn, type Sorting, sortedStates } from './tableRows';

const columns: readonly { readonly id: SortColumn; readonly text: string; readonly title: string }[] = [
  { id: 'state', text: 'State', title: 'Number of the state' }, { id: 'label', text: 'Stands for', title: 'What mostly leads there' }, { id: 'rootCauses', text: 'Root causes', title: 'Groups of findings whose state it is' },
  { id: 'score', text: 'Score', title: 'Highest score of a row that arrives' }, { id: 'flagged', text: 'Flagged', title: 'Flagged rows that arrive' }, { id: 'difference', text: 'Difference', title: 'log2 of capture over baseline share of visits: +1 is twice as often, -1 half as often' },
  { id: 'capture', text: 'Capture', title: 'Visits in the capture' }, { id: 'baseline', text: 'Baseline', title: 'Visits in the baseline' }, { id: 'depth', text: 'Steps', title: 'Steps from the start' },
];

/** The automaton as a table: the twin of the graph, complete by keys and for screen readers. */
export class StateTable {
  readonly element: HTMLElement;
  private order: Uint32Array = new Uint32Array();
  private sorting: Sorting = { column: 'rootCauses', descending: true };
  private filter = '';
  private shownOnly = false;
  private readonly list: VirtualList;
  private readonly header = el('div', { role: 'row', class: 'table-header' });
  private readonly filterField = el('vscode-text-field', { placeholder: 'Filter states', 'aria-label': 'Filter states by number or words' });
  private readonly said = el('span', { class: 'quiet' });

  constructor(private readonly source: Source, private readonly events: { active(state: number): void; opened(state: number): void; shown(): Uint32Array | undefined }) {
    this.list = new VirtualList({
      label: 'States of the automaton', role: 'grid', rowHeight: 24, headerHeight: 26, header: this.header, total: () => this.order.length, cells: (i) => this.cells(this.order[i]), attributes: (i) => ({ 'data-state': this.order[i] }),
      want: (first, end) => void source.name(this.order.subarray(first, end)), onActive: (i) => events.active(this.order[i]), onOpen: (i) => events.opened(this.order[i]), empty: () => 'No state fits the filter.',
    });
    const shownOnly = el('vscode-checkbox', { onchange: (event: Event) => { this.shownOnly = (event.target as HTMLInputElement).checked; this.refresh(); } }, 'Shown in the graph only');
    this.filterField.addEventListener('input', () => { this.filter = (this.filterField as HTMLInputElement).value; void source.name(this.source.graph?.states.baseline.keys() ?? []); this.refresh(); });
    this.element = el('div', { class: 'table', 'data-view': 'table' }, el('div', { class: 'toolbar' }, this.filterField, shownOnly, this.said), this.list.element);
    this.drawHeader();
  }

  /** Sorts and filters anew. */
  refresh(): void {
    const states = this.source.brushed?.states, label = (s: number): string | undefined => this.source.label(s);
    this.order = states ? sortedStates(states, label, this.sorting, this.filter, this.shownOnly ? this.events.shown() : undefined) : new Uint32Array();
    setText(this.said, states ? `${count(this.order.length)} of ${count(states.total)} states` : '');
    this.list.refresh();
  }

  /** Names came: those in sight are drawn. */
  named(): void {
    if (this.filter !== '' || this.sorting.column === 'label') this.refresh();
    else this.list.refresh();
  }

  select(state: number | undefined): void {
    const at = state === undefined ? -1 : this.order.indexOf(state);
    if (at !== this.list.active) this.list.setActive(at);
  }

  focus(): void {
    this.list.focus();
  }

  private drawHeader(): void {
    this.header.replaceChildren(...columns.map(({ id, text, title }) => {
      const sorted = this.sorting.column === id, head = el('div', { role: 'columnheader', class: `cell ${id}`, 'aria-sort': sorted ? (this.sorting.descending ? 'descending' : 'ascending') : 'none' });
      head.append(el('button', { class: 'sort', type: 'button', title, onclick: () => this.sortBy(id) }, `${text}${sorted ? (this.sorting.descending ? ' ▾' : ' ▴') : ''}`));
      return head;
    }));
  }

  private sortBy(column: SortColumn): void {
    const descending = this.sorting.column === column ? !this.sorting.descending : column !== 'state' && column !== 'label' && column !== 'depth';
    this.sorting = { column, descending };
    if (column === 'label') void this.source.name(this.source.graph?.states.baseline.keys() ?? []);
    this.drawHeader();
    this.refresh();
    this.header.querySelector<HTMLElement>(`.${column} button`)?.focus();
  }

  private cells(state: number): HTMLElement[] {
    const states = this.source.brushed!.states, text: Record<SortColumn, string> = {
      state: String(state), label: this.source.label(state) ?? '…', rootCauses: states.rootCauses[state] > 0 ? `◎ ${states.rootCauses[state]}` : '', score: states.score[state] > 0 ? decimal(states.score[state], 1) : '', flagged: states.flagged[state] > 0 ? count(states.flagged[state]) : '',
      difference: signed(states, state), capture: count(states.capture[state]), baseline: count(states.baseline[state]), depth: states.depth[state] < 0 ? 'not reached' : String(states.depth[state]),
    };
    return columns.map(({ id }) => el('span', { class: `cell ${id}${id === 'label' ? ' ellipsis' : ' number'}`, ...(id === 'label' ? { title: text.label } : {}) }, text[id]));
  }
}

function signed({ difference }: StateColumns, state: number): string {
  return `${difference[state] > 0 ? '+' : ''}${decimal(difference[state], 1)}`;
}
