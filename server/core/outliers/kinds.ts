import type { Rng } from '../util/rng';
import { isolationForest } from './isolationForest';
import { kde } from './kde';
import { lof } from './lof';
import type { Matrix } from './matrix';
import { meanStd } from './meanStd';
import type { OutlierKind, OutlierModel, Refusal, Tensors } from './outlierModel';
import { quartiles } from './quartiles';

/** All kinds by id. */
export const OUTLIER_KINDS = { lof, isolationForest, kde, quartiles, meanStd } as const;

export type OutlierKindId = keyof typeof OUTLIER_KINDS;
export type OutlierSettings<K extends OutlierKindId> = (typeof OUTLIER_KINDS)[K] extends OutlierKind<infer S> ? S : never;

/** Learns a model of a kind chosen by id; settings that are not given have their defaults. */
export function fitOutliers<K extends OutlierKindId>(id: K, matrix: Matrix, settings: Partial<OutlierSettings<K>>, rng: Rng): OutlierModel | Refusal {
  const kind = OUTLIER_KINDS[id] as OutlierKind<object>;
  return kind.fit(matrix, { ...kind.defaults, ...settings }, rng);
}

/** The model of saved arrays, or what is wrong with them. Never throws. */
export function loadOutliers(id: string, tensors: Tensors): OutlierModel | { readonly fault: string } {
  return Object.hasOwn(OUTLIER_KINDS, id) ? OUTLIER_KINDS[id as OutlierKindId].load(tensors) : { fault: `there are no outlier models of the kind "${id}"` };
}
