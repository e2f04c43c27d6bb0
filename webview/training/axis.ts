/** How losses are drawn: differences or ratios of equal size have equal length. */
export type AxisKind = 'linear' | 'log';

/** Numbers along one edge of the plot. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  /** 0 to 1 along the axis. */
  share(value: number): number;
}

/** Losses are single precision: two that differ by a smaller share are the same. */
const SAME = 1e-6;

/** A round number with at most `most` steps of it in a length. */
function roundStep(length: number, most: number): number {
  const least = length / Math.max(1, most), power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
}

function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step - 1e-9), count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Steps from 0 to the last, with about `most` ticks at most, at whole steps. */
export function stepAxis(last: number, most: number): Axis {
  const to = Math.max(1, last);
  return { from: 0, to, ticks: multiples(0, to, Math.max(1, roundStep(to, most))), share: (value) => value / to };
}

/** Losses between the least and the greatest, with room around them. `log` needs losses above 0: where there are others, it is linear. */
export function lossAxis(least: number, greatest: number, kind: AxisKind, most: number): Axis {
  const apart = Math.max(1e-6, Math.abs(greatest) * 0.05), [low, high] = greatest - least > Math.abs(greatest) * SAME ? [least, greatest] : [least - apart, greatest + apart];
  if (kind === 'log' && low > 0) {
    const room = Math.log(high / low) * 0.05, from = low * Math.exp(-room), to = high * Math.exp(room), length = Math.log(to / from);
    const share = (value: number): number => Math.log(value / from) / length, decades: number[] = [];
    for (let power = 10 ** Math.floor(Math.log10(from)); power <= to; power *= 10) decades.push(...[1, 2, 5].map((factor) => Number((factor * power).toPrecision(1))).filter((tick) => tick >= from && tick <= to));
    // Less than a decade or so is told better by round steps.
    return { from, to, share, ticks: decades.length >= 4 && decades.length <= most ? decades : multiples(from, to, roundStep(to - from, most)) };
  }
  const room = (high - low) * 0.05, from = low >= 0 ? Math.max(0, low - room) : low - room, to = high + room;
  return { from, to, ticks: multiples(from, to, roundStep(to - from, most)), share: (value) => (value - from) / (to - from) };
}
