import { GetStateHistograms, type RowsWithin, type StateHistograms } from '../../server/protocol/automaton';
import type { RowSelection } from '../../server/protocol/selection';
import { el } from '../ui/dom';
import { counted } from '../ui/format';
import { type Host, Newest, Superseded } from '../ui/host';
import { Tooltip } from '../ui/tooltip';
import { histogram, type HistogramEvents, histogramTable, oddBins } from './histogram';

export interface HistogramsEvents {
  /** Rows of the state with a value in these bins are to be listed; `text` says which: "source bytes 300 to 314". */
  list(within: readonly RowsWithin[], text: string): void;
  /** Histograms came in which the row that was asked for has a place. */
  marked(): void;
  tabled(table: boolean): void;
}

/** The numbers of a state's rows: a histogram for each field, or all as tables. It is not there where the model looks at no numbers. */
export class Histograms {
  readonly element = el('section', { class: 'numbers', 'aria-label': 'Numbers of its rows', hidden: true });
  private readonly newest = new Newest();
  private readonly tooltip = new Tooltip();
  private at: { readonly revision: number; readonly state: number; readonly selection: RowSelection | null } | undefined;
  private row: number | undefined;
  private shown: StateHistograms | undefined;
  private readonly asTable = el('vscode-checkbox', { onchange: () => {
    const { checked } = this.asTable as HTMLInputElement;
    if (checked === this.table) return;
    this.table = checked;
    this.draw();
    this.asTable.focus();
    this.events.tabled(checked);
  } }, 'As table');

  constructor(private readonly host: Host, private readonly events: HistogramsEvents, private table: boolean) {
    if (table) this.asTable.setAttribute('checked', '');
  }

  /** Shows a state. What was shown of another one goes at once. */
  show(revision: number, state: number, selection: RowSelection | null): void {
    if (this.at?.state !== state || this.at.revision !== revision) this.clear();
    this.at = { revision, state, selection };
    void this.ask();
  }

  /** Marks the values of a row of the capture, where it arrives at the state; undefined: of none. */
  mark(row: number | undefined): void {
    if (row === this.row) return;
    this.row = row;
    if (this.at) void this.ask();
  }

  hide(): void {
    this.newest.next();
    this.at = undefined;
    this.clear();
  }

  get isMarked(): boolean {
    return this.shown?.fields.some(({ mark }) => mark !== undefined) ?? false;
  }

  private clear(): void {
    this.shown = undefined;
    this.tooltip.hide();
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  private async ask(): Promise<void> {
    const { at, row } = this, signal = this.newest.next();
    if (!at) return;
    const { revision, state, selection } = at;
    try {
      this.shown = await this.host.ask(GetStateHistograms, { revision, state, ...(selection ? { selection } : {}), ...(row === undefined ? {} : { row }) }, signal);
      this.draw();
      if (this.isMarked) this.events.marked();
    } catch (error) {
      if (error instanceof Superseded) return;
      this.element.hidden = false;
      this.element.replaceChildren(el('p', { role: 'alert' }, `The values of its rows are not known: ${error instanceof Error ? error.message : String(error)} `, el('button', { class: 'link', type: 'button', onclick: () => void this.ask() }, 'Try again')));
    }
  }

  private draw(): void {
    const { shown, table, element } = this;
    if (!shown) return;
    const { fields, note, own, baseline, capture, odd } = shown, focused = this.focused();
    this.tooltip.hide();
    element.hidden = fields.length === 0 && note === undefined;
    element.replaceChildren(el('h3', {}, 'Numbers of its rows'), ...(note === undefined ? [] : [el('p', { class: 'quiet' }, note)]));
    if (fields.length === 0) return;
    const all = fields.map(({ bins }, field): RowsWithin => ({ field, bins: oddBins(bins).map(({ bin }) => bin) })).filter(({ bins }) => bins.length > 0);
    element.append(
      el('div', { class: 'numbers-bar' },
        odd === 0 ? el('span', { class: 'quiet' }, 'No odd ones') : el('vscode-button', { appearance: 'secondary', class: 'odd', title: 'List the rows with a value beyond those of the baseline, or where it has at most one in a thousand rows', onclick: () => this.events.list(all, 'odd numbers') }, `Show the odd ones: ${counted(odd, 'row')}`),
        el('span', { class: 'grow' }), this.asTable),
      el('p', { class: 'quiet numbers-legend' },
        el('span', {}, el('span', { class: 'swatch baseline', 'aria-hidden': 'true' }), own ? `baseline here, ${counted(baseline, 'row')}` : `all of the baseline, ${counted(baseline, 'row')}: too few came here`),
        el('span', {}, el('span', { class: 'swatch capture', 'aria-hidden': 'true' }), `capture here, ${counted(capture, 'row')}`), this.isMarked ? el('span', {}, '▼ chosen row') : undefined),
      ...fields.map((field, i) => (table ? histogramTable(field, this.fieldEvents(i)) : histogram(field, { baseline, capture }, this.fieldEvents(i)))),
    );
    if (focused) element.querySelector<HTMLElement>(focused)?.focus();
  }

  private fieldEvents(field: number): HistogramEvents {
    return {
      list: (bins, text) => { this.tooltip.hide(); this.events.list([{ field, bins: bins.map(({ bin }) => bin) }], text); },
      hovered: (bar, [range, ...sides]) => {
        if (!bar) return this.tooltip.hide();
        const { left, bottom } = bar.getBoundingClientRect();
        this.tooltip.show(left, bottom - 12, el('b', {}, range), ...sides.map((side) => el('div', {}, side)));
      },
    };
  }

  /** Where the focus is, so that it stays there when what it is on is drawn again. */
  private focused(): string | undefined {
    const at = document.activeElement;
    if (!at || !this.element.contains(at)) return undefined;
    const field = at.closest<HTMLElement>('[data-field]')?.dataset['field'], bin = (at as HTMLElement).dataset['bin'];
    return field !== undefined && bin !== undefined ? `[data-field="${CSS.escape(field)}"] [data-bin="${bin}"]` : undefined;
  }
}
