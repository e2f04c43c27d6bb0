import { type Bounds, type Camera, sight, type Size } from './camera';
import { type Scene, Shape } from './scene';
import { WIDTHS } from './scales';

/** Colours of what is not on a scale. */
export interface Style {
  readonly background: string;
  readonly edge: string;
  readonly outline: string;
  readonly ring: string;
  readonly text: string;
  readonly highlight: string;
  readonly selection: string;
  readonly font: string;
  /** Outlines around every node. */
  readonly highContrast: boolean;
}

/** Edges in one slice of drawing. */
const BATCH = 200;
/** Below this many pixels per unit, an edge is drawn by every fourth of its points, and loops and arrow heads are not. */
const COARSE = 0.35;

type Context = CanvasRenderingContext2D;

/** Draws the scene, edges below nodes; stops at every `yield`, slices of about equal work. The context draws in CSS pixels. */
export function* paint(context: Context, scene: Scene, camera: Camera, size: Size, style: Style): Generator<undefined, void> {
  context.fillStyle = style.background;
  context.fillRect(0, 0, size.width, size.height);
  context.save();
  toWorldUnits(context, camera, size);
  yield* paintEdges(context, scene, camera, sight(camera, size), style);
  yield* paintNodes(context, scene, camera, sight(camera, size), style);
  context.restore();
}

export function toWorldUnits(context: Context, { x, y, zoom }: Camera, { width, height }: Size): void {
  context.translate(width / 2, height / 2);
  context.scale(zoom, zoom);
  context.translate(-x, -y);
}

/** One path for each width, a batch at a time. The more edges there are, the fainter each is. */
function* paintEdges(context: Context, scene: Scene, { zoom }: Camera, bounds: Bounds, style: Style): Generator<undefined, void> {
  const { width, edges } = scene, coarse = zoom < COARSE, faint = Math.max(0.08, Math.min(0.6, 12 / Math.sqrt(edges.length + 1)));
  context.strokeStyle = style.edge;
  context.lineJoin = 'round';
  for (let w = 0; w < WIDTHS.length; w++) {
    context.lineWidth = Math.max(WIDTHS[w], 0.6 / zoom);
    context.globalAlpha = Math.min(1, faint * (1 + 0.35 * w));
    let inPath = 0;
    context.beginPath();
    for (let e = 0; e < edges.length; e++) {
      if (width[e] !== w || !trace(context, scene, e, bounds, coarse)) continue;
      if (++inPath % BATCH > 0) continue;
      context.stroke();
      yield;
      context.beginPath();
    }
    context.stroke();
    yield;
  }
  if (!coarse) {
    context.globalAlpha = Math.min(1, faint * 1.6);
    context.fillStyle = style.edge;
    context.beginPath();
    for (let e = 0; e < edges.length; e++) {
      arrowHead(context, scene, e, bounds);
      if (e % BATCH === BATCH - 1) yield;
    }
    context.fill();
  }
  context.globalAlpha = 1;
}

/** Adds an edge to the path unless it is out of sight; says whether it did. */
export function trace(context: Context | Path2D, { layout: { edges, edgeStart }, from, to }: Scene, e: number, bounds: Bounds, coarse: boolean): boolean {
  const first = edgeStart[e], end = edgeStart[e + 1], x = edges[2 * first], y = edges[2 * first + 1], lastX = edges[2 * end - 2], lastY = edges[2 * end - 1];
  const middle = 2 * ((first + end) >>> 1), lowest = Math.min(y, lastY, edges[middle + 1]), highest = Math.max(y, lastY, edges[middle + 1]);
  if ((coarse && from[e] === to[e]) || Math.max(x, lastX, edges[middle]) < bounds.left || Math.min(x, lastX, edges[middle]) > bounds.right || highest < bounds.top || lowest > bounds.bottom) return false;
  context.moveTo(x, y);
  const step = coarse ? 4 : 1;
  for (let p = first + step; p < end - 1; p += step) context.lineTo(edges[2 * p], edges[2 * p + 1]);
  context.lineTo(lastX, lastY);
  return true;
}

/** A triangle at the end of an edge, added to the path. */
export function arrowHead(context: Context | Path2D, { layout: { edges, edgeStart }, width }: Scene, e: number, bounds: Bounds): void {
  const end = 2 * edgeStart[e + 1] - 2, x = edges[end], y = edges[end + 1], dx = x - edges[end - 2], dy = y - edges[end - 1], length = Math.hypot(dx, dy);
  if (length === 0 || x < bounds.left || x > bounds.right || y < bounds.top || y > bounds.bottom) return;
  const size = 5 + WIDTHS[width[e]], ux = dx / length * size, uy = dy / length * size;
  context.moveTo(x, y);
  context.lineTo(x - ux - uy * 0.5, y - uy + ux * 0.5);
  context.lineTo(x - ux + uy * 0.5, y - uy - ux * 0.5);
  context.closePath();
}

/** One path for each colour, then outlines and rings, which are one path each. */
function* paintNodes(context: Context, scene: Scene, { zoom }: Camera, bounds: Bounds, style: Style): Generator<undefined, void> {
  const { palette, colour, states, ring, layout: { nodes }, radius } = scene;
  const visible = (n: number): boolean => nodes[2 * n] + 2 * radius[n] > bounds.left && nodes[2 * n] - 2 * radius[n] < bounds.right && nodes[2 * n + 1] + 2 * radius[n] > bounds.top && nodes[2 * n + 1] - 2 * radius[n] < bounds.bottom;
  const byColour: number[][] = palette.map(() => []);
  const seen: number[] = [];
  for (let n = 0; n < states.length; n++) if (visible(n)) { byColour[colour[n]].push(n); seen.push(n); }
  yield;
  // Never too small to be seen: at least two pixels.
  const least = 2 / zoom;
  for (let c = 0; c < palette.length; c++) {
    if (byColour[c].length === 0) continue;
    context.beginPath();
    for (const n of byColour[c]) outline(context, scene, n, Math.max(0, least - radius[n]));
    context.fillStyle = palette[c];
    context.fill();
    yield;
  }
  context.beginPath();
  for (const n of seen) outline(context, scene, n, Math.max(0, least - radius[n]));
  context.strokeStyle = style.highContrast ? style.outline : style.background;
  context.lineWidth = style.highContrast ? Math.max(1.2, 1 / zoom) : 1;
  context.stroke();
  yield;
  context.beginPath();
  for (const n of seen) if (ring[n]) outline(context, scene, n, Math.max(5, 4 / zoom));
  context.strokeStyle = style.ring;
  context.lineWidth = Math.max(2.5, 1.8 / zoom);
  context.stroke();
}

/** The shape of a node, `wider` than it is, added to the path. */
export function outline(context: Context | Path2D, { layout: { nodes }, radius, shape }: Scene, n: number, wider = 0): void {
  const x = nodes[2 * n], y = nodes[2 * n + 1], r = radius[n] + wider;
  if (shape[n] === Shape.square) return context.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
  if (shape[n] === Shape.diamond) {
    context.moveTo(x, y - 1.25 * r);
    context.lineTo(x + 1.25 * r, y);
    context.lineTo(x, y + 1.25 * r);
    context.lineTo(x - 1.25 * r, y);
    return context.closePath();
  }
  context.moveTo(x + r, y);
  context.arc(x, y, r, 0, 2 * Math.PI);
}
