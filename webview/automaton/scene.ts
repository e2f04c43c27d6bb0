import { StateKind } from '../../server/protocol/automaton';
import { css, type Ground } from '../ui/colours';
import type { Shown } from './choice';
import type { Graph } from './graph';
import type { Layout, LayoutInput } from './layout';
import { type OverlayScale, radiusOf, widthClass } from './scales';

export const Shape = { circle: 0, square: 1, diamond: 2 } as const;

/** Everything that is drawn, as columns over the shown states ("nodes", by their place in `states`) and edges. */
export interface Scene {
  readonly states: Uint32Array;
  /** Node of a shown state. */
  readonly nodeOf: ReadonlyMap<number, number>;
  readonly layout: Layout;
  readonly radius: Float32Array;
  /** Colours, and which of them each node has. */
  readonly palette: readonly string[];
  readonly colour: Uint8Array;
  readonly shape: Uint8Array;
  /** 1: root cause. */
  readonly ring: Uint8Array;
  /** States hidden behind each node; 0: not collapsed. */
  readonly behind: Uint32Array;
  /** Edges of the graph, and their ends as nodes. */
  readonly edges: Uint32Array;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly width: Uint8Array;
  /** Nodes, the first to be named first. */
  readonly priority: Uint32Array;
  /** Shapes and sizes come from these, colours from the overlay. */
  readonly graph: Graph;
}

const LEVELS = 32;

export function layoutInput({ states: { baseline, capture, depth }, edges }: Graph, shown: Shown): LayoutInput {
  const most = baseline.reduce((a, b, s) => Math.max(a, b, capture[s]), 1), node = nodesOf(shown.states);
  return {
    radius: Float32Array.from(shown.states, (s) => radiusOf(Math.max(baseline[s], capture[s]), most)), depth: Int32Array.from(shown.states, (s) => depth[s]),
    from: Uint32Array.from(shown.edges, (e) => node.get(edges.from[e])!), to: Uint32Array.from(shown.edges, (e) => node.get(edges.to[e])!), weight: Float32Array.from(shown.edges, (e) => Math.max(edges.baseline[e], edges.capture[e])),
  };
}

function nodesOf(states: Uint32Array): Map<number, number> {
  return new Map(Array.from(states, (state, node) => [state, node]));
}

/** O(states log states + edges). */
export function sceneOf(graph: Graph, shown: Shown, { radius, from, to }: LayoutInput, layout: Layout, scale: OverlayScale, ground: Ground): Scene {
  const { states: { kind, rootCauses, score, baseline, capture }, edges } = graph, { states } = shown, signed = scale.overlay === 'difference';
  const most = edges.baseline.reduce((a, b, e) => Math.max(a, b, edges.capture[e]), 1);
  const palette = Array.from({ length: LEVELS + 1 }, (_, i) => css(scale.colour(signed ? 2 * i / LEVELS - 1 : i / LEVELS, ground)));
  const level = (s: number): number => { const at = scale.position(s); return Math.round(Math.min(1, Math.max(0, signed ? (at + 1) / 2 : at)) * LEVELS); };
  const visits = (s: number): number => Math.max(baseline[s], capture[s]);
  const priority = Uint32Array.from(states, (_, node) => node).sort((a, b) => {
    const s = states[a], t = states[b], cause = (rootCauses[t] > 0 ? 1 : 0) - (rootCauses[s] > 0 ? 1 : 0);
    return cause || (rootCauses[s] > 0 ? score[t] - score[s] : 0) || visits(t) - visits(s) || s - t;
  });
  return {
    states, nodeOf: nodesOf(states), layout, radius, palette, colour: Uint8Array.from(states, level), ring: Uint8Array.from(states, (s) => (rootCauses[s] > 0 ? 1 : 0)),
    shape: Uint8Array.from(states, (s) => ((kind[s] & StateKind.root) !== 0 ? Shape.diamond : (kind[s] & StateKind.sink) !== 0 ? Shape.square : Shape.circle)),
    behind: Uint32Array.from(states, (s) => shown.behind.get(s) ?? 0), edges: shown.edges, from, to, width: Uint8Array.from(shown.edges, (e) => widthClass(Math.max(edges.baseline[e], edges.capture[e]), most)), priority, graph,
  };
}
