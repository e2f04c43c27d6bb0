import type { TimelineCells } from '../../server/protocol/timeline';
import { mix, type Rgb } from '../ui/colours';
import { EMPTY, type Palette } from './palette';
import type { Shading } from './shading';

/** The weakest cell still stands out from the ground by this share of its colour. */
const WEAKEST = 0.3;
const STEPS = 32;

/** How strong a colour is drawn: from a share of it on the ground to all of it. */
export function shade(colour: Rgb, background: Rgb, strength: number): Rgb {
  return mix(background, colour, WEAKEST + (1 - WEAKEST) * strength);
}

/** Cells as pixels, red, green, blue, opacity, one each; empty ones are clear. O(cells). */
export function pixelsOf({ count, value }: Pick<TimelineCells, 'count' | 'value'>, palette: Palette, { strength }: Shading, background: Rgb): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * count.length), inks = new Map<number, Uint8ClampedArray>();
  const inkOf = (of: number): Uint8ClampedArray => {
    let ink = inks.get(of);
    if (!ink) {
      ink = new Uint8ClampedArray(3 * (STEPS + 1));
      for (let step = 0; step <= STEPS; step++) ink.set(shade(palette.colour(of), background, step / STEPS), 3 * step);
      inks.set(of, ink);
    }
    return ink;
  };
  for (let cell = 0; cell < count.length; cell++) {
    if (count[cell] === 0 || value[cell] === EMPTY) continue;
    const ink = inkOf(value[cell]), at = 3 * Math.round(strength(count[cell]) * STEPS);
    pixels[4 * cell] = ink[at];
    pixels[4 * cell + 1] = ink[at + 1];
    pixels[4 * cell + 2] = ink[at + 2];
    pixels[4 * cell + 3] = 255;
  }
  return pixels;
}

/** Cells of a value, in order of place; undefined: more than `most`. O(cells). */
export function cellsWith(values: Uint32Array, value: number, most: number): Uint32Array | undefined {
  const found: number[] = [];
  for (let cell = 0; cell < values.length; cell++) {
    if (values[cell] !== value) continue;
    if (found.length === most) return undefined;
    found.push(cell);
  }
  return Uint32Array.from(found);
}
