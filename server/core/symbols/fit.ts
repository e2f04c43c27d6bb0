import type { FlowTable } from '../table/flow';
import type { NumberColumn, TextColumn } from '../table/table';
import { type Control, noControl } from '../util/control';
import { mulberry32, type Rng } from '../util/rng';
import { quantileOfSorted } from '../util/statistics';
import { type Alphabet, type AlphabetName, type Bins, type Category, type Codes, kindCount, type Quantity, sizeCount } from './alphabet';
import { decimalEncodeSettings, learnEncoder, wholeEncodeSettings } from './encode';
import { EntityTable } from './entities';
import { PORT_CLASSES, portName } from './ports';
import { carryTime, sequences } from './rows';

export interface AlphabetSettings {
  readonly alphabet: AlphabetName;
  /** Number of percentile bins of each quantity (specs/sequent.md: 5, 4, 4). */
  readonly bytesBins: number;
  readonly packetsBins: number;
  readonly durationBins: number;
  /** A port of the baseline has a value of its own from this share of its rows on. */
  readonly portShare: number;
  /** Seed of ENCODE's clustering. */
  readonly seed: number;
}

/** Values of a category at most: with the usual bins this keeps every symbol below 2^32 (18 protocols x 69 ports x 66 services x 66 states x 252 sizes); `withinRange` sees to it with more. */
const MAX_VALUES = { protocol: 16, port: 64, service: 64, state: 64 } as const;
/** Symbols are kept in 32 bits. */
const MAX_SYMBOLS = 2 ** 32;
/** Further limits of the `wide` alphabet, so that sizes beyond nearly all, and beyond all, of the baseline stand out. */
const TAIL = [1];
/** A port seen fewer times than this never has a value of its own. */
const MIN_PORT_ROWS = 3;

const QUANTITIES = [
  { name: 'bytes', fields: ['forwardBytes', 'backwardBytes'] },
  { name: 'packets', fields: ['forwardPackets', 'backwardPackets'] },
  { name: 'duration', fields: ['duration'] },
] as const;

/** Makes the alphabet from the baseline: the values that occur, and percentile limits. Throws `Cancelled` when `control` says so. O(rows log rows). */
export function fitAlphabet(baseline: FlowTable, settings: AlphabetSettings, control = noControl): Alphabet {
  if (settings.alphabet === 'given') return { name: 'given', categories: [{ name: 'symbol', values: commonTexts(baseline.symbol, Infinity), parent: -1 }], quantities: [] };
  const rng = mulberry32(settings.seed);
  const wide = settings.alphabet === 'wide';
  const categories: Category[] = [{ name: 'protocol', values: commonTexts(baseline.protocol, MAX_VALUES.protocol), parent: -1 }];
  if (wide) {
    categories.push({ name: 'port', values: commonPorts(baseline.protocol, baseline.destinationPort, settings.portShare), parent: 0 });
    categories.push({ name: 'service', values: commonTexts(baseline.service, MAX_VALUES.service), parent: 1 });
    categories.push({ name: 'state', values: commonTexts(baseline.state, MAX_VALUES.state), parent: 0 });
  }
  const binCounts = [settings.bytesBins, settings.packetsBins, settings.durationBins];
  const quantities: Quantity[] = QUANTITIES.map(({ name, fields }, i) => ({
    name,
    fields,
    bins: settings.alphabet === 'encode' ? contextCodes(baseline, fields, name === 'duration', rng, control) : percentileBins(presentValues(quantityValues(baseline, fields)), binCounts[i], wide ? TAIL : []),
  }));
  return withinRange({ name: settings.alphabet, categories, quantities });
}

/** Leaves out the rarest value of the category with the most, until every symbol is below 2^32. */
function withinRange(alphabet: Alphabet): Alphabet {
  if (kindCount(alphabet) * sizeCount(alphabet) <= MAX_SYMBOLS) return alphabet;
  const most = Math.max(...alphabet.categories.map((c) => c.values.length));
  const longest = alphabet.categories.findIndex((c) => c.values.length === most);
  return withinRange({ ...alphabet, categories: alphabet.categories.map((c, i) => (i === longest ? { ...c, values: c.values.slice(0, -1) } : c)) });
}

/** The sum of the fields that a row has; NaN for rows that have none. */
export function quantityValues(table: FlowTable, fields: Quantity['fields']): Float64Array {
  const columns = fields.map((f) => table[f]).filter((c): c is NumberColumn => c?.kind === 'number');
  const values = new Float64Array(table.rowCount);
  for (let row = 0; row < table.rowCount; row++) {
    let sum = 0;
    let present = false;
    for (const column of columns) {
      if (!column.valid.has(row)) continue;
      sum += column.values[row];
      present = true;
    }
    values[row] = present ? sum : NaN;
  }
  return values;
}

function presentValues(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value));
}

/** ENCODE's codes, from each connection's values in time order. */
function contextCodes(baseline: FlowTable, fields: Quantity['fields'], decimal: boolean, rng: Rng, control: Control): Codes {
  const entities = new EntityTable('pair');
  const entity = entities.encode(baseline);
  const { order } = sequences({ rowCount: baseline.rowCount, entity, entityCount: entities.size, time: carryTime(baseline, entity, entities.size), symbol: new Uint32Array(0) });
  const values = quantityValues(baseline, fields);
  const encoder = learnEncoder(Float64Array.from(order, (row) => values[row]), Uint32Array.from(order, (row) => entity[row]), decimal ? decimalEncodeSettings : wholeEncodeSettings, rng, control);
  return { type: 'codes', limits: [...encoder.limits], codes: [...encoder.codes], count: encoder.codeCount };
}

/** Limits at the percentiles 100/n, 200/n, ... (linear interpolation), repeated limits once. */
export function percentileBins(values: Float64Array, count: number, tail: readonly number[] = []): Bins {
  const sorted = values.slice().sort();
  const limits: number[] = [];
  const shares = [...Array.from({ length: count - 1 }, (_, i) => (i + 1) / count), ...tail];
  for (const share of sorted.length > 0 ? shares : []) {
    const limit = quantileOfSorted(sorted, share);
    if (limits.length === 0 || limit > limits[limits.length - 1]) limits.push(limit);
  }
  return { type: 'bins', limits };
}

/** The most frequent values, at most `max`; most frequent first, equals by text, so that row order does not matter. */
function commonTexts(column: TextColumn | undefined, max: number): string[] {
  if (!column) return [];
  const counts = new Float64Array(column.dictionary.size);
  for (const code of column.codes) counts[code]++;
  const present = [...column.dictionary.entries()].filter(([code]) => counts[code] > 0);
  present.sort(([a, textA], [b, textB]) => counts[b] - counts[a] || compareText(textA, textB));
  return present.slice(0, max).map(([, text]) => text);
}

/** Ports by protocol (`tcp/443`), so that tcp to port 53 is not common because udp to it is. */
function commonPorts(protocol: TextColumn | undefined, port: NumberColumn | undefined, share: number): string[] {
  if (!port) return [...PORT_CLASSES];
  const counts = new Map<string, number>();
  const n = port.values.length;
  for (let row = 0; row < n; row++) {
    if (!port.valid.has(row)) continue;
    const name = portName(protocol ? protocol.dictionary.text(protocol.codes[row]) : '', port.values[row]);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const enough = Math.max(MIN_PORT_ROWS, share * n);
  const ports = [...counts].filter(([, count]) => count >= enough).sort((x, y) => y[1] - x[1] || compareText(x[0], y[0]));
  return [...PORT_CLASSES, ...ports.slice(0, MAX_VALUES.port).map(([name]) => name)];
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
