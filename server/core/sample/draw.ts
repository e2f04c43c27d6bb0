import { mulberry32, randomBelow, randomNormal } from '../util/rng';

/** Random choices from one seeded source. */
export interface Draw {
  /** Uniform in [0, 1). */
  readonly unit: () => number;
  /** Whole number in [low, high]. */
  readonly between: (low: number, high: number) => number;
  readonly pick: <T>(from: readonly T[]) => T;
  readonly chance: (probability: number) => boolean;
  /** Log-normal: `median` is the median, `sigma` the standard deviation of the logarithm. */
  readonly logNormal: (median: number, sigma: number) => number;
  /** `length` characters out of `alphabet`. */
  readonly text: (length: number, alphabet: string) => string;
}

export const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

export function draws(seed: number): Draw {
  const unit = mulberry32(seed);
  return {
    unit,
    between: (low, high) => low + randomBelow(unit, high - low + 1),
    pick: (from) => from[randomBelow(unit, from.length)]!,
    chance: (probability) => unit() < probability,
    logNormal: (median, sigma) => median * Math.exp(sigma * randomNormal(unit)),
    text: (length, alphabet) => {
      let text = '';
      for (let i = 0; i < length; i++) text += alphabet[randomBelow(unit, alphabet.length)];
      return text;
    },
  };
}

/**
 * Zeek-like identifiers that never repeat: a counter, scrambled by an odd multiplier (a bijection modulo 2^32), in the first
 * six characters, random characters behind it.
 */
export function identifiers(prefix: string, draw: Draw): () => string {
  let count = 0;
  return () => {
    let scrambled = Math.imul(count++, 0x9e3779b1) >>> 0;
    let text = prefix;
    for (let i = 0; i < 6; i++, scrambled = Math.floor(scrambled / 62)) text += base62[scrambled % 62];
    return text + draw.text(11, base62);
  };
}
