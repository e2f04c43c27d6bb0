import type { Band } from '../../server/protocol/places';
import type { FindingFilter } from '../../server/protocol/rootCauses';
import type { RowSelection } from '../../server/protocol/selection';
import { parseMoment } from '../ui/moments';

/** The filter as it stands in the fields. */
export interface Filters {
  readonly text: string;
  readonly host: string;
  readonly file: string;
  /** As typed; a field that is empty or no time does not filter. */
  readonly from: string;
  readonly to: string;
  readonly bands: readonly Band[];
}

export const bands: readonly Band[] = ['high', 'medium', 'low'];
export const noFilters: Filters = { text: '', host: '', file: '', from: '', to: '', bands };

/** What the server is asked: the fields and the brush of the timeline together; both times hold where both are there. */
export function findingFilter(filters: Filters, brush: RowSelection | null): FindingFilter {
  const { text, host, file } = filters, from = parseMoment(filters.from), to = parseMoment(filters.to);
  const low = Math.max(from ?? -Infinity, brush?.time?.[0] ?? -Infinity), high = Math.min(to ?? Infinity, brush?.time?.[1] ?? Infinity), timed = low > -Infinity || high < Infinity;
  const columns = brush?.columns;
  // Infinity does not go through JSON; these are the ends of what numbers of seconds can be.
  const time: readonly [number, number] = [Math.max(low, -Number.MAX_VALUE), Math.min(high, Number.MAX_VALUE)];
  return {
    filter: text.trim(), ...(host.trim() === '' ? {} : { host: host.trim() }), ...(file.trim() === '' ? {} : { file: file.trim() }), ...(filters.bands.length === bands.length ? {} : { bands: filters.bands }),
    ...(timed || columns ? { selection: { ...(timed ? { time } : {}), ...(columns ? { columns } : {}) } } : {}),
  };
}

export function isFiltered({ filter, host, file, bands: some, selection }: FindingFilter): boolean {
  return filter !== '' || host !== undefined || file !== undefined || some !== undefined || selection !== undefined;
}

export function isFilters(value: unknown): value is Filters {
  const { text, host, file, from, to, bands: some } = (value ?? {}) as Partial<Record<keyof Filters, unknown>>;
  return [text, host, file, from, to].every((field) => typeof field === 'string') && Array.isArray(some) && some.every((band) => bands.includes(band as Band));
}
