import type { GroupOrder } from '../../server/protocol/rootCauses';
import type { Ids } from './causesTree';
import { type Filters, isFilters } from './filters';
import type { Item } from './items';

/** What outlives a hidden or reloaded page. */
export interface Saved {
  readonly order: GroupOrder;
  readonly filters: Filters;
  readonly open: readonly Ids[];
  /** Row at the top of the list, pixels above which the list is scrolled. */
  readonly anchor?: { readonly ids: Ids; readonly offset: number };
  readonly active?: Ids;
  readonly selected: readonly Item[];
}

/** Selected items kept at most: what is kept is written often. */
export const MOST_KEPT = 500;

export function isSaved(value: unknown): value is Saved {
  const { order, filters, open, selected } = (value ?? {}) as Partial<Record<keyof Saved, unknown>>;
  return ['score', 'size', 'newest'].includes(order as string) && isFilters(filters) && Array.isArray(open) && Array.isArray(selected);
}
