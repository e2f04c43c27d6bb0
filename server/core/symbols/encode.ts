import { type Control, noControl } from '../util/control';
import { kMeans, pointCount, silhouette } from '../util/kMeans';
import { randomBelow } from '../util/rng';
import { lowerBound } from '../util/sorted';
import { quantileOfSorted } from '../util/statistics';
import type { Points } from '../util/kMeans';
import type { Rng } from '../util/rng';

/** How one feature is encoded by its context. */
export interface EncodeSettings {
  /** `whole`: each distinct value has its own context; `decimal`: values are put in 20 percentile bins first, which are then the values. */
  readonly kind: 'whole' | 'decimal';
  /** Codes at most. */
  readonly clusters: number;
  /** Runs of k-means; that with the best silhouette is kept. */
  readonly runs: number;
}

/** ENCODE's settings for counts such as bytes and packets, and for durations. */
export const wholeEncodeSettings: EncodeSettings = { kind: 'whole', clusters: 35, runs: 10 };
export const decimalEncodeSettings: EncodeSettings = { kind: 'decimal', clusters: 5, runs: 10 };

/**
 * A learned encoding: interval i, of values up to `limits[i]` (the last without limit) and above the one before, has code `codes[i]`.
 * Neighbouring intervals have different codes. A missing value (NaN) has the code `codeCount`.
 */
export interface ValueEncoder {
  readonly limits: Float64Array;
  readonly codes: Uint16Array;
  readonly codeCount: number;
}

const CONTEXT_BINS = 10;
const DECIMAL_BINS = 20;
/** Columns of a value's description: its frequency, how often it repeats, what follows, what precedes. */
const WIDTH = 2 + 2 * CONTEXT_BINS;
/** Decimal values this near to each other count as repeated. */
const REPEAT_TOLERANCE = 0.5;
/** The silhouette looks at this many values at most; it costs their square. */
const SILHOUETTE_SAMPLE = 1000;

/**
 * ENCODE: values get the same code when they occur in the same contexts, that is with the same frequency, repetitions, followers and predecessors
 * within an entity (specs, SEQUENT, section 3). `values[i]` is the feature of event i of `entities[i]`, in time order; NaN is missing and is passed over.
 *
 * Differs from the published program, on purpose: a decimal bin counts all its values, not only its last; limits of decimal bins are not rounded up, which would
 * put all durations below a second in one; codes are numbered by the least value they contain; a value that training lacks has the code of the nearest that it has.
 * Throws `Cancelled` when `control` says so. O(n log n + distinct values x clusters x runs).
 */
export function learnEncoder(values: ArrayLike<number>, entities: ArrayLike<number>, settings: EncodeSettings, rng: Rng, control = noControl): ValueEncoder {
  const present = Float64Array.from(values).filter((value) => !Number.isNaN(value)).sort();
  if (present.length === 0) return { limits: new Float64Array(0), codes: new Uint16Array(1), codeCount: 1 };
  const limits = settings.kind === 'whole' ? midpoints(present) : binLimits(present);
  const levels = limits.length + 1;
  const table = describe(values, entities, limits, settings.kind);
  return compact(limits, bestClustering({ values: table, width: WIDTH }, Math.min(settings.clusters, levels), settings.runs, rng, control));
}

/** The code of a value, 0 .. codeCount. O(log intervals). */
export function encodeValue(encoder: ValueEncoder, value: number): number {
  return Number.isNaN(value) ? encoder.codeCount : encoder.codes[lowerBound(encoder.limits, value)];
}

/** The intervals (above, up to] that have a code. */
export function intervalsOfCode(encoder: ValueEncoder, code: number): { readonly above: number; readonly upTo: number }[] {
  return Array.from(encoder.codes, (c, i) => ({ c, above: encoder.limits[i - 1] ?? -Infinity, upTo: encoder.limits[i] ?? Infinity })).filter(({ c }) => c === code).map(({ above, upTo }) => ({ above, upTo }));
}

/** Limits between neighbouring distinct values, so that a value in between belongs to the nearer one. */
function midpoints(sorted: Float64Array): Float64Array {
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  return distinct.subarray(1).map((value, i) => distinct[i] + (value - distinct[i]) / 2);
}

/** The 5th, 10th, ..., 95th percentile, each once. */
function binLimits(sorted: Float64Array): Float64Array {
  const limits = Float64Array.from({ length: DECIMAL_BINS - 1 }, (_, i) => quantileOfSorted(sorted, (i + 1) / DECIMAL_BINS));
  return limits.filter((limit, i) => i === 0 || limit !== limits[i - 1]);
}

/** One row of numbers for each interval: what ENCODE knows about a value. */
function describe(values: ArrayLike<number>, entities: ArrayLike<number>, limits: Float64Array, kind: EncodeSettings['kind']): Float64Array {
  const levels = limits.length + 1;
  const tolerance = kind === 'decimal' ? REPEAT_TOLERANCE : 0;
  // What stands for a value among followers and predecessors: itself, or the number of its bin.
  const inContext = (value: number): number => (kind === 'whole' ? value : lowerBound(limits, value));
  const table = new Float64Array(levels * WIDTH);
  const before: number[] = [];
  const after: number[] = [];
  // Index of the last event of each entity that had a value.
  const last = new Map<number, number>();
  for (let i = 0; i < entities.length; i++) {
    if (Number.isNaN(values[i])) continue;
    table[lowerBound(limits, values[i]) * WIDTH]++;
    const previous = last.get(entities[i]);
    last.set(entities[i], i);
    if (previous === undefined) continue;
    before.push(values[previous]);
    after.push(values[i]);
  }
  const afterLimits = contextLimits(after.map(inContext));
  const beforeLimits = contextLimits(before.map(inContext));
  for (let i = 0; i < after.length; i++) {
    const from = lowerBound(limits, before[i]) * WIDTH;
    const to = lowerBound(limits, after[i]) * WIDTH;
    if (Math.abs(after[i] - before[i]) <= tolerance) table[from + 1]++;
    table[from + 2 + lowerBound(afterLimits, inContext(after[i]))]++;
    table[to + 2 + CONTEXT_BINS + lowerBound(beforeLimits, inContext(before[i]))]++;
  }
  for (let level = 0; level < levels; level++) table[level * WIDTH] = Math.log10(table[level * WIDTH] + 1);
  return table;
}

/** The 10th, 20th, ..., 90th percentile, rounded up; what is above belongs to the last bin. */
function contextLimits(values: readonly number[]): Float64Array {
  if (values.length === 0) return new Float64Array(0);
  const sorted = Float64Array.from(values).sort();
  return Float64Array.from({ length: CONTEXT_BINS - 1 }, (_, i) => Math.ceil(quantileOfSorted(sorted, (i + 1) / CONTEXT_BINS)));
}

function bestClustering(points: Points, k: number, runs: number, rng: Rng, control: Control): Uint32Array {
  const chosen = sample(pointCount(points), SILHOUETTE_SAMPLE, rng);
  const view: Points = { values: Float64Array.from(chosen.flatMap((i) => Array.from(points.values.subarray(i * WIDTH, (i + 1) * WIDTH)))), width: WIDTH };
  let best = new Uint32Array(0);
  let bestValue = -Infinity;
  for (let run = 0; run < runs; run++) {
    const assigned = kMeans(points, k, rng, undefined, control);
    const value = silhouette(view, chosen.map((i) => assigned[i]));
    if (value <= bestValue) continue;
    bestValue = value;
    best = Uint32Array.from(assigned);
  }
  return best;
}

/** `size` different whole numbers below n, ascending; all of them when there are no more (Knuth's selection sampling). */
function sample(n: number, size: number, rng: Rng): number[] {
  const chosen: number[] = [];
  for (let i = 0; i < n && chosen.length < size; i++) if (n <= size || randomBelow(rng, n - i) < size - chosen.length) chosen.push(i);
  return chosen;
}

/** Numbers the codes by first interval and joins neighbours with one code. */
function compact(limits: Float64Array, clusters: Uint32Array): ValueEncoder {
  const numbers = new Map<number, number>();
  for (const cluster of clusters) if (!numbers.has(cluster)) numbers.set(cluster, numbers.size);
  const keptLimits: number[] = [];
  const codes: number[] = [];
  clusters.forEach((cluster, i) => {
    if (i + 1 < clusters.length && clusters[i + 1] === cluster) return;
    codes.push(numbers.get(cluster)!);
    if (i < limits.length) keptLimits.push(limits[i]);
  });
  return { limits: Float64Array.from(keptLimits), codes: Uint16Array.from(codes), codeCount: numbers.size };
}
