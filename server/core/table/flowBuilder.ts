import { BitSet } from '../util/bitset';
import { grown, zeros } from '../util/memory';
import { Dictionary } from './dictionary';
import type { FlowField, FlowTable } from './flow';
import type { NumberColumn, TextColumn } from './table';

/** Members of the view that only logs of authentication events have. */
export const AUTH_FIELDS = ['user', 'userDomain', 'targetUser', 'targetDomain', 'authType', 'logonType', 'orientation', 'outcome'] as const;

export const NUMBER_FIELDS = ['time', 'duration', 'sourcePort', 'destinationPort', 'forwardBytes', 'backwardBytes', 'forwardPackets', 'backwardPackets'] as const;
export const TEXT_FIELDS = ['source', 'destination', 'protocol', 'service', 'state', 'label', 'symbol', ...AUTH_FIELDS] as const;

type NumberField = (typeof NUMBER_FIELDS)[number];
type TextField = (typeof TEXT_FIELDS)[number];

/**
 * Collects chosen rows of many flow tables, of several logs and formats, into one table: `add` any number of times,
 * then `finish` once. Columns that a table lacks are missing for its rows.
 */
export class FlowBuilder {
  private rowCount = 0;
  private readonly numbers = new Map<NumberField, GrowingNumbers>();
  private readonly texts = new Map<TextField, GrowingTexts>();
  private readonly line: Growing<Uint32Array>;
  private readonly byteStart: Growing<Float64Array>;
  private readonly byteLength: Growing<Uint32Array>;

  /** `expected`: rows; when there are exactly so many, nothing needs to be copied at the end. */
  constructor(private readonly expected = 1024) {
    this.line = new Growing(Uint32Array, expected);
    this.byteStart = new Growing(Float64Array, expected);
    this.byteLength = new Growing(Uint32Array, expected);
  }

  /** Adds the rows of `table` for which `keep` says so (all without it), with only the named fields. O(rows x fields). */
  add(table: FlowTable, keep?: (row: number) => boolean, fields?: ReadonlySet<FlowField>): number {
    const rows: number[] | Uint32Array = keep ? chosen(table.rowCount, keep) : identity(table.rowCount);
    for (const name of NUMBER_FIELDS) {
      const column = table[name];
      if (!column || (fields && !fields.has(name))) continue;
      let target = this.numbers.get(name);
      if (!target) this.numbers.set(name, (target = new GrowingNumbers(this.expected)));
      target.append(this.rowCount, column, rows);
    }
    for (const name of TEXT_FIELDS) {
      const column = table[name];
      if (!column || (fields && !fields.has(name))) continue;
      let target = this.texts.get(name);
      if (!target) this.texts.set(name, (target = new GrowingTexts(this.expected)));
      target.append(this.rowCount, column, rows);
    }
    const { line, byteStart, byteLength } = table.places;
    for (let i = 0; i < rows.length; i++) {
      this.line.set(this.rowCount + i, line[rows[i]]);
      this.byteStart.set(this.rowCount + i, byteStart[rows[i]]);
      this.byteLength.set(this.rowCount + i, byteLength[rows[i]]);
    }
    this.rowCount += rows.length;
    return rows.length;
  }

  get size(): number {
    return this.rowCount;
  }

  finish(): FlowTable {
    const n = this.rowCount;
    const columns: Partial<Record<FlowField, NumberColumn | TextColumn>> = {};
    for (const [name, column] of this.numbers) columns[name] = column.finish(n);
    for (const [name, column] of this.texts) columns[name] = column.finish(n);
    const places = { line: this.line.finish(n), byteStart: this.byteStart.finish(n), byteLength: this.byteLength.finish(n) };
    return { rowCount: n, places, ...columns } as FlowTable;
  }
}

function chosen(rowCount: number, keep: (row: number) => boolean): number[] {
  const rows: number[] = [];
  for (let row = 0; row < rowCount; row++) if (keep(row)) rows.push(row);
  return rows;
}

function identity(rowCount: number): Uint32Array {
  const rows = new Uint32Array(rowCount);
  for (let row = 0; row < rowCount; row++) rows[row] = row;
  return rows;
}

type Numbers = Float64Array | Uint32Array;

/** A typed array that doubles when written past its end. */
class Growing<T extends Numbers> {
  array: T;

  constructor(make: { new (length: number): T; readonly BYTES_PER_ELEMENT: number }, expected: number) {
    this.array = zeros(make, Math.max(1, expected));
  }

  set(index: number, value: number): void {
    if (index >= this.array.length) this.array = grown(this.array, Math.max(index + 1, this.array.length * 2));
    this.array[index] = value;
  }

  finish(length: number): T {
    if (this.array.length === length) return this.array;
    return grown(this.array, length);
  }
}

class GrowingNumbers {
  private readonly values: Growing<Float64Array>;
  private readonly valid: BitSet;

  constructor(expected: number) {
    this.values = new Growing(Float64Array, expected);
    this.valid = new BitSet(expected);
  }

  append(at: number, column: NumberColumn, rows: ArrayLike<number>): void {
    for (let i = 0; i < rows.length; i++) {
      if (!column.valid.has(rows[i])) continue;
      this.values.set(at + i, column.values[rows[i]]);
      this.valid.add(at + i);
    }
  }

  finish(n: number): NumberColumn {
    return { kind: 'number', values: this.values.finish(n), valid: this.valid };
  }
}

class GrowingTexts {
  private readonly codes: Growing<Uint32Array>;
  private readonly dictionary = new Dictionary();
  private source: Dictionary | undefined;
  private translation: number[] = [];

  constructor(expected: number) {
    this.codes = new Growing(Uint32Array, expected);
  }

  append(at: number, column: TextColumn, rows: ArrayLike<number>): void {
    if (this.source !== column.dictionary) {
      this.source = column.dictionary;
      this.translation = [0];
    }
    for (let i = 0; i < rows.length; i++) {
      const code = column.codes[rows[i]];
      if (code === 0) continue;
      this.codes.set(at + i, (this.translation[code] ??= this.dictionary.internFrom(column.dictionary, code)));
    }
  }

  finish(n: number): TextColumn {
    return { kind: 'text', codes: this.codes.finish(n), dictionary: this.dictionary };
  }
}
