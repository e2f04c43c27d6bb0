import type { Evidence } from '../core/detectors/detector';
import type { FindingRecord } from '../core/export/record';
import { commonScore } from '../core/detectors/scoring/calibration';
import { bandOf } from './findings';
import { logOfRow, type ScoredCapture } from './scoredCapture';

/** Findings in order of rank: score first, then more rows, then the place. */
export function rankedFindings(capture: ScoredCapture): Uint32Array {
  const { worstScore, worstRow, starts } = capture.findings;
  const order = Uint32Array.from(worstScore, (_, f) => f);
  return order.sort((a, b) => worstScore[b] - worstScore[a] || starts[b + 1] - starts[b] - (starts[a + 1] - starts[a]) || worstRow[a] - worstRow[b]);
}

/** A stable name for a finding: the place of its worst row. */
export function findingId(capture: ScoredCapture, finding: number): string {
  const row = capture.findings.worstRow[finding];
  const log = logOfRow(capture, row);
  return `${log.file.relative}@${log.byteStart[row - log.firstRow]}`;
}

/** First and last time of a finding, seconds. */
export function findingSpan(capture: ScoredCapture, finding: number): readonly [number, number] {
  const { starts, members } = capture.findings;
  return [capture.rows.time[members[starts[finding]]], capture.rows.time[members[starts[finding + 1] - 1]]];
}

/** Everything about one finding as plain data; `nameOf` gives the path to print. */
export function findingRecord(capture: ScoredCapture, finding: number, nameOf: (path: string) => string): FindingRecord {
  const { findings, rows, scores, detector, model, entities } = capture;
  const worst = findings.worstRow[finding];
  const log = logOfRow(capture, worst);
  const at = worst - log.firstRow;
  const evidence: Evidence = scores.explain(worst);
  const lines: Record<string, number[]> = {};
  for (let i = findings.starts[finding]; i < findings.starts[finding + 1]; i++) {
    const row = findings.members[i];
    const own = logOfRow(capture, row);
    (lines[nameOf(own.file.path)] ??= []).push(own.line[row - own.firstRow] + 1);
  }
  for (const list of Object.values(lines)) list.sort((a, b) => a - b);
  const score = commonScore(model.calibration, scores.raw[worst]);
  const [state, symbol, { cause }] = [scores.state[worst], rows.symbol[worst], findings.groups[findings.group[finding]]];
  return {
    id: findingId(capture, finding), file: nameOf(log.file.path), line: log.line[at] + 1, byteStart: log.byteStart[at], byteEnd: log.byteStart[at] + log.byteLength[at],
    // Columns hold single precision; the parts are doubles, and add up exactly.
    score, raw: evidence.parts.length > 0 ? evidence.parts.reduce((sum, part) => sum + part.value, 0) : scores.raw[worst], band: bandOf(score, findings.threshold), detector: detector.id, entity: entities.name(rows.entity[worst]),
    rootCause: { ...(detector.automaton ? { state } : {}), symbol, text: detector.rootCauseWords(model, state, symbol, cause) }, message: evidence.message, evidence: evidence.parts,
    rows: findings.starts[finding + 1] - findings.starts[finding], lines, timeSpan: findingSpan(capture, finding),
  };
}
