import { zeros } from '../util/memory';
import type { Slices } from '../util/slices';
import { type EntityKind, EntityTable, type EntityTransfer } from './entities';

/** Entities of several tables as one. */
export interface JoinedEntities {
  readonly entities: EntityTransfer;
  /** The number there of each entity of each table. */
  readonly numbers: readonly Uint32Array[];
}

/** Joins tables of one kind: entities are numbered in order of first appearance. O(hosts and entities of all). Throws `MemoryLimitError`. */
export function* joiningEntities(kind: EntityKind, tables: Iterable<EntityTransfer>): Slices<JoinedEntities> {
  const joined = new EntityTable(kind);
  const numbers: Uint32Array[] = [];
  for (const table of tables) numbers.push(yield* joined.absorbing(table));
  return { entities: joined.toTransfer(), numbers };
}

/** How much there is to join. O(tables). */
export function entryCount(tables: readonly EntityTransfer[]): number {
  return tables.reduce((n, { hosts, sources }) => n + hosts.ends.length + sources.length, 0);
}

/** Several tables in the arrays of one, so that a message with thousands of small ones is as quick as with one. */
export interface PackedEntities {
  readonly kind: EntityKind;
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
  readonly sources: Uint32Array;
  readonly destinations: Uint32Array;
  /** Bytes, hosts and entities of each table, three numbers a table. */
  readonly sizes: Uint32Array;
}

/** Tables worked on between pauses. */
const SLICE_TABLES = 128;

/** Packs tables of one kind. O(their sizes). Throws `MemoryLimitError`. */
export function* packing(kind: EntityKind, tables: readonly EntityTransfer[]): Slices<PackedEntities> {
  const sizes = new Uint32Array(3 * tables.length);
  let [bytes, hosts, entities] = [0, 0, 0];
  for (const [i, table] of tables.entries()) {
    sizes.set([table.hosts.bytes.length, table.hosts.ends.length, table.sources.length], 3 * i);
    bytes += table.hosts.bytes.length;
    hosts += table.hosts.ends.length;
    entities += table.sources.length;
  }
  const packed = {
    kind, sizes, bytes: zeros(Uint8Array, bytes), ends: zeros(Uint32Array, hosts), sources: zeros(Uint32Array, entities), destinations: zeros(Uint32Array, entities),
  };
  let [byteAt, hostAt, entityAt] = [0, 0, 0];
  for (const [i, table] of tables.entries()) {
    packed.bytes.set(table.hosts.bytes, byteAt);
    packed.ends.set(table.hosts.ends, hostAt);
    packed.sources.set(table.sources, entityAt);
    packed.destinations.set(table.destinations, entityAt);
    byteAt += table.hosts.bytes.length;
    hostAt += table.hosts.ends.length;
    entityAt += table.sources.length;
    if (i % SLICE_TABLES === SLICE_TABLES - 1) yield;
  }
  return packed;
}

/** The tables that were packed, as views. */
export function* unpacked({ kind, bytes, ends, sources, destinations, sizes }: PackedEntities): Generator<EntityTransfer> {
  let [byteAt, hostAt, entityAt] = [0, 0, 0];
  for (let i = 0; i < sizes.length; i += 3) {
    const [byteEnd, hostEnd, entityEnd] = [byteAt + sizes[i], hostAt + sizes[i + 1], entityAt + sizes[i + 2]];
    yield {
      kind, hosts: { bytes: bytes.subarray(byteAt, byteEnd), ends: ends.subarray(hostAt, hostEnd) },
      sources: sources.subarray(entityAt, entityEnd), destinations: destinations.subarray(entityAt, entityEnd),
    };
    [byteAt, hostAt, entityAt] = [byteEnd, hostEnd, entityEnd];
  }
}
