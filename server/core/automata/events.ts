import { flexfringeCsv, roleColumns } from '../formats/flexfringeCsv';
import { type Windows, slidingWindows, wholeSequences } from '../symbols/windows';
import { ProblemList } from '../util/problem';
import { Names } from './traces';
import type { LogHeader } from '../formats/format';
import type { Table } from '../table/table';
import type { Problem } from '../util/problem';
import type { WindowOptions } from './windowOptions';
import type { TraceSet } from './traces';

/** The events of one log in file order: whose, which symbol, which type. Numbers are given in order of first appearance in the rows. */
export interface Events {
  readonly entities: Uint32Array;
  readonly entityNames: readonly string[];
  readonly symbols: Uint32Array;
  readonly alphabet: readonly string[];
  readonly types: Uint16Array;
  readonly typeNames: readonly string[];
  /** Line of each event in its file, counted from 0. */
  readonly lines: Uint32Array;
}

/** Bytes that tell whether a file is FlexFringe CSV. */
const HEAD_BYTES = 64 << 10;
const MAX_TYPES = 65_536;

/**
 * The events of FlexFringe CSV, or undefined where the bytes are none (a header with columns `id` and `symb` is asked for). Several columns
 * of one role are joined with a double underscore; without a column of a role every row has "0" (specs, SEQUENT, section 2). A row that cannot be
 * read is a problem and is left out. O(bytes).
 */
export function readEvents(bytes: Uint8Array): { readonly events: Events; readonly problems: readonly Problem[] } | undefined {
  const header = flexfringeCsv.recognise(bytes.subarray(0, HEAD_BYTES));
  if (!header) return undefined;
  const problems = new ProblemList();
  const roles = [new Role(header, 'id'), new Role(header, 'symb'), new Role(header, 'type')] as const;
  const lines: Uint32Array[] = [];
  const reader = flexfringeCsv.reader(header, {
    fields: new Set(roles.flatMap((role) => role.columns)),
    onProblem: (problem) => problems.add(problem),
    onTable: (table) => {
      roles.forEach((role) => role.add(table));
      lines.push(table.places.line);
    },
  });
  reader.push(bytes);
  reader.finish();
  const [id, symbol, type] = roles;
  if (type.names.list.length > MAX_TYPES) problems.add({ code: 'too-many-types', severity: 'error', message: `The column of the type has ${type.names.list.length} different values, more than ${MAX_TYPES}; those beyond are taken for others.`, next: 'Give the role "type" to a column of labels.' });
  const events: Events = {
    entities: id.numbers(), entityNames: id.names.list, symbols: symbol.numbers(), alphabet: symbol.names.list,
    types: Uint16Array.from(type.numbers()), typeNames: type.names.list, lines: joined(lines),
  };
  return { events, problems: problems.problems };
}

/** The columns of one role, and the numbers of the texts that they make together. */
class Role {
  readonly names = new Names();
  readonly columns: readonly string[];
  private readonly parts: Uint32Array[] = [];

  constructor(header: LogHeader, role: string) {
    this.columns = roleColumns(header, role);
  }

  add(table: Table): void {
    // Combinations of the columns' codes so far, by number; each is made into text once a table.
    let codes = new Uint32Array(table.rowCount);
    let texts: string[] = [''];
    this.columns.forEach((name, i) => {
      const column = table.columns.get(name);
      if (column?.kind !== 'text') return;
      const combined = new Map<number, number>();
      const next: string[] = [];
      const { size } = column.dictionary;
      codes = codes.map((code, row) => {
        const key = code * size + column.codes[row];
        let number = combined.get(key);
        if (number === undefined) {
          combined.set(key, (number = next.length));
          next.push((i > 0 ? `${texts[code]}__` : '') + column.dictionary.text(column.codes[row]));
        }
        return number;
      });
      texts = next;
    });
    // Numbered when they are met, so that the rows give the order.
    const numbers = new Int32Array(texts.length).fill(-1);
    this.parts.push(codes.map((code) => (numbers[code] < 0 ? (numbers[code] = this.names.number(texts[code] || '0')) : numbers[code])));
  }

  numbers(): Uint32Array {
    return joined(this.parts);
  }
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The windows of events; without sliding windows all events of an entity are one, entities in order of first appearance. O(events x size / stride). */
export function windowsOf(events: Events, options: WindowOptions): Windows {
  const { entities, entityNames } = events;
  return options.sliding ? slidingWindows(entities, entityNames.length, options.windows) : wholeSequences(entities, entityNames.length);
}

/** The traces of windows: the symbols of their events, and the type of the last of them. */
export function tracesOfWindows(events: Events, windows: Windows): TraceSet {
  return {
    symbols: windows.rows.map((row) => events.symbols[row]),
    offsets: windows.offsets,
    types: Uint16Array.from(windows.entities, (_, w) => events.types[windows.rows[windows.offsets[w + 1] - 1]]),
    alphabet: events.alphabet,
    typeNames: events.typeNames,
  };
}
