/** Fewer values than this are sorted. */
const FEW = 2048;
const BUCKETS = 4096;

/** Values whose ranks [from, to) are wanted, and where they stand among all; undefined: value i stands at i. */
interface Part {
  readonly values: Float64Array;
  readonly positions: Uint32Array | undefined;
  readonly from: number;
  readonly to: number;
}

/**
 * Positions of the values with the ranks `start` up to `start + count`, ascending; equal values in order of position. No NaN. The rest is not sorted:
 * values are shared out to buckets, and only those buckets looked at that hold the page. O(n + count log count) but for values that lie ever
 * closer together.
 */
export function rankedPage(values: Float64Array, start: number, count: number): Uint32Array {
  const from = Math.min(start, values.length);
  const to = Math.min(start + count, values.length);
  const page = new Uint32Array(to - from);
  let filled = 0;
  // Parts still to be put into the page, the next one last.
  const parts: Part[] = [{ values, positions: undefined, from, to }];
  for (let part = parts.pop(); part; part = parts.pop()) {
    if (part.from >= part.to) continue;
    const divided = part.values.length <= FEW ? undefined : divide(part);
    if (divided) {
      parts.push(...divided);
      continue;
    }
    const { values: own, positions } = part;
    const low = lowest(own);
    const isFlat = low === highest(own);
    const order = isFlat ? undefined : Uint32Array.from(own, (_, i) => i).sort((a, b) => own[a] - own[b] || a - b);
    for (let rank = part.from; rank < part.to; rank++) {
      const i = order ? order[rank] : rank;
      page[filled++] = positions ? positions[i] : i;
    }
  }
  return page;
}

/** The buckets that hold the wanted ranks: the first, those between, the last, in reverse order; undefined where all values are equal. */
function divide({ values, positions, from, to }: Part): Part[] | undefined {
  const low = lowest(values);
  const span = highest(values) - low;
  if (span === 0) return undefined;
  const bucket = new Uint16Array(values.length);
  const sizes = new Uint32Array(BUCKETS);
  for (let i = 0; i < values.length; i++) {
    const b = Math.min(BUCKETS - 1, Math.floor(((values[i] - low) / span) * BUCKETS));
    bucket[i] = b;
    sizes[b]++;
  }
  const before = new Uint32Array(BUCKETS + 1);
  for (let b = 0; b < BUCKETS; b++) before[b + 1] = before[b] + sizes[b];
  let first = 0;
  while (before[first + 1] <= from) first++;
  let last = first;
  while (before[last + 1] < to) last++;
  const take = (b: number, end: number): Part[] => {
    const size = before[end] - before[b];
    if (size === 0) return [];
    const own = new Float64Array(size);
    const at = new Uint32Array(size);
    for (let i = 0, n = 0; n < size; i++) {
      if (bucket[i] < b || bucket[i] >= end) continue;
      own[n] = values[i];
      at[n++] = positions ? positions[i] : i;
    }
    return [{ values: own, positions: at, from: Math.max(0, from - before[b]), to: Math.min(size, to - before[b]) }];
  };
  if (first === last) return take(first, first + 1);
  return [...take(last, last + 1), ...(last > first + 1 ? take(first + 1, last) : []), ...take(first, first + 1)];
}

function lowest(values: Float64Array): number {
  let low = Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] < low) low = values[i];
  return low;
}

function highest(values: Float64Array): number {
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] > high) high = values[i];
  return high;
}
