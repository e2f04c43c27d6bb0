import { count, counted } from '../ui/format';
import type { Graph } from './graph';

/** What the user wants to see of an automaton. */
export interface Choice {
  /** States shown before any is expanded. */
  readonly limit: number;
  /** Transitions with a smaller share of what leaves their state are hidden, 0 to 1. */
  readonly rare: number;
  /** States whose neighbours are shown. */
  readonly expanded: readonly number[];
  /** States behind which everything is hidden that is reached through them. */
  readonly collapsed: readonly number[];
  /** States asked for by name, with their ways from the root. */
  readonly wanted: readonly number[];
}

/** What is shown. */
export interface Shown {
  /** Ascending. */
  readonly states: Uint32Array;
  /** Edges between them that are drawn, ascending. */
  readonly edges: Uint32Array;
  /** Edges between them that are hidden as rare. */
  readonly rare: number;
  /** Root causes (states) that are not shown. */
  readonly missed: number;
  /** Of each collapsed state, states hidden behind it. */
  readonly behind: ReadonlyMap<number, number>;
}

/** Neighbours that one expansion adds at most: the most frequent ones. */
const MOST_NEIGHBOURS = 200;

/** Root causes and shortest ways to them, then the most visited states, up to the limit; then what was asked for. O(states log states + edges). */
export function choose(graph: Graph, { limit, rare, expanded, collapsed, wanted }: Choice): Shown {
  const { states: { total, rootCauses, baseline, capture, score, parent }, edges: { from, to }, share } = graph;
  const shown = new Uint8Array(total);
  let size = 0;
  const addWay = (state: number, most: number): void => {
    const way: number[] = [];
    for (let s = state; s >= 0 && !shown[s]; s = parent[s]) way.push(s);
    if (size + way.length > most) return;
    for (const s of way) shown[s] = 1;
    size += way.length;
  };
  if (total > 0) addWay(0, total);
  const byVisits = Array.from({ length: total }, (_, s) => s).sort((a, b) => baseline[b] + capture[b] - baseline[a] - capture[a] || a - b);
  const causes = byVisits.filter((s) => rootCauses[s] > 0).sort((a, b) => score[b] - score[a] || capture[b] - capture[a] || a - b);
  for (const s of causes) addWay(s, limit);
  for (const s of byVisits) { if (size >= limit) break; addWay(s, limit); }
  for (const s of wanted) if (s < total) addWay(s, total);
  for (const s of expanded) for (const other of neighbours(graph, s).slice(0, MOST_NEIGHBOURS)) if (!shown[other]) { shown[other] = 1; size++; }

  const behind = new Map<number, number>();
  if (collapsed.length > 0) hideBehind(parent, shown, collapsed, behind);
  const states = Uint32Array.from(byVisits.filter((s) => shown[s])).sort(), edges: number[] = [];
  let hidden = 0;
  for (let e = 0; e < to.length; e++) {
    if (!shown[from[e]] || !shown[to[e]]) continue;
    // The ways from the root stay, so that nothing hangs in the air.
    if (share[e] >= rare || parent[to[e]] === from[e]) edges.push(e);
    else hidden++;
  }
  return { states, edges: Uint32Array.from(edges), rare: hidden, missed: causes.filter((s) => !shown[s]).length, behind };
}

/** States next to one, the most frequent transitions first; itself left out. O(degree log degree). */
export function neighbours({ edges: { from, to, baseline, capture }, outStart, inStart, inEdges }: Graph, state: number): number[] {
  if (state + 1 >= outStart.length) return [];
  const found: number[] = Array.from({ length: outStart[state + 1] - outStart[state] }, (_, i) => outStart[state] + i).concat([...inEdges.subarray(inStart[state], inStart[state + 1])]);
  found.sort((a, b) => baseline[b] + capture[b] - baseline[a] - capture[a] || a - b);
  return [...new Set(found.map((e) => (from[e] === state ? to[e] : from[e])))].filter((other) => other !== state);
}

/** Hides every state whose shortest way comes through a collapsed one. A way is walked once: what is known of a state is kept. */
function hideBehind(parent: Int32Array, shown: Uint8Array, collapsed: readonly number[], behind: Map<number, number>): void {
  const NOT_YET = -2, FREE = -1, gate = new Int32Array(parent.length).fill(NOT_YET), isGate = new Set(collapsed);
  for (let s = 0; s < parent.length; s++) {
    const way: number[] = [];
    let at = s;
    while (gate[at] === NOT_YET && parent[at] >= 0 && !isGate.has(parent[at])) { way.push(at); at = parent[at]; }
    if (gate[at] === NOT_YET) {
      const before = parent[at];
      gate[at] = before < 0 ? FREE : gate[before] >= 0 ? gate[before] : before;
    }
    for (const one of way) gate[one] = gate[at];
  }
  for (let s = 0; s < parent.length; s++) {
    if (gate[s] < 0 || !shown[s]) continue;
    shown[s] = 0;
    behind.set(gate[s], (behind.get(gate[s]) ?? 0) + 1);
  }
}

/** "412 of 3,080 states shown: root causes, ways to them and the most visited. 20 of 1,204 transitions between them hidden: rarer than 1 %." */
export function sentence(graph: Graph, { rare, expanded, wanted }: Choice, shown: Shown): string {
  const { total, rootCauses } = graph.states, causes = rootCauses.some((n) => n > 0);
  const hiddenBehind = [...shown.behind.values()].reduce((sum, n) => sum + n, 0), all = shown.edges.length + shown.rare;
  const kinds = [causes ? 'root causes, ways to them and the most visited' : 'the most visited', expanded.length > 0 && 'neighbours of what was expanded', wanted.length > 0 && 'what was looked for'].filter(Boolean);
  return [
    total === 1 && shown.states.length === 1 ? 'The one state is shown.' : shown.states.length === total ? `All ${counted(total, 'state')} shown.` : `${count(shown.states.length)} of ${counted(total, 'state')} shown: ${kinds.join(', ')}.`,
    shown.rare > 0 && `${count(shown.rare)} of ${counted(all, 'transition')} between them hidden: less than ${decimalPercent(rare)} of what leaves their state.`,
    hiddenBehind > 0 && `${counted(hiddenBehind, 'state')} hidden behind ${counted(shown.behind.size, 'collapsed state')}.`,
    shown.missed > 0 && `${counted(shown.missed, 'root cause is', 'root causes are')} not shown.`,
  ].filter(Boolean).join(' ');
}

function decimalPercent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
