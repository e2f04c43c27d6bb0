import { el, setText } from './dom';
import { scrollTo, windowing } from './windowing';

/** How a list of any length shows and does things. Rows are drawn when they come into sight, and again on `refresh`. */
export interface ListOptions {
  /** Name for screen readers. */
  readonly label: string;
  /** `listbox`: rows are options; `grid`: rows have cells (`cells` gives one element each), with a header; `treegrid`: as grid, with levels in `attributes`. */
  readonly role: 'listbox' | 'grid' | 'treegrid';
  /** CSS pixels, the same for every row. */
  readonly rowHeight: number;
  readonly total: () => number;
  /** Content of a row: its text, or one element for each cell. */
  readonly cells: (index: number) => readonly (Node | string)[];
  /** ARIA and data attributes of the row: `aria-level`, `aria-expanded`, `data-state`. */
  readonly attributes?: (index: number) => Readonly<Record<string, string | number | boolean | undefined>>;
  /** Rows [first, end) are about to be seen. */
  readonly want?: (first: number, end: number) => void;
  /** The active row changed, by keys or a click. */
  readonly onActive?: (index: number) => void;
  /** Enter, double click, or a click where `openOnClick` is set. */
  readonly onOpen?: (index: number) => void;
  readonly openOnClick?: boolean;
  /** Other keys; true: it was for the list. */
  readonly onKey?: (event: KeyboardEvent, index: number) => boolean;
  /** Says what is empty, and why. */
  readonly empty?: () => string;
  /** Stays on top of a grid; its role is `row`, and its height `headerHeight`. */
  readonly header?: HTMLElement;
  readonly headerHeight?: number;
}

let lists = 0;

/** A list that draws the rows in sight alone: millions of rows cost as much as fifty. One tab stop; arrows, Page Up and Down, Home, End and Enter work in it. */
export class VirtualList {
  readonly element: HTMLElement;
  readonly box: HTMLElement;
  private readonly sizer = el('div', { class: 'list-sizer', role: 'presentation' });
  private readonly window = el('div', { class: 'list-window', role: 'presentation' });
  private readonly note = el('div', { class: 'list-note quiet' });
  private readonly id = `list${++lists}`;
  private scheduled = 0;
  private activeRow = -1;

  constructor(private readonly options: ListOptions) {
    this.box = el('div', { class: 'list', id: this.id, role: options.role, tabindex: 0, 'aria-label': options.label, onscroll: () => this.schedule(), onkeydown: (event: KeyboardEvent) => this.key(event) }, options.header, this.sizer);
    this.sizer.append(this.window);
    options.header?.classList.add('list-header');
    this.element = el('div', { class: 'list-frame' }, this.box, this.note);
    this.window.addEventListener('click', (event) => this.click(event, false));
    this.window.addEventListener('dblclick', (event) => this.click(event, true));
    new ResizeObserver(() => this.schedule()).observe(this.box);
  }

  get active(): number {
    return this.activeRow;
  }

  /** Makes a row the active one and brings it into sight, without telling `onActive`. */
  setActive(index: number, reveal = true): void {
    this.activeRow = index;
    if (reveal && index >= 0) this.box.scrollTop = scrollTo(index, this.options.total(), this.options.rowHeight, this.viewport, this.box.scrollTop);
    this.schedule();
  }

  /** Draws again at the next frame: something changed. */
  refresh(): void {
    this.activeRow = Math.min(this.activeRow, this.options.total() - 1);
    this.schedule();
  }

  private get viewport(): number {
    return this.box.clientHeight - (this.options.headerHeight ?? 0);
  }

  focus(): void {
    this.box.focus();
  }

  private schedule(): void {
    this.scheduled ||= requestAnimationFrame(() => { this.scheduled = 0; this.draw(); });
  }

  private draw(): void {
    const { options: { total: count, rowHeight, want, role, empty } } = this, total = count(), { height, first, end, offset } = windowing(total, rowHeight, this.viewport, this.box.scrollTop);
    if (this.box.clientHeight === 0) return;
    want?.(first, end);
    this.sizer.style.height = `${height}px`;
    this.window.style.transform = `translateY(${offset}px)`;
    this.box.setAttribute(role === 'listbox' ? 'data-count' : 'aria-rowcount', String(total));
    setText(this.note, total === 0 ? empty?.() ?? '' : '');
    this.note.hidden = total > 0;
    this.window.replaceChildren(...Array.from({ length: end - first }, (_, i) => this.row(first + i, total)));
    if (this.activeRow >= first && this.activeRow < end) this.box.setAttribute('aria-activedescendant', `${this.id}-${this.activeRow}`);
    else this.box.removeAttribute('aria-activedescendant');
  }

  private row(index: number, total: number): HTMLElement {
    const { role, rowHeight, cells, attributes } = this.options, isList = role === 'listbox', active = index === this.activeRow;
    const row = el('div', {
      id: `${this.id}-${index}`, class: active ? 'row active' : 'row', role: isList ? 'option' : 'row', 'aria-selected': active ? 'true' : 'false', 'data-index': index,
      ...(isList ? { 'aria-setsize': total, 'aria-posinset': index + 1 } : { 'aria-rowindex': index + 1 }), ...attributes?.(index),
    });
    row.style.height = `${rowHeight}px`;
    for (const cell of cells(index)) {
      if (!isList && cell instanceof Element) cell.setAttribute('role', 'gridcell');
      row.append(cell);
    }
    return row;
  }

  private click(event: MouseEvent, twice: boolean): void {
    const row = (event.target as Element).closest<HTMLElement>('.row');
    if (!row || (event.target as Element).closest('button, a, vscode-button, vscode-checkbox')) return;
    const index = Number(row.dataset['index']);
    if (index !== this.activeRow) this.activate(index);
    if (this.options.openOnClick ? !twice : twice) this.options.onOpen?.(index);
  }

  private activate(index: number): void {
    this.setActive(index);
    this.options.onActive?.(index);
  }

  private key(event: KeyboardEvent): void {
    if (event.target !== this.box) return;
    const total = this.options.total(), page = Math.max(1, Math.floor(this.viewport / this.options.rowHeight) - 1), at = this.activeRow;
    const to = event.altKey || event.ctrlKey || event.metaKey ? undefined
      : ({ ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: total - 1 } as Record<string, number>)[event.key];
    if (to !== undefined && total > 0) this.activate(Math.min(total - 1, Math.max(0, to)));
    else if (event.key === 'Enter' && at >= 0) this.options.onOpen?.(at);
    else if (at < 0 || this.options.onKey?.(event, at) !== true) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
