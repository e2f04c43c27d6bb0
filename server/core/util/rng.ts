/** A source of uniform numbers in [0, 1). Every random choice in the core takes one, so that a seed fixes the result. */
export type Rng = () => number;

/** Mulberry32: 32 bits of state, period 2^32; good enough for sampling and test data, not for secrets. */
export function mulberry32(seed: number): Rng {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A whole number in [0, n). */
export function randomBelow(rng: Rng, n: number): number {
  return Math.floor(rng() * n);
}

/** A standard normal number (Box-Muller, one of the pair is dropped for simplicity). */
export function randomNormal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
}
