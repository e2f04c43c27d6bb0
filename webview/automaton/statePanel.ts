import { GetState, type ReplayStep, type StateDetail } from '../../server/protocol/automaton';
import type { RowSelection } from '../../server/protocol/selection';
import { el } from '../ui/dom';
import { type Host, Newest, Superseded } from '../ui/host';
import { Histograms } from './histograms';
import { meaning, type MeaningLinks, transitions } from './meaning';
import { ReplayTab } from './replayTab';
import { RowsTab } from './rowsTab';

export const tabs = ['meaning', 'rows', 'transitions', 'replay', 'provenance'] as const;
export type Tab = (typeof tabs)[number];
const titles: Readonly<Record<Tab, string>> = { meaning: 'Meaning', rows: 'Rows', transitions: 'Transitions', replay: 'Replay', provenance: 'Provenance' };

/** Text that keys can scroll. */
function scrolling(tab: Tab): HTMLElement {
  return el('div', { class: 'tab scrolls', tabindex: 0, role: 'region', 'aria-label': titles[tab] });
}

export interface PanelActions extends MeaningLinks {
  expand(state: number): void;
  collapse(state: number): void;
  close(): void;
  stepped(step: ReplayStep): void;
  tabbed(tab: Tab): void;
  /** A row of the list was chosen. */
  chosen(row: number): void;
  tabled(table: boolean): void;
}

/** Everything about one state, beside the graph. */
export class StatePanel {
  readonly element: HTMLElement;
  tab: Tab = 'meaning';
  private state: number | undefined;
  private readonly newest = new Newest();
  private readonly heading = el('h2', { class: 'panel-title' });
  private readonly head = el('div', { class: 'panel-head' });
  private readonly bodies: Readonly<Record<Tab, HTMLElement>>;
  private readonly panels: HTMLElement;
  private readonly numbers: Histograms;
  private readonly rows: RowsTab;
  private readonly replay: ReplayTab;
  private revision = 0;
  private rowsOf = '';
  private selection: RowSelection | null = null;

  /** The next marked numbers are to be seen. */
  private revealing = false;

  constructor(private readonly host: Host, private readonly actions: PanelActions, numbersAsTable: boolean) {
    this.replay = new ReplayTab(host, (step) => actions.stepped(step));
    this.rows = new RowsTab(host, (row) => { this.open('replay'); void this.replay.start(this.revision, row); }, (row) => actions.chosen(row));
    this.numbers = new Histograms(host, {
      list: (within, text) => { this.rows.within(within, text); this.open('rows'); actions.tabbed('rows'); this.rows.focus(); },
      marked: () => this.reveal(), tabled: (table) => actions.tabled(table),
    }, numbersAsTable);
    this.bodies = { meaning: scrolling('meaning'), rows: this.rows.element, transitions: scrolling('transitions'), replay: this.replay.element, provenance: scrolling('provenance') };
    this.panels = el('vscode-panels', { activeid: 'tab-meaning', 'aria-label': 'About the state' }, ...tabs.map((tab) => el('vscode-panel-tab', { id: `tab-${tab}` }, titles[tab])), ...tabs.map((tab) => el('vscode-panel-view', { id: `view-${tab}` }, this.bodies[tab])));
    this.panels.addEventListener('change', () => {
      const id = (this.panels as HTMLElement & { activeid?: string }).activeid?.slice('tab-'.length) as Tab | undefined;
      if (id && tabs.includes(id) && id !== this.tab) { this.tab = id; actions.tabbed(id); this.showRows(); }
    });
    const button = (text: string, title: string, act: (state: number) => void): HTMLElement => el('vscode-button', { appearance: 'secondary', title, onclick: () => { if (this.state !== undefined) act(this.state); } }, text);
    this.head.append(this.heading, el('div', { class: 'panel-actions' }, button('Expand', 'Show its neighbours (e)', (s) => actions.expand(s)), button('Collapse', 'Hide what is reached through it alone (c)', (s) => actions.collapse(s)), el('span', { class: 'grow' }), el('vscode-button', { appearance: 'icon', 'aria-label': 'Close the panel', title: 'Close (Escape)', onclick: () => actions.close() }, '×')));
    this.element = el('section', { class: 'panel', 'aria-label': 'State', hidden: true }, this.head, this.panels);
  }

  open(tab: Tab): void {
    this.tab = tab;
    this.panels.setAttribute('activeid', `tab-${tab}`);
    (this.panels as HTMLElement & { activeid?: string }).activeid = `tab-${tab}`;
    this.showRows();
  }

  focus(): void {
    this.panels.querySelector<HTMLElement>(`#tab-${this.tab}`)?.focus();
  }

  hide(): void {
    this.newest.next();
    this.state = undefined;
    this.rowsOf = '';
    this.numbers.hide();
    this.element.hidden = true;
  }

  /** Marks the values of a row of the capture among those of the state. `reveal`: they are brought into sight. */
  mark(row: number | undefined, reveal = false): void {
    this.revealing = reveal;
    this.numbers.mark(row);
    if (reveal && this.numbers.isMarked) this.reveal();
  }

  private reveal(): void {
    if (!this.revealing || !this.numbers.isMarked) return;
    if (this.tab !== 'meaning') { this.open('meaning'); this.actions.tabbed('meaning'); }
    // Up or down only, and no further than needed.
    const body = this.bodies.meaning.getBoundingClientRect(), { top, bottom } = this.numbers.element.getBoundingClientRect();
    if (top < body.top || bottom > body.bottom) this.bodies.meaning.scrollTop += Math.min(top - body.top, Math.max(bottom - body.bottom, 0) || Infinity);
  }

  /** Asks for a state and shows it; what was shown stays until the answer is here. */
  async show(revision: number, state: number, label: string | undefined, selection: RowSelection | null): Promise<void> {
    const signal = this.newest.next();
    this.revision = revision;
    this.state = state;
    this.selection = selection;
    this.element.hidden = false;
    this.element.dataset['state'] = String(state);
    this.heading.replaceChildren(el('span', { class: 'quiet' }, `State ${state} `), el('span', {}, label ?? '…'));
    this.showRows();
    this.numbers.show(revision, state, selection);
    try {
      this.fill(await this.host.ask(GetState, { revision, state, ...(selection ? { selection } : {}) }, signal));
    } catch (error) {
      if (error instanceof Superseded) return;
      const again = el('vscode-button', { onclick: () => void this.show(revision, state, label, selection) }, 'Try again');
      this.bodies.meaning.replaceChildren(el('p', { role: 'alert' }, `The server did not answer: ${error instanceof Error ? error.message : String(error)}`), again);
    }
  }

  private fill(detail: StateDetail): void {
    this.heading.replaceChildren(el('span', { class: 'quiet' }, `State ${detail.state} `), el('span', {}, detail.label));
    this.bodies.meaning.replaceChildren(...meaning(detail, this.actions, this.numbers.element));
    this.bodies.transitions.replaceChildren(...transitions(detail, this.actions));
    this.bodies.provenance.replaceChildren(...(detail.provenance.length === 0 ? [el('p', { class: 'quiet' }, 'The model does not tell which prefixes were merged into this state.')]
      : [el('p', {}, 'These became one state when the model was learned:'), el('ul', { class: 'plain' }, ...detail.provenance.map((text) => el('li', {}, text)))]));
    this.bodies.meaning.scrollTop = 0;
    this.reveal();
  }

  /** Rows are asked for when one looks at them, once for a state and selection. */
  private showRows(): void {
    const key = JSON.stringify([this.revision, this.state, this.selection]);
    if (this.tab !== 'rows' || this.state === undefined || key === this.rowsOf) return;
    this.rowsOf = key;
    this.rows.show(this.revision, this.state, this.selection);
  }
}
