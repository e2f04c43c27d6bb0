import { drawText, drawTextOutline } from '../ui/dom';
import { css, mix, type Rgb } from '../ui/colours';
import { count } from '../ui/format';
import type { Axis } from './axis';
import { best, type Points, smoothed } from './points';
import { lossText, tickText } from './words';

export interface Style {
  readonly background: Rgb;
  readonly text: Rgb;
  readonly quiet: Rgb;
  readonly focus: Rgb;
  readonly training: Rgb;
  readonly validation: Rgb;
  readonly contrast: boolean;
  readonly font: string;
}

/** Edges of the plot on the canvas, CSS pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Scene {
  readonly frame: Frame;
  readonly points: Points;
  readonly steps: Axis;
  readonly losses: Axis;
  /** Points that are pointed at or that the cursor is on; -1: none. */
  readonly hovered: number;
  readonly cursor: number;
}

/** Points to each side that the thick line is the mean of, as a share of all. */
const SMOOTH = 0.01;

export function frameOf(width: number, height: number): Frame {
  return { width, height, left: 72, top: 18, right: Math.max(92, width - 22), bottom: Math.max(38, height - 50) };
}

/** Draws the whole canvas. `context` is scaled to CSS pixels. */
export function paint(context: CanvasRenderingContext2D, scene: Scene, style: Style): void {
  const { frame, points } = scene, { left, top, right, bottom } = frame;
  context.fillStyle = css(style.background);
  context.fillRect(0, 0, frame.width, frame.height);
  context.font = style.font;
  axes(context, scene, style);
  context.save();
  context.beginPath();
  context.rect(left - 6, top - 6, right - left + 12, bottom - top + 12);
  context.clip();
  trainingLine(context, scene, style);
  validationLine(context, scene, style);
  context.restore();
  for (const [at, colour] of [[scene.hovered, style.text], [scene.cursor, style.focus]] as const) if (at >= 0 && at < points.steps.length) crosshair(context, scene, at, colour, style);
}

const xOf = ({ frame: { left, right }, steps }: Scene, step: number): number => left + steps.share(step) * (right - left);
const yOf = ({ frame: { top, bottom }, losses }: Scene, loss: number): number => bottom - losses.share(loss) * (bottom - top);

function axes(context: CanvasRenderingContext2D, scene: Scene, style: Style): void {
  const { frame: { left, top, right, bottom, height } } = scene, line = css(mix(style.background, style.text, style.contrast ? 0.45 : 0.14));
  context.lineWidth = 1;
  context.strokeStyle = line;
  context.fillStyle = css(style.quiet);
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const tick of scene.losses.ticks) {
    const y = Math.round(yOf(scene, tick)) + 0.5;
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.stroke();
    drawText(context, tickText(tick), left - 8, y);
  }
  context.textBaseline = 'top';
  for (const tick of scene.steps.ticks) {
    const x = Math.round(xOf(scene, tick)) + 0.5, text = count(tick);
    context.beginPath();
    context.moveTo(x, bottom);
    context.lineTo(x, bottom + 4);
    context.stroke();
    context.textAlign = x + context.measureText(text).width / 2 > right + 16 ? 'right' : 'center';
    drawText(context, text, x, bottom + 8);
  }
  context.strokeStyle = css(mix(style.background, style.text, style.contrast ? 1 : 0.4));
  context.strokeRect(left - 0.5, top - 0.5, right - left + 1, bottom - top + 1);
  context.fillStyle = css(style.text);
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  drawText(context, 'Steps', (left + right) / 2, height - 8);
  context.save();
  context.translate(16, (top + bottom) / 2);
  context.rotate(-Math.PI / 2);
  drawText(context, 'Loss, nats per predicted field', 0, 0);
  context.restore();
}

/** Each point thin, the mean of its neighbours thick: single steps jump about. */
function trainingLine(context: CanvasRenderingContext2D, scene: Scene, style: Style): void {
  const { steps, losses } = scene.points, at = Array.from(steps.keys()).filter((i) => !Number.isNaN(losses[i])), own = Float32Array.from(at, (i) => losses[i]), radius = Math.round(at.length * SMOOTH);
  const line = (values: Float32Array, colour: Rgb, width: number): void => {
    context.strokeStyle = css(colour);
    context.lineWidth = width;
    context.lineJoin = 'round';
    context.beginPath();
    at.forEach((i, k) => context.lineTo(xOf(scene, steps[i]), yOf(scene, values[k])));
    context.stroke();
  };
  if (radius > 0) line(own, mix(style.background, style.training, style.contrast ? 0.6 : 0.4), 1);
  line(smoothed(own, radius), style.training, 2);
  if (at.length === 1) dot(context, xOf(scene, steps[at[0]]), yOf(scene, own[0]), 3.5, style.training, style.background);
}

function validationLine(context: CanvasRenderingContext2D, scene: Scene, style: Style): void {
  const { steps, validations } = scene.points, at = Array.from(steps.keys()).filter((i) => !Number.isNaN(validations[i])), least = best(validations);
  context.strokeStyle = css(style.validation);
  context.lineWidth = 2;
  context.setLineDash([7, 4]);
  context.beginPath();
  for (const i of at) context.lineTo(xOf(scene, steps[i]), yOf(scene, validations[i]));
  context.stroke();
  context.setLineDash([]);
  for (const i of at.length <= 100 ? at : []) dot(context, xOf(scene, steps[i]), yOf(scene, validations[i]), 3.5, style.validation, style.background);
  if (least >= 0) bestMark(context, scene, least, style);
}

/** A diamond around the best point, and its name where there is room. */
function bestMark(context: CanvasRenderingContext2D, scene: Scene, at: number, style: Style): void {
  const { frame: { right, top, bottom }, points: { steps, validations } } = scene, x = xOf(scene, steps[at]), y = yOf(scene, validations[at]), r = 8;
  context.strokeStyle = css(style.text);
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [dx, dy] of [[0, -r], [r, 0], [0, r], [-r, 0]]) context.lineTo(x + dx, y + dy);
  context.closePath();
  context.stroke();
  const text = `best ${lossText(validations[at])}`, width = context.measureText(text).width, above = y - top > 30 || bottom - y < 30;
  context.textAlign = x + width / 2 > right ? 'right' : 'center';
  context.textBaseline = above ? 'bottom' : 'top';
  const tx = context.textAlign === 'right' ? right : x, ty = y + (above ? -11 : 11);
  context.lineWidth = 4;
  context.strokeStyle = css(style.background);
  drawTextOutline(context, text, tx, ty);
  context.fillStyle = css(style.text);
  drawText(context, text, tx, ty);
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: Rgb, ground: Rgb): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = css(colour);
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = css(ground);
  context.stroke();
}

function crosshair(context: CanvasRenderingContext2D, scene: Scene, at: number, colour: Rgb, style: Style): void {
  const { frame: { top, bottom }, points: { steps, losses, validations } } = scene, x = xOf(scene, steps[at]);
  context.strokeStyle = css(colour);
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, bottom);
  context.stroke();
  for (const [loss, ink] of [[losses[at], style.training], [validations[at], style.validation]] as const) if (!Number.isNaN(loss)) dot(context, x, yOf(scene, loss), 5, ink, style.text);
}
