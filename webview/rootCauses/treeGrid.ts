import { el } from '../ui/dom';
import { scrollTo, windowing } from '../ui/windowing';

export interface GridOptions {
  readonly label: string;
  /** CSS pixels, the same for every row. */
  readonly rowHeight: number;
  /** Names of the columns; the class of each cell of a column. */
  readonly columns: readonly (readonly [name: string, style: string])[];
  readonly size: () => number;
  /** A row with its cells, without id and index. */
  readonly row: (index: number) => HTMLElement;
  /** Rows [first, end) are in sight. */
  readonly want: (first: number, end: number) => void;
  readonly onKey: (event: KeyboardEvent) => boolean;
  readonly onClick: (index: number, event: MouseEvent) => void;
  readonly onDoubleClick: (index: number, event: MouseEvent) => void;
  readonly onScroll: () => void;
}

/** An ARIA tree grid that draws the rows in sight alone. It has the focus itself and points at its active row, so that rows can come and go. */
export class TreeGrid {
  readonly element: HTMLElement;
  readonly box: HTMLElement;
  private readonly sizer = el('div', { class: 'list-sizer', role: 'presentation' });
  private readonly window = el('div', { class: 'list-window', role: 'presentation' });
  private scheduled = 0;
  private active = -1;

  constructor(private readonly options: GridOptions) {
    const header = el('div', { class: 'causes-row causes-header quiet', role: 'row', 'aria-rowindex': 1 }, ...options.columns.map(([name, style], i) => el('div', { class: style, role: 'columnheader', 'aria-colindex': i + 1 }, name)));
    this.box = el('div', { class: 'list causes', role: 'treegrid', tabindex: 0, 'aria-label': options.label, 'aria-multiselectable': 'true', 'aria-colcount': options.columns.length },
      el('div', { class: 'causes-head', role: 'rowgroup' }, header), this.sizer);
    this.sizer.setAttribute('role', 'rowgroup');
    this.sizer.append(this.window);
    this.element = el('div', { class: 'list-frame' }, this.box);
    this.box.addEventListener('scroll', () => { this.schedule(); options.onScroll(); });
    this.box.addEventListener('keydown', (event) => { if (event.target === this.box && options.onKey(event)) { event.preventDefault(); event.stopPropagation(); } });
    this.window.addEventListener('click', (event) => this.pointed(event, options.onClick));
    this.window.addEventListener('dblclick', (event) => this.pointed(event, options.onDoubleClick));
    new ResizeObserver(() => this.schedule()).observe(this.box);
  }

  /** The active row; -1: none. */
  setActive(index: number, reveal: boolean): void {
    this.active = index;
    if (reveal && index >= 0) this.scroll(scrollTo(index, this.options.size(), this.options.rowHeight, this.viewport, this.box.scrollTop));
    this.schedule();
  }

  /** First row whose top edge is in sight or just above, and how far above, CSS pixels. */
  get anchor(): { readonly index: number; readonly offset: number } {
    const { first, offset } = windowing(this.options.size(), this.options.rowHeight, this.viewport, this.box.scrollTop, 0);
    return { index: first, offset: this.box.scrollTop - offset };
  }

  /** Scrolls so that a row stands where `anchor` said it did. */
  restore(index: number, offset: number): void {
    const { rowHeight, size } = this.options;
    this.draw();
    this.scroll(scrollTo(index, size(), rowHeight, this.viewport, Infinity) + offset);
    this.draw();
  }

  /** Rows that a page of the box has. */
  get pageSize(): number {
    return Math.max(1, Math.floor(this.viewport / this.options.rowHeight) - 1);
  }

  refresh(): void {
    this.schedule();
  }

  focus(): void {
    this.box.focus({ preventScroll: true });
  }

  /** Height for rows: the header stays in sight above them. */
  private get viewport(): number {
    return Math.max(0, this.box.clientHeight - this.options.rowHeight);
  }

  private scroll(top: number): void {
    // The box may not be as tall yet as the list has become.
    this.sizer.style.height = `${windowing(this.options.size(), this.options.rowHeight, this.viewport, 0).height}px`;
    this.box.scrollTop = top;
  }

  private schedule(): void {
    this.scheduled ||= requestAnimationFrame(() => { this.scheduled = 0; this.draw(); });
  }

  private draw(): void {
    const { size, rowHeight, want, row } = this.options, total = size();
    if (this.box.clientHeight === 0) return;
    const { height, first, end, offset } = windowing(total, rowHeight, this.viewport, this.box.scrollTop);
    want(first, end);
    this.sizer.style.height = `${height}px`;
    this.window.style.transform = `translateY(${offset}px)`;
    this.box.setAttribute('aria-rowcount', String(total + 1));
    const rows = Array.from({ length: end - first }, (_, i) => {
      const element = row(first + i);
      element.id = `cause-${first + i}`;
      element.dataset['index'] = String(first + i);
      element.setAttribute('aria-rowindex', String(first + i + 2));
      if (first + i === this.active) element.classList.add('active');
      return element;
    });
    this.window.replaceChildren(...rows);
    if (this.active >= first && this.active < end) this.box.setAttribute('aria-activedescendant', `cause-${this.active}`);
    else this.box.removeAttribute('aria-activedescendant');
  }

  private pointed(event: MouseEvent, told: (index: number, event: MouseEvent) => void): void {
    const row = (event.target as Element).closest<HTMLElement>('.causes-row');
    if (row) told(Number(row.dataset['index']), event);
  }
}
