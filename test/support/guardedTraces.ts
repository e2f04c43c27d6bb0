import { mulberry32 } from '../../server/core/util/rng';
import type { Attribute } from '../../server/core/automata/attributes';
import type { TraceSet } from '../../server/core/automata/traces';

/** Traces of one symbol whose two states are told apart by numbers alone: in the quiet state `bytes` is 0 .. 99, and `threshold` or more leads to the busy one for one step, with 200 .. 399. */
export interface GuardedRecipe {
  readonly traces: number;
  readonly length: number;
  readonly threshold: number;
  readonly seed: number;
}

export const bytesAndNoise: readonly Attribute[] = [{ name: 'noise', splittable: true, distribution: true }, { name: 'bytes', splittable: true, distribution: true }];

/** The recipe's traces, with an attribute `noise` that means nothing. */
export function guardedTraces({ traces, length, threshold, seed }: GuardedRecipe): TraceSet {
  const rng = mulberry32(seed);
  const values = new Float64Array(2 * traces * length);
  for (let t = 0, i = 0; t < traces; t++) {
    for (let s = 0, busy = false; s < length; s++, i++) {
      const bytes: number = (busy ? 200 : 0) + Math.floor(rng() * (busy ? 200 : 100));
      values[2 * i] = Math.floor(rng() * 50);
      values[2 * i + 1] = bytes;
      busy = !busy && bytes >= threshold;
    }
  }
  return {
    symbols: new Uint32Array(traces * length), offsets: Uint32Array.from({ length: traces + 1 }, (_, t) => t * length), types: new Uint16Array(traces),
    alphabet: ['x'], typeNames: ['1'], attributes: { declared: bytesAndNoise, values },
  };
}
