import type { Band } from '../../server/protocol/places';
import type { GroupOrder } from '../../server/protocol/rootCauses';
import type { RowSelection } from '../../server/protocol/selection';
import { chip } from '../ui/chip';
import { choice, textField, toggle } from '../ui/controls';
import { el } from '../ui/dom';
import { parseMoment } from '../ui/moments';
import { selectionText } from '../ui/groupings';
import { bands, type Filters, noFilters } from './filters';

const orders: Readonly<Record<GroupOrder, string>> = { score: 'Score', size: 'Size', newest: 'Newest' };

/** The fields above the list: order, filters, and the brush as a chip. */
export class FilterBar {
  readonly element: HTMLElement;
  private readonly order;
  private readonly fields;
  private readonly severities;
  private readonly chips = el('span', { class: 'chips' });

  constructor(order: GroupOrder, private filters: Filters, changed: { readonly order: (order: GroupOrder) => void; readonly filters: (filters: Filters) => void; readonly unbrush: () => void }) {
    const change = (part: Partial<Filters>): void => changed.filters(this.filters = { ...this.filters, ...part });
    const isTime = (text: string): string | undefined => text.trim() === '' || parseMoment(text) !== undefined ? undefined : 'Not a time. Write 2023-11-14 22:13, or seconds.';
    this.order = choice('Order', orders, order, changed.order);
    this.fields = {
      text: textField({ label: 'Words of the root cause or an entity', placeholder: 'Filter by words', class: 'wide', value: filters.text, changed: (text) => change({ text }) }),
      host: textField({ label: 'Part of an entity\'s name', placeholder: 'Host or entity', value: filters.host, changed: (host) => change({ host }) }),
      file: textField({ label: 'Log: part of its path, or a pattern such as day2/**', placeholder: 'Log', value: filters.file, changed: (file) => change({ file }) }),
      from: textField({ label: 'From (UTC)', placeholder: 'From (yyyy-mm-dd hh:mm)', class: 'time', value: filters.from, check: isTime, changed: (from) => change({ from }) }),
      to: textField({ label: 'Until (UTC)', placeholder: 'Until', class: 'time', value: filters.to, check: isTime, changed: (to) => change({ to }) }),
    };
    this.severities = bands.map((band) => ({ band, ...toggle(`Severity ${band}`, `Show findings of severity ${band}`, filters.bands.includes(band), () => change({ bands: this.pressed() }), el('span', { class: `band ${band}` }, band)) }));
    this.element = el('div', { class: 'toolbar filters', role: 'toolbar', 'aria-label': 'Order and filters' }, this.order.element, this.fields.text.element, this.fields.host.element, this.fields.file.element,
      el('span', { class: 'severities', role: 'group', 'aria-label': 'Severities' }, ...this.severities.map(({ element }) => element)), this.fields.from.element, this.fields.to.element, this.chips);
    this.unbrush = changed.unbrush;
  }

  private readonly unbrush: () => void;

  setBrush(brush: RowSelection | null): void {
    this.chips.replaceChildren(...(brush ? [chip(`Brush: ${selectionText(brush)}`, 'Rows brushed in the timeline: only findings with one of them are listed', this.unbrush)] : []));
  }

  /** Empties every field, without telling. */
  clear(): Filters {
    this.filters = noFilters;
    for (const field of Object.values(this.fields)) field.set('');
    for (const severity of this.severities) severity.set(true);
    return this.filters;
  }

  private pressed(): Band[] {
    return this.severities.filter(({ element }) => element.getAttribute('aria-pressed') === 'true').map(({ band }) => band);
  }
}
