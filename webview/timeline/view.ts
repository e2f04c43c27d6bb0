/** What of the timeline is looked at: seconds, and groups from the left edge of one up to the right edge of another (both may lie between). */
export interface Window {
  readonly time: readonly [number, number];
  readonly groups: readonly [number, number];
}

/** The least one can look at: a millisecond, one group. */
const LEAST_TIME = 0.001, LEAST_GROUPS = 1;

/** Everything. A capture of one moment gets half a second on both sides. */
export function wholeOf(span: readonly [number, number], groupTotal: number): Window {
  const [from, to] = span;
  return { time: to > from ? [from, to] : [from - 0.5, from + 0.5], groups: [0, Math.max(1, groupTotal)] };
}

function within([from, to]: readonly [number, number], [low, high]: readonly [number, number], least: number): readonly [number, number] {
  const size = Math.min(high - low, Math.max(Math.min(least, high - low), to - from)), start = Math.min(high - size, Math.max(low, from + (to - from - size) / 2));
  return [start, start + size];
}

/** The nearest window inside of the whole. */
export function clamp({ time, groups }: Window, whole: Window): Window {
  return { time: within(time, whole.time, LEAST_TIME), groups: within(groups, whole.groups, LEAST_GROUPS) };
}

/** Looks closer (`factor` below 1) or from further away; what is at the point (shares of the window) stays there. A factor of 1 leaves an axis as it is. */
export function zoom(window: Window, whole: Window, factor: { readonly time: number; readonly groups: number }, at: readonly [x: number, y: number]): Window {
  const scaled = ([from, to]: readonly [number, number], by: number, share: number): readonly [number, number] => {
    const centre = from + (to - from) * share;
    return by === 1 ? [from, to] : [centre - (centre - from) * by, centre + (to - centre) * by];
  };
  return clamp({ time: scaled(window.time, factor.time, at[1]), groups: scaled(window.groups, factor.groups, at[0]) }, whole);
}

/** Moves by shares of the window. */
export function pan({ time, groups }: Window, whole: Window, x: number, y: number): Window {
  const byTime = (time[1] - time[0]) * y, byGroups = (groups[1] - groups[0]) * x;
  return clamp({ time: [time[0] + byTime, time[1] + byTime], groups: [groups[0] + byGroups, groups[1] + byGroups] }, whole);
}

export function isWhole({ time, groups }: Window, whole: Window): boolean {
  return time[0] <= whole.time[0] && time[1] >= whole.time[1] && groups[0] <= whole.groups[0] && groups[1] >= whole.groups[1];
}

/** A box on the plot, shares of its size, in any order of corners. */
export interface Box { readonly x: readonly [number, number]; readonly y: readonly [number, number] }

/** The part of the window in a box; of the groups those that it touches. */
export function boxed({ time, groups }: Window, { x, y }: Box): Window {
  const inside = ([from, to]: readonly [number, number], shares: readonly [number, number]): [number, number] => {
    const low = Math.max(0, Math.min(...shares)), high = Math.min(1, Math.max(...shares));
    return [from + (to - from) * low, from + (to - from) * high];
  };
  const [first, last] = inside(groups, x);
  return { time: inside(time, y), groups: [Math.floor(first + 1e-9), Math.max(Math.floor(first + 1e-9) + 1, Math.ceil(last - 1e-9))] };
}

/**
 * Cells to ask for: as many as fit when one is `cell` CSS pixels, no more than `most` in all. Where groups are merged, all columns but the last get
 * equally many: else columns of one more would stand out as stripes.
 */
export function cellsFor(width: number, height: number, groups: number, cell: number, most = 1_000_000): { readonly columns: number; readonly rows: number } {
  const side = (pixels: number): number => Math.min(4096, Math.max(1, Math.floor(pixels / cell)));
  const fit = side(width), columns = groups === Infinity ? fit : Math.ceil(Math.max(1, groups) / Math.ceil(Math.max(1, groups) / fit)), rows = side(height);
  return columns * rows <= most ? { columns, rows } : { columns, rows: Math.max(1, Math.floor(most / columns)) };
}
