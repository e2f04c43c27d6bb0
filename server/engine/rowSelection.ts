import type { RowSelection } from '../protocol/selection';
import type { ScoredCapture } from './scoredCapture';

/** The rows of a selection: one byte a row, 1 for those in it. O(rows). */
export async function selectRows(capture: ScoredCapture, { time }: RowSelection): Promise<Uint8Array> {
  const { rowCount, time: times } = capture.rows;
  const selected = new Uint8Array(rowCount).fill(1);
  if (time) for (let row = 0; row < rowCount; row++) selected[row] = times[row] >= time[0] && times[row] <= time[1] ? 1 : 0;
  return selected;
}
