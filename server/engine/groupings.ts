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
import { filterWords } from './filterWords';
import { nameRanks } from './nameRanks';
import { timesOf } from './rowColumns';
import type { ScoredCapture } from './scoredCapture';

/** Groups of the rows of a capture. A row's group is `groupOf[key[row]]`. */
export interface Groups extends KeyCounts {
  readonly key: Uint32Array;
  /** Absent: the keys are the groups. */
  readonly groupOf?: Uint32Array;
  name(group: number): string;
  /** Numbers that sort as names do, one a group. */
  ranks(): Promise<Float64Array>;
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
    return { key, ...(await readers.aggregate('keys', { key, time, count: logs.length })), name: (log) => logs[log].file.relative, ranks: () => nameRanks(readers, logs.length, (log) => logs[log].file.relative), orders };
  }
  if (grouping === 'ports') {
    const key = sharedArray(Uint32Array, rows.rowCount);
    const pairs = await readers.aggregate('distinct', { value: ports as Uint32Array, numbers: key });
    return { key, ...(await readers.aggregate('keys', { key, time, count: pairs.length })), name: (group) => portPairName(pairs[group]), ranks: async () => new Float64Array(pairs), orders };
  }
  const entities = await entityCounts(capture);
  const key = rows.entity;
  if (grouping === 'pair' || grouping === 'entity') return { key, ...entities, name: (e) => capture.entities.name(e), ranks: () => entityRanks(capture), orders };
  const { groupOf, count, name, ranks } = await turns(grouping === 'subnets' ? subnets(capture) : hosts(capture, grouping));
  return { key, groupOf, ...countGroups(entities, groupOf, count), name, ranks, orders };
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

interface EntityGroups extends Pick<Groups, 'name' | 'ranks'> {
  readonly groupOf: Uint32Array;
  readonly count: number;
}

function* hosts({ entities, rows, readers }: ScoredCapture, side: 'source' | 'destination'): Slices<EntityGroups> {
  const groupOf = new Uint32Array(rows.entityCount);
  for (let e = 0; e < groupOf.length; e++) {
    groupOf[e] = side === 'source' ? entities.sourceOf(e) : entities.destinationOf(e);
    if (e % SLICE_ROWS === SLICE_ROWS - 1) yield;
  }
  const count = entities.hostCount;
  return { groupOf, count, name: (host) => entities.hostName(host) || `(no ${side})`, ranks: () => nameRanks(readers, count, (host) => entities.hostName(host)) };
}

/** Pairs of the networks of both sides. */
function* subnets({ entities, rows, readers }: ScoredCapture): Slices<EntityGroups> {
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
  const count = pairs.size;
  const sides = (group: number): readonly [number, number] => [Math.floor(pairs.key(group) / networks.length), pairs.key(group) % networks.length];
  return {
    groupOf, count, name: (group) => sides(group).map((network) => networks[network]).join(PAIR_ARROW),
    ranks: async () => pairRanks(await nameRanks(readers, networks.length, (network) => networks[network]), count, sides),
  };
}

/** Entities by their source, then by their destination. */
async function entityRanks({ entities, rows, readers }: ScoredCapture): Promise<Float64Array> {
  return pairRanks(await nameRanks(readers, entities.hostCount, (host) => entities.hostName(host)), rows.entityCount, (e) => [entities.sourceOf(e), entities.destinationOf(e)]);
}

function pairRanks(rank: Float64Array, count: number, sides: (pair: number) => readonly [number, number]): Float64Array {
  const ranks = new Float64Array(count);
  for (let pair = 0; pair < count; pair++) {
    const [source, destination] = sides(pair);
    ranks[pair] = rank[source] * rank.length + rank[destination];
  }
  return ranks;
}

/** Numbers of the groups that the filter leaves, in order; groups without a row are none. Ties: the earlier first row. */
export function orderedGroups({ readers }: ScoredCapture, groups: Groups, order: ColumnOrder, filter: string): Promise<Uint32Array> {
  const words = filterWords(filter);
  const all = (): Promise<Uint32Array> => groups.orders.get(order, async () => readers.aggregate('order', { rows: groups.rows, primary: await sortKeys(groups, order), secondary: groups.firstRow }));
  if (words.length === 0) return all();
  return groups.orders.get(JSON.stringify([order, words]), async () => inTurns(withWords(groups, await all(), words), () => readers.pause()));
}

async function sortKeys(groups: Groups, order: ColumnOrder): Promise<Float64Array> {
  switch (order) {
    case 'first': return groups.firstTime;
    case 'size': return new Float64Array(groups.rows).map((rows) => -rows);
    case 'name': return groups.ranks();
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
