import { EVENT_FIELDS, SOURCE_USER } from '../../auth/fields';
import type { AuthSequencesModel } from './model';
import { type KindSymbols, valueWords } from './events';
import { FIELDS } from './scorer';

/** What is odd about the value of a field. */
export enum ValueClass {
  /** The baseline does not have it, or too rarely. */
  unknown,
  /** The baseline has it, but not with this user. */
  newForUser,
  /** This user has it, but not so. */
  unusual,
}

const CLASSES = 3;
const CLASS_WORDS: Readonly<Record<ValueClass, string>> = { [ValueClass.unknown]: 'not in the baseline', [ValueClass.newForUser]: 'new for the user', [ValueClass.unusual]: 'unusual' };
/** From here on fields have few values, which are told by name. */
const FIRST_SMALL_FIELD = 6;

/** Field and class of value as one small number, as `Scores.causeOf` gives it. */
export function causeNumber(field: number, value: ValueClass): number {
  return field * CLASSES + value;
}

export function fieldOf(cause: number): number {
  return Math.min(FIELDS - 1, Math.floor(cause / CLASSES));
}

/** The class of the value that a row's tokens have in a field. */
export function valueClass({ vocabulary, counts }: AuthSequencesModel, tokens: Int32Array, field: number): ValueClass {
  const first = tokens.length - FIELDS;
  const token = tokens[first + field];
  const user = tokens[first + SOURCE_USER];
  if (token === vocabulary.unknown(field)) return ValueClass.unknown;
  if (field === SOURCE_USER || user === vocabulary.unknown(SOURCE_USER) || counts.seenTogether(SOURCE_USER, user, field, token)) return ValueClass.unusual;
  return ValueClass.newForUser;
}

/** Findings with the same field and class of value have the same root cause; of small fields, with the same value. */
export function causeKey(kinds: KindSymbols, symbol: number, cause: number): string {
  const field = fieldOf(cause);
  return field < FIRST_SMALL_FIELD ? `${EVENT_FIELDS[field].name}:${cause % CLASSES}` : `${EVENT_FIELDS[field].name}=${kinds.valueOf(symbol, field)}`;
}

export function causeWords(kinds: KindSymbols, symbol: number, cause: number): string {
  const field = fieldOf(cause);
  const { title } = EVENT_FIELDS[field];
  if (field < FIRST_SMALL_FIELD) return `${title} ${CLASS_WORDS[(cause % CLASSES) as ValueClass]}`;
  const text = kinds.valueText(symbol, field);
  return text === '[OOV]' ? `${title} ${CLASS_WORDS[ValueClass.unknown]}` : `${title} ${valueWords(text)} unusual`;
}
