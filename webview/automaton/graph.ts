import type { EdgeColumns, StateColumns } from '../../server/protocol/automaton';

/** An automaton as the page holds it: the columns of all its states and edges, and which edges leave and reach a state. */
export interface Graph {
  readonly states: StateColumns;
  readonly edges: EdgeColumns;
  /** Edges out of state s: [outStart[s], outStart[s + 1]). */
  readonly outStart: Uint32Array;
  /** Edges into state s: inEdges[inStart[s] … inStart[s + 1]). */
  readonly inStart: Uint32Array;
  readonly inEdges: Uint32Array;
  /** Of each edge: its share of what leaves its state, in the baseline or in the capture, whichever is more. */
  readonly share: Float32Array;
}

/** O(states + edges). */
export function graphOf(states: StateColumns, edges: EdgeColumns): Graph {
  const { total } = states, { from, to, baseline, capture } = edges;
  const outStart = new Uint32Array(total + 1), inStart = new Uint32Array(total + 1), inEdges = new Uint32Array(to.length);
  const leaving = new Float64Array(total), captureLeaving = new Float64Array(total);
  for (let e = 0; e < to.length; e++) {
    outStart[from[e] + 1]++;
    inStart[to[e] + 1]++;
    leaving[from[e]] += baseline[e];
    captureLeaving[from[e]] += capture[e];
  }
  for (let s = 0; s < total; s++) { outStart[s + 1] += outStart[s]; inStart[s + 1] += inStart[s]; }
  const next = inStart.slice();
  for (let e = 0; e < to.length; e++) inEdges[next[to[e]]++] = e;
  const share = Float32Array.from(from, (s, e) => Math.max(leaving[s] > 0 ? baseline[e] / leaving[s] : 0, captureLeaving[s] > 0 ? capture[e] / captureLeaving[s] : 0));
  return { states, edges, outStart, inStart, inEdges, share };
}

/** The same automaton with other counts (a brush): what is drawn where stays. */
export function recounted(graph: Graph, states: StateColumns, edges: EdgeColumns): Graph {
  return { ...graph, states: { ...graph.states, capture: states.capture, difference: states.difference, score: states.score, flagged: states.flagged }, edges: { ...graph.edges, capture: edges.capture } };
}

/** Ranges of columns, one after the other, as one; `parts` has at least one. O(length). */
export function joined<T extends { readonly start: number; readonly total: number }>(parts: readonly T[]): T {
  if (parts.length === 1) return parts[0];
  const whole: Record<string, unknown> = { ...parts[0] };
  for (const [name, column] of Object.entries(parts[0])) {
    if (!ArrayBuffer.isView(column)) continue;
    const columns = parts.map((part) => (part as Record<string, unknown>)[name] as Float64Array), length = columns.reduce((sum, one) => sum + one.length, 0);
    const all = new (column.constructor as Float64ArrayConstructor)(length);
    let at = 0;
    for (const one of columns) { all.set(one, at); at += one.length; }
    whole[name] = all;
  }
  return whole as unknown as T;
}

/** Index of the edge between two states; -1: none. O(log edges of `from`). */
export function edgeBetween({ edges: { to }, outStart }: Graph, from: number, state: number): number {
  let low = outStart[from], high = outStart[from + 1];
  const end = high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (to[middle] < state) low = middle + 1;
    else high = middle;
  }
  return low < end && to[low] === state ? low : -1;
}
