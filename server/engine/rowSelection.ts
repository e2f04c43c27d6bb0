import { Recent, rememberedBy } from '../core/util/recent';
import { NONE } from '../core/aggregate/cells';
import { inTurns, type Slices } from '../core/util/slices';
import type { ColumnRange, RowSelection } from '../protocol/selection';
import { SessionError } from './api';
import { SLICE_ROWS } from './encodedRows';
import { groupsOf, type Groups, orderedGroups } from './groupings';
import { timesOf } from './rowColumns';
import type { ScoredCapture } from './scoredCapture';

const recent = rememberedBy(({ rows }: ScoredCapture) => rows, () => new Recent<Promise<Uint8Array>>(1));

/**
 * 1 for each row of the capture that is selected, else 0. Rows without a time are in no range of time. What is reversed or no number is put right. Kept for
 * the last selection; not to be changed. O(rows), in slices. Throws `SessionError` for columns that the capture cannot have.
 */
export function selectRows(capture: ScoredCapture, selection: RowSelection): Promise<Uint8Array> {
  return recent(capture).get(JSON.stringify([selection.time, selection.columns]), () => selectedRows(capture, selection));
}

/** The same, not kept. */
export async function selectedRows(capture: ScoredCapture, { time, columns }: RowSelection): Promise<Uint8Array> {
  const times = time && { ...(await timesOf(capture)), range: timeRangeOf(time) };
  const picked = columns && (await pickedGroups(capture, columns));
  return inTurns(marks(capture.rows.rowCount, times, picked), () => capture.readers.pause());
}

/** [first, last] of what was asked for as a range of time; an end that is no number does not limit. */
export function timeRangeOf([a, b]: readonly [number, number], [low, high]: readonly [number, number] = [-Infinity, Infinity]): readonly [number, number] {
  const from = Number.isFinite(a) ? a : low;
  const to = Number.isFinite(b) ? b : high;
  return from <= to ? [from, to] : [to, from];
}

/** [first, last] of what was asked for as positions below `count`, which is not 0. */
export function positionsOf([a, b]: readonly [number, number], count: number): readonly [number, number] {
  const within = (position: number, fallback: number): number => Math.max(0, Math.min(count - 1, Number.isFinite(position) ? Math.trunc(position) : fallback));
  const [first, last] = [within(a, 0), within(b, count - 1)];
  return first <= last ? [first, last] : [last, first];
}

interface Picked {
  readonly key: Uint32Array;
  /** 1 for each key that is selected. */
  readonly has: Uint8Array;
}

async function pickedGroups(capture: ScoredCapture, { grouping, order, filter, first, last }: ColumnRange): Promise<Picked> {
  const groups = await groupsOf(capture, grouping);
  if ('reason' in groups) throw new SessionError(groups.reason);
  const ordered = await orderedGroups(capture, groups, order, filter);
  const column = new Uint32Array(groups.rows.length).fill(NONE);
  if (ordered.length > 0) {
    const [from, to] = positionsOf([first, last], ordered.length);
    for (let position = from; position <= to; position++) column[ordered[position]] = 0;
  }
  const ofKey = columnsOfKeys(groups, column);
  const has = new Uint8Array(ofKey.length);
  for (let key = 0; key < has.length; key++) has[key] = ofKey[key] === NONE ? 0 : 1;
  return { key: groups.key, has };
}

/** What holds for the group of each key. O(keys). */
export function columnsOfKeys({ groupOf }: Groups, ofGroup: Uint32Array): Uint32Array {
  return groupOf ? groupOf.map((group) => ofGroup[group]) : ofGroup;
}

function* marks(rowCount: number, times: { readonly time: Float64Array; readonly range: readonly [number, number] } | undefined, picked: Picked | undefined): Slices<Uint8Array> {
  const rows = new Uint8Array(rowCount).fill(1);
  for (let from = 0; from < rowCount; from += SLICE_ROWS) {
    const to = Math.min(rowCount, from + SLICE_ROWS);
    if (times) {
      const { time, range: [first, last] } = times;
      for (let row = from; row < to; row++) if (!(time[row] >= first && time[row] <= last)) rows[row] = 0;
    }
    if (picked) for (let row = from; row < to; row++) rows[row] &= picked.has[picked.key[row]];
    yield;
  }
  return rows;
}
