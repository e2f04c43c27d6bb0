/** What is known of the rows of each key. */
export interface KeyCounts {
  readonly rows: Uint32Array;
  /** First time, seconds; Infinity where no row has one. */
  readonly firstTime: Float64Array;
  /** Number of the first row; 0xffffffff where there is none. */
  readonly firstRow: Uint32Array;
}

/** Counts the rows of keys 0 up to `count`. `key`, `time`: one entry a row, times may be NaN. O(rows + keys). */
export function countKeys(key: Uint32Array, time: Float64Array, count: number): KeyCounts {
  const rows = new Uint32Array(count);
  const firstTime = new Float64Array(count).fill(Infinity);
  const firstRow = new Uint32Array(count).fill(0xffffffff);
  for (let row = 0; row < key.length; row++) {
    const k = key[row];
    if (rows[k]++ === 0) firstRow[k] = row;
    if (time[row] < firstTime[k]) firstTime[k] = time[row];
  }
  return { rows, firstTime, firstRow };
}

/** The counts of groups of keys. `groupOf[key]` is below `count`. O(keys + groups). */
export function countGroups(keys: KeyCounts, groupOf: Uint32Array, count: number): KeyCounts {
  const rows = new Uint32Array(count);
  const firstTime = new Float64Array(count).fill(Infinity);
  const firstRow = new Uint32Array(count).fill(0xffffffff);
  for (let key = 0; key < groupOf.length; key++) {
    const group = groupOf[key];
    rows[group] += keys.rows[key];
    if (keys.firstTime[key] < firstTime[group]) firstTime[group] = keys.firstTime[key];
    if (keys.firstRow[key] < firstRow[group]) firstRow[group] = keys.firstRow[key];
  }
  return { rows, firstTime, firstRow };
}

/** How often each value occurs, from 0 to the highest. O(values). */
export function countValues(values: Uint32Array | Uint16Array | Uint8Array): Uint32Array {
  let highest = -1;
  for (let i = 0; i < values.length; i++) if (values[i] > highest) highest = values[i];
  const counts = new Uint32Array(highest + 1);
  for (let i = 0; i < values.length; i++) counts[values[i]]++;
  return counts;
}

/** Number of times, first and last of all that are numbers. O(times). */
export function timeRange(time: Float64Array): { readonly count: number; readonly first: number; readonly last: number } {
  let count = 0;
  let first = Infinity;
  let last = -Infinity;
  for (let i = 0; i < time.length; i++) {
    const t = time[i];
    if (!Number.isFinite(t)) continue;
    count++;
    if (t < first) first = t;
    if (t > last) last = t;
  }
  return { count, first, last };
}

const HALF = 1 << 16;

/**
 * Numbers different values in ascending order of their lower, then of their first use within it: `numbers` gets the number of each value; the result
 * is the value of each number. Values are sorted by their lower half first, so that a table of 65,536 numbers is enough, and stays in the cache. O(values).
 */
export function numberDistinct(values: Uint32Array, numbers: Uint32Array): Uint32Array {
  const starts = new Uint32Array(HALF + 1);
  for (let i = 0; i < values.length; i++) starts[(values[i] & (HALF - 1)) + 1]++;
  for (let low = 0; low < HALF; low++) starts[low + 1] += starts[low];
  const order = new Uint32Array(values.length);
  const next = starts.slice();
  for (let i = 0; i < values.length; i++) order[next[values[i] & (HALF - 1)]++] = i;
  const numberOf = new Uint32Array(HALF);
  /** Lower half + 1 that `numberOf` holds for. */
  const holdsFor = new Uint32Array(HALF);
  let distinct = new Uint32Array(1024);
  let count = 0;
  for (let low = 0; low < HALF; low++) {
    for (let i = starts[low]; i < starts[low + 1]; i++) {
      const at = order[i];
      const high = values[at] >>> 16;
      if (holdsFor[high] !== low + 1) {
        holdsFor[high] = low + 1;
        numberOf[high] = count;
        if (count === distinct.length) distinct = grown(distinct);
        distinct[count++] = values[at];
      }
      numbers[at] = numberOf[high];
    }
  }
  return distinct.slice(0, count);
}

function grown(from: Uint32Array): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(from.length * 2);
  to.set(from);
  return to;
}
