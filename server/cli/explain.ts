import { commonScore } from '../core/detectors/scoring/calibration';
import { bandOf } from '../engine/findings';
import { scoreFiles } from '../engine/score';
import { rowAtLine } from '../engine/scoredCapture';
import { nodeFiles } from '../node/files';
import { visible } from '../core/util/visible';
import { decodeUtf8 } from '../core/util/utf8';
import type { Context } from './context';
import { indexPaths, loadModelFile, userPath } from './context';
import { EXIT, InputError, parseOptions, UsageError } from './options';

/** `anomaline explain FILE:LINE --model FILE`: symbol, state and parts of the score of one line (counted from 1). */
export async function explain(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { model: { type: 'string' } });
  const [, file, lineText] = /^(.*):(\d+)$/.exec(positionals[0] ?? '') ?? [];
  if (file === undefined || positionals.length !== 1) throw new UsageError('Name one line as FILE:LINE, e.g. conn.log:12.');
  const loaded = await loadModelFile(values.model);
  const files = await indexPaths(context, [file]);
  const { capture, skipped } = await scoreFiles(context.readers, files, loaded, { acceptance: 0.001 }, context.control);
  const log = capture.logs.find((l) => l.file.path === userPath(file));
  if (!log) throw new InputError(`${file} cannot be scored: ${skipped[0]?.reason ?? 'no known log format'}.`);
  const line = Number(lineText) - 1;
  const row = rowAtLine(log, line);
  if (row < 0) {
    const problem = log.summary.problems.find((p) => p.line === line);
    throw new InputError(`Line ${lineText} of ${file} holds no row${problem ? `: ${problem.message} ${problem.next}` : ' (a header, an empty line or beyond the end)'}`);
  }
  const at = row - log.firstRow;
  const [bytes] = await nodeFiles.pieces(log.file.path, [{ start: log.byteStart[at], length: log.byteLength[at] }]);
  const { scores, rows, detector, model, entities, findings } = capture;
  const evidence = scores.explain(row);
  const common = commonScore(model.calibration, scores.raw[row]);
  // The line as it is in the log, tabs included.
  context.print(`${decodeUtf8(bytes).split('\t').map(visible).join('\t')}\n`);
  for (const line of [
    '',
    `symbol   ${rows.symbol[row]}: ${detector.words(model, rows.symbol[row])}`,
    `entity   ${entities.name(rows.entity[row])}`,
    ...(detector.automaton ? [`state    ${scores.state[row]}`] : []),
    ...(scores.raw[row] === -Infinity ? [] : [
      `score    ${common.toFixed(2)} (${common >= findings.threshold ? bandOf(common, findings.threshold) : 'not flagged'}; flagged from ${findings.threshold.toFixed(2)})`,
      `raw      ${scores.raw[row].toFixed(4)} nats, the sum of`,
      ...evidence.parts.map((p) => `  ${p.value.toFixed(4).padStart(9)}  ${p.name.padEnd(9)}  ${p.text}`),
      'expected here:',
      ...evidence.expected.map((e) => `  ${(100 * e.share).toFixed(1).padStart(5)} %  ${e.words}`),
    ]),
    '', evidence.message,
  ]) context.line(line);
  return EXIT.clean;
}
