import type { Scores } from '../core/detectors/detector';
import { commonScore, type Calibration } from '../core/detectors/scoring/calibration';
import type { EncodedRows } from '../core/symbols/rows';
import { grown, zeros } from '../core/util/memory';
import type { Slices } from '../core/util/slices';
import type { Band } from '../protocol/places';
import { SLICE_ROWS } from './encodedRows';
import { lowerBound } from '../core/util/sorted';

/** Flagged rows of one entity that lie closer than this many of its rows are one finding. */
const MERGE_DISTANCE = 10;
/** Flagged rows or findings worked on between pauses: some milliseconds. */
const SLICE_FLAGGED = 1 << 14;
/** Rows whose causes are asked for between pauses. */
const SLICE_CAUSES = 64;

/** The findings of one scoring, as arrays. Numbers of rows are those of `EncodedRows`. */
export interface Findings {
  readonly threshold: number;
  /** Flagged rows, ascending, with the finding and the common score of each. */
  readonly rows: Uint32Array;
  readonly findingOf: Uint32Array;
  readonly scoreOf: Float32Array;
  /** One entry a finding: its rows are `members.subarray(starts[f], starts[f + 1])` in time order. */
  readonly starts: Uint32Array;
  readonly members: Uint32Array;
  readonly entity: Uint32Array;
  readonly worstRow: Uint32Array;
  readonly worstScore: Float32Array;
  readonly group: Uint32Array;
  /** One entry a group: state and kind of the root cause, its findings, rows and highest score. */
  readonly groups: readonly Group[];
}

export interface Group {
  readonly key: string;
  readonly state: number;
  /** Symbol of the group's worst row, and what else its cause is (`Scores.causeOf`). */
  readonly symbol: number;
  readonly cause: number;
  readonly findings: readonly number[];
  readonly rows: number;
  readonly score: number;
}

/**
 * Rows at or above the threshold become findings (neighbouring rows of one entity together), and findings with the same
 * root cause a group. O(rows + flagged log flagged), in slices.
 */
export function* findFindings(rows: EncodedRows, scores: Scores, calibration: Calibration, threshold: number, rootCauseKey: (state: number, symbol: number, cause: number) => string): Slices<Findings> {
  const { raw, state } = scores;
  const rawThreshold = lowestFlagged(calibration, threshold);
  const { flagged, touched } = yield* flaggedRows(rows, raw, rawThreshold);
  const { members, memberFinding, starts, entity } = yield* mergedRows(rows, scores, rawThreshold, flagged.length, touched);
  const count = entity.length;
  const worstRow = zeros(Uint32Array, count);
  const worstScore = zeros(Float32Array, count);
  const group = zeros(Uint32Array, count);
  const groups = new Map<string, { index: number; state: number; symbol: number; cause: number; findings: number[]; rows: number; score: number; raw: number }>();
  let walked = 0;
  for (let f = 0; f < count; f++) {
    let worst = members[starts[f]];
    for (let i = starts[f]; i < starts[f + 1]; i++) {
      if (raw[members[i]] > raw[worst]) worst = members[i];
      if (++walked % SLICE_FLAGGED === 0) yield;
    }
    worstRow[f] = worst;
    worstScore[f] = commonScore(calibration, raw[worst]);
    const cause = scores.causeOf?.(worst) ?? 0;
    if (scores.causeOf && f % SLICE_CAUSES === SLICE_CAUSES - 1) yield;
    const key = rootCauseKey(state[worst], rows.symbol[worst], cause);
    let g = groups.get(key);
    if (!g) groups.set(key, (g = { index: groups.size, state: state[worst], symbol: rows.symbol[worst], cause, findings: [], rows: 0, score: 0, raw: -Infinity }));
    g.findings.push(f);
    g.rows += starts[f + 1] - starts[f];
    if (raw[worst] > g.raw) Object.assign(g, { raw: raw[worst], score: worstScore[f], symbol: rows.symbol[worst], cause });
    group[f] = g.index;
  }
  const findingOf = zeros(Uint32Array, flagged.length);
  const scoreOf = zeros(Float32Array, flagged.length);
  for (let i = 0; i < flagged.length; i++) {
    findingOf[lowerBound(flagged, members[i])] = memberFinding[i];
    scoreOf[i] = commonScore(calibration, raw[flagged[i]]);
    if (i % SLICE_FLAGGED === SLICE_FLAGGED - 1) yield;
  }
  return {
    threshold, rows: flagged, findingOf, scoreOf, starts, members, entity, worstRow, worstScore, group,
    groups: [...groups].map(([key, g]) => ({ key, state: g.state, symbol: g.symbol, cause: g.cause, findings: g.findings, rows: g.rows, score: g.score })),
  };
}

interface Merged extends Pick<Findings, 'members' | 'starts' | 'entity'> {
  /** Number of each member's finding. */
  readonly memberFinding: Uint32Array;
}

/** Flagged rows by entity in time order, those that lie close as one finding. O(rows of entities with flagged ones). */
function* mergedRows(rows: EncodedRows, { order, starts, raw }: Scores, rawThreshold: number, flagged: number, touched: Uint8Array): Slices<Merged> {
  const members = zeros(Uint32Array, flagged);
  const memberFinding = zeros(Uint32Array, flagged);
  // There are at most as many findings as flagged rows.
  const findingStarts = zeros(Uint32Array, flagged + 1);
  const entities = zeros(Uint32Array, flagged);
  let [count, findings, walked] = [0, 0, 0];
  for (let e = 0; e < rows.entityCount; e++) {
    if (++walked > SLICE_ROWS) {
      walked = 0;
      yield;
    }
    if (touched[e] === 0) continue;
    let last = -Infinity;
    for (let i = starts[e]; i < starts[e + 1]; i++) {
      if (++walked > SLICE_ROWS) {
        walked = 0;
        yield;
      }
      const row = order[i];
      if (!(raw[row] >= rawThreshold)) continue;
      if (i - last >= MERGE_DISTANCE) {
        findingStarts[findings] = count;
        entities[findings++] = e;
      }
      members[count] = row;
      memberFinding[count++] = findings - 1;
      last = i;
    }
  }
  findingStarts[findings] = count;
  return { members, memberFinding, starts: findingStarts.slice(0, findings + 1), entity: entities.slice(0, findings) };
}

/** Flagged rows, ascending, and a 1 for each entity that has any: the others need not be walked through. O(rows). */
function* flaggedRows(rows: EncodedRows, raw: Float32Array, rawThreshold: number): Slices<{ flagged: Uint32Array; touched: Uint8Array }> {
  let flagged = new Uint32Array(1024);
  let count = 0;
  const touched = zeros(Uint8Array, rows.entityCount);
  for (let from = 0; from < rows.rowCount; from += SLICE_ROWS) {
    const to = Math.min(rows.rowCount, from + SLICE_ROWS);
    for (let row = from; row < to; row++) {
      if (!(raw[row] >= rawThreshold)) continue;
      if (count === flagged.length) flagged = grown(flagged, count * 2);
      flagged[count++] = row;
      touched[rows.entity[row]] = 1;
    }
    yield;
  }
  return { flagged: flagged.slice(0, count), touched };
}

/** The raw score from which on rows are flagged: the inverse of the calibration, by bisection. */
function lowestFlagged(calibration: Calibration, threshold: number): number {
  let low = calibration.raw[0] - 1;
  let high = calibration.raw[calibration.raw.length - 1] + 100 * calibration.scale;
  if (commonScore(calibration, high) < threshold) return Infinity;
  for (let i = 0; i < 100 && high - low > 1e-9; i++) {
    const middle = (low + high) / 2;
    if (commonScore(calibration, middle) >= threshold) high = middle;
    else low = middle;
  }
  return high;
}

/** `low`: up to ten times as rare as a row just above the threshold; `medium`: up to a hundred times; `high`: rarer still. */
export function bandOf(score: number, threshold: number): Band {
  const decades = (s: number): number => s / (100 - s);
  const beyond = decades(score) - decades(threshold);
  return beyond >= 2 ? 'high' : beyond >= 1 ? 'medium' : 'low';
}
