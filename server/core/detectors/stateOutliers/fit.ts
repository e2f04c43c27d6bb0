import type { OutlierModel } from '../../outliers/outlierModel';
import type { EncodedRows } from '../../symbols/rows';
import { mulberry32 } from '../../util/rng';
import { vectorsOf, type VectorModel } from './features';
import type { RowsModel } from './judge';
import type { UsedKind } from './outlierKinds';
import { fitTail } from './tail';

/** Where more of a sample is of one part, there is too little to learn from without it. */
const MOST_HELD_BACK = 0.75;

/** A model of rows, and those that were learned without each part of them. */
export interface FoldedModel {
  readonly full: RowsModel;
  /** Learned without the rows of each part, which is what its rows are judged by when thresholds are set. */
  readonly without: readonly RowsModel[];
}

/**
 * Learns a model of a sample of rows, and how rare its scores are: from rows of each part, scored by a model of the other parts. Undefined where the rows are too few
 * to learn from. `settings`: of the kind; `part`: of each row of the baseline, below `parts`. O(parts x cost of the kind).
 */
export function fitRows(used: UsedKind, settings: unknown, vectors: VectorModel, rows: EncodedRows, sample: Uint32Array, part: Uint8Array, parts: number, seed: number): FoldedModel | undefined {
  const fit = (chosen: Uint32Array): OutlierModel | undefined => {
    const model = used.kind.fit(vectorsOf(vectors, rows, chosen), settings, mulberry32(seed));
    return 'problem' in model ? undefined : model;
  };
  const outliers = fit(sample);
  if (!outliers) return undefined;
  const levels: number[] = [];
  const others: OutlierModel[] = [];
  for (let p = 0; p < parts; p++) {
    const own = sample.filter((row) => part[row] === p);
    // Where nearly all rows are of one part there is nothing to learn from without it.
    const model = (own.length > 0 && own.length < sample.length * MOST_HELD_BACK ? fit(sample.filter((row) => part[row] !== p)) : undefined) ?? outliers;
    others.push(model);
    const scores = model.score(vectorsOf(vectors, rows, own));
    if (!('problem' in scores)) for (const score of scores) levels.push(used.level(score));
  }
  const tail = fitTail(Float64Array.from(levels), used.leastScale);
  return { full: { outliers, tail }, without: others.map((model) => ({ outliers: model, tail })) };
}
