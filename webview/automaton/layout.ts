import type { KeptLayout } from '../../server/protocol/webview/messages';
import { boundsOf } from './camera';

/** What is laid out: nodes by their place among those shown. Sizes in world units, which are CSS pixels at zoom 1. */
export interface LayoutInput {
  readonly radius: Float32Array;
  /** Steps from the root; -1: not to be reached. */
  readonly depth: Int32Array;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** Rows of each edge. */
  readonly weight: Float32Array;
}

/** Places of the nodes' centres as x, y; the points of edge e are [edgeStart[e], edgeStart[e + 1]) of `edges`, x, y each. */
export type Layout = KeptLayout;

export const LAYER_GAP = 190;
export const NODE_GAP = 30;
const TALLEST_COLUMN = 26;

/**
 * A first picture at once: columns by the number of steps from the root (deep ones wrapped), nodes near their neighbours (barycentres, three sweeps; Sugiyama,
 * Tagawa and Toda 1981). O(sweeps x (nodes log nodes + edges)).
 */
export function quickLayout({ radius, depth, from, to }: LayoutInput): Layout {
  const size = radius.length, deepest = depth.reduce((most, d) => Math.max(most, d), 0), layers: number[][] = Array.from({ length: deepest + 2 }, () => []);
  for (let n = 0; n < size; n++) layers[depth[n] < 0 ? deepest + 1 : depth[n]].push(n);
  const rank = new Float32Array(size);
  const place = (layer: readonly number[]): void => layer.forEach((n, i) => (rank[n] = i - layer.length / 2));
  layers.forEach(place);
  const sums = new Float32Array(size), counts = new Uint32Array(size);
  for (let sweep = 0; sweep < 3; sweep++) {
    sums.fill(0);
    counts.fill(0);
    for (let e = 0; e < to.length; e++) {
      const a = from[e], b = to[e];
      if (depth[a] === depth[b]) continue;
      sums[a] += rank[b]; counts[a]++;
      sums[b] += rank[a]; counts[b]++;
    }
    const middle = sums.map((sum, n) => (counts[n] > 0 ? sum / counts[n] : rank[n]));
    for (const layer of layers) { layer.sort((a, b) => middle[a] - middle[b] || a - b); place(layer); }
  }
  const nodes = columns(layers, radius);
  stretch(nodes);
  return { nodes, ...curves(nodes, radius, from, to) };
}

/** A picture is to be this many times as wide as high, if that parts its layers by no more than `WIDEST` times the usual: names need room to the side. */
const WIDE = 1.5, WIDEST = 2.4;

/** Moves nodes apart to the sides where the picture is high and narrow, and gives by how much. O(nodes). */
export function stretch(nodes: Float32Array): number {
  const { left, top, right, bottom } = boundsOf(nodes), factor = right > left ? Math.min(WIDEST, Math.max(1, (WIDE * (bottom - top)) / (right - left))) : 1;
  for (let i = 0; i < nodes.length; i += 2) nodes[i] *= factor;
  return factor;
}

/** Layers from left to right, each in its order; tall ones as several columns close together, so that the picture is about as wide as it is high. O(nodes). */
export function columns(layers: readonly (readonly number[])[], radius: Float32Array): Float32Array {
  const size = radius.length, nodes = new Float32Array(2 * size), tallest = Math.max(TALLEST_COLUMN, Math.ceil(Math.sqrt(size)));
  let x = 0;
  for (const layer of layers) {
    const wraps = Math.ceil(layer.length / tallest);
    // Dealt out in turn, so that neighbours of the order stay neighbours in the picture.
    for (let c = 0; c < wraps; c++) {
      const part = layer.filter((_, i) => i % wraps === c), height = part.reduce((sum, n) => sum + 2 * radius[n] + NODE_GAP, 0);
      let y = -height / 2 + (wraps > 1 ? (c % 2) * NODE_GAP : 0);
      for (const n of part) {
        nodes[2 * n] = x;
        nodes[2 * n + 1] = y + radius[n] + NODE_GAP / 2;
        y += 2 * radius[n] + NODE_GAP;
      }
      x += c === wraps - 1 ? LAYER_GAP : LAYER_GAP * 0.5;
    }
  }
  return nodes;
}

/** Points of a curve, and of one of very many. */
const POINTS = 17, FEW_POINTS = 9, MANY_EDGES = 3000;

/**
 * Edges as smooth curves from the right of a node to the left of the next; those within a column swing out to its right, those that lead back over the nodes; loops stand on
 * top. O(edges).
 */
export function curves(nodes: Float32Array, radius: Float32Array, from: Uint32Array, to: Uint32Array): Pick<Layout, 'edges' | 'edgeStart'> {
  const points = to.length > MANY_EDGES ? FEW_POINTS : POINTS;
  const edges = new Float32Array(2 * points * to.length), edgeStart = Uint32Array.from({ length: to.length + 1 }, (_, e) => points * e);
  const cubic = (e: number, ...ends: CubicEnds): void => drawCubic(edges, points * e, points, ends);
  for (let e = 0; e < to.length; e++) {
    const a = from[e], b = to[e], ax = nodes[2 * a], ay = nodes[2 * a + 1], bx = nodes[2 * b], by = nodes[2 * b + 1];
    if (a === b) { cubic(e, ax - radius[a] * 0.6, ay - radius[a] * 0.8, ax - radius[a] * 1.5, ay - radius[a] - 26, ax + radius[a] * 1.5, ay - radius[a] - 26, ax + radius[a] * 0.6, ay - radius[a] * 0.8); continue; }
    if (bx > ax + 1) { const bend = (bx - ax) / 2; cubic(e, ax + radius[a], ay, ax + bend, ay, bx - bend, by, bx - radius[b], by); continue; }
    if (bx > ax - 1) {
      const side = 16 + Math.abs(by - ay) * 0.16, down = by > ay ? 0.6 : -0.6;
      cubic(e, ax + radius[a] * 0.8, ay + radius[a] * down, ax + radius[a] + side, ay + (by - ay) * 0.25, bx + radius[b] + side, by - (by - ay) * 0.25, bx + radius[b] * 0.8, by - radius[b] * down);
      continue;
    }
    const swing = 30 + Math.hypot(bx - ax, by - ay) * 0.22;
    cubic(e, ax, ay - radius[a], ax + 10, Math.min(ay, by) - swing, bx - 10, Math.min(ay, by) - swing, bx, by - radius[b]);
  }
  return { edges, edgeStart };
}

/** Start, two points that pull, end. */
type CubicEnds = readonly [x0: number, y0: number, x1: number, y1: number, x2: number, y2: number, x3: number, y3: number];

function drawCubic(out: Float32Array, at: number, points: number, [x0, y0, x1, y1, x2, y2, x3, y3]: CubicEnds): void {
  for (let i = 0; i < points; i++) {
    const t = i / (points - 1), u = 1 - t;
    out[2 * (at + i)] = u * u * u * x0 + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t * t * t * x3;
    out[2 * (at + i) + 1] = u * u * u * y0 + 3 * u * u * t * y1 + 3 * u * t * t * y2 + t * t * t * y3;
  }
}

/** Whether a layout is one of that many nodes and edges, with numbers that can be drawn. O(size). */
export function fits({ nodes, edges, edgeStart }: Layout, nodeCount: number, edgeCount: number): boolean {
  return nodes.length === 2 * nodeCount && edgeStart.length === edgeCount + 1 && edges.length === 2 * edgeStart[edgeCount] && nodes.every(Number.isFinite) && edges.every(Number.isFinite);
}

/** Names what is laid out: the model, and which states and edges (FNV-1a over both). */
export function layoutKey(model: string, states: Uint32Array, edges: Uint32Array): string {
  let hash = 0x811c9dc5;
  for (const list of [states, edges]) for (const value of list) { hash = Math.imul(hash ^ (value & 0xffff), 0x01000193); hash = Math.imul(hash ^ (value >>> 16), 0x01000193); }
  return `${model}; ${states.length} states, ${edges.length} edges, ${(hash >>> 0).toString(16)}`;
}
