import { countGroups, type KeyCounts } from '../core/aggregate/keys';
import { networkOf } from '../core/symbols/networks';
import { PAIR_ARROW } from '../core/symbols/entities';
import { portPairName } from '../core/symbols/ports';
import { KeyIndex } from '../core/util/hashTable';
import { Recent, rememberedBy } from '../core/util/recent';
import { sharedArray } from '../core/util/sharedMemory';
import { inTurns, type Slices } from '../core/util/slices';
import type { ColumnOrder, Grouping } from '../protocol/selection';
import { SLICE_ROWS } from './encodedRows';
import { filterWords } from './findingFilter';
import { timesOf } from './rowColumns';
import type { ScoredCapture } from './scoredCapture';

/** Groups of the rows of a capture. A row's group is `groupOf[key[row]]`. */
export interface Groups extends KeyCounts {
  readonly key: Uint32Array;
  /** Absent: the keys are the groups. */
  readonly groupOf?: Uint32Array;
  name(group: number): string;
  /** Numbers that sort as names do, one a group; equal for groups whose names differ in nothing that counts. */
  ranks(): Slices<Float64Array>;
  /** Orders that were asked for, of all groups and of those that a filter leaves. */
  readonly orders: Recent<Promise<Uint32Array>>;
}

/** Orders kept of one grouping: each of them, and a few filters. */
const KEPT_ORDERS = 6;
/** Hosts, entities or names worked on at a time: some milliseconds. */
const SLICE_NAMES = 8192;

const known = rememberedBy(({ rows }: ScoredCapture) => rows, () => new Recent<Promise<Groups>>(7));

/** The groups of a grouping, worked out once for the rows of a capture; or why there are none. */
export function groupsOf(capture: ScoredCapture, grouping: Grouping): Promise<Groups> | { readonly reason: string } {
  const reason = refusal(capture, grouping);
  return reason === undefined ? known(capture).get(grouping, () => makeGroups(capture, grouping)) : { reason };
}

function refusal({ entities: { kind }, ports }: ScoredCapture, grouping: Grouping): string | undefined {
  if (grouping === 'ports') return ports ? undefined : 'No log of this capture has ports. Group by pair, host or log instead.';
  if (grouping === 'file' || grouping === 'entity' || kind === 'pair' || kind === grouping) return undefined;
  return `The model in use knows rows by their ${kind} alone. Group by entity, ports or log, or learn with the setting "entity" at "pair".`;
}

async function makeGroups(capture: ScoredCapture, grouping: Grouping): Promise<Groups> {
  const { readers, rows, logs, ports } = capture;
  const orders = new Recent<Promise<Uint32Array>>(KEPT_ORDERS);
  const { time } = await timesOf(capture);
  const turns = <T>(work: Slices<T>): Promise<T> => inTurns(work, () => readers.pause());
  if (grouping === 'file') {
    const key = await turns(logOfRows(capture));
    return { key, ...(await readers.aggregate('keys', { key, time, count: logs.length })), name: (log) => logs[log].file.relative, ranks: () => textRanks(logs.length, (log) => logs[log].file.relative), orders };
  }
  if (grouping === 'ports') {
    const key = sharedArray(Uint32Array, rows.rowCount);
    const pairs = await readers.aggregate('distinct', { value: ports as Uint32Array, numbers: key });
    return { key, ...(await readers.aggregate('keys', { key, time, count: pairs.length })), name: (group) => portPairName(pairs[group]), ranks: () => ranksOf(pairs), orders };
  }
  const entities = await entityCounts(capture);
  const key = rows.entity;
  if (grouping === 'pair' || grouping === 'entity') return { key, ...entities, name: (e) => capture.entities.name(e), ranks: () => entityRanks(capture), orders };
  const { groupOf, count, name } = await turns(grouping === 'subnets' ? subnets(capture) : hosts(capture, grouping));
  return { key, groupOf, ...countGroups(entities, groupOf, count), name, ranks: () => textRanks(count, name), orders };
}

const entityCounts = rememberedBy(({ rows }: ScoredCapture) => rows, async (capture) => {
  const { entity: key, entityCount: count } = capture.rows;
  return capture.readers.aggregate('keys', { key, time: (await timesOf(capture)).time, count });
});

function* logOfRows({ logs, rows }: ScoredCapture): Slices<Uint32Array> {
  const key = sharedArray(Uint32Array, rows.rowCount);
  for (const [log, { firstRow, rowCount }] of logs.entries()) {
    for (let from = 0; from < rowCount; from += SLICE_ROWS) {
      key.fill(log, firstRow + from, firstRow + Math.min(rowCount, from + SLICE_ROWS));
      yield;
    }
  }
  return key;
}

interface EntityGroups {
  readonly groupOf: Uint32Array;
  readonly count: number;
  name(group: number): string;
}

function* hosts({ entities, rows }: ScoredCapture, side: 'source' | 'destination'): Slices<EntityGroups> {
  const groupOf = new Uint32Array(rows.entityCount);
  for (let e = 0; e < groupOf.length; e++) {
    groupOf[e] = side === 'source' ? entities.sourceOf(e) : entities.destinationOf(e);
    if (e % SLICE_ROWS === SLICE_ROWS - 1) yield;
  }
  return { groupOf, count: entities.hostCount, name: (host) => entities.hostName(host) || `(no ${side})` };
}

/** Pairs of the networks of both sides. */
function* subnets({ entities, rows }: ScoredCapture): Slices<EntityGroups> {
  const networks: string[] = [];
  const numbers = new Map<string, number>();
  const networkOfHost = new Uint32Array(entities.hostCount);
  for (let host = 0; host < networkOfHost.length; host++) {
    const network = networkOf(entities.hostName(host)) || '?';
    let number = numbers.get(network);
    if (number === undefined) {
      numbers.set(network, (number = networks.length));
      networks.push(network);
    }
    networkOfHost[host] = number;
    if (host % SLICE_NAMES === SLICE_NAMES - 1) yield;
  }
  const pairs = new KeyIndex();
  const groupOf = new Uint32Array(rows.entityCount);
  for (let e = 0; e < groupOf.length; e++) {
    groupOf[e] = pairs.add(networkOfHost[entities.sourceOf(e)] * networks.length + networkOfHost[entities.destinationOf(e)]);
    if (e % SLICE_NAMES === SLICE_NAMES - 1) yield;
  }
  const name = (group: number): string => `${networks[Math.floor(pairs.key(group) / networks.length)]}${PAIR_ARROW}${networks[pairs.key(group) % networks.length]}`;
  return { groupOf, count: pairs.size, name };
}

// eslint-disable-next-line require-yield
function* ranksOf(values: Uint32Array): Slices<Float64Array> {
  return new Float64Array(values);
}

/** Entities by the names of their hosts, source first. */
function* entityRanks({ entities, rows }: ScoredCapture): Slices<Float64Array> {
  const count = entities.hostCount;
  const rank = yield* textRanks(count, (host) => entities.hostName(host));
  const ranks = new Float64Array(rows.entityCount);
  for (let e = 0; e < ranks.length; e++) {
    ranks[e] = rank[entities.sourceOf(e)] * count + rank[entities.destinationOf(e)];
    if (e % SLICE_ROWS === SLICE_ROWS - 1) yield;
  }
  return ranks;
}

/** The place of each name among all, with numbers in them by their value: 10.0.0.9 before 10.0.0.10. Sorted in runs, which are merged. */
function* textRanks(count: number, name: (i: number) => string): Slices<Float64Array> {
  const keys: string[] = [];
  for (let i = 0; i < count; i++) {
    keys.push(name(i).toLowerCase().replace(/\d+/g, (digits) => digits.padStart(PADDED, '0')));
    if (i % SLICE_NAMES === SLICE_NAMES - 1) yield;
  }
  const before = (a: number, b: number): number => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : a - b);
  let order = Array.from(keys.keys());
  for (let from = 0; from < count; from += SLICE_NAMES) {
    order.splice(from, SLICE_NAMES, ...order.slice(from, from + SLICE_NAMES).sort(before));
    yield;
  }
  for (let width = SLICE_NAMES; width < count; width *= 2) {
    const merged: number[] = [];
    for (let from = 0; from < count; from += 2 * width) {
      const [middle, end] = [Math.min(count, from + width), Math.min(count, from + 2 * width)];
      for (let a = from, b = middle; a < middle || b < end; ) {
        merged.push(b >= end || (a < middle && before(order[a], order[b]) <= 0) ? order[a++] : order[b++]);
        if (merged.length % SLICE_NAMES === 0) yield;
      }
    }
    order = merged;
  }
  const ranks = new Float64Array(count);
  order.forEach((i, rank) => (ranks[i] = rank));
  return ranks;
}

/** Digits that numbers in names are filled up to. */
const PADDED = 5;

/** Numbers of the groups that the filter leaves, in order; groups without a row are none. Ties: the earlier first row. */
export function orderedGroups({ readers }: ScoredCapture, groups: Groups, order: ColumnOrder, filter: string): Promise<Uint32Array> {
  const words = filterWords(filter);
  const all = (): Promise<Uint32Array> => groups.orders.get(order, async () => readers.aggregate('order', { rows: groups.rows, primary: await inTurns(sortKeys(groups, order), () => readers.pause()), secondary: groups.firstRow }));
  if (words.length === 0) return all();
  return groups.orders.get(JSON.stringify([order, words]), async () => inTurns(withWords(groups, await all(), words), () => readers.pause()));
}

function* sortKeys(groups: Groups, order: ColumnOrder): Slices<Float64Array> {
  switch (order) {
    case 'first': return groups.firstTime;
    case 'size': return new Float64Array(groups.rows).map((rows) => -rows);
    case 'name': return yield* groups.ranks();
  }
}

function* withWords(groups: Groups, ordered: Uint32Array, words: readonly string[]): Slices<Uint32Array> {
  const left: number[] = [];
  for (let i = 0; i < ordered.length; i++) {
    const name = groups.name(ordered[i]).toLowerCase();
    if (words.every((word) => name.includes(word))) left.push(ordered[i]);
    if (i % SLICE_NAMES === SLICE_NAMES - 1) yield;
  }
  return Uint32Array.from(left);
}
