import type { Detector, Model, Scores } from '../core/detectors/detector';
import { thresholdScore } from '../core/evaluation/calibration';
import { EntityTable } from '../core/symbols/entities';
import { carryTimes, type EncodedRows, hasGaps } from '../core/symbols/rows';
import { checkCancelled, type Control } from '../core/util/control';
import type { Problem } from '../core/util/problem';
import { isShared, sharedArray } from '../core/util/sharedMemory';
import { lowerBound } from '../core/util/sorted';
import type { IndexedFile } from './captureIndex';
import { findFindings, type Findings } from './findings';
import type { EncodedLogRows, ModelInUse, Readers, ReadSummary } from './ports';

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
  /** What the rows of the capture have in another form: entities as the log numbers them, times with gaps. Where it is the same, it is the same memory. */
  readonly asRead: Pick<EncodedLogRows, 'entities' | 'entity' | 'time'>;
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

/** Rows copied before others have their turn: a few milliseconds. */
const SLICE_ROWS = 1 << 18;

/** Puts the encoded logs of a capture together and scores them. The logs are taken out of `encoded`, so that their memory can go. Throws `Cancelled`. */
export async function scoreCapture(readers: Readers, loaded: ModelInUse, encoded: EncodedLog[], acceptance: number, control: Control): Promise<ScoredCapture> {
  const { detector, model } = loaded;
  const gathered = await gather(readers, model, encoded, control);
  const scores = await readers.score(gathered.rows, loaded, control);
  return { detector, model, ...gathered, scores, findings: flag(detector, model, gathered.rows, scores, acceptance) };
}

/** Rows of all logs, one after the other on shared memory, with entities numbered in order of first appearance. The places of rows are not copied. */
async function gather(readers: Readers, model: Model, encoded: EncodedLog[], control: Control): Promise<Pick<ScoredCapture, 'logs' | 'rows' | 'entities'>> {
  const rowCount = encoded.reduce((n, e) => n + e.rows.symbol.length, 0);
  const entities = new EntityTable(model.entity);
  const [{ rows: first }] = encoded.length > 0 ? encoded : [{ rows: undefined }];
  // The columns of one log are those of the capture.
  const own = first && encoded.length === 1 && isShared(first.entity) && isShared(first.symbol) && isShared(first.time) ? first : undefined;
  const entity = own?.entity ?? sharedArray(Uint32Array, rowCount);
  const symbol = own?.symbol ?? sharedArray(Uint32Array, rowCount);
  const time = own && !hasGaps(own.time) ? own.time : sharedArray(Float64Array, rowCount);
  const logs: ScoredLog[] = [];
  let at = 0;
  for (const { file, rows } of encoded.splice(0)) {
    const numbers = entities.absorb(rows.entities);
    const from = at;
    const to = from + rows.symbol.length;
    for (let start = 0; time !== rows.time && start < rows.symbol.length; start += SLICE_ROWS) {
      const end = Math.min(rows.symbol.length, start + SLICE_ROWS);
      time.set(rows.time.subarray(start, end), from + start);
      if (!own) {
        for (let i = start; i < end; i++) entity[from + i] = numbers[rows.entity[i]];
        symbol.set(rows.symbol.subarray(start, end), from + start);
      }
      checkCancelled(control);
      if (end < rows.symbol.length) await readers.pause();
    }
    const gaps = time !== rows.time && hasGaps(rows.time);
    if (gaps) carryTimes(time.subarray(from, to), entity.subarray(from, to), entities.size);
    const { summary, line, byteStart, byteLength, positive, inBaseline } = rows;
    logs.push({
      file, summary, firstRow: from, rowCount: to - from, line, byteStart, byteLength, positive, inBaseline,
      asRead: { entities: rows.entities, entity: rows.entity, time: gaps ? rows.time : time.subarray(from, to) },
    });
    at = to;
  }
  return { entities, logs, rows: { rowCount, entity, entityCount: entities.size, time, symbol } };
}

/** A log of a scored capture as it was encoded: the way back from `scoreCapture`, for when it is scored again. O(1), nothing is copied. */
export function encodedLog(capture: ScoredCapture, log: ScoredLog): EncodedLogRows {
  const { summary, firstRow, rowCount, line, byteStart, byteLength, positive, inBaseline, asRead } = log;
  return { ...asRead, summary, symbol: capture.rows.symbol.subarray(firstRow, firstRow + rowCount), line, byteStart, byteLength, positive, inBaseline };
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
