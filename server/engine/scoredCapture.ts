import type { Detector, Model, Scores } from '../core/detectors/detector';
import { thresholdScore } from '../core/evaluation/calibration';
import { EntityTable } from '../core/symbols/entities';
import { carryTimes, type EncodedRows } from '../core/symbols/rows';
import type { Control } from '../core/util/control';
import type { Problem } from '../core/util/problem';
import type { IndexedFile } from './captureIndex';
import type { EncodedLogRows, ReadSummary } from './ports';
import { findFindings, type Findings } from './findings';
import { lowerBound } from './sorted';

export { lowerBound };

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

/** One log with its rows, numbered by its own entities. */
export interface EncodedLog {
  readonly file: IndexedFile;
  readonly rows: EncodedLogRows;
}

/** Puts the encoded logs of a capture together and scores them. The logs are taken out of `encoded`, so that their memory can go. */
export function scoreCapture(detector: Detector, model: Model, encoded: EncodedLog[], acceptance: number, control: Control): ScoredCapture {
  const gathered = gather(model, encoded);
  const scores = detector.score(model, gathered.rows, control);
  return { detector, model, ...gathered, scores, findings: flag(detector, model, gathered.rows, scores, acceptance) };
}

/** Rows of all logs, one after the other, with entities numbered in order of first appearance. The places of rows are not copied. */
function gather(model: Model, encoded: EncodedLog[]): Pick<ScoredCapture, 'logs' | 'rows' | 'entities'> {
  const total = encoded.reduce((n, e) => n + e.rows.symbol.length, 0);
  const entities = new EntityTable(model.entity);
  const logs: ScoredLog[] = [];
  if (encoded.length === 1) {
    const [{ file, rows }] = encoded.splice(0);
    entities.absorb(rows.entities);
    return { entities, logs: [scoredLog(file, rows, 0)], rows: { rowCount: total, entity: rows.entity, entityCount: entities.size, time: hasGaps(rows.time) ? carryTimes(rows.time.slice()) : rows.time, symbol: rows.symbol } };
  }
  const entity = new Uint32Array(total);
  const time = new Float64Array(total);
  const symbol = new Uint32Array(total);
  let at = 0;
  for (const { file, rows } of encoded.splice(0)) {
    const renumbered = entities.absorb(rows.entities);
    for (let i = 0; i < rows.entity.length; i++) entity[at + i] = renumbered[rows.entity[i]];
    time.set(rows.time, at);
    carryTimes(time.subarray(at, at + rows.time.length));
    symbol.set(rows.symbol, at);
    logs.push(scoredLog(file, rows, at));
    at += rows.symbol.length;
  }
  return { entities, logs, rows: { rowCount: total, entity, entityCount: entities.size, time, symbol } };
}

function hasGaps(times: Float64Array): boolean {
  for (let row = 0; row < times.length; row++) if (Number.isNaN(times[row])) return true;
  return false;
}

function scoredLog(file: IndexedFile, { summary, line, byteStart, byteLength, positive, inBaseline, symbol }: EncodedLogRows, firstRow: number): ScoredLog {
  return { file, summary, firstRow, rowCount: symbol.length, line, byteStart, byteLength, positive, inBaseline };
}

/** A log of a scored capture as it was encoded: the way back from `scoreCapture`, for when it is scored again. Columns are views but for `entity`. O(rows + entities of the capture). */
export function encodedLog(capture: ScoredCapture, log: ScoredLog): EncodedLogRows {
  const { rows, model, entities } = capture;
  const own = new EntityTable(model.entity);
  const numbers = new Int32Array(entities.size).fill(-1);
  const end = log.firstRow + log.rowCount;
  const entity = rows.entity.slice(log.firstRow, end);
  for (let i = 0; i < entity.length; i++) {
    const number = numbers[entity[i]];
    entity[i] = number >= 0 ? number : (numbers[entity[i]] = own.adopt(entities, entity[i]));
  }
  const { summary, line, byteStart, byteLength, positive, inBaseline } = log;
  // Times that were made up because no row has one are not passed on: rows to come may have some.
  const time = summary.timeSpan ? rows.time.subarray(log.firstRow, end) : new Float64Array(log.rowCount).fill(NaN);
  return { summary, entities: own.toTransfer(), entity, time, symbol: rows.symbol.subarray(log.firstRow, end), line, byteStart, byteLength, positive, inBaseline };
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
