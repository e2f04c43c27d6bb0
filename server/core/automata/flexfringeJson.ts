import { Automaton, StateFlag } from './automaton';
import { Names } from './traces';
import type { Problem } from '../util/problem';

interface JsonNode {
  readonly id: number;
  readonly source: number;
  readonly label: string;
  readonly size: number;
  readonly level: number;
  readonly style: '';
  readonly isred: 0 | 1;
  readonly issink: 0 | 1;
  readonly isblue: 0 | 1;
  readonly trace: string;
  readonly data: JsonData;
}

interface JsonData {
  readonly final_counts?: Readonly<Record<string, number>>;
  readonly path_counts?: Readonly<Record<string, number>>;
  /** Of the `sicco` version alone. */
  readonly symbol_counts?: null;
  readonly total_final: number;
  readonly total_paths: number;
  readonly trans_counts?: Readonly<Record<string, string>>;
}

/** An automaton as FlexFringe writes it to `*.final.json` (specs, state machine, section 8; the names are those of the format). */
export interface FlexfringeJson {
  readonly types: readonly string[];
  readonly alphabet: readonly string[];
  /** Of the `sicco` version alone, like `min_vals` and `max_vals` of edges. */
  readonly eval?: null;
  readonly nodes: readonly JsonNode[];
  readonly edges: readonly { readonly id: string; readonly source: string; readonly target: string; readonly name: string; readonly min_vals?: readonly never[]; readonly max_vals?: readonly never[]; readonly appearances: '' }[];
}

/** Versions of FlexFringe whose JSON differs: `sicco` of July 2023, which SEQUENT reads, and `main` of January 2026. */
export type FlexfringeVersion = 'main' | 'sicco';

/** The version whose numbers an automaton has: in `main` the root is -1. */
export function flexfringeVersion(automaton: Automaton): FlexfringeVersion {
  return automaton.arrays.number[0] === -1 ? 'main' : 'sicco';
}

/**
 * The automaton in the JSON of a version of FlexFringe, by default the one whose numbers it has; nodes and edges in order of their numbers. Equal to
 * what that version writes, but for `level`: here it is the length of the state's prefix; there merges change it in a way nothing depends on.
 */
export function toFlexfringeJson(automaton: Automaton, version = flexfringeVersion(automaton)): FlexfringeJson {
  const { arrays: a, alphabet, typeNames } = automaton;
  const sicco = version === 'sicco';
  const number = a.number.slice();
  number[0] = sicco ? Math.max(0, number[0]) : -1;
  const nodes: JsonNode[] = [];
  const edges: FlexfringeJson['edges'][number][] = [];
  const order = Array.from(number, (_, q) => q).sort((p, q) => number[p] - number[q]);
  for (const q of order) {
    const prefix = Array.from(automaton.prefix(q), (symbol) => alphabet[symbol]);
    const types = (counts: Uint32Array): Record<string, number> => Object.fromEntries(typeNames.map((_, t) => [String(t), counts[q * typeNames.length + t]]).filter(([, count]) => count !== 0));
    const passed = types(a.passedByType);
    const ended = types(a.endedByType);
    const counted: [string, string][] = [];
    for (let e = a.entryStart[q]; e < a.entryStart[q + 1]; e++) {
      const name = alphabet[a.entrySymbol[e]];
      if (a.entryCount[e] > 0) counted.push([name, String(a.entryCount[e])]);
      if (a.entryTarget[e] < 0) continue;
      const source = String(number[q]);
      const target = String(number[a.entryTarget[e]]);
      edges.push({ id: `${source}_${target}`, source, target, name, ...(sicco ? { min_vals: [], max_vals: [] } : {}), appearances: '' });
    }
    const listed = (counts: Record<string, number>): string => Object.entries(counts).map(([type, count]) => `${sicco ? type : typeNames[Number(type)]}:${count} , `).join('');
    nodes.push({
      id: number[q], source: a.source[q] < 0 ? -1 : number[a.source[q]], label: `fin: ${listed(ended)} path: ${listed(passed)}`, size: a.size[q], level: prefix.length, style: '',
      isred: bit(automaton.isCore(q)), issink: bit(automaton.isSink(q)), isblue: bit((a.flags[q] & StateFlag.candidate) !== 0),
      trace: q === 0 ? '0 0' : [typeNames[a.prefixType[q]] ?? '0', prefix.length, ...prefix].join(' '),
      data: { ...some('final_counts', ended), ...some('path_counts', passed), ...(sicco ? { symbol_counts: null } : {}), total_final: a.ended[q], total_paths: a.passed[q], ...some('trans_counts', Object.fromEntries(counted)) },
    });
  }
  return { types: typeNames, alphabet, ...(sicco ? { eval: null } : {}), nodes, edges };
}

function bit(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}

/** The reference leaves empty lists of counts out. */
function some<K extends string, V>(key: K, counts: Readonly<Record<string, V>>): { readonly [key in K]?: Readonly<Record<string, V>> } {
  return Object.keys(counts).length > 0 ? ({ [key]: counts } as { [key in K]: typeof counts }) : {};
}

/**
 * Reads FlexFringe's JSON, of either version. States are numbered breadth first anew; the file's numbers stay in `number`.
 * Edges to nodes that the file does not list are left out. Nodes that cannot be reached are too, with a warning.
 */
export function fromFlexfringeJson(text: string): { automaton?: Automaton; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const json = parse(text);
  if (!json) return { problems: [broken('The file is not an automaton in FlexFringe\'s JSON: "alphabet", "nodes" and "edges" are expected.')] };
  const byId = new Map(json.nodes.map((node) => [node.id, node]));
  const root = json.nodes.find((node) => node.source === -1 && node.trace === '0 0') ?? json.nodes[0];
  if (!root) return { problems: [broken('The automaton has no states.')] };

  const alphabet = new Names(json.alphabet);
  const outgoing = new Map<number, { symbol: number; target: number }[]>();
  for (const edge of json.edges) {
    if (!byId.has(Number(edge.target))) continue;
    const source = Number(edge.source);
    const list = outgoing.get(source) ?? [];
    list.push({ symbol: alphabet.number(edge.name), target: Number(edge.target) });
    outgoing.set(source, list);
  }
  const order: JsonNode[] = [root];
  const stateOf = new Map<number, number>([[root.id, 0]]);
  const reached: (readonly number[])[] = [[]];
  for (let q = 0; q < order.length; q++) {
    const list = outgoing.get(order[q].id)?.sort((a, b) => a.symbol - b.symbol) ?? [];
    for (const { symbol, target } of list) {
      if (stateOf.has(target)) continue;
      stateOf.set(target, order.length);
      reached.push([q, symbol]);
      order.push(byId.get(target)!);
    }
  }
  if (order.length < json.nodes.length) problems.push({ code: 'unreachable-states', severity: 'warning', message: `${json.nodes.length - order.length} states cannot be reached from the root and were left out.`, next: 'Check that the file is complete.' });

  const entryStart = [0], entrySymbol: number[] = [], entryTarget: number[] = [], entryCount: number[] = [];
  const prefixStart = [0], prefixSymbols: number[] = [];
  const types = json.types.length;
  const passedByType = new Uint32Array(order.length * types);
  const endedByType = new Uint32Array(order.length * types);
  let ambiguous = 0;
  order.forEach((node, q) => {
    const entries = new Map<number, { target: number; count: number }>();
    for (const [name, count] of Object.entries(node.data?.trans_counts ?? {})) entries.set(alphabet.number(name), { target: -1, count: Number(count) });
    for (const { symbol, target } of outgoing.get(node.id) ?? []) {
      const known = entries.get(symbol);
      const state = stateOf.get(target)!;
      if (known && known.target >= 0 && known.target !== state) ambiguous++;
      else entries.set(symbol, { target: state, count: known?.count ?? 0 });
    }
    for (const [symbol, { target, count }] of [...entries].sort(([a], [b]) => a - b)) {
      if (target < 0 && count === 0) continue;
      entrySymbol.push(symbol);
      entryTarget.push(target);
      entryCount.push(count);
    }
    entryStart.push(entrySymbol.length);
    for (const symbol of prefixOf(node, q, alphabet, reached)) prefixSymbols.push(symbol);
    prefixStart.push(prefixSymbols.length);
    for (let t = 0; t < types; t++) {
      passedByType[q * types + t] = node.data?.path_counts?.[String(t)] ?? 0;
      endedByType[q * types + t] = node.data?.final_counts?.[String(t)] ?? 0;
    }
  });
  if (ambiguous > 0) problems.push({ code: 'ambiguous-transitions', severity: 'warning', message: `${ambiguous} transitions have a symbol for which their state has another transition, as guards on attributes make them; they were left out.`, next: 'Learn the automaton without guards, or expect other paths than FlexFringe takes.' });
  const automaton = Automaton.fromArrays(alphabet.list, json.types, {
    entryStart: Uint32Array.from(entryStart), entrySymbol: Uint32Array.from(entrySymbol), entryTarget: Int32Array.from(entryTarget), entryCount: Uint32Array.from(entryCount),
    size: Int32Array.from(order, (node) => node.size), passed: Uint32Array.from(order, (node) => node.data?.total_paths ?? 0), ended: Uint32Array.from(order, (node) => node.data?.total_final ?? 0),
    incoming: Int32Array.from(order, (_, q) => (prefixStart[q + 1] > prefixStart[q] ? prefixSymbols[prefixStart[q + 1] - 1] : -1)),
    source: Int32Array.from(order, (node) => (node === root ? -1 : stateOf.get(node.source) ?? -1)),
    flags: Uint8Array.from(order, (node) => (node.isred ? StateFlag.core : 0) | (node.isblue ? StateFlag.candidate : 0) | (node.issink ? StateFlag.sink : 0)),
    number: Int32Array.from(order, (node) => node.id),
    prefixStart: Uint32Array.from(prefixStart), prefixSymbols: Uint32Array.from(prefixSymbols),
    prefixType: Uint16Array.from(order, (node) => Math.max(0, json.types.indexOf(node.trace.split(' ')[0]))),
    passedByType, endedByType,
  });
  return automaton ? { automaton, problems } : { problems: [broken('The automaton contradicts itself.')] };
}

/** The prefix that the file gives a state; where its words cannot be told apart (names with blanks in them), that of the shortest path to it. */
function prefixOf(node: JsonNode, state: number, alphabet: Names, reached: readonly (readonly number[])[]): number[] {
  const [, length, ...names] = node.trace.split(' ').filter((word) => word !== '');
  const symbols = names.map((name) => alphabet.get(name));
  if (Number(length) === names.length && symbols.every((symbol) => symbol !== undefined)) return symbols;
  const path: number[] = [];
  for (let q = state; q > 0; q = reached[q][0]) path.push(reached[q][1]);
  return path.reverse();
}

function broken(message: string): Problem {
  return { code: 'not-an-automaton', severity: 'error', message, next: 'Write the automaton again with the program that made it.' };
}

function parse(text: string): FlexfringeJson | undefined {
  let json: Partial<FlexfringeJson> | null;
  try {
    json = JSON.parse(text) as Partial<FlexfringeJson> | null;
  } catch {
    return undefined;
  }
  const strings = (list: unknown): boolean => Array.isArray(list) && list.every((item) => typeof item === 'string');
  const nodes = (list: unknown): boolean => Array.isArray(list) && list.every((n: Partial<JsonNode> | null) => typeof n === 'object' && n !== null && Number.isInteger(n.id) && Number.isInteger(n.source) && Number.isInteger(n.size) && typeof n.trace === 'string');
  const edges = (list: unknown): boolean => Array.isArray(list) && list.every((e: Record<string, unknown> | null) => typeof e === 'object' && e !== null && typeof e['source'] === 'string' && typeof e['target'] === 'string' && typeof e['name'] === 'string');
  if (typeof json !== 'object' || json === null || !strings(json.types) || !strings(json.alphabet) || !nodes(json.nodes) || !edges(json.edges)) return undefined;
  return json as FlexfringeJson;
}
