import { FEATURE_SETS, type FeatureSetName, measure } from '../core/detectors/stateOutliers/features';
import { commonScore } from '../core/detectors/scoring/calibration';
import { entityFlows, type EntityLimits, type MeasuredRows } from '../core/evaluation/thesis/entityFlows';
import { scoreEntities, type Verdicts, verdicts } from '../core/evaluation/thesis/judgeEntities';
import { meansLof } from '../core/evaluation/thesis/meansLof';
import type { EntityMethod } from '../core/evaluation/thesis/method';
import { misfitShares } from '../core/evaluation/thesis/misfits';
import { nearestProfile } from '../core/evaluation/thesis/nearestProfile';
import { symbolic } from '../core/evaluation/thesis/symbolic';
import { maliciousEntities } from '../core/evaluation/thesis/truth';
import { type OutlierKindId, OUTLIER_KINDS } from '../core/outliers/kinds';
import type { OutlierKind } from '../core/outliers/outlierModel';
import { EntityTable } from '../core/symbols/entities';
import { joinFlows } from '../core/table/flowTransfer';
import { carryTime } from '../core/symbols/rows';
import type { FlowTable } from '../core/table/flow';
import { FlowBuilder } from '../core/table/flowBuilder';
import { checkCancelled, type Control } from '../core/util/control';
import { inTurns } from '../core/util/slices';
import type { BaselineChoice } from '../protocol/baseline';
import { baselineFault, isSelf } from './baseline';
import type { IndexedFile } from './captureIndex';
import { type BaselineTable, readBaseline } from './learn';
import type { ModelInUse, Readers } from './ports';
import type { ScoredCapture } from './scoredCapture';

export interface EntityBaselineOptions extends EntityLimits {
  /** What the baselines look at: one of the raw feature sets of the thesis. */
  readonly features: Exclude<FeatureSetName, 'scaled'>;
  /** What the states of the automaton of each entity learn. */
  readonly outliers: OutlierKindId;
  readonly neighbours: number;
  readonly mostProfiles: number;
  readonly seed: number;
  /** 1 for each row of the capture that is evaluated, 1 for each that is malicious. */
  readonly chosen: Uint8Array;
  readonly positive: Uint8Array;
  /** Milliseconds, from any start. */
  readonly now: () => number;
}

/** One way to judge entities, with how well it does, or why it cannot. */
export interface EntityRow extends Partial<Verdicts> {
  readonly method: string;
  readonly title: string;
  /** Learning, setting the threshold and scoring. Absent for the model, which was learned before. */
  readonly seconds?: number;
  readonly problem?: string;
}

export interface EntityComparison {
  readonly entity: string;
  /** Entities of the baseline, and evaluated ones, with enough rows; and with fewer. */
  readonly learnedFrom: number;
  readonly judged: number;
  readonly tooSmall: { readonly baseline: number; readonly evaluated: number };
  readonly rows: readonly EntityRow[];
}

/**
 * Verdicts on whole entities by the model and by the baselines of the thesis, on the same entities (specs, multivariate, sections 7 and 8). `logs`: those that the model was learned
 * from, which are read again; a fault where they are others. Throws `Cancelled`.
 */
export async function compareEntities(readers: Readers, capture: ScoredCapture, loaded: ModelInUse, logs: readonly IndexedFile[], options: EntityBaselineOptions, control: Control): Promise<EntityComparison | { readonly fault: string }> {
  const { detector, model, origin } = loaded;
  const lacking = FEATURE_SETS[options.features].filter(({ field }) => !detector.fields.has(field));
  if (lacking.length > 0) return { fault: `${detector.id} does not read what ${options.features} needs (${lacking.map((f) => f.name).join(', ')}). Choose other features with --features.` };
  const evaluated = await readEvaluated(readers, capture, control);
  if ('fault' in evaluated) return evaluated;
  const { entity, entityCount, time } = capture.rows;
  const test = entityFlows({ entity, entityCount, time, features: vectors(evaluated.table, options.features) }, options, options.chosen);
  const unusable = baselineFault(origin.baseline);
  if (unusable !== undefined) return { fault: `The model does not say what it was learned from: ${unusable}. Learn the model again.` };
  const baseline = await readBaseline(readers, logs, detector, origin.baseline as BaselineChoice, control);
  if ('fault' in baseline) return baseline;
  if (inputSums(baseline.inputs) !== inputSums(origin.inputs)) return { fault: 'The model was learned from other rows than these logs have. Name the logs it was learned from with --learned-from.' };
  const training = entityFlows(measured(joinFlows(baseline.parts, baseline.rows), options.features, model.entity), options);
  // Where what is judged is what was learned from, no entity is its own example.
  const self = isSelf(origin.baseline as BaselineChoice) && inputSums(baseline.inputs) === inputSums(evaluated.inputs);
  const malicious = maliciousEntities(model.entity, entity, capture.rows.entityCount, options.positive, options.chosen);
  const positive = Uint8Array.from(test.entities, (e) => malicious[e]);

  const { scores, findings } = capture;
  const { rule } = model;
  const isMisfit = rule ? (row: number): boolean => scores.raw[row] > rule.fitRaw : (row: number): boolean => commonScore(model.calibration, scores.raw[row]) >= findings.threshold;
  const own = verdicts(misfitShares(test.entities, scores, options.chosen, isMisfit), positive, rule?.usualMisfits ?? 0);
  const rows: EntityRow[] = [{ method: detector.id, title: detector.title, ...own }];
  for (const method of methodsOf(options)) {
    control.report(rows.length / 4, method.title);
    const start = options.now();
    const result = await inTurns(self ? scoreEntities(method, test) : scoreEntities(method, training, test), () => {
      checkCancelled(control);
      return readers.pause();
    });
    const about = { method: method.id, title: method.title, seconds: (options.now() - start) / 1000 };
    rows.push('problem' in result ? { ...about, problem: result.problem.message } : { ...about, ...verdicts(result.scores, positive, result.threshold) });
  }
  return { entity: model.entity, learnedFrom: training.entities.length, judged: test.entities.length, tooSmall: { baseline: training.tooSmall, evaluated: test.tooSmall }, rows };
}

function methodsOf({ features, outliers, neighbours, mostProfiles, seed }: EntityBaselineOptions): readonly EntityMethod[] {
  const categorical = FEATURE_SETS[features].map(({ field }) => field === 'protocol');
  return [symbolic(categorical, seed), meansLof(categorical, neighbours), nearestProfile(OUTLIER_KINDS[outliers] as OutlierKind<unknown>, mostProfiles, seed)];
}

/** The rows of the scored logs once more, in the order of the capture's rows. */
async function readEvaluated(readers: Readers, { logs, detector }: ScoredCapture, control: Control): Promise<(Pick<BaselineTable, 'inputs'> & { readonly table: FlowTable }) | { readonly fault: string }> {
  const builder = new FlowBuilder();
  const inputs: { path: string; sha256: string; rows: number }[] = [];
  for (const { file, rowCount } of logs) {
    const task = { path: file.path, header: file.header as NonNullable<IndexedFile['header']>, size: file.bytes };
    const { parts, sha256 } = await readers.collect(task, {}, detector.id, { progress: () => undefined, get cancelled() { return control.cancelled; } });
    const table = joinFlows([...parts]);
    if (table.rowCount !== rowCount) return { fault: `${file.relative} changed while it was evaluated. Run the command again.` };
    builder.add(table);
    if (rowCount > 0) inputs.push({ path: file.relative, sha256, rows: rowCount });
  }
  return { table: builder.finish(), inputs };
}

/** Which files, and how many rows of each, whatever their order and paths. */
function inputSums(inputs: BaselineTable['inputs']): string {
  return inputs.map(({ sha256, rows }) => `${sha256} ${rows}`).sort().join();
}

function measured(table: FlowTable, features: FeatureSetName, kind: EntityTable['kind']): MeasuredRows {
  const entities = new EntityTable(kind);
  const entity = entities.encode(table);
  return { entity, entityCount: entities.size, time: carryTime(table, entity, entities.size), features: vectors(table, features) };
}

/** Raw features of all rows; what is missing is -1 (specs, section 2). */
function vectors(table: FlowTable, features: FeatureSetName): MeasuredRows['features'] {
  return { values: Float64Array.from(measure(FEATURE_SETS[features], table), (value) => (Number.isFinite(value) ? value : -1)), columns: FEATURE_SETS[features].length };
}
