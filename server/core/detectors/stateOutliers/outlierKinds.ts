import { OUTLIER_KINDS as KINDS, type OutlierKindId, type OutlierSettings } from '../../outliers/kinds';
import type { OutlierKind } from '../../outliers/outlierModel';

export type OutlierKindName = OutlierKindId;

/** One way to learn what a state sees, with settings that keep it quick, and how its scores become a scale on which differences mean the same everywhere. */
export interface UsedKind {
  readonly kind: OutlierKind<unknown>;
  /** `limits`: quartiles of each column over all rows, three a column. */
  settings(limits: Float64Array): unknown;
  /** Rising. */
  level(score: number): number;
  /** The flattest tail of levels, for states whose rows are all alike (`fitTail`). */
  readonly leastScale: number;
}

function use<K extends OutlierKindId>(id: K, settings: (limits: Float64Array) => Partial<OutlierSettings<K>>, level: UsedKind['level'], leastScale: number): UsedKind {
  const kind = KINDS[id] as unknown as OutlierKind<object>;
  return { kind: kind as OutlierKind<unknown>, settings: (limits) => ({ ...kind.defaults, ...settings(limits) }), level, leastScale };
}

const asItIs = (score: number): number => score;
/** For ratios and multiples: beside equal rows of the baseline a local outlier factor can be 10^9. */
const logarithm = (score: number): number => Math.log(Math.max(1e-3, score));

export const OUTLIER_KINDS: Readonly<Record<OutlierKindName, UsedKind>> = {
  lof: use('lof', () => ({ most: 20 }), logarithm, 0.2),
  isolationForest: use('isolationForest', () => ({ share: 0.5, most: 256 }), asItIs, 0.01),
  kde: use('kde', () => ({}), asItIs, 1),
  quartiles: use('quartiles', (limits) => ({ limits }), asItIs, 1),
  meanStd: use('meanStd', () => ({}), logarithm, 0.1),
};
