import type { Box, Window } from './view';

/** Where things are on the canvas, CSS pixels: times and the histogram left of the plot, names above it. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Left edge of the histogram, which ends before the plot. */
  readonly histogram: number;
}

const TIMES = 118, GAP = 8, NAMES = 132, RIGHT = 74, BOTTOM = 10;

export function frameOf(width: number, height: number): Frame {
  const bars = Math.min(110, Math.max(36, width * 0.1));
  return { width, height, histogram: TIMES, left: TIMES + bars + GAP, top: Math.min(NAMES, height * 0.3), right: Math.max(TIMES + bars + GAP + 20, width - RIGHT), bottom: Math.max(40, height - BOTTOM) };
}

/** The part of the canvas that a point is in. */
export function partAt({ left, top, right, bottom }: Frame, x: number, y: number): 'plot' | 'times' | 'names' | undefined {
  if (y >= top && y <= bottom) return x >= left && x <= right ? 'plot' : x < left ? 'times' : undefined;
  return y < top && x >= left && x <= right ? 'names' : undefined;
}

/** Shares of the plot, 0 to 1 inside of it. */
export function shareAt({ left, top, right, bottom }: Frame, x: number, y: number): [number, number] {
  return [(x - left) / (right - left), (y - top) / (bottom - top)];
}

export function boxOf(frame: Frame, [x, y]: readonly [number, number], [toX, toY]: readonly [number, number]): Box {
  const [a, b] = shareAt(frame, x, y), [c, d] = shareAt(frame, toX, toY);
  return { x: [a, c], y: [b, d] };
}

export function xOf({ left, right }: Frame, { groups }: Window, group: number): number {
  return left + (group - groups[0]) / (groups[1] - groups[0]) * (right - left);
}

export function yOf({ top, bottom }: Frame, { time }: Window, at: number): number {
  return top + (at - time[0]) / (time[1] - time[0]) * (bottom - top);
}

/** Groups that get a name: none closer than `apart` pixels. */
export function namedGroups(frame: Frame, { groups }: Window, starts: Uint32Array, apart: number): number[] {
  const named: number[] = [];
  let last = -Infinity;
  for (let c = 0; c + 1 < starts.length; c++) {
    const middle = (starts[c] + starts[c + 1]) / 2, x = xOf(frame, { groups, time: [0, 1] }, middle);
    if (x < frame.left || x > frame.right || x - last < apart) continue;
    named.push(c);
    last = x;
  }
  return named;
}
