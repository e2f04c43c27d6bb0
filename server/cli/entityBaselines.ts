import { visible } from '../core/util/visible';
import { FEATURE_SETS } from '../core/detectors/stateOutliers/features';
import { OUTLIER_KINDS } from '../core/outliers/kinds';
import { nearest } from '../core/settings/setting';
import { compareEntities, type EntityBaselineOptions, type EntityComparison } from '../engine/entityBaselines';
import type { IndexedFile } from '../engine/captureIndex';
import type { ModelInUse } from '../engine/ports';
import type { ScoredCapture } from '../engine/scoredCapture';
import { type Context, indexPaths } from './context';
import { InputError, numberOption, UsageError } from './options';

/** Options of `anomaline evaluate` that concern whole entities. */
export const ENTITY_OPTIONS = {
  'baselines': { type: 'boolean', default: false }, 'learned-from': { type: 'string', multiple: true }, 'features': { type: 'string' }, 'outliers': { type: 'string' },
  'least-rows': { type: 'string' }, 'most-rows': { type: 'string' }, 'most-profiles': { type: 'string' }, 'seed': { type: 'string' },
} as const;

type Given = { readonly [name in keyof typeof ENTITY_OPTIONS]?: string | boolean | string[] | undefined };
type Chosen = Omit<EntityBaselineOptions, 'chosen' | 'positive' | 'now'>;

const RAW_SETS = Object.keys(FEATURE_SETS).filter((name) => name !== 'scaled');
const KINDS = Object.keys(OUTLIER_KINDS);
/** Neighbours of the local outlier factor of entity means (specs, multivariate, section 8). */
const NEIGHBOURS = 20;

/** The options by their values. Throws `UsageError`. */
export function entityOptions(given: Given): Chosen {
  const number = (name: keyof Given, fallback: number, min: number): number => Math.floor(numberOption(name, given[name] as string | undefined, fallback, min, 2 ** 32 - 1));
  return {
    features: oneOf('features', given.features as string | undefined, 'set3', RAW_SETS) as Chosen['features'],
    outliers: oneOf('outliers', given.outliers as string | undefined, 'lof', KINDS) as Chosen['outliers'],
    leastRows: number('least-rows', 51, 3), mostRows: number('most-rows', 2000, 3), mostProfiles: number('most-profiles', 50, 1), seed: number('seed', 1, 0), neighbours: NEIGHBOURS,
  };
}

function oneOf(name: string, value: string | undefined, fallback: string, known: readonly string[]): string {
  if (value === undefined) return fallback;
  if (!known.includes(value)) throw new UsageError(`--${name} takes one of ${known.join(', ')}, not "${value}".${nearest(value, known) ? ` Did you mean ${nearest(value, known)}?` : ''}`);
  return value;
}

/** Verdicts on entities, by the model and by the baselines. `files`: those evaluated, which the model was learned from unless others are named. */
export async function compareWithBaselines(context: Context, capture: ScoredCapture, loaded: ModelInUse, files: readonly IndexedFile[], learnedFrom: readonly string[] | undefined, options: Chosen, rows: Pick<EntityBaselineOptions, 'chosen' | 'positive'>): Promise<EntityComparison> {
  const logs = learnedFrom ? await indexPaths(context, learnedFrom) : files;
  const result = await compareEntities(context.readers, capture, loaded, logs, { ...options, ...rows, now: () => performance.now() }, context.control);
  if ('fault' in result) throw new InputError(result.fault);
  return result;
}

const share = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(4)).padStart(9);

/** The comparison as a table for people. */
export function comparisonText({ entity, learnedFrom, judged, tooSmall, rows }: EntityComparison): string {
  const positives = rows[0].positives ?? 0;
  return [
    '',
    `entities (${visible(entity)}): ${judged} judged, ${positives} of them malicious; learned from ${learnedFrom}; too few rows: ${tooSmall.evaluated} evaluated, ${tooSmall.baseline} of the baseline`,
    `${'method'.padEnd(16)} accuracy precision    recall       AUC        AP threshold  seconds`,
    ...rows.map((row) => `${row.method.padEnd(15)}${row.problem === undefined ? `${[row.accuracy, row.precision, row.recall, row.auc, row.ap, Number.isNaN(row.threshold) ? undefined : row.threshold].map(share).join(' ')} ${row.seconds === undefined ? '' : row.seconds.toFixed(2).padStart(8)}` : ` ${visible(row.problem)}`}`),
    '',
  ].join('\n');
}
