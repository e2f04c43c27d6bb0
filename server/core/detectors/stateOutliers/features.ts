import type { Matrix } from '../../outliers/matrix';
import type { EncodedRows } from '../../symbols/rows';
import type { FlowTable } from '../../table/flow';
import { quantileOfSorted } from '../../util/statistics';
import { zeros } from '../../util/memory';

export type FeatureSetName = 'scaled' | 'set1' | 'set2' | 'set3' | 'set4';

/** A number of a flow, and how it enters the vector that outlier models see. */
export interface Feature {
  readonly name: string;
  readonly unit: 'bytes' | 'packets' | 'seconds' | 'port' | 'protocol';
  readonly field: 'forwardBytes' | 'backwardBytes' | 'forwardPackets' | 'backwardPackets' | 'duration' | 'sourcePort' | 'destinationPort' | 'protocol';
  /** `raw`: as it is. `log`: ln(1 + factor x), less its median, over its interquartile range. */
  readonly scale: 'raw' | 'log';
  readonly factor?: number;
}

const raw = (name: string, field: Feature['field'], unit: Feature['unit']): Feature => ({ name, field, unit, scale: 'raw' });
const PROTOCOL = raw('protocol', 'protocol', 'protocol');
const BYTES = [raw('source bytes', 'forwardBytes', 'bytes'), raw('destination bytes', 'backwardBytes', 'bytes')];
const [SOURCE_PORT, DESTINATION_PORT] = [raw('source port', 'sourcePort', 'port'), raw('destination port', 'destinationPort', 'port')];
/** Milliseconds, so that short flows differ after the logarithm. */
const PER_SECOND = 1000;

/**
 * The feature sets of the published system (specs, section 3), and one that does not let large numbers drown all others. In that one protocol, port, service and state
 * are no numbers: the kind of flow, which they make, has a part of the score of its own (`Judge`).
 */
export const FEATURE_SETS: Readonly<Record<FeatureSetName, readonly Feature[]>> = {
  scaled: [
    ...BYTES.map((feature): Feature => ({ ...feature, scale: 'log' })),
    { name: 'source packets', field: 'forwardPackets', unit: 'packets', scale: 'log' },
    { name: 'destination packets', field: 'backwardPackets', unit: 'packets', scale: 'log' },
    { name: 'duration', field: 'duration', unit: 'seconds', scale: 'log', factor: PER_SECOND },
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
/** What single precision holds. */
const LARGEST = 3.4e38;
/** The narrowest interquartile range that a logarithm is divided by, so that columns that hardly vary do not count for everything. */
const LEAST_RANGE = 0.5;

/**
 * The features of a set that a baseline can teach something about: those that one of its rows has. What none has is a column that its logs lack, which says nothing about rows of
 * logs with it. All of the set where nothing is left. O(rows x features).
 */
export function featuresIn(set: readonly Feature[], table: FlowTable): readonly Feature[] {
  const present = set.filter((feature) => measure([feature], table).some((value) => value === value));
  return present.length > 0 ? present : set;
}

/** The features of every row, NaN where a row has none or no finite one. O(rows x features). */
export function measure(features: readonly Feature[], table: FlowTable): Float32Array {
  const width = features.length;
  const values = zeros(Float32Array, table.rowCount * width).fill(NaN);
  features.forEach(({ field }, c) => {
    const column = table[field];
    if (!column) return;
    if (column.kind === 'number') {
      for (let row = 0; row < table.rowCount; row++) if (column.valid.has(row) && Math.abs(column.values[row]) < LARGEST) values[row * width + c] = column.values[row];
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
  features.forEach((feature, f) => {
    if (feature.scale !== 'log') return;
    const values = Float64Array.from(sample, (row) => logOf(feature, valueOf(rows, features.length, row, f))).sort();
    if (values.length === 0) return;
    center[f] = quantileOfSorted(values, 0.5);
    range[f] = Math.max(LEAST_RANGE, quantileOfSorted(values, 0.75) - quantileOfSorted(values, 0.25));
  });
  return { center, range };
}

/** A feature of a row; NaN where it is missing, infinite or not measured at all. */
export function valueOf(rows: EncodedRows, width: number, row: number, column: number): number {
  return rows.features ? rows.features[row * width + column] : NaN;
}

function logOf(feature: Feature, value: number): number {
  return value >= 0 ? Math.log1p(value * (feature.factor ?? 1)) : MISSING;
}

/** What vectors are made with. */
export interface VectorModel {
  readonly features: readonly Feature[];
  readonly scaling: Scaling;
}

/** Writes the vector of a row to `out[at ..]`. O(features). */
export function writeVector({ features, scaling }: VectorModel, rows: EncodedRows, row: number, out: Float64Array, at: number): void {
  for (let f = 0; f < features.length; f++) {
    const feature = features[f];
    const value = valueOf(rows, features.length, row, f);
    out[at + f] = feature.scale === 'log' ? (logOf(feature, value) - scaling.center[f]) / scaling.range[f] : value === value ? value : MISSING;
  }
}

/** The vectors of some rows. O(rows x features). */
export function vectorsOf(model: VectorModel, rows: EncodedRows, chosen: ArrayLike<number>): Matrix {
  const columns = model.features.length;
  const values = zeros(Float64Array, chosen.length * columns);
  for (let i = 0; i < chosen.length; i++) writeVector(model, rows, chosen[i], values, i * columns);
  return { values, columns };
}
