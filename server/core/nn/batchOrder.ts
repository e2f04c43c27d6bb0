import { mulberry32, randomBelow, type Rng } from '../util/rng';
import { lowerBound } from '../util/sorted';

/** Which rows an epoch takes, and how. */
export interface OrderOptions {
  /** Rows there are. */
  readonly rows: number;
  /** Rows of a batch, 1 or more. */
  readonly batch: number;
  readonly seed: number;
  /** In another order each epoch; default true. */
  readonly shuffle?: boolean;
  /** Length of each row (tokens), when batches shall hold rows of similar length. */
  readonly lengths?: ArrayLike<number>;
  /** Longest length of each bucket, ascending; a longer row goes to the last. */
  readonly buckets?: readonly number[];
  /** How often each row is drawn, relative to the others: an epoch then draws `rows` rows with replacement. Negative and unreal weights count as 0; without a positive one all rows are alike. */
  readonly weights?: ArrayLike<number>;
}

/** The batches of one epoch. */
export interface EpochOrder {
  /** Rows of all batches, `batch` for each; a batch that is not full repeats its last row. */
  readonly rows: Uint32Array;
  /** Rows of each batch that are no repetitions. */
  readonly counts: Uint32Array;
  /** Bucket of each batch, 0 without buckets. */
  readonly bucket: Uint8Array;
}

/** The order of an epoch: it depends on the options and the number of the epoch, not on what was asked before, so that a resumed run goes on where it was. O(rows). */
export function epochOrder(options: OrderOptions, epoch: number): EpochOrder {
  const { rows, batch, seed, shuffle = true, weights } = options;
  const rng = mulberry32(Math.imul(seed, 0x9e3779b1) ^ Math.imul(epoch + 1, 0x85ebca6b));
  const drawn = weights ? drawByWeight(weights, rows, rng) : Uint32Array.from({ length: rows }, (_, row) => row);
  if (shuffle && !weights) shuffleInPlace(drawn, rng);
  const { sorted, starts } = byBucket(drawn, options);
  const perBucket = starts.slice(1).map((end, b) => Math.ceil((end - starts[b]) / batch));
  const sequence = Uint32Array.from({ length: perBucket.reduce((a, b) => a + b, 0) }, (_, i) => i);
  // Else an epoch would go from short rows to long ones.
  if (shuffle && perBucket.length > 1) shuffleInPlace(sequence, rng);
  const order: EpochOrder = { rows: new Uint32Array(sequence.length * batch), counts: new Uint32Array(sequence.length), bucket: new Uint8Array(sequence.length) };
  let first = 0;
  perBucket.forEach((batches, b) => {
    for (let i = 0; i < batches; i++) {
      const at = sequence[first + i], from = starts[b] + i * batch, count = Math.min(batch, starts[b + 1] - from);
      order.rows.set(sorted.subarray(from, from + count), at * batch);
      order.rows.fill(sorted[from + count - 1], at * batch + count, (at + 1) * batch);
      order.counts[at] = count;
      order.bucket[at] = b;
    }
    first += batches;
  });
  return order;
}

/** Rows grouped by bucket, in their order within each (a counting sort). */
function byBucket(rows: Uint32Array, { lengths, buckets }: OrderOptions): { sorted: Uint32Array; starts: number[] } {
  if (!lengths || !buckets || buckets.length < 2) return { sorted: rows, starts: [0, rows.length] };
  const bucketOf = rows.map((row) => Math.min(lowerBound(buckets, lengths[row]), buckets.length - 1));
  const starts = new Array<number>(buckets.length + 1).fill(0);
  for (const b of bucketOf) starts[b + 1]++;
  for (let b = 0; b < buckets.length; b++) starts[b + 1] += starts[b];
  const next = starts.slice(), sorted = new Uint32Array(rows.length);
  rows.forEach((row, i) => { sorted[next[bucketOf[i]]++] = row; });
  return { sorted, starts };
}

/** Fisher and Yates. */
function shuffleInPlace(values: Uint32Array, rng: Rng): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = randomBelow(rng, i + 1), value = values[i];
    values[i] = values[j];
    values[j] = value;
  }
}

/** `n` draws with replacement by the alias method (Walker 1977, tables after Vose 1991). O(n + weights). */
function drawByWeight(weights: ArrayLike<number>, n: number, rng: Rng): Uint32Array {
  const size = weights.length;
  let share = Float64Array.from({ length: size }, (_, i) => (weights[i] > 0 && Number.isFinite(weights[i]) ? weights[i] : 0));
  const total = share.reduce((a, b) => a + b, 0);
  share = total > 0 ? share.map((weight) => (weight * size) / total) : share.fill(1);
  // What rounding leaves over goes to the heaviest row, never to one of weight 0.
  const heaviest = share.reduce((best, value, i) => (value > share[best] ? i : best), 0);
  const alias = new Uint32Array(size).fill(heaviest), small: number[] = [], large: number[] = [];
  for (let i = 0; i < size; i++) (share[i] < 1 ? small : large).push(i);
  while (small.length > 0 && large.length > 0) {
    const low = small.pop() as number, high = large[large.length - 1];
    alias[low] = high;
    share[high] -= 1 - share[low];
    if (share[high] < 1) small.push(large.pop() as number);
  }
  return Uint32Array.from({ length: n }, () => {
    const i = randomBelow(rng, size);
    return rng() < share[i] ? i : alias[i];
  });
}
