import type { ExpectedValue } from '../../auth/eventModel';
import { EVENT_FIELDS, SOURCE_USER } from '../../auth/fields';
import { FIELD_SETS } from '../../auth/lineScores';
import type { EncodedRows } from '../../symbols/rows';
import type { Evidence, EvidencePart, ScoreColumns } from '../detector';
import { causeNumber, valueClass } from './causes';
import { KindSymbols, valueWords } from './events';
import type { AuthSequencesModel } from './model';
import { FIELDS, gatherTokens, widthOf } from './scorer';

/** Expected values told of a field. */
const EXPECTED = 5;
const IN_SENTENCE = 2;
const LEAST_SHARE = 0.01;
/** From this probability on a value is not called unexpected: rows that are not odd are asked about, too. */
const USUAL = 0.5;

/** What is known of a row beside its tokens: what a net gave, where one scored. */
export interface RowLosses {
  /** The ten losses of a row; undefined where they were not kept. */
  of(row: number): Float32Array | undefined;
  /** What the net would have expected in a field; undefined where it was not asked. */
  expected(row: number, field: number): readonly ExpectedValue[] | undefined;
}

/** Explains rows one by one; see `Evidence`. */
export class Explainer {
  private readonly kinds: KindSymbols;
  private readonly scored: readonly number[];
  private readonly width: number;

  constructor(private readonly model: AuthSequencesModel, private readonly rows: EncodedRows, private readonly columns: ScoreColumns, private readonly kept?: RowLosses) {
    this.kinds = new KindSymbols(model.vocabulary);
    this.scored = FIELD_SETS[model.settings.fields];
    this.width = widthOf(model);
  }

  /** The field that surprised most, and the class of its value. */
  cause(row: number): number {
    const field = this.worstField(row);
    return causeNumber(field, valueClass(this.model, this.tokens(row), field));
  }

  /** Parts are the scored fields, which add up to the raw score; with `normalise` what the user's rows usually score is taken off as one more. */
  explain(row: number): Evidence {
    const { model, rows, columns } = this;
    if (columns.raw[row] === -Infinity) return { parts: [], expected: [], message: this.leftOut(row) };
    const losses = this.losses(row);
    const scale = model.settings.score === 'mean' ? this.scored.length : 1;
    const order = [...this.scored].sort((a, b) => losses[b] - losses[a] || a - b);
    const parts: EvidencePart[] = order.map((field) => ({ name: EVENT_FIELDS[field].title, value: losses[field] / scale, text: this.fieldText(row, field, losses[field], EXPECTED) }));
    const sum = parts.reduce((total, { value }) => total + value, 0);
    if (model.settings.normalise) parts.push({ name: 'usual', value: columns.raw[row] - sum, text: 'what rows of this user score as a rule' });
    const worst = order[0];
    const { title, member } = EVENT_FIELDS[worst];
    const user = this.value(row, SOURCE_USER);
    return {
      parts, field: member,
      expected: this.expectedOf(row, worst, EXPECTED).map(({ value, share }) => ({ words: `${title} ${valueWords(value)}`, share })),
      message: `${Math.exp(-losses[worst]) < USUAL ? 'Unexpected' : 'Usual'} ${title} ${this.fieldText(row, worst, losses[worst], IN_SENTENCE)}. ${user === 'unknown' ? 'A user who is not in the baseline' : `User ${user}`}, ${this.kinds.words(rows.symbol[row])}.`,
    };
  }

  private worstField(row: number): number {
    const losses = this.losses(row);
    return this.scored.reduce((worst, field) => (losses[field] > losses[worst] ? field : worst), this.scored[0]);
  }

  /** "C586: 0.01 %; expected C529 62 %, C612 20 %". */
  private fieldText(row: number, field: number, loss: number, most: number): string {
    const own = this.value(row, field);
    const others = this.expectedOf(row, field, most + 1).filter(({ value, share }) => share >= LEAST_SHARE && valueWords(value) !== own).slice(0, most);
    const expected = others.map(({ value, share }) => `${valueWords(value)} ${percent(share)}`).join(', ');
    return `${own === 'unknown' ? 'that is not in the baseline' : own}: ${percent(Math.exp(-loss))}${expected === '' ? '' : `; expected ${expected}`}`;
  }

  private expectedOf(row: number, field: number, most: number): readonly ExpectedValue[] {
    return (this.kept?.expected(row, field) ?? this.model.counts.expected(this.tokens(row), 0, field, most)).slice(0, most);
  }

  private losses(row: number): Float32Array {
    return this.kept?.of(row) ?? this.model.counts.losses(this.tokens(row), this.model.self, FIELDS);
  }

  private tokens(row: number): Int32Array {
    return gatherTokens(this.rows, this.width, Uint32Array.of(row));
  }

  private value(row: number, field: number): string {
    return valueWords(this.model.vocabulary.text(this.tokens(row)[this.width - FIELDS + field]));
  }

  private leftOut(row: number): string {
    const { accounts } = this.model.settings;
    return this.rows.features && this.rows.features[row * this.width] < 0 ? `Not scored: its account does not belong to those that are looked at (setting accounts=${accounts}).` : 'Not scored: the row has no fields of an authentication event.';
  }
}

/** A probability in percent, with two digits that count: "81 %", "0.2 %", "0.0031 %". */
export function percent(share: number): string {
  const value = 100 * share;
  if (value >= 99.5 && share < 1) return 'over 99 %';
  if (value >= 10) return `${Math.round(value)} %`;
  return value < 1e-6 ? 'under 0.000001 %' : `${value.toFixed(Math.max(0, 1 - Math.floor(Math.log10(value)))).replace(/\.?0+$/, '')} %`;
}
