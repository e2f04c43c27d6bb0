import { drawText } from '../ui/dom';
import type { RowSelection } from '../../server/protocol/selection';
import type { CellColour, TimelineCells } from '../../server/protocol/timeline';
import { css, mix, type Rgb } from '../ui/colours';
import { cut, shortCount } from '../ui/format';
import { timeTicks } from '../ui/moments';
import { extentOf, groupsOf, timeOf } from './cells';
import { type Frame, namedGroups, xOf, yOf } from './frame';
import type { Inks } from './palette';
import { cellsWith } from './picture';
import type { Window } from './view';
import { columnWords } from './words';

/** Flagged cells that get a mark at most; more fill the picture by themselves. */
const MOST_MARKS = 2500;

export interface Scene {
  readonly frame: Frame;
  readonly window: Window;
  readonly whole: Window;
  readonly cells: TimelineCells;
  readonly picture: CanvasImageSource;
  readonly colour: CellColour;
  readonly brush: RowSelection | null;
  /** Whether the brush's columns are the ones drawn. */
  readonly brushFits: boolean;
  readonly box: readonly [x: number, y: number, toX: number, toY: number] | undefined;
  readonly boxBrushes: boolean;
  readonly cursor: { readonly column: number; readonly row: number } | undefined;
  readonly hovered: { readonly column: number; readonly row: number } | undefined;
  readonly nameOf: (group: number) => string | undefined;
}

export interface Style extends Inks {
  readonly focus: Rgb;
  readonly quiet: Rgb;
  readonly font: string;
  /** For names at a slant. */
  readonly small: string;
}

/** Draws the whole canvas. `context` is scaled to CSS pixels. */
export function paint(context: CanvasRenderingContext2D, scene: Scene, style: Style): void {
  const { frame, cells, window } = scene, { left, top, right, bottom } = frame, extent = extentOf(cells);
  context.fillStyle = css(style.background);
  context.fillRect(0, 0, frame.width, frame.height);
  context.font = style.font;
  context.textBaseline = 'middle';
  times(context, scene, style);
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.imageSmoothingEnabled = false;
  const [x, y] = [xOf(frame, window, extent.groups[0]), yOf(frame, window, extent.time[0])];
  if (cells.columns > 0) context.drawImage(scene.picture, x, y, xOf(frame, window, extent.groups[1]) - x, yOf(frame, window, extent.time[1]) - y);
  if (scene.colour === 'band') marks(context, scene, style);
  outlines(context, scene, style);
  context.restore();
  context.strokeStyle = css(mix(style.background, style.text, 0.3));
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, top - 0.5, right - left + 1, bottom - top + 1);
  histogram(context, scene, style);
  names(context, scene, style);
  position(context, scene, style);
}

function times(context: CanvasRenderingContext2D, { frame, window }: Scene, style: Style): void {
  context.textAlign = 'right';
  for (const { at, text, major } of timeTicks(...window.time, (frame.bottom - frame.top) / 42)) {
    const y = Math.round(yOf(frame, window, at)) + 0.5;
    context.fillStyle = css(major ? style.text : style.quiet);
    drawText(context, text, frame.histogram - 6, Math.max(8, y));
    context.strokeStyle = css(mix(style.background, style.text, major ? 0.28 : 0.12));
    context.beginPath();
    context.moveTo(frame.histogram - 3, y);
    context.lineTo(frame.right, y);
    context.stroke();
  }
}

/** A cell's corner and size on the canvas. */
function rectOf({ frame, window, cells }: Scene, column: number, row: number): readonly [x: number, y: number, width: number, height: number] {
  const [first, last] = groupsOf(cells, column), [from, to] = cells.time[1] > cells.time[0] ? timeOf(cells, row) : extentOf(cells).time;
  const x = xOf(frame, window, first), y = yOf(frame, window, from);
  return [x, y, xOf(frame, window, last + 1) - x, yOf(frame, window, to) - y];
}

/** Flagged cells that would be too small to find: a diamond for high, a triangle for medium, a dot for low. */
function marks(context: CanvasRenderingContext2D, scene: Scene, style: Style): void {
  const { cells } = scene;
  for (const [value, colour, radius] of [[1, style.low, 2.5], [2, style.medium, 4], [3, style.high, 5.5]] as const) {
    const found = cellsWith(cells.value, value, MOST_MARKS);
    if (!found) continue;
    context.fillStyle = css(colour);
    context.strokeStyle = css(style.background);
    context.lineWidth = 1.5;
    // Of cells close together one gets the mark: the others are seen by their colour.
    const marked = new Set<number>(), apart = 2.4 * radius;
    for (const cell of found) {
      const [x, y, width, height] = rectOf(scene, cell % cells.columns, Math.floor(cell / cells.columns)), [cx, cy] = [x + width / 2, y + height / 2], place = Math.round(cx / apart) * 4096 + Math.round(cy / apart);
      if (Math.min(width, height) > 2 * radius || marked.has(place)) continue;
      marked.add(place);
      context.beginPath();
      if (value === 1) context.arc(cx, cy, radius, 0, 2 * Math.PI);
      else if (value === 2) { context.moveTo(cx, cy - radius); context.lineTo(cx + radius, cy + radius * 0.8); context.lineTo(cx - radius, cy + radius * 0.8); context.closePath(); }
      else { context.moveTo(cx, cy - radius); context.lineTo(cx + radius, cy); context.lineTo(cx, cy + radius); context.lineTo(cx - radius, cy); context.closePath(); }
      context.stroke();
      context.fill();
    }
  }
}

function outlines(context: CanvasRenderingContext2D, scene: Scene, style: Style): void {
  const { frame, window, brush, box, cursor, hovered } = scene;
  if (brush) {
    const [from, to] = brush.time ?? window.time, columns = scene.brushFits ? brush.columns : undefined;
    const x = columns ? xOf(frame, window, columns.first) : frame.left, y = yOf(frame, window, from), width = (columns ? xOf(frame, window, columns.last + 1) : frame.right) - x, height = Math.max(2, yOf(frame, window, to) - y);
    context.fillStyle = css(style.focus);
    context.globalAlpha = 0.14;
    context.fillRect(x, y, width, height);
    context.globalAlpha = 1;
    rectangle(context, x, y, width, height, style.focus, style.background, []);
  }
  if (box) rectangle(context, Math.min(box[0], box[2]), Math.min(box[1], box[3]), Math.abs(box[2] - box[0]), Math.abs(box[3] - box[1]), scene.boxBrushes ? style.focus : style.text, style.background, [4, 3]);
  if (hovered) rectangle(context, ...grown(rectOf(scene, hovered.column, hovered.row), 1.5), style.text, style.background, []);
  if (cursor) rectangle(context, ...grown(rectOf(scene, cursor.column, cursor.row), 3), style.focus, style.background, []);
}

function grown([x, y, width, height]: readonly [number, number, number, number], by: number): [number, number, number, number] {
  const wide = Math.max(width, 4), tall = Math.max(height, 4);
  return [x - by - (wide - width) / 2, y - by - (tall - height) / 2, wide + 2 * by, tall + 2 * by];
}

function rectangle(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, colour: Rgb, ground: Rgb, dash: number[]): void {
  context.setLineDash([]);
  context.lineWidth = 3.5;
  context.strokeStyle = css(ground);
  context.strokeRect(x, y, width, height);
  context.setLineDash(dash);
  context.lineWidth = 1.5;
  context.strokeStyle = css(colour);
  context.strokeRect(x, y, width, height);
  context.setLineDash([]);
}

/** Findings by the time they start, bands stacked: high ones at the axis. */
function histogram(context: CanvasRenderingContext2D, { frame, window, cells }: Scene, style: Style): void {
  const { findings: { low, medium, high }, rows } = cells, start = frame.histogram, width = frame.left - 8 - start, extent = extentOf(cells);
  let most = 0;
  for (let row = 0; row < rows; row++) most = Math.max(most, low[row] + medium[row] + high[row]);
  context.textAlign = 'left';
  context.fillStyle = css(style.quiet);
  drawText(context, 'Findings', start, frame.top - 24);
  drawText(context, most === 0 ? 'none' : `0 to ${shortCount(most)}`, start, frame.top - 9);
  context.strokeStyle = css(mix(style.background, style.text, 0.3));
  context.beginPath();
  context.moveTo(start - 0.5, frame.top);
  context.lineTo(start - 0.5, frame.bottom);
  context.stroke();
  if (most === 0) return;
  context.save();
  context.beginPath();
  context.rect(start, frame.top, width, frame.bottom - frame.top);
  context.clip();
  const step = (extent.time[1] - extent.time[0]) / rows;
  for (let row = 0; row < rows; row++) {
    const y = yOf(frame, window, extent.time[0] + row * step), tall = Math.max(1, yOf(frame, window, extent.time[0] + (row + 1) * step) - y - (frame.bottom - frame.top > 3 * rows ? 0.5 : 0));
    let x = start;
    for (const [counts, colour] of [[high, style.high], [medium, style.medium], [low, style.low]] as const) {
      if (counts[row] === 0) continue;
      const wide = Math.max(1, counts[row] / most * width);
      context.fillStyle = css(colour);
      context.fillRect(x, y, wide, tall);
      x += wide;
    }
  }
  context.restore();
}

function names(context: CanvasRenderingContext2D, { frame, window, cells, nameOf }: Scene, style: Style): void {
  const many = window.groups[1] - window.groups[0] > 2000;
  context.textAlign = 'left';
  context.font = style.small;
  context.strokeStyle = css(mix(style.background, style.text, 0.3));
  context.fillStyle = css(style.quiet);
  const letter = context.measureText('0000000000').width / 10;
  for (const column of namedGroups(frame, window, cells.columnStart, many ? 110 : 17)) {
    const [first, last] = groupsOf(cells, column), x = xOf(frame, window, (first + last + 1) / 2);
    context.beginPath();
    context.moveTo(x, frame.top - 1);
    context.lineTo(x, frame.top - 5);
    context.stroke();
    context.save();
    context.translate(x + 2, frame.top - 7);
    context.rotate(-Math.PI / 4);
    const room = Math.floor(Math.min(frame.top - 12, frame.width - x - 6) * Math.SQRT2 / letter), more = columnWords('', last - first + 1), name = nameOf(first);
    if (room > 5 && name !== undefined) drawText(context, cut(name, Math.max(4, room - more.length)) + more, 0, 0);
    context.restore();
  }
}

/** Which part of the whole is in sight, along the bottom and the right edge; nothing where all is. */
function position(context: CanvasRenderingContext2D, { frame, window, whole }: Scene, style: Style): void {
  const share = (part: readonly [number, number], all: readonly [number, number]): [number, number] => [(part[0] - all[0]) / (all[1] - all[0]), (part[1] - all[0]) / (all[1] - all[0])];
  const { left, right, top, bottom } = frame, [x, toX] = share(window.groups, whole.groups), [y, toY] = share(window.time, whole.time);
  context.fillStyle = css(mix(style.background, style.text, 0.15));
  if (toX - x < 0.9999) context.fillRect(left, bottom + 4, right - left, 4);
  if (toY - y < 0.9999) context.fillRect(right + 4, top, 4, bottom - top);
  context.fillStyle = css(style.quiet);
  if (toX - x < 0.9999) context.fillRect(left + x * (right - left), bottom + 4, Math.max(3, (toX - x) * (right - left)), 4);
  if (toY - y < 0.9999) context.fillRect(right + 4, top + y * (bottom - top), 4, Math.max(3, (toY - y) * (bottom - top)));
}
