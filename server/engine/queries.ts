import type { Evidence } from '../core/detectors/detector';
import { commonScore } from '../core/detectors/scoring/calibration';
import { formatById } from '../core/formats/registry';
import { Heap } from '../core/util/heap';
import { inTurns, type Slices } from '../core/util/slices';
import { lowerBound } from '../core/util/sorted';
import { decodeUtf8 } from '../core/util/utf8';
import type { PageParams, Place } from '../protocol/places';
import { logUri } from '../protocol/uris';
import type { FlaggedLine } from './api';
import { bandOf } from './findings';
import { fieldsOfLine } from './lines';
import type { Files } from './ports';
import { logOfRow, type ScoredCapture, type ScoredLog } from './scoredCapture';

/** The flagged rows of one log, as positions in `findings.rows`. */
export function flaggedRange(capture: ScoredCapture, log: ScoredLog): readonly [number, number] {
  const { rows } = capture.findings;
  return [lowerBound(rows, log.firstRow), lowerBound(rows, log.firstRow + log.rowCount)];
}

/** The worst flagged lines of a log, worst first. O(flagged + limit log limit), in slices. */
export async function worstLines(files: Files, capture: ScoredCapture, log: ScoredLog, limit: number): Promise<FlaggedLine[]> {
  const { findings } = capture;
  const [from, to] = flaggedRange(capture, log);
  const worst = await inTurns(highest(findings.scoreOf, from, to, limit), () => capture.readers.pause());
  const shown = Uint32Array.from(worst, (position) => findings.rows[position]);
  const evidence = Array.from(shown, (row) => capture.scores.explain(row));
  const [ends, fields] = await Promise.all([endCharacters(files, log, shown), blamedFields(files, log, shown, evidence)]);
  return Array.from(shown, (row, i) => ({ ...flaggedLine(capture, log, row, evidence[i]), startCharacter: 0, endCharacter: ends[i], ...fields.get(i) }));
}

/** Values looked at between pauses: some milliseconds. */
const SLICE_VALUES = 1 << 18;

/** Positions of the `count` highest values from `from` on and before `to`, highest first, of equal ones the first. */
function* highest(values: Float32Array, from: number, to: number, count: number): Slices<readonly number[]> {
  const before = (a: number, b: number): number => values[b] - values[a] || a - b;
  // The last of those kept so far stands at the top.
  const kept = new Heap((a, b) => before(b, a));
  for (let position = from; position < to; position++) {
    if (kept.length < count) kept.push(position);
    else if (count > 0 && values[position] > values[kept.at(0)]) {
      kept.remove(0);
      kept.push(position);
    }
    if (position % SLICE_VALUES === SLICE_VALUES - 1) yield;
  }
  return Array.from({ length: kept.length }, () => kept.remove(0)).reverse();
}

/** What is told of one flagged row. */
function flaggedLine({ findings, scores, model }: ScoredCapture, log: ScoredLog, row: number, { message }: Evidence): Omit<FlaggedLine, 'startCharacter' | 'endCharacter'> {
  const finding = findings.findingOf[lowerBound(findings.rows, row)];
  const score = commonScore(model.calibration, scores.raw[row]);
  return { line: log.line[row - log.firstRow], score, band: bandOf(score, findings.threshold), message, finding: String(finding), group: findings.groups[findings.group[finding]].key };
}

type FieldSpan = Pick<FlaggedLine, 'startCharacter' | 'endCharacter'>;

/** Where the fields stand that the evidence of rows names, by place in `rows`. Their lines are read; a field that is empty there has none. */
async function blamedFields(files: Files, log: ScoredLog, rows: Uint32Array, evidence: readonly Evidence[]): Promise<ReadonlyMap<number, FieldSpan>> {
  const spans = new Map<number, FieldSpan>();
  const { header } = log.file;
  const blamed = evidence.flatMap(({ field }, i) => (field === undefined ? [] : [{ field, i }]));
  if (!header || blamed.length === 0) return spans;
  const columns = formatById(header.format)?.flowFields(header);
  const lines = await files.pieces(log.file.path, blamed.map(({ i }) => ({ start: log.byteStart[rows[i] - log.firstRow], length: log.byteLength[rows[i] - log.firstRow] })));
  for (const [k, { field, i }] of blamed.entries()) {
    const name = columns?.get(field)?.[0];
    const place = fieldsOfLine(header, lines[k]).find((one) => one.name === name);
    if (place && place.endCharacter > place.startCharacter) spans.set(i, { startCharacter: place.startCharacter, endCharacter: place.endCharacter });
  }
  return spans;
}

/**
 * Where the lines of some rows of one log end, in UTF-16 units. In a log that is all ASCII these are the bytes; of others the lines are read, each
 * once (of a compressed log in one pass).
 */
export async function endCharacters(files: Files, log: ScoredLog, rows: ArrayLike<number>): Promise<readonly number[]> {
  const pieces = Array.from(rows, (row) => ({ start: log.byteStart[row - log.firstRow], length: log.byteLength[row - log.firstRow] }));
  if (log.summary.ascii === true || pieces.length === 0) return pieces.map(({ length }) => length);
  return (await files.pieces(log.file.path, pieces)).map((bytes) => decodeUtf8(bytes).length);
}

/** Where rows stand, of whatever logs, in their order. */
export async function placesOf(files: Files, capture: ScoredCapture, rows: ArrayLike<number>): Promise<readonly Place[]> {
  const byLog = new Map<ScoredLog, number[]>();
  const logs = Array.from(rows, (row, i) => {
    const log = logOfRow(capture, row);
    const members = byLog.get(log);
    if (members) members.push(i);
    else byLog.set(log, [i]);
    return log;
  });
  const ends = new Map<number, number>();
  for (const [log, members] of byLog) (await endCharacters(files, log, members.map((i) => rows[i]))).forEach((end, k) => ends.set(members[k], end));
  return logs.map((log, i) => ({ uri: logUri(log.file.path), line: log.line[rows[i] - log.firstRow], startCharacter: 0, endCharacter: ends.get(i) as number }));
}

export function page<T>(items: ArrayLike<T>, params: PageParams): T[] {
  return Array.prototype.slice.call(items, params.start, params.start + params.count) as T[];
}
