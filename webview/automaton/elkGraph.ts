import { boundsOf } from './camera';
import { columns, curves, LAYER_GAP, type Layout, type LayoutInput, NODE_GAP, stretch } from './layout';

interface ElkPoint { readonly x: number; readonly y: number }
export interface ElkNode { readonly id: string; readonly width: number; readonly height: number; readonly x?: number; readonly y?: number }
export interface ElkEdge { readonly id: string; readonly sources: readonly string[]; readonly targets: readonly string[]; readonly sections?: readonly { readonly startPoint: ElkPoint; readonly endPoint: ElkPoint; readonly bendPoints?: readonly ElkPoint[] }[] }
export interface ElkGraph { readonly id: string; readonly layoutOptions: Readonly<Record<string, string>>; readonly children: readonly ElkNode[]; readonly edges: readonly ElkEdge[] }

/** Fast choices: thoroughness above 1 costs seconds at 300 states and moves little. */
const options = {
  'elk.algorithm': 'layered', 'elk.direction': 'RIGHT', 'elk.edgeRouting': 'POLYLINE', 'elk.layered.spacing.nodeNodeBetweenLayers': String(LAYER_GAP - 60), 'elk.spacing.nodeNode': String(NODE_GAP), 'elk.layered.thoroughness': '1',
  'elk.layered.nodePlacement.strategy': 'LINEAR_SEGMENTS', 'elk.layered.crossingMinimization.greedySwitch.type': 'OFF', 'elk.separateConnectedComponents': 'false',
} as const;

/** Edges that ELK gets, for each node. */
const PER_NODE = 1.4;

/**
 * The edges that shape the picture: of each node the most frequent one from the layer before, and the most frequent of the rest that lead on, up to `PER_NODE` times the
 * nodes. Edges that lead back, loops and rarer ones are drawn over it: with all of them, ELK takes ten times as long for a picture of several times the area. O(edges log edges).
 */
export function backbone({ radius, depth, from, to, weight }: LayoutInput): Uint32Array {
  const most = Math.ceil(PER_NODE * radius.length), hasWay = new Uint8Array(radius.length);
  const onward = Uint32Array.from(from.keys()).filter((e) => depth[from[e]] >= 0 && depth[to[e]] > depth[from[e]]).sort((a, b) => weight[b] - weight[a] || a - b);
  const ways: number[] = [], rest: number[] = [];
  for (const e of onward) {
    if (depth[to[e]] === depth[from[e]] + 1 && !hasWay[to[e]]) { hasWay[to[e]] = 1; ways.push(e); }
    else rest.push(e);
  }
  return Uint32Array.from(ways.concat(rest.slice(0, Math.max(0, most - ways.length)))).sort();
}

export function elkGraph(input: LayoutInput): ElkGraph {
  const { radius, from, to } = input;
  return {
    id: 'automaton', layoutOptions: options, edges: Array.from(backbone(input), (e) => ({ id: String(e), sources: [`n${from[e]}`], targets: [`n${to[e]}`] })),
    children: Array.from(radius, (r, n) => ({ id: `n${n}`, width: 2 * r, height: 2 * r })),
  };
}

/** Pictures that are this many times as high as wide are folded. */
const TOO_TALL = 1.3;

/** The answer of ELK as typed arrays. Where many states are equally far from the root its layers are very tall: they keep their order and are dealt out to several columns. O(size). */
export function elkLayout({ children, edges }: Pick<ElkGraph, 'children' | 'edges'>, { radius, depth, from, to }: LayoutInput): Layout {
  let nodes: Float32Array = new Float32Array(2 * children.length);
  for (const { id, x = 0, y = 0, width, height } of children) {
    const n = Number(id.slice(1));
    nodes[2 * n] = x + width / 2;
    nodes[2 * n + 1] = y + height / 2;
  }
  const { left, top, right, bottom } = boundsOf(nodes), folded = bottom - top > TOO_TALL * (right - left);
  if (folded) nodes = columns(layersOf(nodes, depth), radius);
  const factor = stretch(nodes);
  const own = curves(nodes, radius, from, to), byEdge = new Map(edges.map((edge) => [Number(edge.id), edge]));
  const edgeStart = new Uint32Array(to.length + 1), points: number[] = [];
  for (let e = 0; e < to.length; e++) {
    const section = folded ? undefined : byEdge.get(e)?.sections?.[0];
    if (section) {
      // Ends stay at the edges of their nodes, which do not grow.
      const start = { x: nodes[2 * from[e]] + radius[from[e]], y: section.startPoint.y }, end = { x: nodes[2 * to[e]] - radius[to[e]], y: section.endPoint.y };
      for (const { x, y } of smooth([start, ...(section.bendPoints ?? []).map((bend) => ({ x: bend.x * factor, y: bend.y })), end])) points.push(x, y);
    }
    else points.push(...own.edges.subarray(2 * own.edgeStart[e], 2 * own.edgeStart[e + 1]));
    edgeStart[e + 1] = points.length / 2;
  }
  return { nodes, edges: Float32Array.from(points), edgeStart };
}

/** Nodes by steps from the root (those not to be reached last), each layer from top to bottom. */
function layersOf(nodes: Float32Array, depth: Int32Array): number[][] {
  const deepest = depth.reduce((most, d) => Math.max(most, d), 0), layers: number[][] = Array.from({ length: deepest + 2 }, () => []);
  depth.forEach((d, n) => layers[d < 0 ? deepest + 1 : d].push(n));
  for (const layer of layers) layer.sort((a, b) => nodes[2 * a + 1] - nodes[2 * b + 1] || a - b);
  return layers;
}

/** Corners cut once (Chaikin 1974): bends become soft with twice the points. */
function smooth(points: readonly ElkPoint[]): readonly ElkPoint[] {
  if (points.length < 3) return points;
  const soft: ElkPoint[] = [points[0]];
  for (let i = 0; i + 1 < points.length; i++) {
    const a = points[i], b = points[i + 1];
    if (i > 0) soft.push({ x: 0.75 * a.x + 0.25 * b.x, y: 0.75 * a.y + 0.25 * b.y });
    if (i + 2 < points.length) soft.push({ x: 0.25 * a.x + 0.75 * b.x, y: 0.25 * a.y + 0.75 * b.y });
  }
  return [...soft, points[points.length - 1]];
}
