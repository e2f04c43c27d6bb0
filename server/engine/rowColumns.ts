import { rememberedBy } from '../core/util/recent';
import { sharedArray } from '../core/util/sharedMemory';
import { inTurns, type Slices } from '../core/util/slices';
import { commonScore } from '../core/detectors/scoring/calibration';
import type { Band } from '../protocol/places';
import type { CellColour } from '../protocol/timeline';
import { SLICE_ROWS } from './encodedRows';
import { bandOf } from './findings';
import type { ScoredCapture } from './scoredCapture';

/** Bands by number: 0 is not flagged. */
export const BANDS: readonly (Band | undefined)[] = [undefined, 'low', 'medium', 'high'];

/** Times of rows as their logs have them, NaN where a row has none, with how many have one, the first and the last. */
export interface RowTimes {
  readonly time: Float64Array;
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

/** Worked out once for the rows of a capture. */
export const timesOf = rememberedBy(({ rows }: ScoredCapture) => rows, async (capture): Promise<RowTimes> => {
  const time = await inTurns(loggedTimes(capture), () => capture.readers.pause());
  return { time, ...(await capture.readers.aggregate('times', { time })) };
});

/** The times rows are scored with are the logs' own, but where some are missing. */
function* loggedTimes({ logs, rows }: ScoredCapture): Slices<Float64Array> {
  if (logs.every(({ asRead, rowCount }) => rowCount === 0 || asRead.time.buffer === rows.time.buffer)) return rows.time;
  const time = sharedArray(Float64Array, rows.rowCount);
  for (const { asRead, firstRow, rowCount } of logs) {
    for (let from = 0; from < rowCount; from += SLICE_ROWS) {
      time.set(asRead.time.subarray(from, from + SLICE_ROWS), firstRow + from);
      yield;
    }
  }
  return time;
}

/** A small whole number of each row, and how often each number occurs. */
export interface RowValues {
  readonly value: Uint32Array | Uint16Array | Uint8Array;
  readonly total: Uint32Array;
}

/** What colours rows, or why it cannot. */
export function valuesOf(capture: ScoredCapture, colour: CellColour): Promise<RowValues> | { readonly reason: string } {
  switch (colour) {
    case 'state': return statesOf(capture);
    case 'band': return bandsOf(capture);
    case 'label': return labelsOf(capture) ?? { reason: 'No log of this capture has labels. Colour by state or by score band instead.' };
  }
}

const statesOf = rememberedBy(({ scores }: ScoredCapture) => scores, (capture) => counted(capture, capture.scores.state));

const labelsOf = (capture: ScoredCapture): Promise<RowValues> | undefined => capture.labels && countedLabels(capture);
const countedLabels = rememberedBy(({ rows }: ScoredCapture) => rows, (capture) => counted(capture, capture.labels?.code ?? new Uint16Array(0)));

/** The band of each row, as a number of `BANDS`. */
const bandsOf = rememberedBy(({ findings }: ScoredCapture) => findings, async (capture): Promise<RowValues> => {
  return counted(capture, await inTurns(rowBands(capture), () => capture.readers.pause()));
});

function* rowBands({ rows, findings, scores, model }: ScoredCapture): Slices<Uint8Array> {
  const bands = sharedArray(Uint8Array, rows.rowCount);
  for (let i = 0; i < findings.rows.length; i++) {
    const row = findings.rows[i];
    bands[row] = BANDS.indexOf(bandOf(commonScore(model.calibration, scores.raw[row]), findings.threshold));
    if (i % SLICE_FLAGGED === SLICE_FLAGGED - 1) yield;
  }
  return bands;
}

/** Flagged rows or findings worked on at a time: some milliseconds. */
export const SLICE_FLAGGED = 1 << 14;

async function counted(capture: ScoredCapture, value: RowValues['value']): Promise<RowValues> {
  return { value, total: await capture.readers.aggregate('values', { value }) };
}

/** Of each finding: times of its first and last row, NaN where none has one, that first row (with a time, where one has), and its band as a number of `BANDS`. */
export interface FindingFacts {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly firstRow: Uint32Array;
  readonly band: Uint8Array;
}

export const findingFacts = rememberedBy(({ findings }: ScoredCapture) => findings, async (capture): Promise<FindingFacts> => {
  const { time } = await timesOf(capture);
  return inTurns(factsOf(capture, time), () => capture.readers.pause());
});

function* factsOf({ findings }: ScoredCapture, time: Float64Array): Slices<FindingFacts> {
  const { starts, members, worstScore, threshold } = findings;
  const start = new Float64Array(worstScore.length).fill(NaN);
  const end = new Float64Array(worstScore.length).fill(NaN);
  const firstRow = new Uint32Array(worstScore.length);
  const band = new Uint8Array(worstScore.length);
  let looked = 0;
  for (let f = 0; f < worstScore.length; f++) {
    firstRow[f] = members[starts[f]];
    for (let i = starts[f]; i < starts[f + 1]; i++) {
      // Members are in time order; those without a time stand where scoring put them.
      const t = time[members[i]];
      if (++looked % SLICE_FLAGGED === 0) yield;
      if (Number.isNaN(t)) continue;
      if (Number.isNaN(start[f])) {
        start[f] = t;
        firstRow[f] = members[i];
      }
      end[f] = t;
    }
    band[f] = BANDS.indexOf(bandOf(worstScore[f], threshold));
  }
  return { start, end, firstRow, band };
}
