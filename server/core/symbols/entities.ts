import { Dictionary, type DictionaryTransfer } from '../table/dictionary';
import type { FlowTable } from '../table/flow';
import type { TextColumn } from '../table/table';

/** What behaviour belongs to: a connection pair, a source host, or a destination host. */
export type EntityKind = 'pair' | 'source' | 'destination';

/** Hosts of entities of kind `pair` are joined by this in their names. */
export const PAIR_ARROW = ' -> ';

/** Plain data of an entity table, fit for a message to or from a worker. */
export interface EntityTransfer {
  readonly kind: EntityKind;
  readonly hosts: DictionaryTransfer;
  readonly sources: Uint32Array;
  readonly destinations: Uint32Array;
}

/** Entities by number, from 0 in order of first appearance. A side that does not count, or is missing, is host 0. */
export class EntityTable {
  size = 0;
  private readonly hosts = new Dictionary();
  private sources = new Uint32Array(64);
  private destinations = new Uint32Array(64);
  private slots = new Int32Array(128).fill(-1);
  private readonly translations = new Map<Dictionary, number[]>();

  constructor(readonly kind: EntityKind) {}

  /** The entity of every row. O(rows). */
  encode(table: FlowTable): Uint32Array {
    const entities = new Uint32Array(table.rowCount);
    const sources = this.kind === 'destination' ? undefined : this.hostCodes(table.source);
    const destinations = this.kind === 'source' ? undefined : this.hostCodes(table.destination);
    for (let row = 0; row < table.rowCount; row++) entities[row] = this.intern(sources ? sources[row] : 0, destinations ? destinations[row] : 0);
    return entities;
  }

  /** For people: `10.0.0.5 -> 10.0.0.7`, or the host. */
  name(entity: number): string {
    const source = this.hosts.text(this.sources[entity]);
    const destination = this.hosts.text(this.destinations[entity]);
    if (this.kind === 'source') return source || '(no source)';
    if (this.kind === 'destination') return destination || '(no destination)';
    return `${source || '?'}${PAIR_ARROW}${destination || '?'}`;
  }

  /** Takes in another table of the same kind: result[its entity] = ours. */
  absorb(other: EntityTransfer): Uint32Array {
    const hosts: number[] = [0];
    let start = 0;
    for (const end of other.hosts.ends) {
      hosts.push(this.hosts.intern(other.hosts.bytes, start, end));
      start = end;
    }
    return other.sources.map((source, i) => this.intern(hosts[source], hosts[other.destinations[i]]));
  }

  toTransfer(): EntityTransfer {
    return { kind: this.kind, hosts: this.hosts.toTransfer(), sources: this.sources.slice(0, this.size), destinations: this.destinations.slice(0, this.size) };
  }

  private hostCodes(column: TextColumn | undefined): Uint32Array | undefined {
    if (!column) return undefined;
    let translation = this.translations.get(column.dictionary);
    if (!translation) this.translations.set(column.dictionary, (translation = [0]));
    const result = new Uint32Array(column.codes.length);
    for (let row = 0; row < result.length; row++) {
      const code = column.codes[row];
      result[row] = translation[code] ??= this.hosts.internText(column.dictionary.text(code));
    }
    return result;
  }

  private intern(source: number, destination: number): number {
    const mask = this.slots.length - 1;
    let slot = hashPair(source, destination) & mask;
    for (;;) {
      const entity = this.slots[slot];
      if (entity < 0) break;
      if (this.sources[entity] === source && this.destinations[entity] === destination) return entity;
      slot = (slot + 1) & mask;
    }
    const entity = this.size++;
    if (entity === this.sources.length) {
      this.sources = doubled(this.sources);
      this.destinations = doubled(this.destinations);
    }
    this.sources[entity] = source;
    this.destinations[entity] = destination;
    this.slots[slot] = entity;
    if (this.size * 2 > this.slots.length) this.rehash();
    return entity;
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = this.slots.length - 1;
    for (let entity = 0; entity < this.size; entity++) {
      let slot = hashPair(this.sources[entity], this.destinations[entity]) & mask;
      while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = entity;
    }
  }
}

function hashPair(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  h ^= h >>> 16;
  return Math.imul(h, 0xc2b2ae35) ^ (h >>> 13);
}

function doubled(from: Uint32Array): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(from.length * 2);
  to.set(from);
  return to;
}
