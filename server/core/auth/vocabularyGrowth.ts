import { EVENT_FIELDS, HOURS } from './fields';
import type { FieldCounts } from './fieldCounts';
import { buildVocabulary, CLS, TIME, Vocabulary } from './vocabulary';

/** The vocabulary with the values of new rows that were seen often enough behind its own, list by list: for models that go on learning. O(values log values). */
export function extendVocabulary(vocabulary: Vocabulary, counts: FieldCounts, cutoff: number): Vocabulary {
  const { lists } = buildVocabulary(counts, { kind: vocabulary.kind, cutoff });
  return new Vocabulary({ kind: vocabulary.kind, lists: vocabulary.lists.map((list, i) => {
    const known = new Set(list);
    return [...list, ...lists[i].filter((text) => !known.has(text))];
  }) });
}

/**
 * What the tokens of one vocabulary are in another of the same kind: result[token of `from`] = token of `to`; values that `to` does not know become unknown.
 * For counts that are moved, and for rows of embeddings.
 */
export function tokenTranslation(from: Vocabulary, to: Vocabulary): Int32Array {
  const translated = new Int32Array(from.size);
  for (let id = 0; id <= CLS; id++) translated[id] = id;
  for (let hour = 0; hour < HOURS; hour++) translated[from.hourToken(hour)] = to.hourToken(hour);
  for (const position of [TIME, ...EVENT_FIELDS.keys()]) {
    translated[from.mask(position)] = to.mask(position);
    translated[from.unknown(position)] = to.unknown(position);
    if (position === TIME) continue;
    const candidates = from.candidates(position);
    for (let i = 0; i < candidates.length - 1; i++) translated[candidates[i]] = to.idOf(position, from.text(candidates[i]));
  }
  return translated;
}
