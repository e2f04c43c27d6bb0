import type { ColumnOrder, Grouping } from '../../server/protocol/selection';
import type { CellColour } from '../../server/protocol/timeline';
import { columnOrders, groupings } from '../ui/groupings';
import type { Mode } from './plot';
import type { Intensity } from './shading';
import type { Window } from './view';

/** How the timeline is drawn; outlives a hidden or reloaded page. */
export interface Saved {
  readonly grouping: Grouping;
  readonly order: ColumnOrder;
  readonly colour: CellColour;
  readonly intensity: Intensity;
  readonly filter: string;
  readonly mode: Mode;
  readonly table: boolean;
  readonly side: number;
  /** Absent: the whole capture. */
  readonly window?: Window;
}

export const initial: Saved = { grouping: 'pair', order: 'first', colour: 'band', intensity: 'equalised', filter: '', mode: 'zoom', table: true, side: 430 };

export function isSaved(value: unknown): value is Saved {
  const { grouping, order, colour, intensity, filter, mode, table, side, window } = (value ?? {}) as Partial<Record<keyof Saved, unknown>>;
  return typeof grouping === 'string' && Object.hasOwn(groupings, grouping) && typeof order === 'string' && Object.hasOwn(columnOrders, order) && ['state', 'band', 'label'].includes(colour as string)
    && ['equalised', 'log'].includes(intensity as string) && typeof filter === 'string' && ['zoom', 'pan', 'brush'].includes(mode as string) && typeof table === 'boolean' && typeof side === 'number' && (window === undefined || isWindow(window));
}

function isWindow(value: unknown): boolean {
  const { time, groups } = (value ?? {}) as { time?: unknown; groups?: unknown };
  return [time, groups].every((range) => Array.isArray(range) && range.length === 2 && range.every((end) => typeof end === 'number' && Number.isFinite(end)) && range[0] < range[1]);
}
