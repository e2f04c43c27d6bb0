import type { EncodedRows } from '../../symbols/rows';
import { count, seconds } from '../../symbols/words';
import { type Feature, PROTOCOLS, valueOf } from './features';
import type { ScoringModel } from './model';
import { rangeOf } from './ranges';

/** Whole numbers above this are kept rounded (`EncodedRows.features` has single precision). */
const EXACT = 2 ** 24;

/** What a row has in one field, and what the rows that it is compared with have: "41,203,004: this state has 40 to 1,514". O(1). */
export function fieldText(model: ScoringModel, rows: EncodedRows, row: number, state: number, f: number): string {
  const feature = model.features[f];
  const own = model.ofState[state] !== undefined;
  const whose = own ? 'this state has' : 'the baseline has';
  const value = valueOf(rows, model.ranges.width, row, f);
  const [least, low, , high, greatest] = rangeOf(model.ranges, own ? state : model.ofState.length, f);
  const seen = value === value ? amount(feature, value) : 'no value';
  if (!(least <= greatest)) return `${seen}: ${whose} none`;
  if (feature.unit === 'protocol') return `${seen}: ${whose} ${least === greatest ? amount(feature, least) : 'several'}`;
  const all = least === greatest ? `only ${amount(feature, least)}` : `${amount(feature, least)} to ${amount(feature, greatest)}`;
  // Within the range, what is usual tells more.
  return value >= least && value <= greatest && least !== greatest && low <= high ? `${seen}: ${whose} ${all}, mostly ${low === high ? amount(feature, low) : `${amount(feature, low)} to ${amount(feature, high)}`}` : `${seen}: ${whose} ${all}`;
}

/** A value as it was kept, in words. */
export function amount(feature: Feature, value: number): string {
  const rounded = (feature.unit === 'bytes' || feature.unit === 'packets') && Math.abs(value) > EXACT;
  return `${rounded ? 'about ' : ''}${words(feature, value)}`;
}

/** A number in the words of a feature. */
export function words({ unit }: Feature, value: number): string {
  switch (unit) {
    case 'seconds': return seconds(value);
    case 'port': return String(value);
    case 'protocol': return PROTOCOLS[value] ?? 'another protocol';
    case 'bytes': case 'packets': return Math.abs(value) > 1e15 ? value.toExponential(2) : count(value);
  }
}
