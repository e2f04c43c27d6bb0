import type { BitSet } from '../util/bitset';
import type { Dictionary } from './dictionary';

/** Numbers of one field: `values[row]` counts only where `valid` has the row; elsewhere the value is missing (and reads 0). */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
  readonly valid: BitSet;
}

/** Texts of one field, dictionary coded; code 0 is missing. Sets, vectors and lists keep their text as written. */
export interface TextColumn {
  readonly kind: 'text';
  readonly codes: Uint32Array;
  readonly dictionary: Dictionary;
}

export type Column = NumberColumn | TextColumn;

/** Where the rows of a table stand in their file. Arrays have one entry a row. */
export interface Places {
  /** Line number, counted from 0 at the start of the file (or of the part that was read, see `LogReader`). */
  readonly line: Uint32Array;
  /** Offset of the row's first byte in the decompressed file. */
  readonly byteStart: Float64Array;
  /** Length in bytes without the line end. */
  readonly byteLength: Uint32Array;
}

/**
 * The columns of one log, or of a run of its rows: readers deliver a log as a row of tables of bounded size.
 * Tables that follow each other may share dictionaries, and may not: take the dictionary from the column each time.
 */
export interface Table {
  readonly rowCount: number;
  readonly columns: ReadonlyMap<string, Column>;
  readonly places: Places;
}
