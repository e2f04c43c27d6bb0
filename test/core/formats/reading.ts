import * as fs from 'node:fs';
import * as zlib from 'node:zlib';
import type { Format, LogHeader, ReadOptions } from '../../../server/core/formats/format';
import { formatById, recognise } from '../../../server/core/formats/registry';
import type { Column, Table } from '../../../server/core/table/table';
import type { Problem } from '../../../server/core/util/problem';
import { encodeUtf8 } from '../../../server/core/util/utf8';

/** A value as a test sees it: a number, a text, or undefined for missing. */
export type Value = number | string | undefined;

export interface Result {
  readonly tables: readonly Table[];
  readonly problems: readonly Problem[];
  readonly lines: number;
  readonly rows: number;
  readonly damaged: number;
  readonly totals: ReadonlyMap<string, number>;
  readonly state: string;
}

export function bytesOf(text: string): Uint8Array {
  return encodeUtf8(text);
}

/** Contents of a file, unpacked; what can be had of a damaged archive. */
export function fileBytes(path: string): Uint8Array {
  const bytes = fs.readFileSync(path);
  if (!path.endsWith('.gz')) return bytes;
  return zlib.gunzipSync(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
}

export function recognised(bytes: Uint8Array): { header: LogHeader; format: Format } {
  const header = recognise(bytes);
  if (header === undefined) throw new Error('not recognised');
  return { header, format: formatById(header.format) as Format };
}

/** Reads bytes in the pieces that end at `cuts`. */
export function readIn(format: Format, header: LogHeader, bytes: Uint8Array, cuts: readonly number[], options: Partial<ReadOptions> = {}): Result {
  const tables: Table[] = [];
  const problems: Problem[] = [];
  const reader = format.reader(header, { onTable: (table) => tables.push(table), onProblem: (problem) => problems.push(problem), ...options });
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    // A copy of its own, wiped afterwards: readers must not keep what they were given.
    const chunk = bytes.slice(from, to);
    reader.push(chunk);
    chunk.fill(0);
    from = to;
  }
  reader.finish();
  return { tables, problems, lines: reader.lines, rows: reader.rows, damaged: reader.damaged, totals: reader.totals, state: reader.state };
}

export function readAll(bytes: Uint8Array, options: Partial<ReadOptions> = {}): Result & { header: LogHeader; format: Format } {
  const { header, format } = recognised(bytes);
  return { header, format, ...readIn(format, header, bytes, [], options) };
}

export function value(column: Column | undefined, row: number): Value {
  if (column === undefined) return undefined;
  if (column.kind === 'number') return column.valid.has(row) ? column.values[row] : undefined;
  return column.codes[row] === 0 ? undefined : column.dictionary.text(column.codes[row]);
}

/** All values of a field over all tables. */
export function values(tables: readonly Table[], field: string): Value[] {
  return tables.flatMap((table) => Array.from({ length: table.rowCount }, (_, row) => value(table.columns.get(field), row)));
}

/** Every row with its place and present values, in a form that can be compared. */
export function rowsOf(tables: readonly Table[]): Record<string, Value>[] {
  return tables.flatMap((table) =>
    Array.from({ length: table.rowCount }, (_, row) => {
      const { line, byteStart, byteLength } = table.places;
      const place = { '@line': line[row], '@start': byteStart[row], '@length': byteLength[row] };
      const present = [...table.columns].map(([name, column]) => [name, value(column, row)] as const).filter(([, v]) => v !== undefined);
      return { ...place, ...Object.fromEntries(present) };
    }),
  );
}

/** The flow view of all tables, row by row. */
export function flowsOf(result: { header: LogHeader; format: Format; tables: readonly Table[] }): Record<string, Value>[] {
  return result.tables.flatMap((table) => {
    const flow = result.format.flow(result.header, table);
    return Array.from({ length: flow.rowCount }, (_, row) => {
      const members = Object.entries(flow).filter(([name]) => name !== 'rowCount' && name !== 'places') as [string, Column][];
      return Object.fromEntries(members.map(([name, column]) => [name, value(column, row)]).filter(([, v]) => v !== undefined));
    });
  });
}

/** Codes of problems, each once. */
export function codes(problems: readonly Problem[]): string[] {
  return [...new Set(problems.map((problem) => problem.code))];
}
