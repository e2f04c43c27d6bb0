import type { FlowField } from '../table/flow';

/**
 * How rows become symbols. A symbol is a number in mixed radix: one digit per feature. The categories make up the
 * symbol's *kind* (what sort of flow), the quantities its *size* (how much of it), so that
 * `symbol = kind * sizeCount + size`; both halves turn back into words (`words.ts`).
 */
export interface Alphabet {
  readonly name: AlphabetName;
  readonly categories: readonly Category[];
  readonly quantities: readonly Quantity[];
}

/**
 * `sequent`: protocol, bytes, packets, duration in percentile bins (specs/sequent.md, section 3).
 * `encode`: the same with ENCODE context clusters instead of percentile bins.
 * `wide`: adds destination port class, service and connection state.
 * `given`: the symbols stand in the log (FlexFringe CSV).
 */
export type AlphabetName = 'sequent' | 'encode' | 'wide' | 'given';

/** A feature with named values. Digit 0: missing; 1 to n: `values[digit - 1]`; n + 1: a value the baseline does not have. */
export interface Category {
  readonly name: 'protocol' | 'port' | 'service' | 'state' | 'symbol';
  readonly values: readonly string[];
  /** The category that this one depends on most, by position, or -1: the tree behind `kindModel.ts`. */
  readonly parent: number;
}

/** A feature with ordered values. Digit 0: missing. */
export interface Quantity {
  readonly name: 'bytes' | 'packets' | 'duration';
  readonly fields: readonly FlowField[];
  readonly bins: Bins | Codes;
}

/** Digit 1 + i for the first limit at or above the value; one more for values above all limits. */
export interface Bins {
  readonly type: 'bins';
  /** Ascending, distinct. */
  readonly limits: readonly number[];
}

/** Digit 1 + `codes[i]`, with i the first limit at or above the value (ENCODE, `encode.ts`). */
export interface Codes {
  readonly type: 'codes';
  /** Ascending, distinct. */
  readonly limits: readonly number[];
  /** One more than there are limits. */
  readonly codes: readonly number[];
  readonly count: number;
}

/** Number of digits a category can have. */
export function categoryRadix(category: Category): number {
  return category.values.length + 2;
}

/** Number of digits a quantity can have. */
export function quantityRadix(quantity: Quantity): number {
  return quantity.bins.type === 'bins' ? quantity.bins.limits.length + 2 : quantity.bins.count + 1;
}

/** Number of sizes: symbols of one kind. */
export function sizeCount(alphabet: Alphabet): number {
  return alphabet.quantities.reduce((n, q) => n * quantityRadix(q), 1);
}

/** Number of kinds, used or not. */
export function kindCount(alphabet: Alphabet): number {
  return alphabet.categories.reduce((n, c) => n * categoryRadix(c), 1);
}

export function kindOf(alphabet: Alphabet, symbol: number): number {
  return Math.floor(symbol / sizeCount(alphabet));
}

export function sizeOf(alphabet: Alphabet, symbol: number): number {
  return symbol % sizeCount(alphabet);
}

/** The digits of a kind, one per category; the first category is the most significant. */
export function kindDigits(alphabet: Alphabet, kind: number): number[] {
  return digits(kind, alphabet.categories.map(categoryRadix));
}

/** The digits of a size, one per quantity. */
export function sizeDigits(alphabet: Alphabet, size: number): number[] {
  return digits(size, alphabet.quantities.map(quantityRadix));
}

function digits(code: number, radices: readonly number[]): number[] {
  const result = new Array<number>(radices.length);
  let rest = code;
  for (let i = radices.length - 1; i >= 0; i--) {
    result[i] = rest % radices[i];
    rest = Math.floor(rest / radices[i]);
  }
  return result;
}

const CATEGORIES: readonly unknown[] = ['protocol', 'port', 'service', 'state', 'symbol'] satisfies Category['name'][];
const QUANTITIES: readonly unknown[] = ['bytes', 'packets', 'duration'] satisfies Quantity['name'][];

/** Whether a value read from a file is an alphabet that encoder and words can work with. */
export function isAlphabet(value: unknown): value is Alphabet {
  const { categories, quantities } = record(value);
  return Array.isArray(categories) && Array.isArray(quantities) && categories.every(isCategory) && quantities.every((quantity) => isQuantity(record(quantity)))
    // Ports are read by protocol, which stands before them.
    && categories.every((category: Category, i) => category.name !== 'port' || categories[i - 1]?.name === 'protocol')
    && sizeCount(value as Alphabet) <= 2 ** 20 && kindCount(value as Alphabet) * sizeCount(value as Alphabet) <= 2 ** 32;
}

function isCategory(value: unknown, position: number): boolean {
  const { name, values, parent } = record(value);
  return CATEGORIES.includes(name) && Array.isArray(values) && values.every((text) => typeof text === 'string') && Number.isInteger(parent) && (parent as number) >= -1 && (parent as number) < position;
}

function isQuantity({ name, fields, bins }: Record<string, unknown>): boolean {
  const { type, limits, codes, count } = record(bins);
  if (!QUANTITIES.includes(name) || !Array.isArray(fields) || !fields.every((field) => typeof field === 'string') || !isAscending(limits)) return false;
  if (type === 'bins') return true;
  return type === 'codes' && Array.isArray(codes) && codes.length === limits.length + 1 && Number.isInteger(count) && codes.every((code) => Number.isInteger(code) && code >= 0 && code < (count as number));
}

function isAscending(limits: unknown): limits is number[] {
  return Array.isArray(limits) && limits.every((limit, i) => typeof limit === 'number' && (i === 0 || limit > limits[i - 1]));
}

function record(value: unknown): Record<string, unknown> {
  return (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
}
