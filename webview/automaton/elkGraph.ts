import { curves, type Layout, LAYER_GAP, type LayoutInput, NODE_GAP } from './layout';

interface ElkPoint { readonly x: number; readonly y: number }
export interface ElkNode { readonly id: string; readonly width: number; readonly height: number; readonly x?: number; readonly y?: number }
export interface ElkEdge { readonly id: string; readonly sources: readonly string[]; readonly targets: readonly string[]; readonly sections?: readonly { readonly startPoint: ElkPoint; readonly endPoint: ElkPoint; readonly bendPoints?: readonly ElkPoint[] }[] }
export interface ElkGraph { readonly id: string; readonly layoutOptions: Readonly<Record<string, string>>; readonly children: readonly ElkNode[]; readonly edges: readonly ElkEdge[] }

/** Edges to the same or an earlier layer are turned by ELK; all of the fast choices, which are good enough at hundreds of states. */
const options = {
  'elk.algorithm': 'layered', 'elk.direction': 'RIGHT', 'elk.edgeRouting': 'POLYLINE', 'elk.layered.spacing.nodeNodeBetweenLayers': String(LAYER_GAP - 60), 'elk.spacing.nodeNode': String(NODE_GAP), 'elk.layered.thoroughness': '3',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF', 'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED', 'elk.layered.cycleBreaking.strategy': 'GREEDY', 'elk.layered.crossingMinimization.greedySwitch.type': 'OFF', 'elk.separateConnectedComponents': 'false',
} as const;

/** Loops are left out: they are drawn on their node. */
export function elkGraph({ radius, from, to }: LayoutInput): ElkGraph {
  const edges: ElkEdge[] = [];
  for (let e = 0; e < to.length; e++) if (from[e] !== to[e]) edges.push({ id: String(e), sources: [`n${from[e]}`], targets: [`n${to[e]}`] });
  return { id: 'automaton', layoutOptions: options, edges, children: Array.from(radius, (r, n) => ({ id: `n${n}`, width: 2 * r, height: 2 * r })) };
}

/** The answer of ELK as typed arrays. */
export function elkLayout({ children, edges }: Pick<ElkGraph, 'children' | 'edges'>, { radius, from, to }: LayoutInput): Layout {
  const nodes = new Float32Array(2 * children.length);
  for (const { id, x = 0, y = 0, width, height } of children) {
    const n = Number(id.slice(1));
    nodes[2 * n] = x + width / 2;
    nodes[2 * n + 1] = y + height / 2;
  }
  const own = curves(nodes, radius, from, to), byEdge = new Map(edges.map((edge) => [Number(edge.id), edge]));
  const edgeStart = new Uint32Array(to.length + 1), points: number[] = [];
  for (let e = 0; e < to.length; e++) {
    const section = byEdge.get(e)?.sections?.[0];
    if (section) for (const { x, y } of smooth([section.startPoint, ...section.bendPoints ?? [], section.endPoint])) points.push(x, y);
    else points.push(...own.edges.subarray(2 * own.edgeStart[e], 2 * own.edgeStart[e + 1]));
    edgeStart[e + 1] = points.length / 2;
  }
  return { nodes, edges: Float32Array.from(points), edgeStart };
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
