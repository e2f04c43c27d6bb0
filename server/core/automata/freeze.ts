import { Automaton, StateFlag } from './automaton';
import { NONE } from './foldingTree';
import { prefixOf } from './prefixTree';
import type { FoldingTree } from './foldingTree';
import type { LearnSettings } from './settings';

/**
 * The automaton that a folded tree is. Its states are the red nodes, with `keepCandidates` the blue ones, with `keepSubtrees` all behind them.
 * `numbers` is what the reference calls each node (`Automaton.arrays.number`); without it that is the state itself. O(nodes).
 */
export function freeze(nodes: FoldingTree, settings: LearnSettings, isRed: (node: number) => boolean, isSink: (node: number) => boolean, numbers: Int32Array | undefined): Automaton {
  const { tree } = nodes;
  const states = listStates(nodes, settings, isRed);
  const stateOf = new Map(states.map((node, state) => [node, state]));
  const entryStart = new Uint32Array(states.length + 1);
  const entrySymbol: number[] = [], entryTarget: number[] = [], entryCount: number[] = [], outputs: number[] = [];
  const prefixStart = new Uint32Array(states.length + 1);
  const prefixSymbols: number[] = [];
  const typeCount = tree.traces.typeNames.length;
  const passedByType = new Uint32Array(states.length * typeCount);
  const endedByType = new Uint32Array(states.length * typeCount);

  states.forEach((node, state) => {
    // Both lists are in order of symbols; an entry stands for a symbol of either, but not for a merged transition to a node that is not kept.
    let edge = nodes.firstEdge[node];
    let counted = nodes.firstCount[node];
    while (edge !== NONE || counted !== NONE) {
      const edgeSymbol = edge === NONE ? Infinity : tree.symbol[edge];
      const countSymbol = counted === NONE ? Infinity : tree.symbol[counted];
      const target = edgeSymbol <= countSymbol ? stateOf.get(nodes.find(edge)) ?? -1 : -1;
      const count = countSymbol <= edgeSymbol ? nodes.count[counted] : 0;
      if (target >= 0 || count > 0) {
        entrySymbol.push(Math.min(edgeSymbol, countSymbol));
        entryTarget.push(target);
        entryCount.push(count);
        if (nodes.outputs) outputs.push(nodes.outputs.of[countSymbol <= edgeSymbol ? counted : edge]);
      }
      if (edgeSymbol <= countSymbol) edge = nodes.nextEdge[edge];
      if (countSymbol <= edgeSymbol) counted = nodes.nextCount[counted];
    }
    entryStart[state + 1] = entrySymbol.length;
    for (const symbol of prefixOf(tree, node)) prefixSymbols.push(symbol);
    prefixStart[state + 1] = prefixSymbols.length;
    for (let t = 0; t < typeCount; t++) {
      passedByType[state * typeCount + t] = nodes.typeCount > 0 ? nodes.passedByType[node * typeCount + t] : nodes.passed[node];
      endedByType[state * typeCount + t] = nodes.typeCount > 0 ? nodes.endedByType[node * typeCount + t] : nodes.ended[node];
    }
  });

  const source = (node: number): number => (node === 0 ? -1 : stateOf.get(nodes.find(tree.parent[node])) ?? -1);
  const flags = (node: number, state: number): number => {
    const kind = isRed(node) ? StateFlag.core : isRed(states[source(states[state])] ?? node) ? StateFlag.candidate : 0;
    return kind | (isSink(node) ? StateFlag.sink : 0);
  };
  return new Automaton(tree.traces.alphabet, tree.traces.typeNames, {
    entryStart, entrySymbol: Uint32Array.from(entrySymbol), entryTarget: Int32Array.from(entryTarget), entryCount: Uint32Array.from(entryCount),
    size: Int32Array.from(states, (node) => nodes.size[node]),
    passed: Uint32Array.from(states, (node) => nodes.passed[node]), ended: Uint32Array.from(states, (node) => nodes.ended[node]),
    incoming: Int32Array.from(states, (node) => (node === 0 ? -1 : tree.symbol[node])), source: Int32Array.from(states, source),
    flags: Uint8Array.from(states, flags), number: Int32Array.from(states, (node, state) => (numbers ? numbers[node] : state)),
    prefixStart, prefixSymbols: Uint32Array.from(prefixSymbols), prefixType: Uint16Array.from(states, (node) => tree.traces.types[tree.firstTrace[node]] ?? 0),
    passedByType, endedByType,
  }, {
    ...(nodes.outputs ? { outputs: { names: nodes.outputs.names(), ofEntry: Int32Array.from(outputs) } } : {}),
    ...(nodes.values ? { values: { count: Int32Array.from(states, (node) => nodes.values!.count[node]), mean: Float64Array.from(states, (node) => nodes.values!.mean[node]) } } : {}),
  });
}

/** The nodes that become states, breadth first, children in order of symbols. */
function listStates(nodes: FoldingTree, settings: LearnSettings, isRed: (node: number) => boolean): number[] {
  const states = [0];
  const seen = new Uint8Array(nodes.tree.nodeCount);
  seen[0] = 1;
  for (let i = 0; i < states.length; i++) {
    const keepAll = isRed(states[i]) ? settings.keepCandidates : settings.keepSubtrees;
    for (let edge = nodes.firstEdge[states[i]]; edge !== NONE; edge = nodes.nextEdge[edge]) {
      const target = nodes.find(edge);
      if (seen[target] || !(keepAll || isRed(target))) continue;
      seen[target] = 1;
      states.push(target);
    }
  }
  return states;
}

/**
 * Numbers of all nodes that are left, breadth first, each visited by the edge that first led to it and by no other: so does the
 * `sicco` reference number the nodes before it prints them. O(nodes).
 */
export function skeletonNumbers(nodes: FoldingTree): Int32Array {
  const numbers = new Int32Array(nodes.tree.nodeCount);
  const queue = new Uint32Array(nodes.tree.nodeCount);
  let queued = 1;
  for (let i = 0; i < queued; i++) {
    numbers[queue[i]] = i;
    for (let edge = nodes.firstEdge[queue[i]]; edge !== NONE; edge = nodes.nextEdge[edge]) if (!nodes.isMerged(edge)) queue[queued++] = edge;
  }
  return numbers;
}
