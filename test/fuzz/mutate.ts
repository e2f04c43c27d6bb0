import type { Rng } from '../../server/core/util/rng';
import { randomBelow } from '../../server/core/util/rng';

export type Mutation = (bytes: Uint8Array, rng: Rng) => Uint8Array;

/** The bytes with `remove` of them at `at` replaced. */
export function splice(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  const behind = Math.min(bytes.length, at + remove);
  const next = new Uint8Array(at + insert.length + bytes.length - behind);
  next.set(bytes.subarray(0, at));
  next.set(insert, at);
  next.set(bytes.subarray(behind), at + insert.length);
  return next;
}

const SEPARATORS = [9, 10, 13, 32, 34, 44, 45, 58, 92, 123, 124, 125];

/** Damage to any file. */
export const byteMutations: readonly Mutation[] = [
  function flip(bytes, rng) {
    const next = bytes.slice();
    for (let n = 1 + randomBelow(rng, 8); n > 0; n--) next[randomBelow(rng, next.length)] ^= 1 << randomBelow(rng, 8);
    return next;
  },
  function truncate(bytes, rng) {
    return bytes.slice(0, randomBelow(rng, bytes.length + 1));
  },
  function behead(bytes, rng) {
    return bytes.slice(randomBelow(rng, bytes.length + 1));
  },
  function insertNuls(bytes, rng) {
    return splice(bytes, randomBelow(rng, bytes.length), 0, new Uint8Array(1 + randomBelow(rng, 20)));
  },
  function duplicate(bytes, rng) {
    const from = randomBelow(rng, bytes.length);
    return splice(bytes, randomBelow(rng, bytes.length), 0, bytes.slice(from, from + randomBelow(rng, 300)));
  },
  function swapSeparators(bytes, rng) {
    const from = SEPARATORS[randomBelow(rng, SEPARATORS.length)];
    const to = SEPARATORS[randomBelow(rng, SEPARATORS.length)];
    const share = rng();
    return bytes.map((byte) => (byte === from && rng() < share ? to : byte));
  },
  function remove(bytes, rng) {
    return splice(bytes, randomBelow(rng, bytes.length), randomBelow(rng, 200), new Uint8Array(0));
  },
  function noise(bytes, rng) {
    return splice(bytes, randomBelow(rng, bytes.length), randomBelow(rng, 40), Uint8Array.from({ length: randomBelow(rng, 60) }, () => randomBelow(rng, 256)));
  },
];

/** The bytes after one to `most` of these mutations; an input that has become empty stays so. */
export function mutated(bytes: Uint8Array, mutations: readonly Mutation[], rng: Rng, most = 3): Uint8Array {
  let next = bytes;
  for (let times = 1 + randomBelow(rng, most); times > 0 && next.length > 0; times--) next = mutations[randomBelow(rng, mutations.length)](next, rng);
  return next;
}
