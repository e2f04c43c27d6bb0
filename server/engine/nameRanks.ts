import { inTurns, type Slices } from '../core/util/slices';
import type { Readers } from './ports';

/** Names worked on at a time: some milliseconds. */
const SLICE_NAMES = 8192;
/** Digits that numbers in names are filled up to. */
const PADDED = 5;
const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/\d+)?$/;

/**
 * The place of each name among all: IPv4 addresses and networks first, by number, then other names, with numbers in them by their value. Addresses are sorted in
 * a worker, as there may be very many; other names in runs, which are merged, in slices. O(names log names).
 */
export async function nameRanks({ aggregate, pause }: Pick<Readers, 'aggregate' | 'pause'>, count: number, name: (i: number) => string): Promise<Float64Array> {
  const { primary, others } = await inTurns(sortKeys(count, name), pause);
  for (const [place, i] of (await inTurns(sorted(others, name), pause)).entries()) primary[i] = 2 ** 32 + place;
  const order = await aggregate('order', { rows: new Uint32Array(count).fill(1), primary, secondary: new Uint32Array(count) });
  const ranks = new Float64Array(count);
  for (let rank = 0; rank < count; rank++) ranks[order[rank]] = rank;
  return ranks;
}

/** Addresses as numbers, and what is none. */
function* sortKeys(count: number, name: (i: number) => string): Slices<{ readonly primary: Float64Array; readonly others: readonly number[] }> {
  const primary = new Float64Array(count);
  const others: number[] = [];
  for (let i = 0; i < count; i++) {
    const address = IPV4.exec(name(i));
    if (address) primary[i] = ((Number(address[1]) * 256 + Number(address[2])) * 256 + Number(address[3])) * 256 + Number(address[4]);
    else others.push(i);
    if (i % SLICE_NAMES === SLICE_NAMES - 1) yield;
  }
  return { primary, others };
}

function* sorted(items: readonly number[], name: (i: number) => string): Slices<readonly number[]> {
  const keys = new Map<number, string>();
  for (const [at, i] of items.entries()) {
    keys.set(i, name(i).toLowerCase().replace(/\d+/g, (digits) => digits.padStart(PADDED, '0')));
    if (at % SLICE_NAMES === SLICE_NAMES - 1) yield;
  }
  const before = (a: number, b: number): number => {
    const [x, y] = [keys.get(a) as string, keys.get(b) as string];
    return x < y ? -1 : x > y ? 1 : a - b;
  };
  let runs: number[][] = [];
  for (let from = 0; from < items.length; from += SLICE_NAMES) {
    runs.push(items.slice(from, from + SLICE_NAMES).sort(before));
    yield;
  }
  while (runs.length > 1) {
    const longer: number[][] = [];
    for (let i = 0; i < runs.length; i += 2) longer.push(yield* merged(runs[i], runs[i + 1] ?? [], before));
    runs = longer;
  }
  return runs[0] ?? [];
}

function* merged(a: readonly number[], b: readonly number[], before: (a: number, b: number) => number): Slices<number[]> {
  const both: number[] = [];
  for (let i = 0, k = 0; i < a.length || k < b.length; ) {
    both.push(k >= b.length || (i < a.length && before(a[i], b[k]) <= 0) ? a[i++] : b[k++]);
    if (both.length % SLICE_NAMES === 0) yield;
  }
  return both;
}
