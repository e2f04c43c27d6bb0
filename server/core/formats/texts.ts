import { Dictionary, MISSING } from '../table/dictionary';
import type { TextColumn } from '../table/table';

/** The texts of one dictionary changed into others; grows as that dictionary grows. */
interface Changed {
  codes: Uint32Array;
  done: number;
  readonly dictionary: Dictionary;
}

/**
 * Changes texts, each once: tables of one log share dictionaries that only grow, so a table costs O(new texts + rows) and the changed
 * columns share a dictionary too.
 */
export class TextChange {
  private readonly known = new WeakMap<Dictionary, Changed>();

  /** `change` gives the new text, undefined for missing. It must be a pure function. */
  constructor(private readonly change: (text: string) => string | undefined) {}

  of(column: TextColumn): TextColumn {
    const changed = this.changed(column.dictionary);
    const { codes } = changed;
    return { kind: 'text', codes: column.codes.map((code) => codes[code]), dictionary: changed.dictionary };
  }

  private changed(from: Dictionary): Changed {
    let known = this.known.get(from);
    if (known === undefined) this.known.set(from, (known = { codes: new Uint32Array(Math.max(64, from.size)), done: 1, dictionary: new Dictionary() }));
    if (from.size > known.codes.length) {
      const wider = new Uint32Array(from.size * 2);
      wider.set(known.codes);
      known.codes = wider;
    }
    for (; known.done < from.size; known.done++) {
      const text = this.change(from.text(known.done));
      known.codes[known.done] = text === undefined ? MISSING : known.dictionary.internText(text);
    }
    return known;
  }
}

/** A column that has the same text in every row. O(rows). */
export function constantText(text: string, rows: number): TextColumn {
  const dictionary = new Dictionary();
  return { kind: 'text', codes: new Uint32Array(rows).fill(dictionary.internText(text)), dictionary };
}
