import type { StateColumns } from '../../server/protocol/automaton';
import { divergingColour, type Ground, type Rgb, sequentialColour } from '../ui/colours';
import { count, decimal, shortCount } from '../ui/format';

/** What the colour of a state tells. */
export type Overlay = 'difference' | 'baseline' | 'capture' | 'score';
export const overlays: Readonly<Record<Overlay, string>> = { difference: 'Difference', baseline: 'Baseline visits', capture: 'Capture visits', score: 'Score' };

export interface OverlayScale {
  readonly overlay: Overlay;
  /** Where a state is on the scale: -1 to 1 (difference), else 0 to 1. */
  position(state: number): number;
  colour(position: number, ground: Ground): Rgb;
  /** The value in words. */
  text(state: number): string;
  /** Numbers along the scale. */
  readonly ticks: readonly { readonly position: number; readonly text: string }[];
  readonly title: string;
}

const LEAST_REACH = 2, MOST_REACH = 8;

/** The scale of an overlay over all states, so that a colour means the same whatever is shown. O(states). */
export function overlayScale(overlay: Overlay, states: StateColumns): OverlayScale {
  if (overlay === 'difference') {
    // Nineteen in twenty states are on the scale; the few beyond have its end's colour.
    const sizes = states.difference.map(Math.abs).sort(), reach = Math.min(MOST_REACH, Math.max(LEAST_REACH, Math.ceil(sizes[Math.floor(0.95 * sizes.length)] ?? 0)));
    const tick = (log: number): string => (log === 0 ? 'same' : log > 0 ? `${2 ** log}×` : `1/${2 ** -log}`);
    return {
      overlay, title: 'Visits, capture against baseline', position: (s) => states.difference[s] / reach, colour: divergingColour, text: (s) => differenceText(states.difference[s]),
      ticks: [-reach, 0, reach].map((log) => ({ position: log / reach, text: tick(log) })),
    };
  }
  if (overlay === 'score') {
    return {
      overlay, title: 'Highest score that arrives', position: (s) => states.score[s] / 100, colour: (position, ground) => divergingColour(position, ground), text: (s) => `score ${decimal(states.score[s], 1)}`,
      ticks: [0, 0.5, 1].map((position) => ({ position, text: String(100 * position) })),
    };
  }
  const column = states[overlay], most = column.reduce((a, b) => Math.max(a, b), 1), whole = Math.log1p(most);
  return {
    overlay, title: overlay === 'baseline' ? 'Visits in the baseline' : 'Visits in the capture', position: (s) => Math.log1p(column[s]) / whole, colour: sequentialColour, text: (s) => `${count(column[s])} visits`,
    ticks: [0, 0.5, 1].map((position) => ({ position, text: shortCount(Math.round(Math.expm1(position * whole))) })),
  };
}

function differenceText(log2: number): string {
  const ratio = 2 ** Math.abs(log2), times = ratio < 10 ? decimal(ratio, 1) : count(ratio);
  return Math.abs(log2) < 0.07 ? 'as often as in the baseline' : `${times} times ${log2 > 0 ? 'more' : 'less'} often than in the baseline`;
}

/** Radius of a state in world units: its area grows with the logarithm of its visits. */
export function radiusOf(visits: number, most: number): number {
  return 7 + 15 * Math.sqrt(Math.log1p(visits) / Math.log1p(Math.max(1, most)));
}

export const WIDTHS: readonly number[] = [0.8, 1.3, 2.2, 3.6, 5.5];

/** Which of `WIDTHS` an edge has: by the logarithm of its rows. */
export function widthClass(rows: number, most: number): number {
  return Math.min(WIDTHS.length - 1, Math.floor(WIDTHS.length * Math.log1p(rows) / Math.log1p(Math.max(1, most))));
}
