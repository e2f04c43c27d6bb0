import { commonScore, type Calibration } from '../detectors/scoring/calibration';

/** A key, column, cell or value that is none. */
export const NONE = 0xffffffff;

/** What is counted per cell of a drawing: columns are groups of keys, rows of cells are bins of time. Arrays have one entry a row of the capture. */
export interface CellTask {
  readonly key: Uint32Array;
  /** Column of each key; `NONE` where it is not drawn. */
  readonly columnOfKey: Uint32Array;
  /** Seconds; rows without a time (NaN) are not drawn. */
  readonly time: Float64Array;
  /** Small whole numbers, of which each cell shows the most frequent. */
  readonly value: Uint32Array | Uint16Array | Uint8Array;
  /** Rows of each value in all: of values that are equally frequent in a cell it shows the one that is rarer here. */
  readonly total: Uint32Array;
  readonly raw: Float32Array;
  readonly calibration: Calibration;
  readonly columns: number;
  readonly bins: number;
  /** Seconds, both ends included. */
  readonly from: number;
  readonly to: number;
}

/** One entry a cell: that of column c and bin t is t * columns + c. */
export interface Cells {
  readonly count: Uint32Array;
  /** The most frequent value, `NONE` where there is no row. */
  readonly value: Uint32Array;
  /** The highest common score. */
  readonly worst: Float32Array;
}

/** The bin of a time within [from, to]. */
export function timeBin(time: number, from: number, to: number, bins: number): number {
  return to > from ? Math.min(bins - 1, Math.floor(((time - from) / (to - from)) * bins)) : 0;
}

/**
 * Fills the cells of columns [first, last). Rows are sorted by their cell (counting sort), so that the values of one cell are counted together.
 * O(rows + cells) time; memory for the rows that are drawn. Threads may fill ranges of columns of the same cells.
 */
export function drawCells(task: CellTask, cells: Cells, first: number, last: number): void {
  const { key, columnOfKey, time, value, raw, bins, from, to, columns } = task;
  const width = last - first;
  const ends = new Uint32Array(width * bins + 1);
  const highest = new Float32Array(width * bins).fill(-Infinity);
  // Cell and value of each row that is drawn, so that the others are looked at once. Room that is not used costs no memory.
  const cellOf = new Uint32Array(key.length);
  const valueOf = new Uint32Array(key.length);
  let drawn = 0;
  // Columns before the first wrap around to large numbers, as does `NONE`.
  for (let row = 0; row < key.length; row++) {
    const column = (columnOfKey[key[row]] - first) >>> 0;
    const t = time[row];
    if (column >= width || !(t >= from && t <= to)) continue;
    const cell = timeBin(t, from, to, bins) * width + column;
    cellOf[drawn] = cell;
    valueOf[drawn++] = value[row];
    ends[cell + 1]++;
    if (raw[row] > highest[cell]) highest[cell] = raw[row];
  }
  for (let cell = 0; cell < width * bins; cell++) ends[cell + 1] += ends[cell];
  const next = ends.slice();
  const sorted = new Uint32Array(drawn);
  for (let i = 0; i < drawn; i++) sorted[next[cellOf[i]]++] = valueOf[i];
  const seen = new Uint32Array(task.total.length);
  for (let bin = 0; bin < bins; bin++) {
    for (let column = 0; column < width; column++) {
      const cell = bin * width + column;
      const out = bin * columns + first + column;
      const count = ends[cell + 1] - ends[cell];
      cells.count[out] = count;
      cells.value[out] = count === 0 ? NONE : mostFrequent(sorted, ends[cell], ends[cell + 1], seen, task.total);
      cells.worst[out] = count === 0 ? 0 : commonScore(task.calibration, highest[cell]);
    }
  }
}

/** The most frequent of values [from, to), of several the rarest in all, then the lowest. `seen` must be zeros, and is left so. */
function mostFrequent(values: Uint32Array, from: number, to: number, seen: Uint32Array, total: Uint32Array): number {
  let best = values[from];
  let most = 0;
  for (let i = from; i < to; i++) {
    const value = values[i];
    const n = ++seen[value];
    if (n < most || (n === most && (total[value] > total[best] || (total[value] === total[best] && value > best)))) continue;
    most = n;
    best = value;
  }
  for (let i = from; i < to; i++) seen[values[i]] = 0;
  return best;
}
