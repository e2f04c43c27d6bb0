import type { Dictionary } from '../table/dictionary';
import type { FlowTable } from '../table/flow';
import { EVENT_FIELDS, hourOf, referenceTarget, TARGET_USER, UNKNOWN_VALUE } from './fields';
import type { Vocabulary } from './vocabulary';

export interface TokenOptions {
  /** Whether the hour of the day stands before the fields. */
  readonly time: boolean;
  /** `$` is cut off target users, as in the published system. */
  readonly reference?: boolean;
}

/** Numbers of one position by the codes of its column's dictionary. */
interface Translation {
  dictionary: Dictionary | undefined;
  ids: Int32Array;
  done: number;
  readonly missing: number;
}

/** Rows to tokens of one vocabulary. Texts are looked up once a dictionary, not once a row. One per thread. */
export class TokenEncoder {
  /** Tokens of a row. */
  readonly width: number;
  private readonly translations: readonly Translation[];

  constructor(readonly vocabulary: Vocabulary, private readonly options: TokenOptions) {
    this.width = EVENT_FIELDS.length + (options.time ? 1 : 0);
    this.translations = EVENT_FIELDS.map((_, position) => ({ dictionary: undefined, ids: new Int32Array(64), done: 1, missing: vocabulary.idOf(position, UNKNOWN_VALUE) }));
  }

  /** The tokens of all rows, row by row: row r at `[r * width, (r + 1) * width)`. O(rows + new texts). */
  encode(table: FlowTable): Int32Array {
    const { width } = this;
    const tokens = new Int32Array(table.rowCount * width);
    const first = width - EVENT_FIELDS.length;
    if (first === 1) this.encodeHours(table, tokens);
    EVENT_FIELDS.forEach(({ member }, position) => {
      const column = table[member];
      const { missing } = this.translations[position];
      if (column === undefined) {
        for (let at = first + position; at < tokens.length; at += width) tokens[at] = missing;
        return;
      }
      const ids = this.translate(position, column.dictionary);
      const { codes } = column;
      for (let row = 0, at = first + position; at < tokens.length; row++, at += width) tokens[at] = ids[codes[row]];
    });
    return tokens;
  }

  private encodeHours({ time }: FlowTable, tokens: Int32Array): void {
    const { vocabulary, width } = this;
    const hours = Int32Array.from({ length: 25 }, (_, i) => vocabulary.hourToken(i - 1));
    for (let row = 0, at = 0; at < tokens.length; row++, at += width) tokens[at] = hours[1 + (time?.valid.has(row) === true ? hourOf(time.values[row]) : -1)];
  }

  /** Numbers by code; the missing value's at 0. */
  private translate(position: number, dictionary: Dictionary): Int32Array {
    const known = this.translations[position];
    if (known.dictionary !== dictionary) {
      known.dictionary = dictionary;
      known.done = 1;
    }
    if (known.ids.length < dictionary.size) {
      const wider = new Int32Array(dictionary.size * 2);
      wider.set(known.ids);
      known.ids = wider;
    }
    known.ids[0] = known.missing;
    const strips = this.options.reference === true && position === TARGET_USER;
    for (; known.done < dictionary.size; known.done++) {
      const text = dictionary.text(known.done);
      known.ids[known.done] = this.vocabulary.idOf(position, strips ? referenceTarget(text) : text);
    }
    return known.ids;
  }
}
