import type { RowSelection } from '../../server/protocol/selection';
import type { CellColour, TimelineCells } from '../../server/protocol/timeline';
import { el } from '../ui/dom';
import type { Theme } from '../ui/theme';
import { cellAt, extentOf, type Names } from './cells';
import { type Frame, boxOf, frameOf, partAt, shareAt } from './frame';
import type { Palette } from './palette';
import { paint, type Style } from './painter';
import { pixelsOf } from './picture';
import type { Shading } from './shading';
import { boxed, pan, type Window, zoom } from './view';
import { meant, step } from './worst';

export type Mode = 'zoom' | 'pan' | 'brush';
export interface Cell { readonly column: number; readonly row: number }

/** What the plot tells the page. */
export interface PlotEvents {
  moved(window: Window): void;
  /** `columns` false: all of them. */
  brushed(part: Window, columns: boolean): void;
  hovered(cell: Cell | undefined, x: number, y: number): void;
  clicked(cell: Cell): void;
  /** The cursor came to a cell by keys. */
  cursored(cell: Cell): void;
  /** Keys that are not the plot's own; true: done. */
  key(event: KeyboardEvent): boolean;
  resized(): void;
  nameOf(group: number): string | undefined;
}

/** Pixels that a pointer may be beside what it means, and that it moves before it drags. */
const SLACK = 4, DRAG = 4;

/** The canvas: draws what is known of the window at once, and turns pointers and keys into windows, brushes and cells. */
export class Plot {
  readonly canvas = el('canvas', { class: 'plot', tabindex: 0, role: 'application', 'aria-roledescription': 'timeline', 'aria-label': 'Timeline. Arrow keys move a cell cursor, Enter opens its worst line, Shift and arrows brush, plus and minus zoom, N goes to the next flagged cell.' });
  mode: Mode = 'zoom';
  window: Window = { time: [0, 1], groups: [0, 1] };
  whole: Window = this.window;
  brush: RowSelection | null = null;
  names: Names = { grouping: 'pair', order: 'first', filter: '' };
  cursor: Cell | undefined;
  private cells: TimelineCells | undefined;
  private colour: CellColour = 'band';
  private picture = document.createElement('canvas');
  private hoveredCell: Cell | undefined;
  private box: readonly [number, number, number, number] | undefined;
  private boxBrushes = false;
  private brushFrom: Cell | undefined;
  private frame: Frame = frameOf(100, 100);
  private scheduled = 0;

  constructor(theme: Theme, private readonly style: () => Style, private readonly events: PlotEvents) {
    theme.onChange(() => this.draw());
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    this.listen();
  }

  /** Size of the plot itself, CSS pixels. */
  get size(): { readonly width: number; readonly height: number } {
    return { width: this.frame.right - this.frame.left, height: this.frame.bottom - this.frame.top };
  }

  show(cells: TimelineCells, colour: CellColour, palette: Palette, shading: Shading): void {
    this.cells = cells;
    this.colour = colour;
    this.picture.width = Math.max(1, cells.columns);
    this.picture.height = cells.rows;
    if (cells.columns > 0) this.picture.getContext('2d')!.putImageData(new ImageData(pixelsOf(cells, palette, shading, this.style().background), cells.columns, cells.rows), 0, 0);
    this.hoveredCell = undefined;
    this.draw();
  }

  draw(): void {
    this.scheduled ||= requestAnimationFrame(() => { this.scheduled = 0; this.paint(); });
  }

  go(window: Window): void {
    this.window = window;
    this.draw();
    this.events.moved(window);
  }

  /** Zooms around the cursor, or the middle. */
  zoomBy(factor: number): void {
    const at = this.cursorShare() ?? [0.5, 0.5];
    this.go(zoom(this.window, this.whole, { time: factor, groups: factor }, at));
  }

  setCursor(cell: Cell | undefined): void {
    this.cursor = cell;
    this.draw();
  }

  private cursorShare(): [number, number] | undefined {
    const { cells, cursor, window } = this;
    if (!cells || !cursor) return undefined;
    const extent = extentOf(cells), at = extent.time[0] + (extent.time[1] - extent.time[0]) * (cursor.row + 0.5) / cells.rows, group = (cells.columnStart[cursor.column] + cells.columnStart[cursor.column + 1]) / 2;
    return [(group - window.groups[0]) / (window.groups[1] - window.groups[0]), (at - window.time[0]) / (window.time[1] - window.time[0])];
  }

  private resize(): void {
    const { canvas } = this, ratio = devicePixelRatio;
    if (canvas.clientWidth === 0 || canvas.clientHeight === 0) return;
    canvas.width = Math.round(canvas.clientWidth * ratio);
    canvas.height = Math.round(canvas.clientHeight * ratio);
    this.frame = frameOf(canvas.clientWidth, canvas.clientHeight);
    this.paint();
    this.events.resized();
  }

  private paint(): void {
    const { canvas, cells, frame, names, brush } = this, context = canvas.getContext('2d')!;
    context.setTransform(canvas.width / Math.max(1, canvas.clientWidth), 0, 0, canvas.height / Math.max(1, canvas.clientHeight), 0, 0);
    if (!cells) return context.clearRect(0, 0, frame.width, frame.height);
    const of = brush?.columns, brushFits = of !== undefined && of.grouping === names.grouping && of.order === names.order && of.filter === names.filter;
    paint(context, { frame, window: this.window, whole: this.whole, cells, picture: this.picture, colour: this.colour, brush, brushFits, box: this.box, boxBrushes: this.boxBrushes, cursor: document.activeElement === canvas ? this.cursor : undefined, hovered: this.hoveredCell, nameOf: (group) => this.events.nameOf(group) }, this.style());
  }

  private cellUnder({ offsetX, offsetY }: MouseEvent): Cell | undefined {
    const { cells, window, size } = this, [x, y] = shareAt(this.frame, offsetX, offsetY), cell = cells && cellAt(cells, window, x, y);
    if (!cells || !cell) return undefined;
    const { time, groups } = extentOf(cells), across = SLACK / size.width * (window.groups[1] - window.groups[0]) / (groups[1] - groups[0]) * cells.columns, down = SLACK / size.height * (window.time[1] - window.time[0]) / (time[1] - time[0]) * cells.rows;
    return meant(cells, cell, Math.min(9, Math.round(across)), Math.min(9, Math.round(down)), this.colour === 'band');
  }

  private listen(): void {
    const { canvas, events } = this;
    let from: { readonly x: number; readonly y: number; readonly part: 'plot' | 'times'; readonly mode: Mode; moved: boolean } | undefined;
    canvas.addEventListener('pointerdown', (event) => {
      const part = partAt(this.frame, event.offsetX, event.offsetY);
      if (event.button > 1 || (part !== 'plot' && part !== 'times')) return;
      event.preventDefault();
      canvas.focus();
      canvas.setPointerCapture(event.pointerId);
      from = { x: event.offsetX, y: event.offsetY, part, moved: false, mode: event.button === 1 ? 'pan' : event.shiftKey ? 'brush' : this.mode };
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!from) return this.hover(event);
      if (!from.moved && Math.hypot(event.offsetX - from.x, event.offsetY - from.y) < DRAG) return;
      from.moved = true;
      this.hover(undefined);
      if (from.mode === 'pan') return this.go(pan(this.window, this.whole, from.part === 'times' ? 0 : -event.movementX / this.size.width, -event.movementY / this.size.height));
      const { left, right, top, bottom } = this.frame, inside = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
      this.boxBrushes = from.mode === 'brush';
      this.box = from.part === 'times' ? [left, from.y, right, inside(event.offsetY, top, bottom)] : [from.x, from.y, inside(event.offsetX, left, right), inside(event.offsetY, top, bottom)];
      this.draw();
    });
    canvas.addEventListener('pointerup', (event) => {
      const start = from, { box } = this;
      from = this.box = undefined;
      if (!start) return;
      if (start.moved && box) {
        const part = boxed(this.window, boxOf(this.frame, [box[0], box[1]], [box[2], box[3]]));
        if (start.mode === 'brush') events.brushed(part, start.part === 'plot');
        else this.go(part);
      } else if (!start.moved && event.button === 0) {
        const cell = this.cellUnder(event);
        if (cell) { this.cursor = cell; events.clicked(cell); }
      }
      this.draw();
    });
    canvas.addEventListener('pointercancel', () => { from = this.box = undefined; this.draw(); });
    canvas.addEventListener('pointerleave', () => this.hover(undefined));
    canvas.addEventListener('wheel', (event) => {
      const part = partAt(this.frame, event.offsetX, event.offsetY);
      if (!part) return;
      event.preventDefault();
      this.hover(undefined);
      const lines = event.deltaMode === 1 ? 16 : 1, by = Math.exp(event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002)), [x, y] = shareAt(this.frame, event.offsetX, event.offsetY);
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.go(pan(this.window, this.whole, (event.deltaX || event.deltaY) * lines / this.size.width, 0));
      else if (event.altKey) this.go(pan(this.window, this.whole, 0, event.deltaY * lines / this.size.height));
      else this.go(zoom(this.window, this.whole, { time: part === 'names' ? 1 : by, groups: part === 'times' ? 1 : by }, [x, y]));
    }, { passive: false });
    canvas.addEventListener('dblclick', (event) => { if (partAt(this.frame, event.offsetX, event.offsetY) !== 'plot') this.go(this.whole); });
    canvas.addEventListener('keydown', (event) => { if (events.key(event) || this.key(event)) event.preventDefault(); });
    for (const name of ['focus', 'blur']) canvas.addEventListener(name, () => this.draw());
  }

  private hover(event: PointerEvent | undefined): void {
    const cell = event && this.cellUnder(event), before = this.hoveredCell;
    if (cell?.column === before?.column && cell?.row === before?.row) return;
    this.hoveredCell = cell;
    this.events.hovered(cell, event?.clientX ?? 0, event?.clientY ?? 0);
    this.draw();
  }

  private key(event: KeyboardEvent): boolean {
    const { cells } = this, arrow = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as Record<string, readonly [number, number]>)[event.key];
    if (arrow && (event.ctrlKey || event.metaKey)) { this.go(pan(this.window, this.whole, arrow[0] * 0.2, arrow[1] * 0.2)); return true; }
    if (arrow && cells && cells.columns > 0 && !event.altKey) {
      const at = this.cursor ?? { column: 0, row: 0 }, next = this.cursor ? (event.shiftKey ? { column: clip(at.column + arrow[0], cells.columns), row: clip(at.row + arrow[1], cells.rows) } : step(cells.count, cells.columns, cells.rows, at, ...arrow)) : at;
      if (event.shiftKey) {
        const start = this.brushFrom ??= at, rows = [start.row, next.row], columns = [start.column, next.column], extent = extentOf(cells), tall = (extent.time[1] - extent.time[0]) / cells.rows;
        this.events.brushed({ time: [extent.time[0] + Math.min(...rows) * tall, extent.time[0] + (Math.max(...rows) + 1) * tall], groups: [cells.columnStart[Math.min(...columns)], cells.columnStart[Math.max(...columns) + 1]] }, true);
      } else this.brushFrom = undefined;
      this.cursor = next;
      this.events.cursored(next);
      this.draw();
      return true;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === '+' || event.key === '=') this.zoomBy(0.6);
    else if (event.key === '-') this.zoomBy(1 / 0.6);
    else if (event.key === '0') this.go(this.whole);
    else if (event.key === 'PageDown' || event.key === 'PageUp') this.go(pan(this.window, this.whole, 0, event.key === 'PageDown' ? 0.8 : -0.8));
    else return false;
    return true;
  }
}

function clip(value: number, total: number): number {
  return Math.min(total - 1, Math.max(0, value));
}
