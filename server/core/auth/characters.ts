import type { Dictionary } from '../table/dictionary';
import type { FlowTable } from '../table/flow';
import { EVENT_FIELDS, UNKNOWN_VALUE } from './fields';

/** Tokens of the character tokeniser: `PAD` 0, start 1, end 2, mask 3, class 4, then code points. */
export const CHARACTER_VOCABULARY = 131;
export const CHARACTER_START = 1;
export const CHARACTER_END = 2;
export const CHARACTER_OFFSET = 5;

const COMMA = 44 + CHARACTER_OFFSET;
const OTHER = 63 + CHARACTER_OFFSET;

/** Rows as characters: row r is `ids[starts[r], starts[r + 1])`. */
export interface CharacterLines {
  readonly ids: Uint8Array;
  readonly starts: Uint32Array;
}

/** The characters of one column's texts, by code. */
interface Texts {
  dictionary: Dictionary | undefined;
  readonly ids: Uint8Array[];
}

/**
 * Lines of the ten fields, joined by commas, as characters: code point + 5, as the published system has them. What is beyond its 131
 * tokens (code points above 125) becomes a question mark.
 */
export class CharacterEncoder {
  private readonly columns: readonly Texts[] = EVENT_FIELDS.map(() => ({ dictionary: undefined, ids: [] }));

  /** `framed`: with a start and an end, for models that read in both directions. */
  constructor(private readonly framed = false) {}

  /** O(characters). */
  encode(table: FlowTable): CharacterLines {
    const frame = this.framed ? 1 : 0;
    const texts = EVENT_FIELDS.map(({ member }, position) => this.texts(position, table[member]?.dictionary));
    const codes = EVENT_FIELDS.map(({ member }) => table[member]?.codes);
    const starts = new Uint32Array(table.rowCount + 1);
    for (let row = 0; row < table.rowCount; row++) {
      let length = EVENT_FIELDS.length - 1 + 2 * frame;
      for (let position = 0; position < texts.length; position++) length += texts[position][codes[position]?.[row] ?? 0].length;
      starts[row + 1] = starts[row] + length;
    }
    const ids = new Uint8Array(starts[table.rowCount]);
    for (let row = 0; row < table.rowCount; row++) {
      let at = starts[row];
      if (this.framed) ids[at++] = CHARACTER_START;
      for (let position = 0; position < texts.length; position++) {
        if (position > 0) ids[at++] = COMMA;
        const text = texts[position][codes[position]?.[row] ?? 0];
        for (let i = 0; i < text.length; i++) ids[at++] = text[i];
      }
      if (this.framed) ids[at] = CHARACTER_END;
    }
    return { ids, starts };
  }

  private texts(position: number, dictionary: Dictionary | undefined): readonly Uint8Array[] {
    const column = this.columns[position];
    if (column.dictionary !== dictionary || column.ids.length === 0) {
      column.dictionary = dictionary;
      column.ids.length = 0;
      column.ids.push(charactersOf(UNKNOWN_VALUE));
    }
    for (let code = column.ids.length; dictionary !== undefined && code < dictionary.size; code++) column.ids.push(charactersOf(dictionary.text(code)));
    return column.ids;
  }
}

function charactersOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const id = (character.codePointAt(0) ?? 0) + CHARACTER_OFFSET;
    return id < CHARACTER_VOCABULARY ? id : OTHER;
  });
}

/** Characters as text again, without start and end. */
export function decodeCharacters(ids: Uint8Array): string {
  return String.fromCharCode(...ids.filter((id) => id >= CHARACTER_OFFSET).map((id) => id - CHARACTER_OFFSET));
}
