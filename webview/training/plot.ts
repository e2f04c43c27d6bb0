import { el } from '../ui/dom';
import type { Theme } from '../ui/theme';
import { type Axis, type AxisKind, lossAxis, stepAxis } from './axis';
import { type Frame, frameOf, paint, type Style } from './painter';
import { nearest, type Points } from './points';

/** What the plot tells the page. Points by their place; undefined: none. */
export interface PlotEvents {
  hovered(at: number | undefined, x: number, y: number): void;
  /** The cursor came to a point by keys or a click. */
  cursored(at: number): void;
}

/** Pixels between ticks, so that their numbers do not touch. */
const TICK_ACROSS = 90, TICK_DOWN = 44;
/** Points that Page Up and Page Down go. */
const PAGE = 20;

/** The canvas: the two curves, and a cursor from point to point. */
export class Plot {
  readonly canvas = el('canvas', { class: 'plot', tabindex: 0, role: 'application', 'aria-roledescription': 'loss curve', 'aria-label': 'Loss curve. Left and right arrows go from point to point, Home and End to the first and last, B to the best loss of held-back rows.' });
  axis: AxisKind = 'linear';
  private points: Points | undefined;
  private best = -1;
  /** Step of the point under the cursor: its place changes while points are thinned. */
  private cursorStep: number | undefined;
  private hovered = -1;
  private frame: Frame = frameOf(100, 100);
  private scheduled = 0;

  constructor(theme: Theme, private readonly style: () => Style, private readonly events: PlotEvents) {
    const { canvas } = this;
    theme.onChange(() => this.draw());
    new ResizeObserver(() => this.resize()).observe(canvas);
    canvas.addEventListener('pointermove', ({ offsetX, clientX, clientY }) => this.hover(this.under(offsetX), clientX, clientY));
    canvas.addEventListener('pointerleave', () => this.hover(-1, 0, 0));
    canvas.addEventListener('click', ({ offsetX }) => this.go(this.under(offsetX)));
    canvas.addEventListener('keydown', (event) => this.key(event));
    for (const kind of ['focus', 'blur']) canvas.addEventListener(kind, () => this.draw());
  }

  /** `best`: place of the point with the best loss of held-back rows, -1: none. */
  show(points: Points, best: number): void {
    this.points = points;
    this.best = best;
    this.hovered = -1;
    this.draw();
  }

  draw(): void {
    this.scheduled ||= requestAnimationFrame(() => { this.scheduled = 0; this.paint(); });
  }

  /** Puts the cursor on a point without telling of it. */
  setCursor(at: number): void {
    this.cursorStep = this.points?.steps[at];
    this.draw();
  }

  private get cursor(): number {
    return this.points && this.cursorStep !== undefined ? nearest(this.points, this.cursorStep) : -1;
  }

  private axes(points: Points): { readonly steps: Axis; readonly losses: Axis } {
    const { left, top, right, bottom } = this.frame;
    let least = Infinity, greatest = -Infinity;
    for (const values of [points.losses, points.validations]) for (const loss of values) if (!Number.isNaN(loss)) { least = Math.min(least, loss); greatest = Math.max(greatest, loss); }
    return { steps: stepAxis(points.steps.at(-1) ?? 0, (right - left) / TICK_ACROSS), losses: lossAxis(least, greatest, this.axis, (bottom - top) / TICK_DOWN) };
  }

  private resize(): void {
    const { canvas } = this, ratio = devicePixelRatio;
    if (canvas.clientWidth === 0 || canvas.clientHeight === 0) return;
    canvas.width = Math.round(canvas.clientWidth * ratio);
    canvas.height = Math.round(canvas.clientHeight * ratio);
    this.frame = frameOf(canvas.clientWidth, canvas.clientHeight);
    this.paint();
  }

  private paint(): void {
    const { canvas, points, frame } = this, context = canvas.getContext('2d')!;
    context.setTransform(canvas.width / Math.max(1, canvas.clientWidth), 0, 0, canvas.height / Math.max(1, canvas.clientHeight), 0, 0);
    if (!points || points.steps.length === 0) return context.clearRect(0, 0, frame.width, frame.height);
    paint(context, { frame, points, ...this.axes(points), hovered: this.hovered, cursor: document.activeElement === canvas ? this.cursor : -1 }, this.style());
  }

  /** The point nearest to a place of the canvas; -1: the place is beside the plot. */
  private under(x: number): number {
    const { points, frame: { left, right } } = this;
    return !points || points.steps.length === 0 || x < left - 8 || x > right + 8 ? -1 : nearest(points, (x - left) / (right - left) * this.axes(points).steps.to);
  }

  private hover(at: number, x: number, y: number): void {
    this.events.hovered(at < 0 ? undefined : at, x, y);
    if (at === this.hovered) return;
    this.hovered = at;
    this.draw();
  }

  private go(at: number): void {
    if (at < 0) return;
    this.setCursor(at);
    this.events.cursored(at);
  }

  private key(event: KeyboardEvent): void {
    const { points, cursor } = this, last = (points?.steps.length ?? 0) - 1;
    if (last < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = ({ ArrowRight: cursor + 1, ArrowLeft: cursor < 0 ? last : cursor - 1, PageDown: cursor + PAGE, PageUp: cursor - PAGE, Home: 0, End: last, b: this.best, B: this.best } as Record<string, number>)[event.key];
    if (event.key === 'Escape') { this.cursorStep = undefined; this.draw(); } else if (to !== undefined) this.go(Math.min(last, Math.max(event.key.toLowerCase() === 'b' ? -1 : 0, to)));
    else return;
    event.preventDefault();
  }
}
