import { type Alphabet, kindDigits, kindOf, quantityRadix, sizeDigits, sizeOf } from './alphabet';
import { categoryValue, quantityWords, rangeWords } from './words';

/** What a field holds in some rows, in words: "443 (61 %), 80 (30 %)", "41-1,514 bytes (93 %)". */
export interface FieldWords {
  readonly name: string;
  readonly text: string;
}

/** Values of a category that are named. */
const NAMED = 3;
/** Share of the rows that a range is to hold. */
const RANGE_SHARE = 0.9;

/** The fields of rows with these symbols, of which `rows[i]` have symbol i: the most frequent values, or the narrowest range with 90 % of the rows. O(symbols x fields). */
export function fieldWords(alphabet: Alphabet, symbols: ArrayLike<number>, rows: ArrayLike<number>): FieldWords[] {
  const total = Array.prototype.reduce.call(rows, (sum: unknown, n) => (sum as number) + (n as number), 0) as number;
  if (total === 0) return [];
  const values = alphabet.categories.map(() => new Map<string, number>());
  const digits = alphabet.quantities.map((quantity) => new Float64Array(quantityRadix(quantity)));
  for (let i = 0; i < symbols.length; i++) {
    const kind = kindDigits(alphabet, kindOf(alphabet, symbols[i]));
    values.forEach((counts, j) => {
      const value = categoryValue(alphabet, kind, j);
      counts.set(value, (counts.get(value) ?? 0) + rows[i]);
    });
    sizeDigits(alphabet, sizeOf(alphabet, symbols[i])).forEach((digit, j) => (digits[j][digit] += rows[i]));
  }
  return [
    ...alphabet.categories.map(({ name }, j) => ({ name, text: mostFrequent(values[j], total) })),
    ...alphabet.quantities.map((quantity, j) => {
      if (quantity.bins.type === 'codes') return { name: quantity.name, text: mostFrequent(new Map(Array.from(digits[j], (n, digit) => [quantityWords(quantity, digit), n])), total) };
      const [first, last] = narrowest(digits[j], RANGE_SHARE);
      const parts = last >= first ? [[rangeWords(quantity, first, last), sum(digits[j], first, last)] as const] : [];
      if (digits[j][0] > 0) parts.push([quantityWords(quantity, 0), digits[j][0]]);
      return { name: quantity.name, text: parts.map(([words, n]) => `${words} (${percent(n / total)})`).join(', ') };
    }),
  ];
}

function mostFrequent(counts: ReadonlyMap<string, number>, total: number): string {
  const ranked = [...counts].filter(([, n]) => n > 0).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const named = ranked.slice(0, NAMED).map(([value, n]) => `${value} (${percent(n / total)})`);
  return ranked.length > NAMED ? `${named.join(', ')} and ${ranked.length - NAMED} more` : named.join(', ');
}

/** The shortest run of digits above 0 that holds at least this share of their rows, of equally short ones that with most; last < first: there are none. */
function narrowest(counts: Float64Array, share: number): [first: number, last: number] {
  const wanted = share * sum(counts, 1, counts.length - 1);
  if (wanted === 0) return [1, 0];
  for (let length = 1; ; length++) {
    let best = -1;
    let most = -1;
    for (let first = 1; first + length <= counts.length; first++) {
      const rows = sum(counts, first, first + length - 1);
      if (rows > most) [best, most] = [first, rows];
    }
    if (most >= wanted) return [best, best + length - 1];
  }
}

function sum(counts: Float64Array, first: number, last: number): number {
  let total = 0;
  for (let i = first; i <= last; i++) total += counts[i];
  return total;
}

/** A share as people read it: "93 %", "under 1 %". */
export function percent(share: number): string {
  const rounded = Math.round(100 * share);
  return rounded === 0 && share > 0 ? 'under 1 %' : rounded === 100 && share < 1 ? 'over 99 %' : `${rounded} %`;
}
