import type { Automaton } from '../../core/automata/automaton';

/**
 * The shape of an automaton: its edges (all transitions from one state to another as one) in order of `from`, then `to`, and shortest ways from the
 * root. Those of state q are the edges [outStart[q], outStart[q + 1]); those that lead to it are `inEdges`, the same way by `inStart`.
 */
export interface Graph {
  readonly edgeCount: number;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** The transitions of edge e: `entries[edgeStart[e] .. edgeStart[e + 1])`, each an entry of the automaton. */
  readonly edgeStart: Uint32Array;
  readonly entries: Uint32Array;
  readonly outStart: Uint32Array;
  readonly inStart: Uint32Array;
  readonly inEdges: Uint32Array;
  /** Steps from the root, and the state before on a shortest way; -1: not to be reached, or the root. */
  readonly depth: Int32Array;
  readonly parent: Int32Array;
}

/** O(transitions log transitions of a state). */
export function graphOf({ stateCount, arrays: { entryStart, entryTarget } }: Automaton): Graph {
  const entries = Uint32Array.from(entryTarget, (_, entry) => entry);
  const from: number[] = [], to: number[] = [], edgeStart: number[] = [];
  const outStart = new Uint32Array(stateCount + 1);
  let kept = 0;
  for (let q = 0; q < stateCount; q++) {
    outStart[q] = from.length;
    const own = Uint32Array.from({ length: entryStart[q + 1] - entryStart[q] }, (_, i) => entryStart[q] + i).filter((entry) => entryTarget[entry] >= 0);
    own.sort((a, b) => entryTarget[a] - entryTarget[b] || a - b);
    for (let i = 0; i < own.length; i++) {
      if (i === 0 || entryTarget[own[i]] !== entryTarget[own[i - 1]]) {
        from.push(q);
        to.push(entryTarget[own[i]]);
        edgeStart.push(kept);
      }
      entries[kept++] = own[i];
    }
  }
  outStart[stateCount] = from.length;
  edgeStart.push(kept);
  const targets = Uint32Array.from(to);
  return {
    edgeCount: from.length, from: Uint32Array.from(from), to: targets, edgeStart: Uint32Array.from(edgeStart), entries: entries.subarray(0, kept), outStart,
    ...groupBy(targets, stateCount), ...shortestWays(stateCount, outStart, targets),
  };
}

function groupBy(targets: Uint32Array, stateCount: number): Pick<Graph, 'inStart' | 'inEdges'> {
  const inStart = new Uint32Array(stateCount + 1);
  for (const target of targets) inStart[target + 1]++;
  for (let q = 0; q < stateCount; q++) inStart[q + 1] += inStart[q];
  const next = inStart.slice();
  const inEdges = new Uint32Array(targets.length);
  for (let edge = 0; edge < targets.length; edge++) inEdges[next[targets[edge]]++] = edge;
  return { inStart, inEdges };
}

function shortestWays(stateCount: number, outStart: Uint32Array, targets: Uint32Array): Pick<Graph, 'depth' | 'parent'> {
  const depth = new Int32Array(stateCount).fill(-1);
  const parent = new Int32Array(stateCount).fill(-1);
  const queue = new Uint32Array(stateCount);
  let queued = 0;
  if (stateCount > 0) {
    depth[0] = 0;
    queued = 1;
  }
  for (let at = 0; at < queued; at++) {
    const q = queue[at];
    for (let edge = outStart[q]; edge < outStart[q + 1]; edge++) {
      const target = targets[edge];
      if (depth[target] >= 0) continue;
      depth[target] = depth[q] + 1;
      parent[target] = q;
      queue[queued++] = target;
    }
  }
  return { depth, parent };
}

/** The edge from one state to another, -1 where there is none. O(log edges of the state). */
export function edgeBetween({ outStart, to }: Graph, source: number, target: number): number {
  let low = outStart[source];
  let high = outStart[source + 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (to[middle] < target) low = middle + 1;
    else high = middle;
  }
  return low < outStart[source + 1] && to[low] === target ? low : -1;
}
