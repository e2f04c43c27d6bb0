import { Dictionary } from '../table/dictionary';
import type { Container } from '../models/safetensors';
import { EVENT_FIELDS } from './fields';
import { KINDS, Vocabulary, type VocabularyKind } from './vocabulary';

/** A vocabulary as part of a model's container: texts in one run of bytes, where each ends, and how many each list has. */
export function vocabularyContainer({ kind, lists }: Vocabulary): Container {
  const all = lists.map((list) => {
    const dictionary = new Dictionary();
    list.forEach((text) => dictionary.internText(text));
    return dictionary.toTransfer();
  });
  const bytes = new Uint8Array(all.reduce((sum, part) => sum + part.bytes.length, 0));
  const ends: number[] = [];
  let at = 0;
  for (const part of all) {
    bytes.set(part.bytes, at);
    for (const end of part.ends) ends.push(at + end);
    at += part.bytes.length;
  }
  return { metadata: { vocabulary: kind }, tensors: { 'vocabulary.bytes': bytes, 'vocabulary.ends': Uint32Array.from(ends), 'vocabulary.counts': Uint32Array.from(lists, (list) => list.length) } };
}

/** The vocabulary in a container, or what is wrong with it. Never throws. */
export function readVocabulary({ metadata, tensors }: Container): Vocabulary | { readonly fault: string } {
  const kind = metadata['vocabulary'];
  const { 'vocabulary.bytes': bytes, 'vocabulary.ends': ends, 'vocabulary.counts': counts } = tensors;
  if (!isKind(kind)) return { fault: 'it has no vocabulary' };
  if (!(bytes instanceof Uint8Array) || !(ends instanceof Uint32Array) || !(counts instanceof Uint32Array)) return { fault: 'its vocabulary is not complete' };
  const lists = kind === 'fields' ? EVENT_FIELDS.length : KINDS.length;
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length !== lists || total !== ends.length || !ends.every((end, i) => end >= (i === 0 ? 0 : ends[i - 1]) && end <= bytes.length)) return { fault: 'its vocabulary does not fit its own index' };
  const decoder = { from: 0, next: 0 };
  const read: string[][] = [];
  for (const count of counts) {
    const dictionary = new Dictionary();
    for (let i = 0; i < count; i++) {
      const end = ends[decoder.next++];
      dictionary.intern(bytes, decoder.from, end);
      decoder.from = end;
    }
    if (dictionary.size !== count + 1) return { fault: 'its vocabulary has a value twice' };
    read.push([...dictionary.entries()].map(([, text]) => text));
  }
  return new Vocabulary({ kind, lists: read });
}

function isKind(kind: string | undefined): kind is VocabularyKind {
  return kind === 'fields' || kind === 'merged' || kind === 'global';
}
