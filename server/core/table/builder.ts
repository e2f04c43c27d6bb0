import { BitSet } from '../util/bitset';
import { Dictionary } from './dictionary';
import type { Column, Table } from './table';

/** Rows a table holds at most unless the reader is told otherwise. */
export const DEFAULT_BATCH_ROWS = 65536;

/** A dictionary that has grown beyond this many codes is replaced at the next table: unique ids must not fill the memory. */
export const MAX_DICTIONARY = 1 << 20;

/** The same for the bytes of its texts. */
const MAX_DICTIONARY_BYTES = 64 * 1024 * 1024;

const FIRST_ROWS = 256;

export class NumberBuilder {
  readonly kind = 'number';
  values: Float64Array;
  valid: Uint32Array;

  constructor(capacity: number) {
    this.values = new Float64Array(capacity);
    this.valid = new Uint32Array((capacity + 31) >>> 5);
  }

  set(row: number, value: number): void {
    this.values[row] = value;
    this.valid[row >>> 5] |= 1 << (row & 31);
  }

  clear(row: number): void {
    this.values[row] = 0;
    this.valid[row >>> 5] &= ~(1 << (row & 31));
  }

  grow(capacity: number): void {
    this.values = widened(this.values, new Float64Array(capacity));
    this.valid = widened(this.valid, new Uint32Array((capacity + 31) >>> 5));
  }

  take(rows: number, capacity: number): Column {
    const column: Column = { kind: 'number', values: exactly(this.values, rows), valid: new BitSet(0, exactly(this.valid, (rows + 31) >>> 5)) };
    this.values = new Float64Array(capacity);
    this.valid = new Uint32Array((capacity + 31) >>> 5);
    return column;
  }
}

export class TextBuilder {
  readonly kind = 'text';
  codes: Uint32Array;
  dictionary = new Dictionary();

  constructor(capacity: number, private readonly maxDictionary: number) {
    this.codes = new Uint32Array(capacity);
  }

  set(row: number, bytes: Uint8Array, start: number, end: number): void {
    this.codes[row] = this.dictionary.intern(bytes, start, end);
  }

  clear(row: number): void {
    this.codes[row] = 0;
  }

  grow(capacity: number): void {
    this.codes = widened(this.codes, new Uint32Array(capacity));
  }

  take(rows: number, capacity: number): Column {
    const column: Column = { kind: 'text', codes: exactly(this.codes, rows), dictionary: this.dictionary };
    this.codes = new Uint32Array(capacity);
    if (this.dictionary.size > this.maxDictionary || this.dictionary.byteLength > MAX_DICTIONARY_BYTES) this.dictionary = new Dictionary();
    return column;
  }
}

export type ColumnBuilder = NumberBuilder | TextBuilder;

/**
 * Builds tables row by row: set values at `row`, then `endRow`. What is not set is missing. Columns may be added at any
 * time, earlier rows then miss them. Memory is that of one table; a row costs amortised O(1) beside its values.
 */
export class TableBuilder {
  /** Index of the row that is being written. */
  row = 0;
  private readonly columns = new Map<string, ColumnBuilder>();
  private capacity: number;
  private line: Uint32Array;
  private byteStart: Float64Array;
  private byteLength: Uint32Array;

  constructor(private readonly batchRows = DEFAULT_BATCH_ROWS, private readonly maxDictionary = MAX_DICTIONARY) {
    this.capacity = Math.min(batchRows, FIRST_ROWS);
    this.line = new Uint32Array(this.capacity);
    this.byteStart = new Float64Array(this.capacity);
    this.byteLength = new Uint32Array(this.capacity);
  }

  /** Number of columns. */
  get width(): number {
    return this.columns.size;
  }

  has(name: string): boolean {
    return this.columns.has(name);
  }

  /** The column of this name, made as `kind` when it is new; a column keeps the kind it was made with. */
  column(name: string, kind: 'number' | 'text'): ColumnBuilder {
    let column = this.columns.get(name);
    if (column === undefined) {
      column = kind === 'number' ? new NumberBuilder(this.capacity) : new TextBuilder(this.capacity, this.maxDictionary);
      this.columns.set(name, column);
    }
    return column;
  }

  /** Ends the row; its place is in terms of `Places`. Returns whether the table is full and must be taken. */
  endRow(line: number, byteStart: number, byteLength: number): boolean {
    const row = this.row++;
    this.line[row] = line;
    this.byteStart[row] = byteStart;
    this.byteLength[row] = byteLength;
    if (this.row < this.capacity) return false;
    if (this.row >= this.batchRows) return true;
    this.grow(Math.min(this.batchRows, this.capacity * 4));
    return false;
  }

  /** Makes the row that is being written empty again. O(columns). */
  clearRow(): void {
    for (const column of this.columns.values()) column.clear(this.row);
  }

  /** The rows since the last take, as a table; the builder starts anew with the same columns and dictionaries. */
  take(): Table {
    const rows = this.row;
    const columns = new Map<string, Column>();
    for (const [name, column] of this.columns) columns.set(name, column.take(rows, this.capacity));
    const places = { line: exactly(this.line, rows), byteStart: exactly(this.byteStart, rows), byteLength: exactly(this.byteLength, rows) };
    this.line = new Uint32Array(this.capacity);
    this.byteStart = new Float64Array(this.capacity);
    this.byteLength = new Uint32Array(this.capacity);
    this.row = 0;
    return { rowCount: rows, columns, places };
  }

  private grow(capacity: number): void {
    this.capacity = capacity;
    for (const column of this.columns.values()) column.grow(capacity);
    this.line = widened(this.line, new Uint32Array(capacity));
    this.byteStart = widened(this.byteStart, new Float64Array(capacity));
    this.byteLength = widened(this.byteLength, new Uint32Array(capacity));
  }
}

function widened<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** The first `length` items: the array itself where that is all of it. */
function exactly<T extends Float64Array | Uint32Array>(array: T, length: number): T {
  return array.length === length ? array : (array.slice(0, length) as T);
}
