import { type Alphabet, categoryRadix, kindDigits, kindOf } from '../../symbols/alphabet';
import type { EncodedRows } from '../../symbols/rows';
import type { FlowTable } from '../../table/flow';
import { KeyIndex } from '../../util/hashTable';
import { quantileOfSorted } from '../../util/statistics';

export type FeatureSetName = 'scaled' | 'set1' | 'set2' | 'set3' | 'set4';

/** A number of a flow, and how it enters the vector that outlier models see. */
export interface Feature {
  readonly name: string;
  readonly unit: 'bytes' | 'packets' | 'seconds' | 'port' | 'protocol' | 'category';
  readonly field: 'forwardBytes' | 'backwardBytes' | 'forwardPackets' | 'backwardPackets' | 'duration' | 'sourcePort' | 'destinationPort' | 'protocol' | 'service' | 'state';
  /**
   * `raw`: as it is. `log`: ln(1 + factor x), less its median, over its interquartile range. `rarity`: -ln of the share of baseline rows with this
   * value and that of the category it depends on (`Category.parent`).
   */
  readonly scale: 'raw' | 'log' | 'rarity';
  readonly factor?: number;
}

const raw = (name: string, field: Feature['field'], unit: Feature['unit']): Feature => ({ name, field, unit, scale: 'raw' });
const PROTOCOL = raw('protocol', 'protocol', 'protocol');
const BYTES = [raw('source bytes', 'forwardBytes', 'bytes'), raw('destination bytes', 'backwardBytes', 'bytes')];
const [SOURCE_PORT, DESTINATION_PORT] = [raw('source port', 'sourcePort', 'port'), raw('destination port', 'destinationPort', 'port')];
/** Milliseconds, so that short flows differ after the logarithm. */
const PER_SECOND = 1000;

/** The feature sets of the published system (specs, section 3), and the one that does not let large numbers drown all others. */
export const FEATURE_SETS: Readonly<Record<FeatureSetName, readonly Feature[]>> = {
  scaled: [
    ...BYTES.map((feature): Feature => ({ ...feature, scale: 'log' })),
    { name: 'source packets', field: 'forwardPackets', unit: 'packets', scale: 'log' },
    { name: 'destination packets', field: 'backwardPackets', unit: 'packets', scale: 'log' },
    { name: 'duration', field: 'duration', unit: 'seconds', scale: 'log', factor: PER_SECOND },
    { name: 'protocol', field: 'protocol', unit: 'category', scale: 'rarity' },
    { name: 'port', field: 'destinationPort', unit: 'category', scale: 'rarity' },
    { name: 'service', field: 'service', unit: 'category', scale: 'rarity' },
    { name: 'state', field: 'state', unit: 'category', scale: 'rarity' },
  ],
  set1: [PROTOCOL, ...BYTES],
  set2: [DESTINATION_PORT, PROTOCOL, ...BYTES],
  set3: [SOURCE_PORT, DESTINATION_PORT, PROTOCOL, ...BYTES],
  set4: [DESTINATION_PORT, PROTOCOL, raw('duration', 'duration', 'seconds'), ...BYTES],
};

/** Numbers of protocols in the published system; all others are -1. */
export const PROTOCOLS: readonly string[] = ['udp', 'tcp', 'icmp', 'arp', 'igmp', 'rtp', 'pim', 'rtcp', 'udt', 'ipv6'];
/** What stands for a value that is missing, or no finite number: below all that counts and sizes can be. */
const MISSING = -1;
/** The narrowest interquartile range that a logarithm is divided by, so that columns that hardly vary do not count for everything. */
const LEAST_RANGE = 0.5;

/** Features that are numbers of the row; the others are read off its symbol. */
export function measured(features: readonly Feature[]): Feature[] {
  return features.filter((feature) => feature.scale !== 'rarity');
}

/** The measured features of every row, NaN where a row has none. O(rows x features). */
export function measure(features: readonly Feature[], table: FlowTable): Float32Array {
  const columns = measured(features);
  const width = columns.length;
  const values = new Float32Array(table.rowCount * width).fill(NaN);
  columns.forEach(({ field }, c) => {
    const column = table[field];
    if (!column) return;
    if (column.kind === 'number') {
      for (let row = 0; row < table.rowCount; row++) if (column.valid.has(row)) values[row * width + c] = column.values[row];
      return;
    }
    const numbers = new Map<number, number>();
    for (let row = 0; row < table.rowCount; row++) {
      const code = column.codes[row];
      if (code === 0) continue;
      let number = numbers.get(code);
      if (number === undefined) numbers.set(code, (number = PROTOCOLS.indexOf(column.dictionary.text(code))));
      values[row * width + c] = number;
    }
  });
  return values;
}

/** How raw numbers become vectors, as learned from a baseline. One entry a feature; those of `log` count. */
export interface Scaling {
  readonly center: Float64Array;
  readonly range: Float64Array;
}

/** Median and interquartile range of the logarithms in `sample` (row numbers). O(sample log sample x features). */
export function fitScaling(features: readonly Feature[], rows: EncodedRows, sample: ArrayLike<number>): Scaling {
  const center = new Float64Array(features.length);
  const range = new Float64Array(features.length).fill(1);
  const columns = measured(features);
  features.forEach((feature, f) => {
    if (feature.scale !== 'log') return;
    const c = columns.indexOf(feature);
    const values = Float64Array.from(sample, (row) => logOf(feature, valueOf(rows, columns.length, row, c))).sort();
    if (values.length === 0) return;
    center[f] = quantileOfSorted(values, 0.5);
    range[f] = Math.max(LEAST_RANGE, quantileOfSorted(values, 0.75) - quantileOfSorted(values, 0.25));
  });
  return { center, range };
}

/** A measured feature of a row; NaN where it is missing, infinite or not measured at all. */
export function valueOf(rows: EncodedRows, width: number, row: number, column: number): number {
  const value = rows.features ? rows.features[row * width + column] : NaN;
  return Number.isFinite(value) ? value : NaN;
}

function logOf(feature: Feature, value: number): number {
  return value >= 0 ? Math.log1p(value * (feature.factor ?? 1)) : MISSING;
}

/** What vectors are made with. */
export interface VectorModel {
  readonly features: readonly Feature[];
  readonly scaling: Scaling;
  readonly alphabet: Alphabet;
  /** Symbols of the baseline and how often each occurs. */
  readonly counts: { readonly rows: number; readonly symbols: Float64Array; readonly counts: Float64Array };
}

/** Makes vectors of rows; remembers what it knows of symbols. */
export class Vectors {
  readonly columns: number;
  private readonly width: number;
  private readonly rarities: readonly (Float64Array | undefined)[];
  private readonly symbols = new KeyIndex(256);
  /** Rarities of each known symbol, one entry a feature. */
  private known: Float64Array;

  constructor(private readonly model: VectorModel) {
    this.columns = model.features.length;
    this.width = measured(model.features).length;
    this.rarities = model.features.map((feature) => (feature.scale === 'rarity' ? rarityTable(model, feature) : undefined));
    this.known = new Float64Array(256 * this.columns);
  }

  /** Writes the vector of a row to `out[at ..]`. O(features). */
  write(rows: EncodedRows, row: number, out: Float64Array, at: number): void {
    const { model: { features, scaling }, width, columns } = this;
    const known = this.rarityAt(rows.symbol[row]);
    let column = 0;
    for (let f = 0; f < columns; f++) {
      const feature = features[f];
      if (feature.scale === 'rarity') {
        out[at + f] = this.known[known + f];
        continue;
      }
      const value = valueOf(rows, width, row, column++);
      out[at + f] = feature.scale === 'log' ? (logOf(feature, value) - scaling.center[f]) / scaling.range[f] : value === value ? value : MISSING;
    }
  }

  private rarityAt(symbol: number): number {
    const before = this.symbols.size;
    const at = this.symbols.add(symbol);
    const start = at * this.columns;
    if (at < before) return start;
    if (start + this.columns > this.known.length) {
      const wider = new Float64Array(this.known.length * 2);
      wider.set(this.known);
      this.known = wider;
    }
    const { alphabet, features } = this.model;
    const digits = kindDigits(alphabet, kindOf(alphabet, symbol));
    features.forEach((feature, f) => {
      const table = this.rarities[f];
      const category = categoryOf(alphabet, feature);
      if (table && category >= 0) this.known[start + f] = table[pairOf(alphabet, category, digits)];
    });
    return start;
  }
}

/** The category of the alphabet that a feature is read off; -1 where it has none. */
export function categoryOf(alphabet: Alphabet, { field }: Feature): number {
  return alphabet.categories.findIndex(({ name }) => name === (field === 'destinationPort' ? 'port' : field));
}

function pairOf(alphabet: Alphabet, category: number, digits: readonly number[]): number {
  const { parent } = alphabet.categories[category];
  return (parent < 0 ? 0 : digits[parent]) * categoryRadix(alphabet.categories[category]) + digits[category];
}

/** -ln of the share of baseline rows by digit of the parent category and digit of the category. */
function rarityTable({ alphabet, counts }: VectorModel, feature: Feature): Float64Array | undefined {
  const category = categoryOf(alphabet, feature);
  if (category < 0) return undefined;
  const { parent } = alphabet.categories[category];
  const table = new Float64Array(categoryRadix(alphabet.categories[category]) * (parent < 0 ? 1 : categoryRadix(alphabet.categories[parent])));
  counts.symbols.forEach((symbol, i) => (table[pairOf(alphabet, category, kindDigits(alphabet, kindOf(alphabet, symbol)))] += counts.counts[i]));
  return table.map((n) => -Math.log((n + 0.5) / (counts.rows + 1)));
}
