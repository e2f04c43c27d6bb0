import { BitSet } from '../util/bitset';
import { Dictionary, MISSING } from '../table/dictionary';
import type { NumberColumn, Table, TextColumn } from '../table/table';

/** The first of these columns that the table has as numbers. */
export function numberColumn(table: Table, ...names: readonly string[]): NumberColumn | undefined {
  for (const name of names) {
    const column = table.columns.get(name);
    if (column?.kind === 'number') return column;
  }
  return undefined;
}

/** The first of these columns that the table has as text. */
export function textColumn(table: Table, ...names: readonly string[]): TextColumn | undefined {
  for (const name of names) {
    const column = table.columns.get(name);
    if (column?.kind === 'text') return column;
  }
  return undefined;
}

/** `combine(a, b)` for each row that has both; NaN makes a missing value. O(rows). */
export function combineNumbers(a: NumberColumn, b: NumberColumn, rows: number, combine: (a: number, b: number) => number): NumberColumn {
  const values = new Float64Array(rows);
  const valid = new BitSet(rows);
  for (let row = 0; row < rows; row++) {
    if (!a.valid.has(row) || !b.valid.has(row)) continue;
    const value = combine(a.values[row], b.values[row]);
    if (value !== value) continue;
    values[row] = value;
    valid.add(row);
  }
  return { kind: 'number', values, valid };
}

/**
 * The column with each text replaced; undefined makes it missing. The column itself where nothing changes.
 * O(texts + rows); meant for columns of few texts.
 */
export function mapTexts(column: TextColumn, change: (text: string) => string | undefined): TextColumn {
  const { dictionary } = column;
  const codes = new Uint32Array(dictionary.size);
  const changed = new Dictionary();
  let same = true;
  for (const [code, text] of dictionary.entries()) {
    const next = change(text);
    if (next !== text) same = false;
    codes[code] = next === undefined ? MISSING : changed.internText(next);
  }
  return same ? column : { kind: 'text', codes: column.codes.map((code) => codes[code]), dictionary: changed };
}

/** The column with one text made missing; shares the dictionary. O(rows) when the text occurs. */
export function withoutText(column: TextColumn, text: string): TextColumn {
  const unwanted = column.dictionary.find(text);
  return unwanted === MISSING ? column : { ...column, codes: column.codes.map((code) => (code === unwanted ? MISSING : code)) };
}

/** An object without its undefined members, as the flow view wants it. */
export function present<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
