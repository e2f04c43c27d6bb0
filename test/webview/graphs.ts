import type { EdgeColumns, StateColumns } from '../../server/protocol/automaton';
import { type Graph, graphOf } from '../../webview/automaton/graph';

/** A graph written down: edges as [from, to, baseline, capture]; of states what differs from zero. Shortest ways are found from state 0. */
export function graph(states: number, edges: readonly (readonly [number, number, number?, number?])[], { rootCauses = {}, score = {} }: { readonly rootCauses?: Readonly<Record<number, number>>; readonly score?: Readonly<Record<number, number>> } = {}): Graph {
  const sorted = [...edges].sort(([a, b], [c, d]) => a - c || b - d), baseline = new Float64Array(states), capture = new Float64Array(states), depth = new Int32Array(states).fill(-1), parent = new Int32Array(states).fill(-1);
  for (const [, to, before = 1, now = 0] of sorted) { baseline[to] += before; capture[to] += now; }
  const queue = states > 0 ? [0] : [];
  if (states > 0) depth[0] = 0;
  for (const at of queue) for (const [from, to] of sorted) if (from === at && depth[to] < 0) { depth[to] = depth[at] + 1; parent[to] = at; queue.push(to); }
  const spread = (values: Readonly<Record<number, number>>): number[] => Array.from({ length: states }, (_, s) => values[s] ?? 0);
  const columns: StateColumns = {
    start: 0, total: states, baseline, capture, difference: new Float32Array(states), score: Float32Array.from(spread(score)), flagged: new Uint32Array(states), rootCauses: Uint32Array.from(spread(rootCauses)), depth, parent,
    kind: Uint8Array.from({ length: states }, (_, s) => (s === 0 ? 2 : 0) | (sorted.some(([from]) => from === s) ? 0 : 1)),
  };
  const edgeColumns: EdgeColumns = {
    start: 0, total: sorted.length, from: Uint32Array.from(sorted, ([from]) => from), to: Uint32Array.from(sorted, ([, to]) => to), baseline: Float64Array.from(sorted, ([, , before = 1]) => before), capture: Float64Array.from(sorted, ([, , , now = 0]) => now), symbols: new Uint32Array(sorted.length).fill(1),
  };
  return graphOf(columns, edgeColumns);
}
