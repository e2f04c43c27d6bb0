import { EVENT_FIELDS } from '../../auth/fields';
import { accountRows } from '../../auth/rows';
import { TokenEncoder } from '../../auth/tokens';
import type { Vocabulary } from '../../auth/vocabulary';
import type { FlowTable } from '../../table/flow';
import type { RowEncoder } from '../detector';
import type { AuthSequencesModel } from './model';

/** Fields that make the kind of an event: authentication type, logon type, orientation, outcome. */
const KIND_FIELDS = [6, 7, 8, 9] as const;
/** Values of each of them that symbols tell apart; others are one. The product of all fits 32 bits. */
const KIND_VALUES = 250;
/** First number of a row that is not to be scored, in place of its first token. */
const LEFT_OUT = -1;

/** Rows to the kind of event (the symbol) and tokens (the features). */
export class EventEncoder implements RowEncoder {
  private readonly tokens: TokenEncoder;
  private readonly kinds: KindSymbols;

  constructor(private readonly model: Pick<AuthSequencesModel, 'vocabulary' | 'settings'>) {
    this.tokens = new TokenEncoder(model.vocabulary, { time: model.settings.time });
    this.kinds = new KindSymbols(model.vocabulary);
  }

  encode(table: FlowTable): Uint32Array {
    const tokens = this.tokens.encode(table);
    const { width } = this.tokens;
    return Uint32Array.from({ length: table.rowCount }, (_, row) => this.kinds.of(tokens, (row + 1) * width - EVENT_FIELDS.length));
  }

  /** Tokens of each row; the first one is -1 where the row's account does not belong to those that are scored. */
  features(table: FlowTable): Float32Array {
    const features = Float32Array.from(this.tokens.encode(table));
    const counts = accountRows(table, this.model.settings.accounts);
    for (let row = 0; row < table.rowCount; row++) if (!counts(row)) features[row * this.tokens.width] = LEFT_OUT;
    return features;
  }
}

/** Kinds of events as one number. */
export class KindSymbols {
  private readonly indexes: readonly ReadonlyMap<number, number>[];
  private readonly candidates: readonly Int32Array[];

  constructor(private readonly vocabulary: Vocabulary) {
    this.candidates = KIND_FIELDS.map((position) => vocabulary.candidates(position));
    this.indexes = this.candidates.map((ids) => new Map(Array.from(ids, (id, i) => [id, Math.min(i, KIND_VALUES)])));
  }

  /** The symbol of the event whose fields start at `first` of the tokens. */
  of(tokens: ArrayLike<number>, first: number): number {
    return KIND_FIELDS.reduce((symbol, position, i) => symbol * (KIND_VALUES + 1) + (this.indexes[i].get(tokens[first + position]) ?? KIND_VALUES), 0);
  }

  /** Values of the kind, in words: "Kerberos Network LogOn Success". */
  words(symbol: number): string {
    const parts: string[] = [];
    for (let i = KIND_FIELDS.length - 1, rest = symbol; i >= 0; i--) {
      const index = rest % (KIND_VALUES + 1);
      rest = Math.floor(rest / (KIND_VALUES + 1));
      const id = this.candidates[i][index];
      parts.unshift(id === undefined ? 'other' : valueWords(this.vocabulary.text(id)));
    }
    return parts.join(' ');
  }

  /** The value of one of these fields in a symbol, by its place among the candidates; -1 where the field is another. */
  valueOf(symbol: number, field: number): number {
    const i = KIND_FIELDS.findIndex((position) => position === field);
    return i < 0 ? -1 : Math.floor(symbol / (KIND_VALUES + 1) ** (KIND_FIELDS.length - 1 - i)) % (KIND_VALUES + 1);
  }

  valueText(symbol: number, field: number): string {
    const id = this.candidates[KIND_FIELDS.findIndex((position) => position === field)]?.[this.valueOf(symbol, field)];
    return id === undefined ? 'other' : this.vocabulary.text(id);
  }
}

/** A value for people. */
export function valueWords(text: string): string {
  return text === '[OOV]' ? 'unknown' : text === '?' ? 'none' : text;
}
