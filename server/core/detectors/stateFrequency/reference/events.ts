import { Names } from '../../../automata/traces';
import type { TraceSet } from '../../../automata/traces';
import type { Windows } from '../../../symbols/windows';

/** The events of one log in file order: whose, which symbol, which type. Numbers are given in order of first appearance. */
export interface Events {
  readonly entities: Uint32Array;
  readonly entityNames: readonly string[];
  readonly symbols: Uint32Array;
  readonly alphabet: readonly string[];
  readonly types: Uint16Array;
  readonly typeNames: readonly string[];
}

/**
 * Events of columns, one text a row in each. Several columns of one role are joined with a double underscore; without a column of a
 * role every row has "0" (specs, SEQUENT, section 2).
 */
export function eventsOf(rowCount: number, roles: { readonly id: readonly (readonly string[])[]; readonly symbol: readonly (readonly string[])[]; readonly type: readonly (readonly string[])[] }): Events {
  const read = (columns: readonly (readonly string[])[]): { numbers: Uint32Array; names: string[] } => {
    const names = new Names();
    const numbers = Uint32Array.from({ length: rowCount }, (_, row) => names.number(columns.map((column) => column[row]).join('__') || '0'));
    return { numbers, names: names.list };
  };
  const id = read(roles.id);
  const symbol = read(roles.symbol);
  const type = read(roles.type);
  return { entities: id.numbers, entityNames: id.names, symbols: symbol.numbers, alphabet: symbol.names, types: Uint16Array.from(type.numbers), typeNames: type.names };
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
