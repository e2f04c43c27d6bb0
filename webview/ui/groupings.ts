import type { ColumnOrder, Grouping, RowSelection } from '../../server/protocol/selection';
import { count, counted } from './format';
import { span } from './moments';

/** What the columns of the timeline are called: for a control, one of them, many of them. */
export const groupings: Readonly<Record<Grouping, readonly [title: string, one: string, many: string]>> = {
  pair: ['Source and destination', 'pair', 'pairs'],
  subnets: ['Networks', 'pair of networks', 'pairs of networks'],
  ports: ['Ports', 'pair of ports', 'pairs of ports'],
  source: ['Source', 'source', 'sources'],
  destination: ['Destination', 'destination', 'destinations'],
  file: ['Log', 'log', 'logs'],
  entity: ['Entity', 'entity', 'entities'],
};

export const columnOrders: Readonly<Record<ColumnOrder, string>> = { first: 'First seen', size: 'Most rows', name: 'Name' };

/** "3,412 pairs" */
export function countedGroups(value: number, grouping: Grouping): string {
  const [, one, many] = groupings[grouping];
  return counted(value, one, many);
}

/** A brush in words: "2023-11-14 22:13:20 to 23:00:00, 12 pairs". */
export function selectionText({ time, columns }: RowSelection): string {
  const where = columns && `${countedGroups(columns.last - columns.first + 1, columns.grouping)} (${count(columns.first + 1)} to ${count(columns.last + 1)})`;
  return [time && span(time), where].filter((part) => part !== undefined).join(', ') || 'everything';
}
