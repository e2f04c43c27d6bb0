import * as v from 'valibot';
import { parsed, wholeNumber } from '../models/checked';
import type { Container, Tensor } from '../models/safetensors';
import { CountModel, DEFAULT_MOST_PAIRS } from './countModel';
import { readVocabulary, vocabularyContainer } from './vocabularyFile';

/** A count model as a container: a tensor `counts.FIELD.LEVEL` a table, whose rows are a context's path, a value and a count. */
export function countModelContainer(model: CountModel): Container {
  const vocabulary = vocabularyContainer(model.vocabulary);
  const tensors: Record<string, Tensor> = { ...vocabulary.tensors };
  for (const [field, levels] of model.depth.entries()) {
    for (let level = 0; level < levels; level++) {
      const rows: number[] = [];
      model.forEachPair(field, level, (path, value, count) => rows.push(...path, value, count));
      tensors[`counts.${field}.${level}`] = Uint32Array.from(rows);
    }
  }
  const { time, mostPairs } = model.options;
  return { metadata: { ...vocabulary.metadata, countModel: JSON.stringify({ rows: model.rows, time, mostPairs }) }, tensors };
}

const aboutCounts = v.object({ rows: wholeNumber, time: v.boolean(), mostPairs: v.optional(wholeNumber) });

/** The count model in a container, or what is wrong with it. Never throws. */
export function readCountModel(container: Container): CountModel | { readonly fault: string } {
  const vocabulary = readVocabulary(container);
  if ('fault' in vocabulary) return vocabulary;
  const about = parsed(aboutCounts, container.metadata['countModel']);
  if (about === undefined) return { fault: 'it says nothing about its counts' };
  const model = new CountModel(vocabulary, { time: about.time, mostPairs: about.mostPairs ?? DEFAULT_MOST_PAIRS });
  for (const [field, levels] of model.depth.entries()) {
    for (let level = 0; level < levels; level++) {
      const table = container.tensors[`counts.${field}.${level}`];
      const depth = model.pathLength(field, level);
      const step = depth + 2;
      if (!(table instanceof Uint32Array) || table.length % step !== 0) return { fault: `its counts of field ${field} are not complete` };
      for (let at = 0; at < table.length; at += step) {
        const path = Array.from(table.subarray(at, at + depth));
        const [value, count] = [table[at + depth], table[at + depth + 1]];
        if (value >= vocabulary.size || count === 0 || path.some((token) => token >= vocabulary.size)) return { fault: `its counts of field ${field} are not of its vocabulary` };
        model.put(field, level, path, value, count);
      }
    }
  }
  model.rows = about.rows;
  return model;
}
