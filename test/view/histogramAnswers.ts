import type * as A from '../../server/protocol/automaton';
import type { Model } from './model';
import { isFlagged } from './rows';

const FIELDS = ['source bytes', 'destination bytes', 'source packets', 'duration'] as const;
const USUAL = 20;
/** Bins of a field: 1 below 40, 20 from 40 on in steps of 10 %, 3 beyond, and the last without a value. */
const EDGES: readonly number[] = [...Array.from({ length: USUAL + 1 }, (_, i) => Math.round(40 * 1.1 ** i)), 1000, 1_000_000];
const MISSING = EDGES.length + 1;

/** What a row has in a field: most around the middle, flagged ones far beyond in one of the first two fields, some nothing. */
function valueOf(model: Model, row: number, field: number): number {
  const hash = Math.imul(row * 4 + field + 1, 2654435761) >>> 0;
  if (field === 3 && hash % 50 === 0) return NaN;
  if (isFlagged(model, row) && field === row % 2) return 1_000_000 + (hash % 41_000_000);
  const middle = ((hash & 1023) + ((hash >>> 10) & 1023) + ((hash >>> 20) & 1023)) / 3069;
  return Math.round(40 * 1.1 ** (USUAL * middle));
}

function binOf(value: number): number {
  return Number.isNaN(value) ? MISSING : EDGES.filter((edge) => edge <= value).length;
}

const words = (value: number): string => (Number.isNaN(value) ? 'no value' : value.toLocaleString('en'));
function binText(bin: number): string {
  return bin === MISSING ? 'no value' : bin === 0 ? 'below 40' : bin === EDGES.length ? `${words(EDGES[bin - 1])} and more` : `${words(EDGES[bin - 1])} to ${words(EDGES[bin] - 1)}`;
}

/** Whether a row has a value in one of the bins of one of the fields. */
export function isWithin(model: Model, row: number, within: readonly A.RowsWithin[]): boolean {
  return within.some(({ field, bins }) => bins.includes(binOf(valueOf(model, row, field))));
}

export function numbersOf(model: Model, row: number, within: readonly A.RowsWithin[]): string {
  return within.filter((one) => isWithin(model, row, [one])).map(({ field }) => `${FIELDS[field]} ${words(valueOf(model, row, field))}`).join(', ');
}

/** `rows`: those of the state. A model without numbers has no fields. */
export function histograms(model: Model, { state, row }: A.StateHistogramsParams, rows: readonly number[]): A.StateHistograms {
  if (model.options.numbers !== 1) return { state, own: false, baseline: 0, capture: 0, odd: 0, fields: [] };
  const baseline = 10 * model.baseline[state], isHere = row !== undefined && rows.includes(row);
  const fields = FIELDS.map((name, field): A.FieldHistogram => {
    const capture = new Float64Array(MISSING + 1);
    for (const one of rows) capture[binOf(valueOf(model, one, field))]++;
    const shape = Array.from({ length: MISSING + 1 }, (_, bin) => (bin >= 1 && bin <= USUAL ? Math.exp(-(((bin - 9 - field) / 4) ** 2)) : bin === MISSING && field === 3 ? 0.1 : 0)), all = shape.reduce((a, b) => a + b, 0);
    const bins = shape.map((share, bin): A.HistogramBin => {
      const expected = Math.round((baseline * share) / all);
      return { bin, text: binText(bin), baseline: expected, capture: capture[bin], odd: bin < 1 || (bin > USUAL && expected === 0) || expected + 1 <= (baseline + 1) / 1000, kind: bin === MISSING ? 'missing' : bin >= 1 && bin <= USUAL ? 'usual' : 'beyond' };
    });
    const mark = isHere ? valueOf(model, row, field) : undefined, end = bins.reduce((last, bin, i) => (i < MISSING && (bin.capture > 0 || bin.kind === 'usual') ? i : last), 0);
    return { name, bins: bins.filter((bin, i) => (i > 0 && i <= end) || (i === MISSING && bin.capture + bin.baseline > 0)), ...(mark === undefined ? {} : { mark: { bin: binOf(mark), text: words(mark) } }) };
  });
  const odd = fields.map(({ bins }, field) => ({ field, bins: bins.filter((bin) => bin.odd).map(({ bin }) => bin) }));
  return { state, own: state % 7 !== 0, baseline, capture: rows.length, odd: rows.filter((one) => isWithin(model, one, odd)).length, fields };
}
