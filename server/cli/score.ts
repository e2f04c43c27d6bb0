import { toCsv } from '../core/export/csv';
import { toJsonl } from '../core/export/jsonl';
import { toMarkdown } from '../core/export/markdown';
import type { FindingRecord, RunRecord } from '../core/export/record';
import { toSarif } from '../core/export/sarif';
import { encodeUtf8 } from '../core/util/utf8';
import { findingRecord, rankedFindings } from '../engine/records';
import { scoreFiles, type ScoreResult } from '../engine/score';
import { problemsOf } from '../engine/scoredCapture';
import { nodeFiles } from '../node/files';
import type { Context } from './context';
import { indexPaths, loadModelFile, noteSkipped, shownPath, userPath } from './context';
import { EXIT, InputError, numberOption, parseOptions, UsageError } from './options';
import { VERSION } from './version';

const WRITERS: Readonly<Record<string, (findings: readonly FindingRecord[], run: RunRecord) => string>> = { jsonl: toJsonl, csv: toCsv, sarif: toSarif, markdown: toMarkdown };

/** `anomaline score PATH... --model FILE [...]`: findings, worst first. */
export async function score(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { model: { type: 'string' }, format: { type: 'string', default: 'jsonl' }, out: { type: 'string' }, top: { type: 'string' }, acceptance: { type: 'string' } });
  const writer = WRITERS[values.format];
  if (!writer) throw new UsageError(`--format takes ${Object.keys(WRITERS).join(', ')}, not "${values.format}".`);
  const top = numberOption('top', values.top, Infinity, 1, Infinity);
  const acceptance = numberOption('acceptance', values.acceptance, 0.001, 1e-12, 1);
  const loaded = await loadModelFile(values.model);
  const files = await indexPaths(context, positionals);
  const result = await scoreFiles(context.readers, files, loaded, { acceptance }, context.control);
  tellWhatWasNotScored(context, result);
  const { capture } = result;
  const ranked = rankedFindings(capture);
  const records = [...ranked.subarray(0, Math.min(top, ranked.length))].map((f) => findingRecord(capture, f, shownPath));
  const run: RunRecord = {
    version: VERSION, detector: loaded.detector.id, acceptance, threshold: capture.findings.threshold, logs: capture.logs.length, rows: capture.rows.rowCount,
    flagged: capture.findings.rows.length, findings: ranked.length, skipped: result.skipped,
  };
  const text = writer(records, run);
  if (values.out === undefined) context.print(text);
  else {
    const fault = await nodeFiles.write(userPath(values.out), encodeUtf8(text));
    if (fault) throw new InputError(fault.fault);
  }
  context.note(`${ranked.length} findings, ${capture.findings.rows.length} of ${capture.rows.rowCount} rows in ${capture.logs.length} logs.`);
  return ranked.length > 0 ? EXIT.findings : EXIT.clean;
}

export function tellWhatWasNotScored(context: Context, result: ScoreResult): void {
  noteSkipped(context, result.skipped);
  for (const log of result.capture.logs) {
    const { problems, total } = problemsOf(log), [first] = problems;
    if (first) context.note(`${shownPath(log.file.path)}: ${total === 1 ? 'a problem' : `${total} problems, the first`}${first.line === undefined ? '' : ` in line ${first.line + 1}`}: ${first.message} ${first.next}`);
  }
  for (const text of result.capture.scores.notes) context.note(text);
  if (result.capture.logs.length === 0) throw new InputError('None of the files is a log that this model can score. Try: anomaline inspect PATH');
}
