import * as v from 'valibot';
import { isAscending, realNumber, wholeNumber } from '../models/checked';
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

const CATEGORIES = ['protocol', 'port', 'service', 'state', 'symbol'] as const satisfies Category['name'][];
const QUANTITIES = ['bytes', 'packets', 'duration'] as const satisfies Quantity['name'][];
const FIELDS = ['forwardBytes', 'backwardBytes', 'forwardPackets', 'backwardPackets', 'duration'] as const satisfies FlowField[];
/** Values of a category of flows, limits and codes of a quantity, and pairs of values of a category and its parent, that a file may have: several times what is learned. */
const MOST_VALUES = 512;
const MOST_LIMITS = 1 << 20;
const MOST_CODES = 1024;
const MOST_PAIRS = 1 << 20;

const limits = v.pipe(v.array(realNumber), v.maxLength(MOST_LIMITS), v.check((values: number[]) => isAscending(values)));
const wholeBelow = (end: number): v.GenericSchema<number> => v.pipe(wholeNumber, v.maxValue(end - 1));
const category = v.object({ name: v.picklist(CATEGORIES), values: v.array(v.string()), parent: v.pipe(v.number(), v.integer(), v.minValue(-1)) });
const quantity = v.object({
  name: v.picklist(QUANTITIES), fields: v.pipe(v.array(v.picklist(FIELDS)), v.maxLength(2)),
  bins: v.variant('type', [
    v.object({ type: v.literal('bins'), limits }),
    v.object({ type: v.literal('codes'), limits, codes: v.array(wholeBelow(MOST_CODES)), count: wholeBelow(MOST_CODES + 1) }),
  ]),
});
const alphabetOf = v.object({ name: v.picklist(['sequent', 'encode', 'wide', 'given'] satisfies AlphabetName[]), categories: v.array(category), quantities: v.array(quantity) });

/** Whether a value read from a file is an alphabet that encoder and words can work with. */
export function isAlphabet(value: unknown): value is Alphabet {
  if (!v.is(alphabetOf, value)) return false;
  const { categories, quantities } = value;
  return areDifferent(categories) && areDifferent(quantities) && categories.every((one, i) => fitsOthers(one, i, categories))
    && quantities.every(({ bins }) => bins.type === 'bins' || (bins.codes.length === bins.limits.length + 1 && bins.codes.every((code) => code < bins.count)))
    && sizeCount(value as Alphabet) <= 2 ** 20 && kindCount(value as Alphabet) * sizeCount(value as Alphabet) <= 2 ** 32;
}

function areDifferent(features: readonly { readonly name: string }[]): boolean {
  return new Set(features.map(({ name }) => name)).size === features.length;
}

function fitsOthers({ name, values, parent }: v.InferOutput<typeof category>, i: number, categories: readonly v.InferOutput<typeof category>[]): boolean {
  if (parent >= i || (name !== 'symbol' && values.length > MOST_VALUES)) return false;
  // Ports are read by protocol, whose digit is all that stands before them.
  if (name === 'port' && !(i === 1 && categories[0].name === 'protocol')) return false;
  return parent < 0 || (values.length + 2) * (categories[parent].values.length + 2) <= MOST_PAIRS;
}
