import { EVENT_FIELDS, HOURS, type ValueKind } from './fields';
import type { FieldCounts } from './fieldCounts';

/**
 * How values become numbers (specs/auth-sequence.md, section 2): `fields` has a list of values for each field, `merged` one for each kind (source and
 * destination share users, domains and hosts), `global` one number for each text wherever it stands.
 */
export type VocabularyKind = 'fields' | 'merged' | 'global';

export interface VocabularyOptions {
  readonly kind: VocabularyKind;
  /** Values that occur no more often than this are unknown (the published system: 40). */
  readonly cutoff: number;
}

/** What a vocabulary is made of; the rest follows. */
export interface VocabularyParts {
  readonly kind: VocabularyKind;
  /** Values in the order of their numbers: a list a field (`fields`), or a list a kind in the order of `KINDS`. */
  readonly lists: readonly (readonly string[])[];
}

/** Order of the lists of merged and global vocabularies. */
export const KINDS: readonly ValueKind[] = ['auth_type', 'logon_type', 'auth_orient', 'success', 'user', 'domain', 'pc'];

export const PAD = 0;
export const SOS = 1;
export const EOS = 2;
export const CLS = 3;
const GLOBAL_MASK = 4;
const GLOBAL_OOV = 5;

/** Position of the hour, which may stand before the fields. */
export const TIME = -1;

const SPECIAL = ['[PAD]', '[SOS]', '[EOS]', '[CLS]'];

/** Numbers of values, and values of numbers. Unknown values have a number of their own for each field or kind (one for all in `global`). */
export class Vocabulary {
  readonly kind: VocabularyKind;
  readonly lists: VocabularyParts['lists'];
  /** Number of different tokens. */
  readonly size: number;
  private readonly texts: readonly string[];
  private readonly ids: readonly ReadonlyMap<string, number>[];
  private readonly firstHour: number;

  constructor({ kind, lists }: VocabularyParts) {
    this.kind = kind;
    this.lists = lists;
    const hours = Array.from({ length: HOURS }, (_, hour) => `T${hour}`);
    const texts = [...SPECIAL];
    if (kind === 'global') {
      texts.push('[MSK]', '[OOV]');
      const ids = new Map<string, number>();
      const add = (text: string): void => {
        if (ids.has(text)) return;
        ids.set(text, texts.length);
        texts.push(text);
      };
      lists.flat().forEach(add);
      this.firstHour = texts.length;
      texts.push(...hours);
      this.ids = lists.map(() => ids);
    } else {
      texts.push(...lists.map(() => '[MSK]'), ...lists.map(() => '[OOV]'), '[MSK]', '[OOV]');
      this.firstHour = texts.length;
      texts.push(...hours);
      this.ids = lists.map((list) => {
        const first = texts.length;
        for (const text of list) texts.push(text);
        return new Map(list.map((text, i) => [text, first + i]));
      });
    }
    this.texts = texts;
    this.size = texts.length;
  }

  /** The number of a value of the field at a position; that of unknown values where it is not known. */
  idOf(position: number, text: string): number {
    return this.ids[this.listOf(position)].get(text) ?? this.unknown(position);
  }

  /** The token of an hour of the day; -1 is unknown. */
  hourToken(hour: number): number {
    return hour >= 0 ? this.firstHour + hour : this.unknown(TIME);
  }

  /** The token of unknown values at a position (`TIME` for the hour's). */
  unknown(position: number): number {
    if (this.kind === 'global') return GLOBAL_OOV;
    const count = this.lists.length;
    return SPECIAL.length + (position === TIME ? 2 * count + 1 : count + this.listOf(position));
  }

  /** The token that hides the value at a position. */
  mask(position: number): number {
    if (this.kind === 'global') return GLOBAL_MASK;
    const count = this.lists.length;
    return SPECIAL.length + (position === TIME ? 2 * count : this.listOf(position));
  }

  /** The token's value, or its name in brackets. '' for numbers that are no token. */
  text(id: number): string {
    return this.texts[id] ?? '';
  }

  /** Values that a field can have, unknown ones last. O(values). */
  candidates(position: number): Int32Array {
    const list = this.lists[this.listOf(position)];
    const ids = this.ids[this.listOf(position)];
    return Int32Array.from([...list.map((text) => ids.get(text) as number), this.unknown(position)]);
  }

  /** Tokens as text, joined by commas. */
  decode(ids: ArrayLike<number>): string {
    return Array.from(ids, (id) => this.text(id)).join(',');
  }

  /** The list of the field at a position. */
  private listOf(position: number): number {
    return this.kind === 'fields' ? position : KINDS.indexOf(EVENT_FIELDS[position].kind);
  }
}

/**
 * The vocabulary of counted rows. Values are in order of count, then of text, so that it does not depend on the order of rows; `counts.reference`: in the order
 * of the counts, destinations before sources, as in the published system. O(values log values).
 */
export function buildVocabulary(counts: FieldCounts, { kind, cutoff }: VocabularyOptions): Vocabulary {
  const order = counts.reference ? [3, 2, 5, 4, 1, 0] : [0, 1, 2, 3, 4, 5];
  const sums = kind === 'fields'
    ? EVENT_FIELDS.map((_, position) => counts.of(position))
    : KINDS.map((wanted) => summed([...order, 6, 7, 8, 9].filter((position) => EVENT_FIELDS[position].kind === wanted).map((position) => counts.of(position))));
  return new Vocabulary({ kind, lists: sums.map((values) => kept(values, cutoff, counts.reference)) });
}

function summed(parts: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sum = new Map<string, number>();
  for (const part of parts) for (const [text, count] of part) sum.set(text, (sum.get(text) ?? 0) + count);
  return sum;
}

function kept(values: ReadonlyMap<string, number>, cutoff: number, inOrder: boolean): string[] {
  const left = [...values].filter(([, count]) => count > cutoff);
  if (!inOrder) left.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : a > b ? 1 : 0));
  return left.map(([text]) => text);
}

/**
 * Mask tokens by position as the published system takes them (specs/auth-sequence.md, section 2, bugs b and c): its table begins with the hour's even where rows
 * have none, so that each position takes the mask of the one before, and merged vocabularies have none for the last two.
 */
export function referenceMasks(vocabulary: Vocabulary): readonly number[] {
  if (vocabulary.kind === 'global') return EVENT_FIELDS.map((_, position) => vocabulary.mask(position));
  return [vocabulary.mask(TIME), ...vocabulary.lists.map((_, list) => SPECIAL.length + list)];
}
