/** What a model needs to know of a vocabulary; `Vocabulary` of core/auth is one. */
export interface TokenSpace {
  /** Number of different tokens. */
  readonly size: number;
  /** Tokens that can stand at a position, the unknown value last. */
  candidates(position: number): Int32Array;
  /** The token that hides the value at a position. */
  mask(position: number): number;
  /** What a token stands for; exported models tell it. */
  text?(token: number): string;
}

/** Values of fields in tables of their own: positions with the same values (source and destination host in merged vocabularies) share one. */
export interface FieldTables {
  /** Table of each position. */
  readonly tableOf: readonly number[];
  /** Tokens of each table by their row in it; the last is the unknown value. */
  readonly tokens: readonly Int32Array[];
  /** Row in the table by token; tokens that are not in it have the unknown value's. */
  readonly rowOf: readonly Int32Array[];
}

/** O(positions x vocabulary). */
export function fieldTables(space: TokenSpace, columns: number): FieldTables {
  const tokens: Int32Array[] = [];
  const tableOf = Array.from({ length: columns }, (_, position) => {
    const values = space.candidates(position);
    const known = tokens.findIndex((table) => table.length === values.length && table.every((token, row) => token === values[row]));
    return known >= 0 ? known : tokens.push(values) - 1;
  });
  const rowOf = tokens.map((values) => {
    const rows = new Int32Array(space.size).fill(values.length - 1);
    values.forEach((token, row) => { rows[token] = row; });
    return rows;
  });
  return { tableOf, tokens, rowOf };
}

/** Lines' tokens as rows of their position's tables. Tokens outside of the vocabulary count as unknown. */
export function toTableRows({ tableOf, rowOf, tokens: values }: FieldTables, tokens: Int32Array, lines: ArrayLike<number>): Int32Array {
  const columns = tableOf.length;
  const out = new Int32Array(lines.length * columns);
  for (let position = 0; position < columns; position++) {
    const table = tableOf[position], rows = rowOf[table], unknown = values[table].length - 1;
    for (let k = 0; k < lines.length; k++) out[k * columns + position] = rows[tokens[lines[k] * columns + position]] ?? unknown;
  }
  return out;
}
