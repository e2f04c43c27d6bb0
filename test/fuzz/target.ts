import type { Rng } from '../../server/core/util/rng';
import { mulberry32 } from '../../server/core/util/rng';

/** One thing that is fed with damaged input. A target is a module of `targets/`, listed in `targets.ts`. */
export interface FuzzTarget {
  /** Letters, digits and dashes: part of the names of kept inputs. */
  readonly name: string;
  /** Mutations in the suite; `npm run fuzz` goes on without end. */
  readonly runs: number;
  /** Makes one input; the same generator state gives the same bytes. */
  make(rng: Rng): Uint8Array;
  /** Throws, with a message, when the input shows a fault. Depends on the input alone: what has to be chosen comes from `rngOf`. */
  check(input: Uint8Array): void | Promise<void>;
}

/** A generator whose seed is the input (FNV-1a), for choices within `check`. */
export function rngOf(input: Uint8Array): Rng {
  let hash = 0x811c9dc5;
  for (const byte of input) hash = Math.imul(hash ^ byte, 0x01000193);
  return mulberry32(hash >>> 0);
}

/** The seed of a target's run number `n`, for runs that start with the seed `base`. */
export function seedOf(target: FuzzTarget, base: number, n: number): number {
  const rng = rngOf(new TextEncoder().encode(`${target.name} ${base} ${n}`));
  return Math.floor(rng() * 2 ** 32);
}

/** The input of a seed. */
export function inputOf(target: FuzzTarget, seed: number): Uint8Array {
  return target.make(mulberry32(seed));
}
