import type { Scores } from '../core/detectors/detector';
import { commonScore } from '../core/detectors/scoring/calibration';
import { rank } from '../core/evaluation/ranking';
import { compilePattern } from '../core/util/pattern';
import { scoreFiles } from '../engine/score';
import { baselineFault } from '../engine/baseline';
import type { BaselineChoice } from '../protocol/baseline';
import type { Context } from './context';
import { indexPaths, loadModelFile } from './context';
import { compareWithBaselines, comparisonText, ENTITY_OPTIONS, entityOptions } from './entityBaselines';
import { evaluateRedTeam, redTeamLines } from './evaluateRedTeam';
import { tellWhatWasNotScored } from './score';
import { EXIT, InputError, numberOption, parseOptions, UsageError } from './options';

const KS = [10, 100, 1000];

/**
 * `anomaline evaluate PATH... --model FILE --label COLUMN --positive REGEX [--rest] [--baselines] [--json]`: how well scores find labelled rows; with `--redteam FILE`
 * [`--mask-host HOST`] in place of a label, those of a red team's list; with `--baselines`,
 * whole entities too, beside what the thesis compares with.
 */
export async function evaluate(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    model: { type: 'string' }, label: { type: 'string' }, positive: { type: 'string' }, acceptance: { type: 'string' }, rest: { type: 'boolean', default: false }, redteam: { type: 'string' }, 'mask-host': { type: 'string' }, json: { type: 'boolean', default: false }, ...ENTITY_OPTIONS,
  });
  if (values.redteam !== undefined) {
    const loaded = await loadModelFile(values.model);
    const report = await evaluateRedTeam(context, await indexPaths(context, positionals), loaded, values.redteam, values['mask-host']);
    if (values.json) context.json(report);
    else context.print(redTeamLines(report));
    return EXIT.clean;
  }
  if (values.label === undefined || values.positive === undefined) throw new UsageError('Name the label column with --label and the positives with --positive REGEX.');
  // A pattern finds its match anywhere in the label, as in grep.
  const matches = `.*(?:${values.positive}).*`;
  for (const pattern of [values.positive, matches]) {
    const compiled = compilePattern(pattern);
    if ('fault' in compiled) throw new UsageError(`--positive cannot be used: ${compiled.fault}.`);
  }
  const acceptance = numberOption('acceptance', values.acceptance, 0.001, 1e-12, 1);
  const ofEntities = entityOptions(values);
  const loaded = await loadModelFile(values.model);
  const unusable = values.rest ? baselineFault(loaded.origin.baseline) : undefined;
  if (unusable !== undefined) throw new InputError(`${values.model}: What the model was learned from cannot be left out: ${unusable}. Learn the model again.`);
  const files = await indexPaths(context, positionals);
  const result = await scoreFiles(context.readers, files, loaded, { acceptance, label: { column: values.label, matches }, markBaseline: values.rest }, context.control);
  tellWhatWasNotScored(context, result);
  const { capture } = result;
  const rowCount = capture.rows.rowCount;
  const [chosen, positive] = [new Uint8Array(rowCount), new Uint8Array(rowCount)];
  let inBaseline = 0;
  const wanted = values.rest ? baselineRows(capture.logs, loaded.origin.baseline) : 0;
  for (const log of capture.logs) {
    positive.set(log.positive, log.firstRow);
    for (let i = 0; i < log.rowCount; i++) chosen[log.firstRow + i] = log.inBaseline[i] === 1 && inBaseline++ < wanted ? 0 : 1;
  }
  const judgedRows = Uint32Array.from(chosen.keys()).filter((row) => chosen[row] === 1);
  if (judgedRows.length === 0) throw new InputError('No rows are left to evaluate.');
  const { model, scores, findings } = capture;
  const judged = rank(Float64Array.from(judgedRows, (row) => scores.raw[row]), Uint8Array.from(judgedRows, (row) => positive[row]), (raw) => commonScore(model.calibration, raw) >= findings.threshold, KS);
  const outcomes = entityOutcomes(scores, capture.rows.entity, judgedRows, positive);
  const output = {
    rows: judged.rows, positives: judged.positives, auc: judged.auc ?? null, ap: judged.ap ?? null, threshold: findings.threshold, precision: judged.precision ?? null,
    recall: judged.recall ?? null, alarmsPer1000: judged.alarmsPer1000, precisionAtK: judged.precisionAtK, flagged: judged.flagged, ...(outcomes ? { entities: outcomes } : {}), acceptance, detector: loaded.detector.id,
  };
  const baselines = values.baselines ? await compareWithBaselines(context, capture, loaded, files, values['learned-from'], ofEntities, { chosen, positive }) : undefined;
  if (values.json) context.json({ ...output, ...(baselines ? { baselines } : {}) });
  else context.print(Object.entries(output).map(([name, value]) => `${name.padEnd(14)} ${typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(5) : JSON.stringify(value)}\n`).join('') + (baselines ? comparisonText(baselines) : ''));
  return EXIT.clean;
}

/** How well verdicts on entities as a whole find those with a positive row; undefined where the detector judges rows only. */
function entityOutcomes({ verdictOf }: Scores, entity: Uint32Array, chosen: Uint32Array, positive: Uint8Array): Record<string, number | null> | undefined {
  if (!verdictOf) return undefined;
  const bad = new Map<number, boolean>();
  chosen.forEach((row) => bad.set(entity[row], bad.get(entity[row]) === true || positive[row] === 1));
  let [judged, positives, unlike, hits] = [0, 0, 0, 0];
  for (const [e, isBad] of bad) {
    const { fits } = verdictOf(e);
    if (fits === undefined) continue;
    judged++;
    if (isBad) positives++;
    if (!fits) unlike++;
    if (isBad && !fits) hits++;
  }
  return { judged, tooFewRows: bad.size - judged, positives, unlike, precision: unlike > 0 ? hits / unlike : null, recall: positives > 0 ? hits / positives : null };
}

/** Rows of the marked logs that the model was really learned from: its share of all that match. */
function baselineRows(logs: readonly { readonly inBaseline: Uint8Array }[], baseline: Readonly<Record<string, unknown>>): number {
  const matching = logs.reduce((n, log) => n + log.inBaseline.reduce((a, b) => a + b, 0), 0);
  return Math.floor(matching * ((baseline as BaselineChoice).share ?? 1));
}
