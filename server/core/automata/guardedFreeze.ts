import { Automaton, StateFlag } from './automaton';
import { GuardedSteps, quartileOf } from './guards';
import type { Guards } from './guards';
import type { GuardedTree } from './guardedTree';
import type { LearnSettings } from './settings';

/** The automaton that a folded tree with guards is; its counts are those of the traces replayed on it. States are numbered breadth first. O(symbols). */
export function freezeGuarded(tree: GuardedTree, settings: LearnSettings, isState: Uint8Array, isSink: (node: number) => boolean, quartiles: Float64Array): Automaton {
  const { traces, width } = tree;
  const { alphabet, typeNames, symbols, offsets, types } = traces;
  const nodes = [0];
  const stateOf = new Map([[0, 0]]);
  const source = [-1], incoming = [-1];
  const entryStart = [0], entrySymbol: number[] = [], entryTarget: number[] = [], edges: number[] = [];
  for (let q = 0; q < nodes.length; q++) {
    for (let edge = tree.firstEdge[nodes[q]]; edge >= 0; edge = tree.nextEdge[edge]) {
      const target = tree.find(tree.edgeTarget[edge]);
      const kept = isState[nodes[q]] === 1 && (settings.keepCandidates || isState[target] === 1);
      if (kept && !stateOf.has(target)) {
        stateOf.set(target, nodes.length);
        nodes.push(target);
        source.push(q);
        incoming.push(tree.edgeSymbol[edge]);
      }
      entrySymbol.push(tree.edgeSymbol[edge]);
      entryTarget.push(kept ? stateOf.get(target)! : -1);
      edges.push(edge);
    }
    entryStart.push(edges.length);
  }
  const prefixStart = [0], prefixSymbols: number[] = [], prefixType: number[] = [];
  for (const node of nodes) {
    const event = tree.firstEvent(node);
    const trace = event < 0 ? 0 : traceOf(offsets, event);
    if (event >= 0) for (let i = offsets[trace]; i <= event; i++) prefixSymbols.push(symbols[i]);
    prefixStart.push(prefixSymbols.length);
    prefixType.push(types[trace] ?? 0);
  }
  const n = nodes.length;
  const low = new Float64Array(edges.length * width), high = new Float64Array(edges.length * width);
  edges.forEach((edge, e) => {
    low.set(tree.low.subarray(edge * width, (edge + 1) * width), e * width);
    high.set(tree.high.subarray(edge * width, (edge + 1) * width), e * width);
  });
  const declared = traces.attributes?.declared ?? [];
  const guards: Guards = { declared, low, high, quartiles, counts: new Uint32Array(4 * n * width) };
  const arrays = {
    entryStart: Uint32Array.from(entryStart), entrySymbol: Uint32Array.from(entrySymbol), entryTarget: Int32Array.from(entryTarget), entryCount: new Uint32Array(edges.length),
    size: new Int32Array(n), passed: new Uint32Array(n), ended: new Uint32Array(n), incoming: Int32Array.from(incoming), source: Int32Array.from(source),
    flags: Uint8Array.from(nodes, (node) => (isState[node] === 1 ? StateFlag.core : StateFlag.candidate) | (isSink(node) ? StateFlag.sink : 0)),
    number: Int32Array.from(nodes, (_, q) => q), prefixStart: Uint32Array.from(prefixStart), prefixSymbols: Uint32Array.from(prefixSymbols), prefixType: Uint16Array.from(prefixType),
    passedByType: new Uint32Array(n * typeNames.length), endedByType: new Uint32Array(n * typeNames.length),
  };
  const automaton = new Automaton(alphabet, typeNames, arrays, { guards });
  count(automaton, guards, tree);
  return automaton;
}

/** Replays the traces, and counts what passes the states. */
function count(automaton: Automaton, guards: Guards, tree: GuardedTree): void {
  const { traces, width } = tree;
  const { symbols, offsets, types } = traces;
  const { arrays: a, typeNames } = automaton;
  const steps = new GuardedSteps(automaton, guards, traces.attributes);
  for (let t = 0; t + 1 < offsets.length; t++) {
    let state = 0;
    let i = offsets[t];
    for (; state >= 0; i++) {
      a.size[state]++;
      const cell = state * typeNames.length + types[t];
      if (i === offsets[t + 1]) {
        a.ended[state]++;
        a.endedByType[cell]++;
        break;
      }
      a.passed[state]++;
      a.passedByType[cell]++;
      for (let k = 0; k < width; k++) {
        const value = tree.value(i, k);
        if (!Number.isNaN(value)) guards.counts[4 * (state * width + k) + quartileOf(guards.quartiles, k, value)]++;
      }
      const entry = steps.entry(state, symbols[i], i);
      if (entry >= 0) a.entryCount[entry]++;
      state = entry < 0 ? -1 : a.entryTarget[entry];
    }
  }
}

function traceOf(offsets: Uint32Array, event: number): number {
  let low = 0, high = offsets.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (offsets[middle] <= event) low = middle;
    else high = middle - 1;
  }
  return low;
}
