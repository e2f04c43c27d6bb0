import type { AxisKind } from './axis';

/** How the curve is drawn; outlives a hidden or reloaded page. */
export interface Saved {
  readonly axis: AxisKind;
  readonly table: boolean;
  /** Width of the table, CSS pixels. */
  readonly side: number;
}

export const initial: Saved = { axis: 'linear', table: true, side: 300 };

export function isSaved(value: unknown): value is Saved {
  const { axis, table, side } = (value ?? {}) as Partial<Record<keyof Saved, unknown>>;
  return ['linear', 'log'].includes(axis as string) && typeof table === 'boolean' && typeof side === 'number';
}
