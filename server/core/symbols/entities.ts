import { Dictionary, type DictionaryTransfer } from '../table/dictionary';
import type { FlowTable } from '../table/flow';
import type { TextColumn } from '../table/table';
import { grown, zeros } from '../util/memory';
import { atOnce, type Slices } from '../util/slices';

/** What behaviour belongs to: a connection pair, a source host, a destination host, or the user who authenticates. */
export type EntityKind = 'pair' | 'source' | 'destination' | 'user';

/** Hosts of entities of kind `pair` are joined by this in their names. */
export const PAIR_ARROW = ' -> ';

/** Plain data of an entity table, fit for a message to or from a worker. */
export interface EntityTransfer {
  readonly kind: EntityKind;
  readonly hosts: DictionaryTransfer;
  readonly sources: Uint32Array;
  readonly destinations: Uint32Array;
}

/** Numbers in a slot of the hash table. */
const SLOT_BITS = 2;
const SLOT = 1 << SLOT_BITS;

/** Rows looked up together. */
const BATCH = 1024;

/** Hosts or entities of another table taken in at a time: about two milliseconds. */
const SLICE = 4096;

/** Entities by number, from 0 in order of first appearance. A side that does not count, or is missing, is host 0. A user's sides are the account and its domain. */
export class EntityTable {
  size = 0;
  private sources: Uint32Array = new Uint32Array(64);
  private destinations: Uint32Array = new Uint32Array(64);
  /** Source, destination and number of an entity in `SLOT` numbers, so that a look-up touches one line of the cache; number + 1, 0 is a free slot. */
  private slots = new Int32Array(64 * SLOT);
  /** Hosts of the rows at hand; `fetched` keeps the reading of slots from being left out as useless. */
  private readonly batch = { from: new Uint32Array(BATCH), to: new Uint32Array(BATCH), fetched: 0 };
  private readonly sourceCodes: Translation;
  private readonly destinationCodes: Translation;

  constructor(readonly kind: EntityKind, private readonly hosts = new Dictionary()) {
    this.sourceCodes = new Translation(hosts);
    this.destinationCodes = new Translation(hosts);
  }

  /** For reading: nothing is copied but where hosts end, and nothing may be added. */
  static fromTransfer({ kind, hosts, sources, destinations }: EntityTransfer): EntityTable {
    const table = new EntityTable(kind, Dictionary.fromTransfer(hosts));
    table.sources = sources;
    table.destinations = destinations;
    table.size = sources.length;
    return table;
  }

  /** The entity of every row. O(rows). */
  encode(table: FlowTable): Uint32Array {
    const entities = new Uint32Array(table.rowCount);
    const [sources, destinations] = sidesOf(this.kind, table);
    if (sources) this.sourceCodes.use(sources.dictionary);
    if (destinations) this.destinationCodes.use(destinations.dictionary);
    const { from, to } = this.batch;
    from.fill(0);
    to.fill(0);
    for (let start = 0; start < entities.length; start += BATCH) {
      const n = Math.min(BATCH, entities.length - start);
      if (sources) for (let i = 0; i < n; i++) from[i] = this.sourceCodes.of(sources.codes[start + i]);
      if (destinations) for (let i = 0; i < n; i++) to[i] = this.destinationCodes.of(destinations.codes[start + i]);
      this.codesOf(n);
      for (let i = 0; i < n; i++) entities[start + i] = this.intern(from[i], to[i]);
    }
    return entities;
  }

  /** For people: `10.0.0.5 -> 10.0.0.7`, the host, or `user@domain`. */
  name(entity: number): string {
    const source = this.hosts.text(this.sources[entity]);
    const destination = this.hosts.text(this.destinations[entity]);
    if (this.kind === 'source') return source || '(no source)';
    if (this.kind === 'destination') return destination || '(no destination)';
    if (this.kind === 'user') return (destination ? `${source || '?'}@${destination}` : source) || '(no user)';
    return `${source || '?'}${PAIR_ARROW}${destination || '?'}`;
  }

  /** Number of the host on a side of an entity, below `hostCount`; 0 where it does not count or is missing. */
  sourceOf(entity: number): number {
    return this.sources[entity];
  }

  destinationOf(entity: number): number {
    return this.destinations[entity];
  }

  get hostCount(): number {
    return this.hosts.size;
  }

  /** The host by its number, '' for 0. */
  hostName(host: number): string {
    return this.hosts.text(host);
  }

  /** Takes in another table of the same kind: result[its entity] = ours. */
  absorb(other: EntityTransfer): Uint32Array {
    return atOnce(this.absorbing(other));
  }

  /** `absorb` in slices. Meanwhile nothing else may be added. */
  *absorbing({ hosts: { bytes, ends }, sources, destinations }: EntityTransfer): Slices<Uint32Array> {
    const hosts = zeros(Uint32Array, ends.length + 1);
    for (let i = 0; i < ends.length; i++) {
      hosts[i + 1] = this.hosts.intern(bytes, i === 0 ? 0 : ends[i - 1], ends[i]);
      if (i % SLICE === SLICE - 1) yield;
    }
    const numbers = zeros(Uint32Array, sources.length);
    for (let i = 0; i < numbers.length; i++) {
      numbers[i] = this.intern(hosts[sources[i]], hosts[destinations[i]]);
      if (i % SLICE === SLICE - 1) yield;
    }
    return numbers;
  }

  toTransfer(): EntityTransfer {
    return { kind: this.kind, hosts: this.hosts.toTransfer(), sources: this.sources.slice(0, this.size), destinations: this.destinations.slice(0, this.size) };
  }

  /** Reads the slots of a batch, so that the processor waits for many of them at once and not for one after the other. */
  private codesOf(n: number): void {
    const { slots } = this;
    const { from, to } = this.batch;
    const mask = slots.length - SLOT;
    let taken = 0;
    for (let i = 0; i < n; i++) taken += slots[((hashPair(from[i], to[i]) << SLOT_BITS) & mask) + 2];
    this.batch.fetched = taken;
  }

  private intern(source: number, destination: number): number {
    const { slots } = this;
    const mask = slots.length - SLOT;
    let slot = (hashPair(source, destination) << SLOT_BITS) & mask;
    for (;;) {
      const entity = slots[slot + 2];
      if (entity === 0) return this.append(source, destination, slot);
      if (slots[slot] === source && slots[slot + 1] === destination) return entity - 1;
      slot = (slot + SLOT) & mask;
    }
  }

  private append(source: number, destination: number, slot: number): number {
    const entity = this.size++;
    if (entity === this.sources.length) {
      this.sources = grown(this.sources, entity * 2);
      this.destinations = grown(this.destinations, entity * 2);
    }
    this.sources[entity] = source;
    this.destinations[entity] = destination;
    this.fill(slot, entity);
    if (this.size * 2 * SLOT > this.slots.length) this.rehash();
    return entity;
  }

  private fill(slot: number, entity: number): void {
    this.slots[slot] = this.sources[entity];
    this.slots[slot + 1] = this.destinations[entity];
    this.slots[slot + 2] = entity + 1;
  }

  private rehash(): void {
    this.slots = zeros(Int32Array, this.slots.length * 2);
    const mask = this.slots.length - SLOT;
    for (let entity = 0; entity < this.size; entity++) {
      let slot = (hashPair(this.sources[entity], this.destinations[entity]) << SLOT_BITS) & mask;
      while (this.slots[slot + 2] !== 0) slot = (slot + SLOT) & mask;
      this.fill(slot, entity);
    }
  }
}

/** The columns of both sides of a kind of entity. */
function sidesOf(kind: EntityKind, table: FlowTable): readonly [TextColumn | undefined, TextColumn | undefined] {
  switch (kind) {
    case 'pair':
      return [table.source, table.destination];
    case 'source':
      return [table.source, undefined];
    case 'destination':
      return [undefined, table.destination];
    case 'user':
      return [table.user, table.userDomain];
  }
}

/** Codes of one side's dictionary, which may be replaced from table to table, as codes of the hosts. */
class Translation {
  private from: Dictionary | undefined;
  private codes = new Uint32Array(64);

  constructor(private readonly hosts: Dictionary) {}

  use(dictionary: Dictionary): void {
    if (dictionary !== this.from) this.codes = zeros(Uint32Array, dictionary.size);
    else if (dictionary.size > this.codes.length) this.codes = grown(this.codes, dictionary.size * 2);
    this.from = dictionary;
  }

  of(code: number): number {
    const known = this.codes[code];
    return known !== 0 || code === 0 ? known : (this.codes[code] = this.hosts.internFrom(this.from as Dictionary, code));
  }
}

function hashPair(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  h ^= h >>> 16;
  return Math.imul(h, 0xc2b2ae35) ^ (h >>> 13);
}
