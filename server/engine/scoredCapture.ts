import type { Detector, Model, Scores } from '../core/detectors/detector';
import { thresholdScore } from '../core/evaluation/calibration';
import { EntityTable } from '../core/symbols/entities';
import { carryTimes, type EncodedRows } from '../core/symbols/rows';
import type { Control } from '../core/util/control';
import type { Problem } from '../core/util/problem';
import type { IndexedFile } from './captureIndex';
import type { EncodedLogRows, ReadSummary } from './ports';
import { findFindings, type Findings } from './findings';

/** One scored log: its rows are numbers `firstRow` up to `firstRow + summary.rows` of the whole. */
export interface ScoredLog {
  readonly file: IndexedFile;
  readonly summary: ReadSummary;
  readonly firstRow: number;
  readonly rowCount: number;
  readonly line: Uint32Array;
  readonly byteStart: Float64Array;
  readonly byteLength: Uint32Array;
  readonly positive: Uint8Array;
  readonly inBaseline: Uint8Array;
}

/** All rows of a capture with their scores and findings. */
export interface ScoredCapture {
  readonly detector: Detector;
  readonly model: Model;
  readonly logs: readonly ScoredLog[];
  readonly rows: EncodedRows;
  readonly entities: EntityTable;
  readonly scores: Scores;
  readonly findings: Findings;
}

/** Puts the encoded logs of a capture together and scores them. */
export function scoreCapture(detector: Detector, model: Model, encoded: readonly { file: IndexedFile; rows: EncodedLogRows }[], acceptance: number, control: Control): ScoredCapture {
  const total = encoded.reduce((n, e) => n + e.rows.symbol.length, 0);
  const entities = new EntityTable(model.entity);
  const entity = new Uint32Array(total);
  const time = new Float64Array(total);
  const symbol = new Uint32Array(total);
  const logs: ScoredLog[] = [];
  let at = 0;
  for (const { file, rows } of encoded) {
    const renumbered = entities.absorb(rows.entities);
    for (let i = 0; i < rows.entity.length; i++) entity[at + i] = renumbered[rows.entity[i]];
    time.set(carryTimes(rows.time.slice()), at);
    symbol.set(rows.symbol, at);
    const { summary, line, byteStart, byteLength, positive, inBaseline } = rows;
    logs.push({ file, summary, firstRow: at, rowCount: rows.symbol.length, line, byteStart, byteLength, positive, inBaseline });
    at += rows.symbol.length;
  }
  const all: EncodedRows = { rowCount: total, entity, entityCount: entities.size, time, symbol };
  const scores = detector.score(model, all, control);
  return { detector, model, logs, rows: all, entities, scores, findings: flag(detector, model, all, scores, acceptance) };
}

/** The same scores with another acceptance rate: nothing is read or scored again. */
export function withAcceptance(capture: ScoredCapture, acceptance: number): ScoredCapture {
  return { ...capture, findings: flag(capture.detector, capture.model, capture.rows, capture.scores, acceptance) };
}

function flag(detector: Detector, model: Model, rows: EncodedRows, scores: Scores, acceptance: number): Findings {
  return findFindings(rows, scores, model.calibration, thresholdScore(acceptance), (state, symbol) => detector.rootCauseKey(model, state, symbol));
}

/** What was wrong with a log: first its header, then its rows as far as they were kept, and the number of all. */
export function problemsOf({ file, summary }: ScoredLog): { readonly problems: readonly Problem[]; readonly total: number } {
  const header = file.header?.problems ?? [];
  return { problems: [...header, ...summary.problems], total: [...summary.problemTotals.values()].reduce((a, b) => a + b, header.length) };
}

export function logOfRow(capture: ScoredCapture, row: number): ScoredLog {
  let low = 0;
  let high = capture.logs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (capture.logs[middle].firstRow <= row) low = middle;
    else high = middle - 1;
  }
  // Logs without rows share their first row with the next one; the last such log is the one with the row.
  return capture.logs[low];
}

/** The row at a line of a log, -1 where the line holds none. O(log rows). */
export function rowAtLine(log: ScoredLog, line: number): number {
  const at = lowerBound(log.line, line);
  return at < log.line.length && log.line[at] === line ? log.firstRow + at : -1;
}

/** First position of a value at or above `value` in an ascending array. */
export function lowerBound(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
