import { aggregate, type AggregateInput, type AggregateResult } from '../../core/aggregate/aggregate';
import type { FieldBins } from '../../core/aggregate/numbers';
import type { NumbersView, Spread } from '../../core/detectors/automatonView';
import type { FieldHistogram, HistogramBin, RowsWithin, StateHistograms, StateHistogramsParams } from '../../protocol/automaton';
import type { ScoredCapture } from '../scoredCapture';
import type { Look } from './look';
import { shownRows } from './rowPage';

/** A bin between the baseline's values is odd when at most this share of its rows is expected there. */
const ODD_SHARE = 0.001;
/** Fewer rows are gone through here: threads would take longer to be told of them. */
const FEW_ROWS = 1 << 14;
const OLD_MODEL = 'The model was learned by an older Anomaline and does not tell how the values of its rows are spread. Learn it again.';

/** Values of the fields of some rows of the capture. */
export interface FieldCounts {
  readonly rows: number;
  /** Rows by bin, field by field. */
  readonly bins: readonly Uint32Array[];
  /** Rows with an odd value in some field. */
  readonly odd: number;
}

/** How the numbers of a state's rows are spread, in the baseline and in the capture. O(rows of the state), once for each state and selection. */
export async function stateHistograms(look: Look, { state, selection, row = -1 }: StateHistogramsParams): Promise<StateHistograms> {
  const { capture, view: { numbers } } = look;
  const nothing: StateHistograms = { state, own: false, baseline: 0, capture: 0, odd: 0, fields: [] };
  if (!numbers) return nothing;
  const spreads = spreadsOf(numbers, state);
  if (!spreads) return { ...nothing, note: OLD_MODEL };
  const counts = await look.fieldCounts.get(JSON.stringify([state, selection ?? {}]), async () => {
    const [mask, { starts, rows }] = [await look.mask(selection), await look.stateRows()];
    return countFields(capture, await look.run(shownRows(rows.subarray(starts[state], starts[state + 1]), mask)), spreads);
  });
  const values = capture && capture.scores.state[row] === state && capture.scores.raw[row] > -Infinity ? featuresOf(capture, numbers, row) : undefined;
  return {
    state, own: numbers.isOwn(state), capture: counts.rows, odd: counts.odd, baseline: sum(spreads[0].baseline),
    fields: spreads.map((spread, field) => histogram(numbers, spread, counts.bins[field], field, values?.[field])),
  };
}

function spreadsOf(numbers: NumbersView, state: number): readonly Spread[] | undefined {
  const spreads = numbers.names.map((_, field) => numbers.spread(state, field));
  return spreads.every((spread) => spread !== undefined) ? spreads : undefined;
}

/** Rows of the capture by bin; none where its rows were encoded for other numbers. Threads share the work. O(rows x fields). */
export async function countFields(capture: ScoredCapture | undefined, rows: Uint32Array, spreads: readonly Spread[]): Promise<FieldCounts> {
  const none: FieldCounts = { rows: 0, bins: spreads.map(({ edges }) => new Uint32Array(edges.length + 2)), odd: 0 };
  const fields = spreads.map((spread, field): FieldBins => ({ field, edges: spread.edges, wanted: oddBins(spread) }));
  const parts = await inParts(capture, 'numbers', rows, spreads.length, fields);
  return parts.reduce<FieldCounts>(({ bins, odd }, part) => ({ rows: rows.length, bins: bins.map((counts, f) => counts.map((n, bin) => n + part.bins[f][bin])), odd: odd + part.wanted }), none);
}

/** The rows of a state that have a value in one of the bins of one of the fields. O(rows x fields). */
export async function rowsWithin({ view: { numbers }, capture }: Look, state: number, rows: Uint32Array, within: readonly RowsWithin[]): Promise<Uint32Array> {
  const fields = numbers ? wantedSpreads(numbers, state, within).map(({ field, spread: { edges }, chosen }): FieldBins => ({ field, edges, wanted: Uint8Array.from({ length: edges.length + 2 }, (_, bin) => (chosen.includes(bin) ? 1 : 0)) })) : [];
  const parts = await inParts(capture, 'rowsInBins', rows, numbers?.names.length ?? 0, fields);
  const all = new Uint32Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Work on the numbers of rows, a part of them for each thread; results in the order of the rows. */
async function inParts<K extends 'numbers' | 'rowsInBins'>(capture: ScoredCapture | undefined, kind: K, rows: Uint32Array, width: number, fields: readonly FieldBins[]): Promise<AggregateResult<K>[]> {
  const features = capture && measured(capture, width);
  if (!features || rows.length === 0) return [];
  const input = (part: Uint32Array): AggregateInput<K> => ({ numbers: { rows: part, features, width }, fields });
  if (rows.length < FEW_ROWS) return [aggregate(kind, input(rows))];
  const { readers } = capture;
  const length = Math.ceil(rows.length / readers.threads);
  return Promise.all(Array.from({ length: Math.ceil(rows.length / length) }, (_, i) => readers.aggregate(kind, input(rows.subarray(i * length, (i + 1) * length)))));
}

/** Says what rows of a state have in the fields that they were looked for by: "source bytes 41,203,004, duration 3.1 s". */
export function numbersWords(look: Look, capture: ScoredCapture, state: number, within: readonly RowsWithin[]): (row: number) => string {
  const { numbers } = look.view;
  if (!numbers) return () => '';
  const wanted = wantedSpreads(numbers, state, within);
  return (row) => {
    const values = featuresOf(capture, numbers, row);
    return wanted.filter(({ field, spread, chosen }) => chosen.includes(binOf(spread.edges, values[field]))).map(({ field }) => `${numbers.names[field]} ${numbers.words(field, values[field])}`).join(', ');
  };
}

/** The fields that there are, each with its spread in the state and the chosen bins. */
function wantedSpreads(numbers: NumbersView, state: number, within: readonly RowsWithin[]): { field: number; spread: Spread; chosen: readonly number[] }[] {
  return within.flatMap(({ field, bins: chosen }) => {
    const spread = field in numbers.names ? numbers.spread(state, field) : undefined;
    return spread ? [{ field, spread, chosen }] : [];
  });
}

/** The features of the capture's rows, where there are as many a row as the model looks at. */
function measured({ rows: { features, rowCount } }: ScoredCapture, width: number): Float32Array | undefined {
  return features?.length === rowCount * width ? features : undefined;
}

function featuresOf(capture: ScoredCapture, { names }: NumbersView, row: number): readonly number[] {
  const features = measured(capture, names.length);
  return names.map((_, field) => features?.[row * names.length + field] ?? NaN);
}

/** A 1 for each bin beyond the baseline's values, and for those between them that one row more would not make usual: a few rows leave gaps that mean nothing. */
function oddBins({ baseline, edges, first, end }: Spread): Uint8Array {
  const most = ODD_SHARE * (sum(baseline) + 1);
  const missing = edges.length + 1;
  return Uint8Array.from(baseline, (rows, bin) => ((bin >= first && bin < end) || (bin === missing && rows > 0) ? (rows + 1 <= most ? 1 : 0) : 1));
}

/** The bins between the least and the greatest value of baseline and capture, and the one without value where a row has none. */
function histogram(numbers: NumbersView, spread: Spread, capture: Uint32Array, field: number, value: number | undefined): FieldHistogram {
  const { edges, baseline, first, end } = spread;
  const missing = edges.length + 1;
  const [odd, mark] = [oddBins(spread), value === undefined ? -1 : binOf(edges, value)];
  const has = (bin: number): boolean => baseline[bin] > 0 || capture[bin] > 0 || bin === mark || (bin >= first && bin < end);
  let [from, to] = [0, missing];
  while (from < to && !has(from)) from++;
  while (to > from && !has(to - 1)) to--;
  const shown = Array.from({ length: to - from }, (_, i) => from + i);
  if (has(missing)) shown.push(missing);
  return {
    name: numbers.names[field],
    bins: shown.map((bin): HistogramBin => ({
      bin, text: spread.words(bin), baseline: baseline[bin], capture: capture[bin], odd: odd[bin] === 1, kind: bin === missing ? 'missing' : bin >= first && bin < end ? 'usual' : 'beyond',
    })),
    ...(value === undefined ? {} : { mark: { bin: mark, text: numbers.words(field, value) } }),
  };
}

function binOf(edges: Float64Array, value: number): number {
  return Number.isFinite(value) ? edges.reduce((bin, edge) => (edge <= value ? bin + 1 : bin), 0) : edges.length + 1;
}

function sum(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}
