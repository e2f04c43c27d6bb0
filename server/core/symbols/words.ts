import type { Alphabet, Category, Quantity } from './alphabet';
import { kindDigits, kindOf, sizeDigits, sizeOf } from './alphabet';
import { PORT_CLASSES } from './ports';

/** Zeek's connection states and the Argus and NetFlow shorthands worth spelling out. */
const STATE_WORDS: Readonly<Record<string, string>> = {
  S0: 'no answer', S1: 'established, not ended', SF: 'normal end', REJ: 'refused', S2: 'half closed by source', S3: 'half closed by destination',
  RSTO: 'reset by source', RSTR: 'reset by destination', RSTOS0: 'SYN then reset by source', RSTRH: 'SYN-ACK then reset by destination',
  SH: 'SYN then FIN, no answer', SHR: 'SYN-ACK then FIN, no SYN seen', OTH: 'midstream',
  INT: 'no answer', CON: 'two-way', REQ: 'request, no answer', RSP: 'answer only',
};

const CLASS_WORDS: Readonly<Record<string, string>> = { system: 'a rare system port (below 1024)', registered: 'a rare registered port (1024-49151)', dynamic: 'a dynamic port (above 49151)' };

/** A symbol in the reader's terms: "tcp to port 443, ssl, normal end (SF), 60-74 bytes, 1 packet, under 1 ms". */
export function symbolWords(alphabet: Alphabet, symbol: number): string {
  return [kindWords(alphabet, kindOf(alphabet, symbol)), sizeWords(alphabet, sizeOf(alphabet, symbol))].filter(Boolean).join(', ');
}

/** The kind's part of `symbolWords`: "tcp to port 443, ssl, normal end (SF)". */
export function kindWords(alphabet: Alphabet, kind: number): string {
  const digits = kindDigits(alphabet, kind);
  let text = '';
  alphabet.categories.forEach((category, i) => {
    const words = category.name === 'port' ? portWords(alphabet.categories[0].values[digits[0] - 1] ?? '', category, digits[i]) : categoryWords(category, digits[i]);
    if (words) text += category.name === 'port' || text === '' ? (text ? ' ' : '') + words : ', ' + words;
  });
  return text || 'flow';
}

/** The size's part: "60-74 bytes, 1 packet, under 1 ms". */
export function sizeWords(alphabet: Alphabet, size: number): string {
  const digits = sizeDigits(alphabet, size);
  return alphabet.quantities.map((q, i) => quantityWords(q, digits[i])).join(', ');
}

function categoryWords(category: Category, digit: number): string {
  if (digit === 0) return category.name === 'protocol' ? 'unknown protocol' : '';
  const value = category.values[digit - 1];
  switch (category.name) {
    case 'protocol': return value ?? 'a protocol the baseline does not have';
    case 'service': return value ?? 'a service the baseline does not have';
    case 'port':
    case 'symbol': return value ?? `a ${category.name} the baseline does not have`;
    case 'state': return value === undefined ? 'a connection state the baseline does not have' : STATE_WORDS[value] ? `${STATE_WORDS[value]} (${value})` : `state ${value}`;
  }
}

/** ICMP has no ports: the number is type * 256 + code (formats/format.ts). */
function portWords(protocol: string, category: Category, digit: number): string {
  if (digit === 0) return '';
  const value = category.values[digit - 1];
  const rare = digit <= PORT_CLASSES.length;
  if (/^(ipv6-)?icmp/.test(protocol)) {
    const number = Number(value?.slice(value.indexOf('/') + 1));
    if (rare || !(number >= 0)) return 'of a rare type';
    return `type ${number >>> 8}${number & 255 ? ` code ${number & 255}` : ''}`;
  }
  if (rare) return `to ${CLASS_WORDS[PORT_CLASSES[digit - 1]]}`;
  return value === undefined ? 'to a port the baseline does not have' : `to port ${value.slice(value.indexOf('/') + 1)}`;
}

/** A category's value by itself, as a field shows it: "tcp", "443", "no answer (S0)", "none". */
export function categoryValue(alphabet: Alphabet, digits: readonly number[], i: number): string {
  const category = alphabet.categories[i];
  if (digits[i] === 0) return 'none';
  return category.name === 'port' ? portWords(alphabet.categories[0].values[digits[0] - 1] ?? '', category, digits[i]).replace(/^to (port )?|^of /, '') : categoryWords(category, digits[i]);
}

/** A quantity's digit in words: "60-74 bytes", "no duration". */
export function quantityWords(quantity: Quantity, digit: number): string {
  return digit === 0 ? { bytes: 'no byte count', packets: 'no packet count', duration: 'no duration' }[quantity.name] : rangeWords(quantity, digit, digit);
}

/** The values of the digits from `first` (not 0) to `last` in words. */
export function rangeWords(quantity: Quantity, first: number, last: number): string {
  const [low] = quantityRange(quantity, first);
  const [, high] = quantityRange(quantity, last);
  if (quantity.name === 'duration') return durationRange(low, high);
  const unit = quantity.name === 'bytes' ? 'byte' : 'packet';
  // Counts are whole: (2, 5] reads 3-5.
  const from = low === undefined ? 0 : Math.floor(low) + 1;
  const to = high === undefined ? undefined : Math.floor(high);
  if (to === undefined) return `${count(from)} or more ${unit}s`;
  return from === to ? `${count(to)} ${unit}${to === 1 ? '' : 's'}` : `${count(from)}-${count(to)} ${unit}s`;
}

/**
 * The values a digit (not 0) stands for: above `low`, up to and with `high`; undefined: no limit.
 * A code of an ENCODE alphabet stands for several intervals, of which this is the hull.
 */
export function quantityRange(quantity: Quantity, digit: number): [low: number | undefined, high: number | undefined] {
  const { bins } = quantity;
  if (bins.type === 'bins') return [bins.limits[digit - 2], bins.limits[digit - 1]];
  return [bins.limits[bins.codes.indexOf(digit - 1) - 1], bins.limits[bins.codes.lastIndexOf(digit - 1)]];
}

function durationRange(low: number | undefined, high: number | undefined): string {
  if (low === undefined && high === undefined) return 'any duration';
  if (low === undefined) return high === 0 ? '0 s' : `up to ${seconds(high as number)}`;
  return high === undefined ? `over ${seconds(low)}` : `${seconds(low)} to ${seconds(high)}`;
}

/** Seconds in the unit that needs the fewest digits. */
export function seconds(value: number): string {
  const units: [number, string][] = [[86400, 'days'], [3600, 'h'], [60, 'min'], [1, 's'], [1e-3, 'ms'], [1e-6, 'µs']];
  const [size, unit] = units.find(([s]) => Math.abs(value) >= s) ?? [1, 's'];
  return `${trimmed(value / size)} ${unit}`;
}

/** A whole number with thousands separators. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** A symbol as a short name for graphs and trace files: `tcp/443/ssl/SF b2 p1 d0`. */
export function symbolKey(alphabet: Alphabet, symbol: number): string {
  const kind = kindDigits(alphabet, kindOf(alphabet, symbol));
  const size = sizeDigits(alphabet, sizeOf(alphabet, symbol));
  const names = alphabet.categories.map((c, i) => (kind[i] === 0 ? '-' : ((c.name === 'port' ? c.values[kind[i] - 1]?.replace(/^.*\//, '') : c.values[kind[i] - 1]) ?? '?')));
  return [names.join('/'), ...alphabet.quantities.map((q, i) => `${q.name[0]}${size[i]}`)].join(' ');
}
