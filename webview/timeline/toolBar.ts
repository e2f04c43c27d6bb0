import type { ColumnOrder, Grouping } from '../../server/protocol/selection';
import type { CellColour } from '../../server/protocol/timeline';
import { choice, textField, toggle } from '../ui/controls';
import { el } from '../ui/dom';
import { columnOrders, groupings } from '../ui/groupings';
import type { Mode } from './plot';
import type { Saved } from './saved';
import type { Intensity } from './shading';
import { colourNames } from './words';

const modes: Readonly<Record<Mode, readonly [label: string, title: string]>> = {
  zoom: ['Zoom', 'Dragging zooms to a box (Z)'], pan: ['Pan', 'Dragging moves the picture (P)'], brush: ['Brush', 'Dragging selects the rows that the other views count (B, or hold Shift)'],
};
const intensities: Readonly<Record<Intensity, string>> = { equalised: 'equalised', log: 'logarithm' };

/** Above the picture: what the columns and colours are, what dragging does. */
export class ToolBar {
  readonly element: HTMLElement;
  /** Stands beside the legend, which it changes. */
  readonly strength: HTMLElement;
  private readonly grouping;
  private readonly colour;
  private readonly filter;
  private readonly modes;
  private readonly reset: HTMLElement;

  constructor({ grouping, order, colour, intensity, filter, mode, table }: Saved, events: { readonly set: (part: Partial<Saved>) => void; readonly zoom: (factor: number) => void; readonly reset: () => void }) {
    const titles = Object.fromEntries((Object.keys(groupings) as Grouping[]).map((key) => [key, groupings[key][0]])) as Record<Grouping, string>;
    this.grouping = choice<Grouping>('Columns', titles, grouping, (next) => events.set({ grouping: next }));
    const orders = choice<ColumnOrder>('Order', columnOrders, order, (next) => events.set({ order: next }));
    this.colour = choice<CellColour>('Colour', colourNames, colour, (next) => events.set({ colour: next }));
    this.strength = choice<Intensity>('Strength', intensities, intensity, (next) => events.set({ intensity: next })).element;
    this.filter = textField({ label: 'Words in the name of a column', placeholder: 'Filter columns', class: 'filter', value: filter, changed: (text) => events.set({ filter: text.trim() }) });
    this.modes = (Object.keys(modes) as Mode[]).map((key) => ({ key, ...toggle(modes[key][0], modes[key][1], key === mode, () => { this.setMode(key); events.set({ mode: key }); }) }));
    this.reset = el('vscode-button', { appearance: 'secondary', title: 'Show the whole capture (0)', disabled: true, onclick: events.reset }, 'Reset');
    const zoom = (text: string, label: string, factor: number): HTMLElement => el('button', { type: 'button', class: 'toggle', title: label, 'aria-label': label, onclick: () => events.zoom(factor) }, text);
    this.element = el('div', { class: 'toolbar', role: 'toolbar', 'aria-label': 'Timeline' }, this.grouping.element, orders.element, this.colour.element, this.filter.element, el('span', { class: 'grow' }),
      el('span', { class: 'toggle-set', role: 'group', 'aria-label': 'Dragging' }, ...this.modes.map(({ element }) => element)), el('span', { class: 'toggle-set' }, zoom('−', 'Zoom out (-)', 1 / 0.6), zoom('+', 'Zoom in (+)', 0.6)), this.reset,
      toggle('Table', 'Show the worst cells as a table', table, (on) => events.set({ table: on })).element);
  }

  setMode(mode: Mode): void {
    for (const one of this.modes) one.set(one.key === mode);
  }

  choose(grouping: Grouping, colour: CellColour): void {
    this.grouping.set(grouping);
    this.colour.set(colour);
  }

  clearFilter(): void {
    this.filter.set('');
  }

  zoomed(zoomed: boolean): void {
    this.reset.toggleAttribute('disabled', !zoomed);
  }
}
