import { NumberBuilder, TextBuilder } from '../table/builder';
import { HASH_START, hashStep } from '../table/dictionary';
import type { CellKind, NumberKind } from './cells';
import { equals, isNumberKind, numeric, problemOf, putText, trim } from './cells';
import type { FieldRange } from './format';
import { EXACT, POWERS } from './numbers';
import type { Outcome, RowContext } from './rowReader';
import { DAMAGED, ROW } from './rowReader';

export interface DelimitedField {
  readonly name: string;
  readonly kind: CellKind;
}

export interface DelimitedLayout {
  readonly separator: number;
  readonly fields: readonly DelimitedField[];
  /** Number of fields that the last cell holds, joined by three spaces (IoT-23); 1 otherwise. */
  readonly joined: number;
  /** Cells with exactly this text are missing; so are empty ones unless `empty` is the empty text. */
  readonly unset: Uint8Array;
  /** Cells with exactly this text are the empty text. */
  readonly empty: Uint8Array | undefined;
}

const BLANK = 32;
const BACKSLASH = 92;
/** A decimal point, less the byte of the digit 0. */
const POINT = 46 - 48;

/** What is done with a cell while its end is looked for. */
const PASS = 0;
const DECIMAL = 1;
const HASHED = 2;
const HASHED_ESCAPED = 3;

/** Cells that nobody wants, in a row: one loop passes them all. */
const SKIP = 4;

/** A cell of the layout and where it goes; of the two builders the one that fits the kind is the table's. */
interface Cell {
  readonly name: string;
  readonly kind: CellKind;
  readonly wanted: boolean;
  readonly scan: number;
  /** Number of unwanted cells from here on. */
  readonly unwanted: number;
  readonly numbers: NumberBuilder;
  readonly texts: TextBuilder;
}

const NO_NUMBERS = new NumberBuilder(0);
const NO_TEXTS = new TextBuilder(0, 0);

/**
 * Cuts lines at a separator byte and puts the wanted cells into the table, in one pass over the bytes: the plain cases of
 * numbers and texts are read while the end of the cell is looked for, everything else goes through `put`.
 */
export class DelimitedRow {
  private readonly cells: readonly Cell[];
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  /** Length of the empty text as the log writes it, -1 when it has none. */
  private readonly emptyLength: number;
  /** Number, start and end of each cell of the line that cannot be read; told when the line turns out to be a row. */
  private readonly bad: number[] = [];
  /** The line, and the number of its cells, that a problem is about; so that telling none of millions makes no object. */
  private damaged: Uint8Array = new Uint8Array(0);
  private damagedStart = 0;
  private damagedEnd = 0;
  private count = 0;
  private readonly instead = (): string => `${this.count} instead of ${this.cells.length}`;
  private readonly tooFewInstead = (): string => {
    this.count = cutCells(this.damaged, this.damagedStart, this.damagedEnd, this.layout, this.starts, this.ends);
    return this.instead();
  };

  constructor(private readonly layout: DelimitedLayout, private readonly context: RowContext) {
    this.emptyLength = layout.empty === undefined ? -1 : layout.empty.length;
    const cells = layout.fields.map((field) => cellOf(field, context));
    let unwanted = 0;
    for (let i = cells.length - 1; i >= 0; i--) {
      unwanted = cells[i].wanted ? 0 : unwanted + 1;
      cells[i] = { ...cells[i], unwanted };
    }
    this.cells = cells;
    this.starts = new Int32Array(this.cells.length + 1);
    this.ends = new Int32Array(this.cells.length + 1);
  }

  parse(bytes: Uint8Array, start: number, end: number): Outcome {
    const expected = this.cells.length;
    // Too short for the separators alone.
    if (end - start + 1 < expected) return this.tooFew(bytes, start, end);
    const count = this.layout.joined === 1 ? this.scan(bytes, start, end) : this.cut(bytes, start, end);
    if (count < expected) {
      if (this.layout.joined === 1) this.clear(count);
      return this.tooFew(bytes, start, end);
    }
    if (count > expected) {
      this.count = count;
      this.context.report('extra-columns', this.instead);
    }
    if (this.bad.length > 0) this.tellBad(bytes);
    return ROW;
  }

  private tooFew(bytes: Uint8Array, start: number, end: number): Outcome {
    this.damaged = bytes;
    this.damagedStart = start;
    this.damagedEnd = end;
    this.context.report('column-count', this.tooFewInstead);
    return DAMAGED;
  }

  /** Takes back what the first `count` cells of a line have set. */
  private clear(count: number): void {
    this.bad.length = 0;
    const { row } = this.context.table;
    for (let i = 0; i < count; i++) {
      const { wanted, numbers, texts } = this.cells[i];
      if (!wanted) continue;
      if (numbers === NO_NUMBERS) texts.clear(row);
      else numbers.clear(row);
    }
  }

  /** Reads a line in one pass; returns the number of its cells. */
  private scan(bytes: Uint8Array, start: number, end: number): number {
    const { cells } = this;
    const { separator, unset } = this.layout;
    const { emptyLength } = this;
    const powers = POWERS;
    const { row } = this.context.table;
    const expected = cells.length;
    let i = start;
    for (let index = 0; index < expected; index++) {
      const cell = cells[index];
      const from = i;
      const { scan } = cell;
      if (scan === DECIMAL) {
        // Whole part and fraction as 32 bit numbers, which is faster than as doubles; more digits are for `put`.
        let whole = 0;
        let digit = 0;
        for (; i < end; i++) {
          digit = bytes[i] - 48;
          if (digit < 0 || digit > 9) break;
          whole = (Math.imul(whole, 10) + digit) | 0;
        }
        const wholeDigits = i - from;
        let fits = wholeDigits > 0 && (wholeDigits <= 9 || (wholeDigits === 10 && bytes[from] < 52));
        let value = whole >>> 0;
        if (i < end && digit === POINT) {
          const fractionStart = ++i;
          let fraction = 0;
          for (; i < end; i++) {
            digit = bytes[i] - 48;
            if (digit < 0 || digit > 9) break;
            fraction = (Math.imul(fraction, 10) + digit) | 0;
          }
          const scale = i - fractionStart;
          fits &&= scale <= 9;
          const power = powers[fits ? scale : 0];
          const mantissa = value * power + fraction;
          fits &&= mantissa <= EXACT;
          value = mantissa / power;
        }
        if (fits && (i === end || bytes[i] === separator)) {
          const { numbers } = cell;
          numbers.values[row] = value;
          numbers.valid[row >>> 5] |= 1 << (row & 31);
        } else {
          while (i < end && bytes[i] !== separator) i++;
          this.put(index, row, bytes, from, i);
        }
      } else if (scan === HASHED || scan === HASHED_ESCAPED) {
        let hash = HASH_START;
        let lastFour = 0;
        let backslash = false;
        for (; i < end; i++) {
          const byte = bytes[i];
          if (byte === separator) break;
          if (byte === BACKSLASH) backslash = true;
          hash = hashStep(hash, byte);
          lastFour = (lastFour << 8) | byte;
        }
        const length = i - from;
        // Only the longer texts are surely neither unset nor empty; a shorter one is looked at.
        if (length > unset.length && length !== emptyLength && (!backslash || scan === HASHED)) cell.texts.codes[row] = cell.texts.dictionary.internScanned(bytes, from, i, hash, lastFour);
        else this.put(index, row, bytes, from, i);
      } else if (scan === SKIP) {
        // Counts separators without branching on them: the processor cannot guess where they are.
        let left = cell.unwanted;
        while (i < end && left > 0) left -= isSame(bytes[i++], separator);
        index += cell.unwanted - 1;
        if (left > 0) return index + 2 - left;
        continue;
      } else {
        while (i < end && bytes[i] !== separator) i++;
        this.put(index, row, bytes, from, i);
      }
      if (i === end) return index + 1;
      i++;
    }
    // A separator behind the last named cell.
    let count = expected + 1;
    for (; i < end; i++) count += isSame(bytes[i], separator);
    return count;
  }

  /** Reads a line whose last cell holds several fields. */
  private cut(bytes: Uint8Array, start: number, end: number): number {
    const { cells, starts, ends } = this;
    const count = cutCells(bytes, start, end, this.layout, starts, ends);
    if (count < cells.length) return count;
    const { row } = this.context.table;
    for (let i = 0; i < cells.length; i++) if (cells[i].wanted) this.put(i, row, bytes, starts[i], ends[i]);
    return count;
  }

  /** Puts a cell of any kind and form into the table. */
  private put(index: number, row: number, bytes: Uint8Array, start: number, end: number): void {
    const { unset, empty } = this.layout;
    const cell = this.cells[index];
    const { kind } = cell;
    if (end === start) {
      if (!isNumberKind(kind) && this.emptyLength === 0) cell.texts.set(row, bytes, start, end);
      return;
    }
    if (end - start === unset.length && equals(bytes, start, unset)) return;
    if (isNumberKind(kind)) {
      this.putNumber(index, kind, row, bytes, start, end);
      return;
    }
    if (empty !== undefined && end - start === empty.length && equals(bytes, start, empty)) cell.texts.set(row, bytes, start, start);
    else putText(kind, cell.texts, row, bytes, start, end);
  }

  private putNumber(index: number, kind: NumberKind, row: number, bytes: Uint8Array, start: number, end: number): void {
    const { numbers } = this.cells[index];
    let value = numeric(kind, bytes, start, end);
    if (value !== value) {
      const { start: from, end: to } = trim(bytes, start, end);
      if (from === to) return;
      value = to - from < end - start ? numeric(kind, bytes, from, to) : NaN;
    }
    if (value === value) numbers.set(row, value);
    else this.bad.push(index, start, end);
  }

  private tellBad(bytes: Uint8Array): void {
    for (let i = 0; i < this.bad.length; i += 3) {
      const { kind, name } = this.cells[this.bad[i]];
      const { start, end } = trim(bytes, this.bad[i + 1], this.bad[i + 2]);
      if (isNumberKind(kind)) this.context.reportValue(problemOf(kind, bytes, start, end), name, bytes, start, end);
    }
    this.bad.length = 0;
  }
}

/** 1 for equal bytes, 0 for different ones. */
function isSame(a: number, b: number): number {
  return ((a ^ b) - 1) >>> 31;
}

function cellOf({ name, kind }: DelimitedField, context: RowContext): Cell {
  if (!context.wants(name)) return { name, kind, wanted: false, scan: SKIP, unwanted: 0, numbers: NO_NUMBERS, texts: NO_TEXTS };
  const builder = context.table.column(name, isNumberKind(kind) ? 'number' : 'text');
  if (builder.kind === 'number') {
    const as = isNumberKind(kind) ? kind : 'number';
    return { name, kind: as, wanted: true, scan: as === 'number' || as === 'time' || as === 'port' ? DECIMAL : PASS, unwanted: 0, numbers: builder, texts: NO_TEXTS };
  }
  const as = isNumberKind(kind) ? 'text' : kind;
  return { name, kind: as, wanted: true, scan: as === 'text' ? HASHED : as === 'escaped' ? HASHED_ESCAPED : PASS, unwanted: 0, numbers: NO_NUMBERS, texts: builder };
}

/** Cuts a line for hover and colours; a line that does not fit the layout gives what there is. */
export function splitCells(layout: DelimitedLayout, line: Uint8Array): readonly FieldRange[] {
  const starts = new Int32Array(layout.fields.length + 1);
  const ends = new Int32Array(layout.fields.length + 1);
  const count = Math.min(cutCells(line, 0, line.length, layout, starts, ends), layout.fields.length);
  return Array.from({ length: count }, (_, field) => ({ field, start: starts[field], end: ends[field] }));
}

/**
 * Fills in where the cells of a line start and end, as far as the arrays reach, and returns how many there are.
 * O(end - start).
 */
function cutCells(bytes: Uint8Array, start: number, end: number, layout: DelimitedLayout, starts: Int32Array, ends: Int32Array): number {
  const { separator } = layout;
  const room = starts.length;
  let count = 0;
  let from = start;
  for (let i = start; i < end; i++) {
    if (bytes[i] !== separator) continue;
    if (count < room) {
      starts[count] = from;
      ends[count] = i;
    }
    count++;
    from = i + 1;
  }
  if (count < room) {
    starts[count] = from;
    ends[count] = end;
  }
  count++;
  return layout.joined === 1 ? count : cutJoined(bytes, count, layout, starts, ends);
}

/** Cuts the last cell at runs of three spaces into as many fields as it should hold; more go to the last one. */
function cutJoined(bytes: Uint8Array, count: number, layout: DelimitedLayout, starts: Int32Array, ends: Int32Array): number {
  const first = layout.fields.length - layout.joined;
  if (count !== first + 1) return count;
  const end = ends[first];
  let field = first;
  let from = starts[first];
  for (let i = from; i + 2 < end && field < layout.fields.length - 1; i++) {
    if (bytes[i] !== BLANK || bytes[i + 1] !== BLANK || bytes[i + 2] !== BLANK) continue;
    starts[field] = from;
    ends[field] = i;
    field++;
    from = i + 3;
    i += 2;
  }
  starts[field] = from;
  ends[field] = end;
  return field + 1;
}
