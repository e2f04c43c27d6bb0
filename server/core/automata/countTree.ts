import * as v from 'valibot';
import { parsed } from '../models/checked';
import { readContainer, writeContainer } from '../models/safetensors';
import { buildPrefixTree } from './prefixTree';
import type { PrefixTree } from './prefixTree';
import type { TraceSet } from './traces';

/**
 * A prefix tree that depends on the multiset of its traces alone, not on their order: symbols and types are numbered in order of their
 * names, and which trace came first is forgotten. Trees of parts of the data add up (`addTrees`) to the tree of the whole. O(symbols).
 */
export function countTree(traces: TraceSet): PrefixTree {
  const alphabet = [...traces.alphabet].sort(), typeNames = [...traces.typeNames].sort();
  const symbolOf = places(traces.alphabet, alphabet), typeOf = places(traces.typeNames, typeNames);
  const tree = buildPrefixTree({ ...traces, alphabet, typeNames, symbols: traces.symbols.map((a) => symbolOf[a]), types: traces.types.map((t) => typeOf[t]) });
  return { ...tree, traces: noTraces(alphabet, typeNames), firstTrace: new Uint32Array(tree.nodeCount) };
}

/** The tree of the traces of both. Associative and commutative. O(nodes of both). */
export function addTrees(a: PrefixTree, b: PrefixTree): PrefixTree {
  const alphabet = union(a.traces.alphabet, b.traces.alphabet), typeNames = union(a.traces.typeNames, b.traces.typeNames);
  const symbolA = places(a.traces.alphabet, alphabet), symbolB = places(b.traces.alphabet, alphabet);
  const most = a.nodeCount + b.nodeCount;
  const types = typeNames.length > 1 ? typeNames.length : 0;
  // The node of each side that a new node stands for, -1 for none.
  const nodeA = new Int32Array(most).fill(-1), nodeB = new Int32Array(most).fill(-1);
  const symbol = new Uint32Array(most), parent = new Int32Array(most), size = new Uint32Array(most), ended = new Uint32Array(most), firstChild = new Uint32Array(most + 1);
  const levelStart = [0];
  parent[0] = -1;
  nodeA[0] = nodeB[0] = 0;
  let count = 1;
  for (let node = 0, levelEnd = 1; node < count; node++) {
    if (node === levelEnd) {
      levelStart.push(node);
      levelEnd = count;
    }
    firstChild[node] = count;
    // Both lists of children are in order of names, so one pass joins them.
    let atA = 0, endA = 0, atB = 0, endB = 0;
    if (nodeA[node] >= 0) {
      size[node] += a.size[nodeA[node]];
      ended[node] += a.ended[nodeA[node]];
      atA = a.firstChild[nodeA[node]];
      endA = a.firstChild[nodeA[node] + 1];
    }
    if (nodeB[node] >= 0) {
      size[node] += b.size[nodeB[node]];
      ended[node] += b.ended[nodeB[node]];
      atB = b.firstChild[nodeB[node]];
      endB = b.firstChild[nodeB[node] + 1];
    }
    for (; atA < endA || atB < endB; count++) {
      const nextA = atA < endA ? symbolA[a.symbol[atA]] : Infinity, nextB = atB < endB ? symbolB[b.symbol[atB]] : Infinity;
      symbol[count] = Math.min(nextA, nextB);
      parent[count] = node;
      if (nextA <= nextB) nodeA[count] = atA++;
      if (nextB <= nextA) nodeB[count] = atB++;
    }
  }
  levelStart.push(count);
  firstChild[count] = count;
  const passedByType = new Uint32Array(count * types), endedByType = new Uint32Array(count * types);
  if (types > 0) {
    addTypes(a, nodeA, count, places(a.traces.typeNames, typeNames), types, passedByType, endedByType);
    addTypes(b, nodeB, count, places(b.traces.typeNames, typeNames), types, passedByType, endedByType);
  }
  return {
    traces: noTraces(alphabet, typeNames), nodeCount: count, firstChild: firstChild.slice(0, count + 1), symbol: symbol.slice(0, count), parent: parent.slice(0, count),
    size: size.slice(0, count), ended: ended.slice(0, count), firstTrace: new Uint32Array(count), levelStart,
    passedByType: types > 0 ? passedByType : undefined, endedByType: types > 0 ? endedByType : undefined,
  };
}

/** Adds the counts by type of one side; `nodeOf` tells which of its nodes a new one stands for. */
function addTypes(tree: PrefixTree, nodeOf: Int32Array, count: number, typeOf: Uint32Array, types: number, passedByType: Uint32Array, endedByType: Uint32Array): void {
  for (let node = 0; node < count; node++) {
    const own = nodeOf[node];
    for (let t = 0; own >= 0 && t < typeOf.length; t++) {
      passedByType[node * types + typeOf[t]] += tree.passedByType?.[own * typeOf.length + t] ?? tree.size[own] - tree.ended[own];
      endedByType[node * types + typeOf[t]] += tree.endedByType?.[own * typeOf.length + t] ?? tree.ended[own];
    }
  }
}

/** A tree of counts as a file (safetensors), to which tomorrow's traces can be added without today's. Equal trees give equal bytes. */
export function writeTree(tree: PrefixTree): Uint8Array<ArrayBuffer> {
  const { firstChild, symbol, size, ended, passedByType, endedByType, levelStart, traces: { alphabet, typeNames } } = tree;
  return writeContainer({
    metadata: { tree: JSON.stringify({ version: 1, alphabet, typeNames }) },
    tensors: { firstChild, symbol, size, ended, levelStart: Uint32Array.from(levelStart), ...(passedByType && endedByType ? { passedByType, endedByType } : {}) },
  });
}

/** Names in order, each once. */
const sortedNames = v.pipe(v.array(v.string()), v.check((list) => list.every((name, i) => i === 0 || list[i - 1] < name)));

/** The tree in a file's bytes, or why it is none. Every array is checked. Never throws. */
export function readTree(bytes: Uint8Array): PrefixTree | { readonly fault: string } {
  const container = readContainer(bytes);
  if ('fault' in container) return { fault: `This is no prefix tree: ${container.fault}.` };
  const names = parsed(v.object({ version: v.literal(1), alphabet: sortedNames, typeNames: sortedNames }), container.metadata['tree']);
  const get = (name: string): Uint32Array => (container.tensors[name] instanceof Uint32Array ? container.tensors[name] : new Uint32Array(0));
  const [firstChild, symbol, size, ended, levels, passedByType, endedByType] = ['firstChild', 'symbol', 'size', 'ended', 'levelStart', 'passedByType', 'endedByType'].map(get);
  const nodes = size.length;
  if (!names) return { fault: 'This file holds no prefix tree that this Anomaline can read.' };
  const { alphabet, typeNames } = names;
  const typed = typeNames.length > 1 ? nodes * typeNames.length : 0;
  const parent = new Int32Array(nodes).fill(-1);
  let fits = nodes > 0 && symbol.length === nodes && ended.length === nodes && firstChild.length === nodes + 1 && firstChild[0] === 1 && firstChild[nodes] === nodes
    && passedByType.length === typed && endedByType.length === typed && levels.length > 1 && levels[0] === 0 && levels[levels.length - 1] === nodes && levels.every((at, i) => i === 0 || at > levels[i - 1]);
  // The nodes of a level stand together, and their children are the next.
  for (let i = 1; fits && i < levels.length; i++) fits = levels[i] === (i === 1 ? 1 : firstChild[levels[i - 1]]);
  for (let node = 0; fits && node < nodes; node++) {
    fits = firstChild[node + 1] >= firstChild[node] && firstChild[node] > node && (node === 0 || symbol[node] < alphabet.length);
    let sum = ended[node];
    for (let child = firstChild[node]; fits && child < firstChild[node + 1]; child++) {
      parent[child] = node;
      sum += size[child];
      fits = child === firstChild[node] || symbol[child] > symbol[child - 1];
    }
    fits &&= sum === size[node];
    for (let t = node * typeNames.length; fits && typed > 0 && t < (node + 1) * typeNames.length; t++) sum -= passedByType[t] + endedByType[t];
    fits &&= typed === 0 || sum === 0;
  }
  if (!fits) return { fault: 'The prefix tree is damaged: its arrays do not fit together. Build it again from the traces.' };
  return { traces: noTraces(alphabet, typeNames), nodeCount: nodes, firstChild, symbol, parent, size, ended, firstTrace: new Uint32Array(nodes), levelStart: [...levels], passedByType: typed > 0 ? passedByType : undefined, endedByType: typed > 0 ? endedByType : undefined };
}

function noTraces(alphabet: readonly string[], typeNames: readonly string[]): TraceSet {
  return { symbols: new Uint32Array(0), offsets: new Uint32Array(1), types: new Uint16Array(0), alphabet, typeNames };
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])].sort();
}

/** Where each of `names` stands in `sorted`. */
function places(names: readonly string[], sorted: readonly string[]): Uint32Array {
  const place = new Map(sorted.map((name, i) => [name, i]));
  return Uint32Array.from(names, (name) => place.get(name) as number);
}
