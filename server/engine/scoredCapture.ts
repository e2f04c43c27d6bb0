import type { Detector, Model, Scores } from '../core/detectors/detector';
import { thresholdScore } from '../core/detectors/scoring/calibration';
import { EntityTable } from '../core/symbols/entities';
import type { JoinedEntities } from '../core/symbols/joinEntities';
import { LabelTable } from '../core/symbols/labels';
import { carryingTimes, type EncodedRows, hasGaps } from '../core/symbols/rows';
import { checkCancelled, type Control } from '../core/util/control';
import type { Problem } from '../core/util/problem';
import { isShared, sharedArray } from '../core/util/sharedMemory';
import { inTurns, type Slices } from '../core/util/slices';
import { lowerBound } from '../core/util/sorted';
import type { IndexedFile } from './captureIndex';
import { SLICE_ROWS, widthOf } from './encodedRows';
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
  /** What the rows of the capture have in another form: entities and labels as the log numbers them, times with gaps. Where it is the same, it is the same memory. */
  readonly asRead: Pick<EncodedLogRows, 'entities' | 'entity' | 'time' | 'ports' | 'labels' | 'label'>;
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
  /** Ports of each row as `portPairs` has them; absent where no log has any. */
  readonly ports?: Uint32Array;
  /** Label of each row; absent where no log has labels. `names[0]` stands for none. */
  readonly labels?: RowLabels;
  /** Where work on all rows is done. */
  readonly readers: Pick<Readers, 'aggregate' | 'threads' | 'pause'>;
}

export interface RowLabels {
  readonly code: Uint16Array;
  readonly names: readonly string[];
}

const NO_LABEL = 'no label';
/** What one more log costs, in rows of the work of putting them together. */
const LOG_ROWS = 1 << 12;

/** One log with its rows, numbered by its own entities. */
export interface EncodedLog {
  readonly file: IndexedFile;
  readonly rows: EncodedLogRows;
}

/** Puts the encoded logs of a capture together and scores them. The logs are taken out of `encoded`, so that their memory can go. Throws `Cancelled`. */
export async function scoreCapture(readers: Readers, loaded: ModelInUse, encoded: EncodedLog[], acceptance: number, control: Control): Promise<ScoredCapture> {
  const { detector, model } = loaded;
  const pause = (): Promise<void> => {
    checkCancelled(control);
    return readers.pause();
  };
  const logs = encoded.splice(0);
  const one = logs.length === 1 && isShared(logs[0].rows.symbol) ? logs[0] : undefined;
  const tables = logs.map(({ rows }) => rows.entities);
  const joined = one ? { entities: tables[0], numbers: [] } : tables.length > 0 ? await readers.joinEntities(tables, control) : { entities: new EntityTable(model.entity).toTransfer(), numbers: [] };
  const gathered = await inTurns(one ? gatherOne(one) : gather(logs, joined), pause);
  const entities = EntityTable.fromTransfer(joined.entities);
  const scores = await readers.score(gathered.rows, loaded, control);
  const findings = await inTurns(flag(detector, model, gathered.rows, scores, acceptance), pause);
  return { detector, model, ...gathered, entities, scores, findings, readers };
}

type Gathered = Pick<ScoredCapture, 'logs' | 'rows' | 'ports' | 'labels'>;

/** The rows of one log are those of the capture as they are, but for times that are missing. */
function* gatherOne({ file, rows }: EncodedLog): Slices<Gathered> {
  const entityCount = rows.entities.sources.length;
  let { time } = rows;
  if (hasGaps(time)) {
    time = sharedArray(Float64Array, rows.time.length);
    time.set(rows.time);
    yield* carryingTimes(time, rows.entity, entityCount);
  }
  return {
    logs: [scoredLog(file, rows, 0, rows)],
    ...(rows.ports.length > 0 ? { ports: rows.ports } : {}),
    ...(rows.label.length > 0 ? { labels: { code: rows.label, names: [NO_LABEL, ...rows.labels] } } : {}),
    rows: { rowCount: time.length, entity: rows.entity, entityCount, time, symbol: rows.symbol, ...(rows.features.length > 0 ? { features: rows.features } : {}) },
  };
}

/** Rows of all logs, one after the other on shared memory, with entities numbered as `joined`. The places of rows are not copied. */
function* gather(encoded: readonly EncodedLog[], joined: JoinedEntities): Slices<Gathered> {
  const entityCount = joined.entities.sources.length;
  const rowCount = encoded.reduce((n, { rows }) => n + rows.symbol.length, 0);
  const entity = sharedArray(Uint32Array, rowCount);
  const time = sharedArray(Float64Array, rowCount);
  const symbol = sharedArray(Uint32Array, rowCount);
  const width = Math.max(0, ...encoded.map(({ rows }) => (rows.features.length > 0 ? widthOf(rows, 'features') : 0)));
  const features = width > 0 ? sharedArray(Float32Array, rowCount * width) : undefined;
  const ports = encoded.some(({ rows }) => rows.ports.length > 0) ? sharedArray(Uint32Array, rowCount) : undefined;
  const label = encoded.some(({ rows }) => rows.label.length > 0) ? sharedArray(Uint16Array, rowCount) : undefined;
  const labels = new LabelTable();
  const logs: ScoredLog[] = [];
  let at = 0;
  let sinceYield = 0;
  for (const [index, { file, rows }] of encoded.entries()) {
    const numbers = joined.numbers[index];
    const labelNumbers = labels.absorb(rows.labels);
    const end = at + rows.symbol.length;
    for (let from = 0; from < rows.symbol.length; from += SLICE_ROWS) {
      const to = Math.min(rows.symbol.length, from + SLICE_ROWS);
      for (let i = from; i < to; i++) entity[at + i] = numbers[rows.entity[i]];
      time.set(rows.time.subarray(from, to), at + from);
      symbol.set(rows.symbol.subarray(from, to), at + from);
      features?.set(rows.features.subarray(from * width, to * width), (at + from) * width);
      ports?.set(rows.ports.subarray(from, to), at + from);
      if (label && rows.label.length > 0) for (let i = from; i < to; i++) label[at + i] = labelNumbers[rows.label[i]];
      // Thousands of small logs are not worth a pause each.
      if ((sinceYield += to - from + LOG_ROWS) < SLICE_ROWS) continue;
      sinceYield = 0;
      yield;
    }
    const own = time.subarray(at, end);
    const gaps = hasGaps(own);
    if (gaps) yield* carryingTimes(own, entity.subarray(at, end), entityCount);
    const sameLabels = label !== undefined && rows.label.length > 0 && labelNumbers.every((number, i) => number === i);
    logs.push(scoredLog(file, rows, at, {
      ...rows, time: gaps ? rows.time : own, ports: ports && rows.ports.length > 0 ? ports.subarray(at, end) : rows.ports, label: sameLabels ? label.subarray(at, end) : rows.label,
    }));
    at = end;
  }
  return { logs, rows: { rowCount, entity, entityCount, time, symbol, ...(features ? { features } : {}) }, ...(ports ? { ports } : {}), ...(label ? { labels: { code: label, names: [NO_LABEL, ...labels.names] } } : {}) };
}

function scoredLog(file: IndexedFile, { summary, symbol, line, byteStart, byteLength, positive, inBaseline }: EncodedLogRows, firstRow: number, { entities, entity, time, ports, labels, label }: ScoredLog['asRead']): ScoredLog {
  return { file, summary, firstRow, rowCount: symbol.length, line, byteStart, byteLength, positive, inBaseline, asRead: { entities, entity, time, ports, labels, label } };
}

/** A log of a scored capture as it was encoded: the way back from `scoreCapture`, for when it is scored again. O(1), nothing is copied. */
export function encodedLog(capture: ScoredCapture, log: ScoredLog): EncodedLogRows {
  const { summary, firstRow, rowCount, line, byteStart, byteLength, positive, inBaseline, asRead } = log;
  const { symbol, features = new Float32Array(0), rowCount: all } = capture.rows;
  const width = all > 0 ? features.length / all : 0;
  return { ...asRead, summary, symbol: symbol.subarray(firstRow, firstRow + rowCount), features: features.subarray(firstRow * width, (firstRow + rowCount) * width), line, byteStart, byteLength, positive, inBaseline };
}

/** The same scores with another acceptance rate: nothing is read or scored again. */
export async function withAcceptance(capture: ScoredCapture, acceptance: number): Promise<ScoredCapture> {
  const { detector, model, rows, scores, readers } = capture;
  return { ...capture, findings: await inTurns(flag(detector, model, rows, scores, acceptance), () => readers.pause()) };
}

function flag(detector: Detector, model: Model, rows: EncodedRows, scores: Scores, acceptance: number): Slices<Findings> {
  return findFindings(rows, scores, model.calibration, thresholdScore(acceptance), (state, symbol, cause) => detector.rootCauseKey(model, state, symbol, cause));
}

/** What was wrong with a log: first its header, then its rows as far as they were kept, and the number of all. */
export function problemsOf({ file, summary }: ScoredLog): { readonly problems: readonly Problem[]; readonly total: number } {
  const header = file.header?.problems ?? [];
  return { problems: [...header, ...summary.problems], total: [...summary.problemTotals.values()].reduce((a, b) => a + b, header.length) };
}

/** The logs by the paths of their files; made once for the logs of a capture. */
export function logsByPath({ logs }: Pick<ScoredCapture, 'logs'>): ReadonlyMap<string, ScoredLog> {
  let known = knownLogs.get(logs);
  if (!known) knownLogs.set(logs, (known = new Map(logs.map((log) => [log.file.path, log]))));
  return known;
}

const knownLogs = new WeakMap<readonly ScoredLog[], ReadonlyMap<string, ScoredLog>>();

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
