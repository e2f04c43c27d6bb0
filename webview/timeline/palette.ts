import type { CellColour, TimelineCells } from '../../server/protocol/timeline';
import { type Ground, kindColours, mix, type Rgb } from '../ui/colours';

export const EMPTY = 0xffffffff;

/** The colour of values: one at full strength for each that has its own; the others share the last. */
export interface Palette {
  colour(value: number): Rgb;
  /** Values with a colour of their own, as a legend lists them. */
  readonly own: readonly number[];
  /** Some drawn value has none. */
  readonly others: boolean;
}

/** Kinds told apart by colour at once. */
export const KINDS = 6;

/** Colours that the theme has for what this page draws. */
export interface Inks {
  readonly ground: Ground;
  readonly background: Rgb;
  readonly text: Rgb;
  readonly low: Rgb;
  readonly medium: Rgb;
  readonly high: Rgb;
}

/** What is neither flagged nor one of the kinds with a colour of their own. */
export function plainInk({ ground, background, text }: Inks): Rgb {
  return mix(background, text, ground === 'dark' ? 0.62 : 0.55);
}

/**
 * Severity: the theme's colours of its bands, grey for rows that are not flagged. States and labels: colours for those that most rows are drawn with. A value
 * keeps the place it has in `before`, so that zooming changes no colour of what stays in sight. O(cells).
 */
export function paletteOf(cells: Pick<TimelineCells, 'value' | 'count'>, kind: CellColour, inks: Inks, before: readonly number[] = []): Palette {
  const plain = plainInk(inks);
  if (kind === 'band') {
    const bands = [plain, inks.low, inks.medium, inks.high];
    return { colour: (value) => bands[value] ?? plain, own: [3, 2, 1, 0], others: false };
  }
  const rows = new Map<number, number>();
  cells.value.forEach((value, cell) => { if (value !== EMPTY) rows.set(value, (rows.get(value) ?? 0) + cells.count[cell]); });
  const wanted = new Set([...rows].sort(([a, x], [b, y]) => y - x || a - b).slice(0, KINDS).map(([value]) => value));
  const slots = Array.from({ length: KINDS }, (_, slot): number | undefined => (wanted.has(before[slot]) ? before[slot] : undefined));
  for (const value of wanted) if (!slots.includes(value)) slots[slots.indexOf(undefined)] = value;
  const own = slots.map((value) => value ?? EMPTY), colours = kindColours[inks.ground], of = new Map(own.map((value, slot) => [value, colours[slot % colours.length]]));
  return { colour: (value) => of.get(value) ?? plain, own, others: [...rows.keys()].some((value) => !wanted.has(value)) };
}
