import { Automaton, StateFlag } from './automaton';
import { NONE } from './foldingTree';
import { prefixOf } from './prefixTree';
import type { FoldingTree } from './foldingTree';
import type { LearnSettings } from './settings';

/**
 * The automaton that a folded tree is. Its states are the red nodes, with `keepCandidates` the blue ones, with `keepSubtrees` all behind them.
 * `creation` numbers the nodes as the `main` reference does; without it `number` is the breadth-first number among all nodes in `sicco`,
 * and the state itself otherwise. O(nodes).
 */
export function freeze(nodes: FoldingTree, settings: LearnSettings, isRed: (node: number) => boolean, isSink: (node: number) => boolean, creation: Uint32Array | undefined): Automaton {
  const { tree } = nodes;
  const { states, numbers, stateOf } = numberStates(nodes, settings, isRed, creation);
  const entryStart = new Uint32Array(states.length + 1);
  const entrySymbol: number[] = [], entryTarget: number[] = [], entryCount: number[] = [];
  const prefixStart = new Uint32Array(states.length + 1);
  const prefixSymbols: number[] = [];
  const typeCount = tree.traces.typeNames.length;
  const passedByType = new Uint32Array(states.length * typeCount);
  const endedByType = new Uint32Array(states.length * typeCount);

  states.forEach((node, state) => {
    // Both lists are in order of symbols; an entry stands for a symbol of either.
    let edge = nodes.firstEdge[node];
    let counted = nodes.firstCount[node];
    while (edge !== NONE || counted !== NONE) {
      const edgeSymbol = edge === NONE ? Infinity : tree.symbol[edge];
      const countSymbol = counted === NONE ? Infinity : tree.symbol[counted];
      entrySymbol.push(Math.min(edgeSymbol, countSymbol));
      entryTarget.push(edgeSymbol <= countSymbol ? stateOf.get(nodes.find(edge)) ?? -1 : -1);
      entryCount.push(countSymbol <= edgeSymbol ? nodes.count[counted] : 0);
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
    size: Uint32Array.from(states, (node) => Math.max(0, nodes.size[node])),
    passed: Uint32Array.from(states, (node) => nodes.passed[node]), ended: Uint32Array.from(states, (node) => nodes.ended[node]),
    incoming: Int32Array.from(states, (node) => (node === 0 ? -1 : tree.symbol[node])), source: Int32Array.from(states, source),
    flags: Uint8Array.from(states, flags), number: Int32Array.from(numbers),
    prefixStart, prefixSymbols: Uint32Array.from(prefixSymbols), prefixType: Uint16Array.from(states, (node) => tree.traces.types[tree.firstTrace[node]] ?? 0),
    passedByType, endedByType,
  });
}

/** Walks the folded tree breadth first, children in order of symbols, and lists the nodes that become states. */
function numberStates(nodes: FoldingTree, settings: LearnSettings, isRed: (node: number) => boolean, creation: Uint32Array | undefined): { states: number[]; numbers: number[]; stateOf: Map<number, number> } {
  const { keepCandidates, keepSubtrees, variant } = settings;
  const seen = new Uint8Array(nodes.tree.nodeCount);
  // Only the numbers of `sicco` count nodes that are not kept; elsewhere the walk leaves them out.
  const walkAll = variant === 'sicco' || keepSubtrees;
  const queue = new Uint32Array(nodes.tree.nodeCount);
  let queued = 1;
  seen[0] = 1;
  const kept = new Uint8Array(nodes.tree.nodeCount);
  kept[0] = 1;
  const states: number[] = [], numbers: number[] = [];
  const stateOf = new Map<number, number>();
  for (let i = 0; i < queued; i++) {
    const node = queue[i];
    const red = isRed(node);
    if (kept[node]) {
      numbers.push(variant === 'sicco' ? i : creation ? (node === 0 ? -1 : creation[node]) : states.length);
      stateOf.set(node, states.length);
      states.push(node);
    }
    if (!red && !walkAll) continue;
    for (let edge = nodes.firstEdge[node]; edge !== NONE; edge = nodes.nextEdge[edge]) {
      const target = nodes.find(edge);
      if (seen[target]) continue;
      seen[target] = 1;
      kept[target] = isRed(target) || (red ? keepCandidates : keepSubtrees) ? 1 : 0;
      if (kept[target] || walkAll) queue[queued++] = target;
    }
  }
  return { states, numbers, stateOf };
}
