import type { MaskSpec } from './graph';
import type { Tensors } from './runtime';
import { sizeOf } from './shapes';

/** Scrambles 32 bits (the finaliser of MurmurHash3, Appleby 2011). */
function scramble(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * Fills a mask with 0 (with probability `rate`, to 1 / 65,536) and 1. Counter-based: byte k depends on the key and k alone, so a step can be drawn again after a resume. O(n).
 * ONNX's own random operators advance with every call of a session and cannot be set back.
 */
export function fillMask(out: Uint8Array, rate: number, key: number): void {
  const keep = Math.round((1 - rate) * 65_536);
  for (let k = 0; k < out.length; k += 2) {
    // The key is not added but mixed by bits: two masks are not shifted copies of one sequence.
    const bits = scramble(Math.imul(k, 0x9e3779b1) ^ key);
    // The sign bit of the difference is 1 where the draw is below the limit. A store behind the end does nothing.
    out[k] = ((bits & 0xffff) - keep) >>> 31;
    out[k + 1] = ((bits >>> 16) - keep) >>> 31;
  }
}

/** Masks of every training step, by name; the arrays are filled anew by the next call. Step s of a seed is the same whatever was drawn before. */
export function maskSource(masks: readonly MaskSpec[], seed: number): (step: number) => Tensors {
  const buffers = masks.map(({ name, shape, rate }) => ({ name, rate, bytes: new Uint8Array(sizeOf(shape)) }));
  return (step) => {
    buffers.forEach(({ bytes, rate }, k) => fillMask(bytes, rate, scramble(scramble(scramble(seed) + step) + k)));
    return Object.fromEntries(buffers.map(({ name, bytes }) => [name, bytes]));
  };
}
