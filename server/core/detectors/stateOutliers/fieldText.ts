import { kindDigits, kindOf } from '../../symbols/alphabet';
import type { EncodedRows } from '../../symbols/rows';
import { categoryValue, count, seconds } from '../../symbols/words';
import { categoryOf, type Feature, measured, PROTOCOLS, valueOf } from './features';
import type { ScoringModel } from './model';
import { rangeOf } from './ranges';

/** Whole numbers above this are kept rounded (`EncodedRows.features` has single precision). */
const EXACT = 2 ** 24;

/** What a row has in one field, and what the rows that it is compared with have: "41,203,004: this state has 40 to 1,514". O(symbols of the baseline). */
export function fieldText(model: ScoringModel, rows: EncodedRows, row: number, state: number, f: number): string {
  const feature = model.features[f];
  const own = model.ofState[state] !== undefined;
  const whose = own ? 'this state has' : 'the baseline has';
  if (feature.scale === 'rarity') return categoryText(model, rows.symbol[row], feature);
  const { width } = model.ranges;
  const column = measured(model.features).indexOf(feature);
  const value = valueOf(rows, width, row, column);
  const [least, low, , high, greatest] = rangeOf(model.ranges, own ? state : model.ofState.length, column);
  const seen = value === value ? amount(feature, value) : 'no value';
  if (!(least <= greatest)) return `${seen}: ${whose} none`;
  if (feature.unit === 'protocol') return `${seen}: ${whose} ${least === greatest ? amount(feature, least) : 'several'}`;
  const all = least === greatest ? `only ${amount(feature, least)}` : `${amount(feature, least)} to ${amount(feature, greatest)}`;
  // Within the range, what is usual tells more.
  return value >= least && value <= greatest && least !== greatest && low <= high ? `${seen}: ${whose} ${all}, mostly ${low === high ? amount(feature, low) : `${amount(feature, low)} to ${amount(feature, high)}`}` : `${seen}: ${whose} ${all}`;
}

/** Whether a row's value lies outside of all that it is compared with. */
export function isBeyond(model: ScoringModel, rows: EncodedRows, row: number, state: number, f: number): boolean {
  const column = measured(model.features).indexOf(model.features[f]);
  if (column < 0) return false;
  const value = valueOf(rows, model.ranges.width, row, column);
  const range = rangeOf(model.ranges, model.ofState[state] ? state : model.ofState.length, column);
  return !(value >= range[0] && value <= range[4]);
}

function categoryText({ alphabet, counts }: ScoringModel, symbol: number, feature: Feature): string {
  const category = categoryOf(alphabet, feature);
  if (category < 0) return 'not in these logs';
  const digits = kindDigits(alphabet, kindOf(alphabet, symbol));
  const { parent } = alphabet.categories[category];
  let same = 0;
  counts.symbols.forEach((other, i) => {
    const its = kindDigits(alphabet, kindOf(alphabet, other));
    if (its[category] === digits[category] && (parent < 0 || its[parent] === digits[parent])) same += counts.counts[i];
  });
  const value = categoryValue(alphabet, digits, category);
  const of = parent < 0 ? '' : ` with ${alphabet.categories[parent].name} ${categoryValue(alphabet, digits, parent)}`;
  return `${value}${of}: ${same === 0 ? 'none' : count(same)} of ${count(counts.rows)} baseline rows`;
}

function amount({ unit }: Feature, value: number): string {
  switch (unit) {
    case 'seconds': return seconds(value);
    case 'port': return String(value);
    case 'protocol': return PROTOCOLS[value] ?? 'another protocol';
    case 'bytes': case 'packets': case 'category': return Math.abs(value) > 1e15 ? `about ${value.toExponential(2)}` : `${Math.abs(value) > EXACT ? 'about ' : ''}${count(value)}`;
  }
}
