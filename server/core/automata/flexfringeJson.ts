import * as v from 'valibot';
import { MOST_ATTRIBUTES } from './attributes';
import { Automaton, StateFlag } from './automaton';
import { Names } from './traces';
import type { Guards } from './guards';
import type { Problem } from '../util/problem';

/** The name of an attribute, and a bound of it: at least in `min_vals`, less than in `max_vals`. */
type Bound = readonly [string, number];

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
  /** Of guarded automata alone, and ours: no file of the reference with guards is known. */
  readonly attributes?: readonly string[];
  readonly nodes: readonly JsonNode[];
  readonly edges: readonly { readonly id: string; readonly source: string; readonly target: string; readonly name: string; readonly min_vals?: readonly Bound[]; readonly max_vals?: readonly Bound[]; readonly appearances: '' }[];
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
  const { guards } = automaton.data;
  const nodes: JsonNode[] = [];
  const edges: FlexfringeJson['edges'][number][] = [];
  const order = Array.from(number, (_, q) => q).sort((p, q) => number[p] - number[q]);
  for (const q of order) {
    const prefix = Array.from(automaton.prefix(q), (symbol) => alphabet[symbol]);
    const types = (counts: Uint32Array): Record<string, number> => Object.fromEntries(typeNames.map((_, t) => [String(t), counts[q * typeNames.length + t]]).filter(([, count]) => count !== 0));
    const passed = types(a.passedByType);
    const ended = types(a.endedByType);
    const counted = new Map<string, number>();
    for (let e = a.entryStart[q]; e < a.entryStart[q + 1]; e++) {
      const name = alphabet[a.entrySymbol[e]];
      if (a.entryCount[e] > 0) counted.set(name, (counted.get(name) ?? 0) + a.entryCount[e]);
      if (a.entryTarget[e] < 0) continue;
      const source = String(number[q]);
      const target = String(number[a.entryTarget[e]]);
      edges.push({ id: `${source}_${target}`, source, target, name, ...(sicco || guards ? { min_vals: bounds(guards, guards?.low, e), max_vals: bounds(guards, guards?.high, e) } : {}), appearances: '' });
    }
    const listed = (counts: Record<string, number>): string => Object.entries(counts).map(([type, count]) => `${sicco ? type : typeNames[Number(type)]}:${count} , `).join('');
    nodes.push({
      id: number[q], source: a.source[q] < 0 ? -1 : number[a.source[q]], label: `fin: ${listed(ended)} path: ${listed(passed)}`, size: a.size[q], level: prefix.length, style: '',
      isred: bit(automaton.isCore(q)), issink: bit(automaton.isSink(q)), isblue: bit((a.flags[q] & StateFlag.candidate) !== 0),
      trace: q === 0 ? '0 0' : [typeNames[a.prefixType[q]] ?? '0', prefix.length, ...prefix].join(' '),
      data: { ...some('final_counts', ended), ...some('path_counts', passed), ...(sicco ? { symbol_counts: null } : {}), total_final: a.ended[q], total_paths: a.passed[q], ...some('trans_counts', Object.fromEntries([...counted].map(([name, count]) => [name, String(count)]))) },
    });
  }
  return { types: typeNames, alphabet, ...(sicco ? { eval: null } : {}), ...(guards ? { attributes: guards.declared.map(({ name }) => name) } : {}), nodes, edges };
}

/** The finite bounds of an entry, of `low` or `high`. */
function bounds(guards: Guards | undefined, of: Float64Array | undefined, entry: number): Bound[] {
  return guards && of ? guards.declared.flatMap(({ name }, k): Bound[] => (Number.isFinite(of[entry * guards.declared.length + k]) ? [[name, of[entry * guards.declared.length + k]]] : [])) : [];
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
  const most = Math.max(MOST_NUMBERS, text.length);
  const perState = 2 * json.types.length + 4 * (json.attributes?.length ?? 0);
  if (json.nodes.length * perState > most) return { problems: [broken(`The automaton has ${json.nodes.length} states with ${perState} counts each, too many to be read.`)] };

  const alphabet = new Names(json.alphabet);
  const outgoing = new Map<number, { symbol: number; target: number; edge: FlexfringeJson['edges'][number] }[]>();
  const declared = (json.attributes ?? []).map((name) => ({ name, splittable: true, distribution: true }));
  const low: number[] = [], high: number[] = [];
  for (const edge of json.edges) {
    if (!byId.has(Number(edge.target))) continue;
    const source = Number(edge.source);
    const list = outgoing.get(source) ?? [];
    list.push({ symbol: alphabet.number(edge.name), target: Number(edge.target), edge });
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
  let ambiguous = 0, compared = 0;
  for (const [q, node] of order.entries()) {
    const entries = new Map<number, Read[]>();
    for (const [name, count] of Object.entries(node.data?.trans_counts ?? {})) entries.set(alphabet.number(name), [{ target: -1, count: Number(count) }]);
    for (const { symbol, target, edge } of outgoing.get(node.id) ?? []) {
      const known = entries.get(symbol) ?? [];
      compared += known.length * (1 + boundsOf(edge)) * (1 + boundsOf(edge));
      if (compared > most) return { problems: [broken('A state has too many transitions with guards for one symbol.')] };
      const read = { target: stateOf.get(target)!, count: known[0]?.count ?? 0, edge };
      if (known.length === 0 || known[0].target < 0) entries.set(symbol, [read]);
      // The file counts symbols, not transitions: all that share one have its count from the first.
      else if (apart(known, edge)) known.push({ ...read, count: 0 });
      else if (known.every((other) => other.target !== read.target)) ambiguous++;
    }
    for (const [symbol, { target, count, edge }] of [...entries].flatMap(([a, reads]) => reads.map((read) => [a, read] as const)).sort(([a], [b]) => a - b)) {
      if (target < 0 && count === 0) continue;
      for (const { name } of declared) {
        low.push(boundOf(edge?.min_vals, name, -Infinity));
        high.push(boundOf(edge?.max_vals, name, Infinity));
      }
      entrySymbol.push(symbol);
      entryTarget.push(target);
      entryCount.push(count);
    }
    entryStart.push(entrySymbol.length);
    if (low.length > most) return { problems: [broken('The automaton has too many guards to be read.')] };
    for (const symbol of prefixOf(node, q, alphabet, reached)) prefixSymbols.push(symbol);
    if (prefixSymbols.length > most) return { problems: [broken('The paths to the states are too long to be read.')] };
    prefixStart.push(prefixSymbols.length);
    for (let t = 0; t < types; t++) {
      passedByType[q * types + t] = node.data?.path_counts?.[String(t)] ?? 0;
      endedByType[q * types + t] = node.data?.final_counts?.[String(t)] ?? 0;
    }
  }
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
  }, declared.length > 0 ? { guards: { declared, low: Float64Array.from(low), high: Float64Array.from(high), quartiles: new Float64Array(3 * declared.length).fill(NaN), counts: new Uint32Array(4 * order.length * declared.length) } } : {});
  return automaton ? { automaton, problems } : { problems: [broken('The automaton contradicts itself.')] };
}

/** Numbers that the prefixes of all states have, counts by type or attribute of all states, and comparisons of guards: at most so many, or as many as the file has characters. */
const MOST_NUMBERS = 1 << 22;

/** A transition as it is read. */
interface Read {
  readonly target: number;
  readonly count: number;
  readonly edge?: FlexfringeJson['edges'][number];
}

/** Bounds that the guard of an edge has. */
function boundsOf({ min_vals: low, max_vals: high }: FlexfringeJson['edges'][number]): number {
  return (low?.length ?? 0) + (high?.length ?? 0);
}

function boundOf(list: readonly Bound[] | undefined, name: string, none: number): number {
  return list?.find(([of]) => of === name)?.[1] ?? none;
}

/** Whether the guard of an edge overlaps none of those of the others with its symbol. */
function apart(others: readonly Read[], edge: FlexfringeJson['edges'][number]): boolean {
  const names = (e: Read['edge']): string[] => [...(e?.min_vals ?? []), ...(e?.max_vals ?? [])].map(([name]) => name);
  return others.every(({ edge: other }) => names(edge).some((name) => boundOf(edge.max_vals, name, Infinity) <= boundOf(other?.min_vals, name, -Infinity) || boundOf(other?.max_vals, name, Infinity) <= boundOf(edge.min_vals, name, -Infinity)));
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

/** Numbers as they fit into 32 bits, of either sign. */
const number32 = v.pipe(v.number(), v.integer(), v.minValue(-(2 ** 31)), v.maxValue(2 ** 31 - 1));
const count32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1));
/** By name or by number of a type; a record of valibot leaves some names out, which are names of symbols here. */
const countsBy = <T>(isCount: (value: unknown) => value is T): v.GenericSchema<Readonly<Record<string, T>>> =>
  v.custom((value) => typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isCount));
const isCount = (value: unknown): value is number => v.is(count32, value);
/** Counts of transitions are texts. */
const isCountText = (value: unknown): value is string => (typeof value === 'string' || typeof value === 'number') && value !== '' && v.is(count32, Number(value));
const bound = v.looseTuple([v.string(), v.pipe(v.number(), v.finite())]);
const bounds32 = v.optional(v.pipe(v.array(bound), v.maxLength(2 * MOST_ATTRIBUTES)));
const fileOf = v.object({
  types: v.pipe(v.array(v.string()), v.maxLength(2 ** 16)), alphabet: v.array(v.string()), attributes: v.optional(v.pipe(v.array(v.string()), v.maxLength(MOST_ATTRIBUTES))),
  nodes: v.array(v.object({
    id: number32, source: number32, size: number32, trace: v.string(),
    data: v.nullish(v.object({ final_counts: v.nullish(countsBy(isCount)), path_counts: v.nullish(countsBy(isCount)), trans_counts: v.nullish(countsBy(isCountText)), total_final: v.nullish(count32), total_paths: v.nullish(count32) })),
  })),
  edges: v.array(v.object({ source: v.string(), target: v.string(), name: v.string(), min_vals: bounds32, max_vals: bounds32 })),
});

function parse(text: string): FlexfringeJson | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  return v.is(fileOf, json) ? (json as unknown as FlexfringeJson) : undefined;
}
