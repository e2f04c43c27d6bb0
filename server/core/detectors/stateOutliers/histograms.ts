import type { Tensor } from '../../models/safetensors';
import type { EncodedRows } from '../../symbols/rows';
import type { Spread } from '../automatonView';
import { type Feature, valueOf } from './features';
import { words } from './fieldText';

/**
 * How the values of each feature are spread among the baseline rows of each state, and, behind the last state, among all. Cell c (group x width + feature) has
 * the bins `[start[c], start[c + 1])`; bin b of it holds values from `edges[b + c]` on and below `edges[b + c + 1]`. A cell without values has no bins.
 */
export interface Histograms {
  readonly start: Uint32Array;
  readonly edges: Float64Array;
  readonly counts: Uint32Array;
  /** Rows without the value, by cell. */
  readonly missing: Uint32Array;
}

/** Bins of a cell at most. */
const BINS = 20;
const LINEAR_UNITS: ReadonlySet<Feature['unit']> = new Set(['port', 'protocol']);
const powers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => Number(`1e${from + i}`));
/** Edges of the bins for values that the baseline has not: powers of ten, minutes, hours and days, the classes of ports, every protocol. */
const BEYOND: Readonly<Record<Feature['unit'], readonly number[]>> = {
  bytes: [0, ...powers(0, 15)], packets: [0, ...powers(0, 15)], seconds: [0, ...powers(-6, 1), 60, 600, 3600, 36_000, 864_000], port: [0, 1024, 49152, 65536], protocol: Array.from({ length: 12 }, (_, i) => i - 1),
};

/** `state`: of each row, below `states`. O(rows x features). */
export function fitHistograms(features: readonly Feature[], rows: EncodedRows, state: Uint32Array, states: number): Histograms {
  const width = features.length;
  const cells = (states + 1) * width;
  const [least, greatest, missing] = [new Float64Array(cells).fill(Infinity), new Float64Array(cells).fill(-Infinity), new Uint32Array(cells)];
  const eachCell = (visit: (cell: number, value: number) => void): void => {
    for (let row = 0; row < rows.rowCount; row++) {
      for (let f = 0; f < width; f++) {
        const value = valueOf(rows, width, row, f);
        visit(state[row] * width + f, value);
        visit(states * width + f, value);
      }
    }
  };
  eachCell((cell, value) => {
    if (value !== value) missing[cell]++;
    if (value < least[cell]) least[cell] = value;
    if (value > greatest[cell]) greatest[cell] = value;
  });
  const start = new Uint32Array(cells + 1);
  const edges: number[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const own = least[cell] <= greatest[cell] ? edgesOf(features[cell % width], least[cell], greatest[cell]) : [0];
    for (const edge of own) edges.push(edge);
    start[cell + 1] = start[cell] + own.length - 1;
  }
  const histograms = { start, edges: Float64Array.from(edges), counts: new Uint32Array(start[cells]), missing };
  eachCell((cell, value) => {
    if (value === value) histograms.counts[binOf(histograms, cell, value)]++;
  });
  return histograms;
}

/** The bin of a value that lies in the range of a cell. O(log bins). */
function binOf({ start, edges }: Histograms, cell: number, value: number): number {
  let low = start[cell];
  let high = start[cell + 1] - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (edges[middle + cell] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Edges of at most `BINS` bins that hold the values from `least` to `greatest`: evenly spaced in their logarithms (those of ports and protocols in themselves), cut
 * to three digits so that they can be read, whole for numbers that are. A few whole numbers have a bin each.
 */
export function edgesOf(feature: Feature, least: number, greatest: number): number[] {
  const whole = feature.unit !== 'seconds' && Number.isInteger(least) && Number.isInteger(greatest);
  if (whole && greatest - least < BINS && Math.abs(least) < 2 ** 53) return Array.from({ length: greatest - least + 2 }, (_, i) => least + i);
  const factor = feature.factor ?? 1;
  const linear = LINEAR_UNITS.has(feature.unit);
  const axis = (x: number): number => (linear ? x : Math.sign(x) * Math.log1p(Math.abs(x) * factor));
  const value = (y: number): number => (linear ? y : (Math.sign(y) * Math.expm1(Math.abs(y))) / factor);
  const [from, to] = [axis(least), axis(greatest)];
  const edges = [cut(feature, least)];
  // One step up, and another one where division had rounded down.
  let last = cut(feature, greatest);
  while (last <= greatest) last = Number((last + digit(feature, last)).toPrecision(12));
  for (let i = 1; i < BINS; i++) {
    const edge = cut(feature, value(from + ((to - from) * i) / BINS));
    if (edge > edges[edges.length - 1] && edge < last) edges.push(edge);
  }
  return [...edges, last];
}

/** The size of the third digit of a number, at least 1 where there are only whole ones and a microsecond otherwise. */
function digit({ unit }: Feature, x: number): number {
  return Math.max(unit === 'seconds' ? 1e-6 : 1, x === 0 ? 0 : Number(`1e${Math.floor(Math.log10(Math.abs(x))) - 2}`));
}

/** The greatest number of three digits that is no larger. */
function cut(feature: Feature, x: number): number {
  const step = digit(feature, x);
  const floor = Number((Math.floor(x / step) * step).toPrecision(12));
  return floor <= x ? floor : Number((floor - step).toPrecision(12));
}

/** The values of a feature in the baseline rows of a state, or of all (group `states`), and what to sort others by. O(bins). */
export function spreadOf(feature: Feature, { start, edges, counts, missing }: Histograms, cell: number): Spread {
  const bins = start[cell + 1] - start[cell];
  const own = bins > 0 ? edges.subarray(start[cell] + cell, start[cell + 1] + cell + 1) : new Float64Array(0);
  const below = BEYOND[feature.unit].filter((edge) => bins === 0 || edge < own[0]);
  const above = BEYOND[feature.unit].filter((edge) => bins > 0 && edge > own[bins]);
  const all = Float64Array.of(...below, ...own, ...above);
  const baseline = new Float64Array(all.length + 2);
  const first = below.length + 1;
  baseline.set(counts.subarray(start[cell], start[cell + 1]), first);
  baseline[all.length + 1] = missing[cell];
  return { edges: all, baseline, first, end: first + bins, words: (bin) => binWords(feature, all, bin) };
}

/** What a bin holds: "300 to 314", "1", "1 ms to 1.2 ms", "no value". */
function binWords(feature: Feature, edges: Float64Array, bin: number): string {
  if (bin > edges.length) return 'no value';
  if (bin === 0) return `below ${words(feature, edges[0])}`;
  const from = edges[bin - 1];
  if (bin === edges.length) return `${words(feature, from)} and more`;
  const to = feature.unit === 'seconds' ? edges[bin] : edges[bin] - 1;
  return from === to ? words(feature, from) : `${words(feature, from)} to ${words(feature, to)}`;
}

/** The arrays of histograms as a model file keeps them. */
export function histogramTensors(histograms: Histograms | undefined): Readonly<Record<string, Tensor>> {
  return histograms ? { 'histograms.start': histograms.start, 'histograms.edges': histograms.edges, 'histograms.counts': histograms.counts, 'histograms.missing': histograms.missing } : {};
}

/** The histograms of a model file; undefined where it has none. `cells`: (states + 1) x features. */
export function histogramsOf(tensors: Readonly<Record<string, Tensor>>, cells: number): Histograms | undefined | { readonly fault: string } {
  const { 'histograms.start': start, 'histograms.edges': edges, 'histograms.counts': counts, 'histograms.missing': missing } = tensors;
  if ([start, edges, counts, missing].every((tensor) => tensor === undefined)) return undefined;
  const fault = { fault: 'its histograms do not fit its states' };
  if (!(start instanceof Uint32Array && edges instanceof Float64Array && counts instanceof Uint32Array && missing instanceof Uint32Array)) return fault;
  if (start.length !== cells + 1 || missing.length !== cells || start[0] !== 0 || start[cells] !== counts.length || edges.length !== counts.length + cells || !edges.every(Number.isFinite)) return fault;
  for (let cell = 0; cell < cells; cell++) {
    if (start[cell + 1] < start[cell]) return fault;
    for (let bin = start[cell]; bin < start[cell + 1]; bin++) if (edges[bin + cell] >= edges[bin + cell + 1]) return fault;
  }
  return { start, edges, counts, missing };
}
