import type { Grouping } from '../../server/protocol/selection';
import type { CellColour, CellDetail, TimelineCells } from '../../server/protocol/timeline';
import { count, counted, cut, decimal } from '../ui/format';
import { countedGroups } from '../ui/groupings';
import { span } from '../ui/moments';
import { timeOf } from './cells';

export const colourNames: Readonly<Record<CellColour, string>> = { band: 'Severity', state: 'State', label: 'Label' };
export const bandNames = ['not flagged', 'low', 'medium', 'high'] as const;

/** What is drawn, and what is not: "1,204,331 rows, 3,412 pairs merged into 1,100 columns, 12 rows without time not drawn." */
export function drawnSentence(cells: TimelineCells, grouping: Grouping, filter: string): string {
  const { groups, groupTotal, columns, drawn, timeless, time, span: all } = cells, shown = groups[1] - groups[0] + 1;
  const parts = [
    counted(drawn, 'row'),
    `${shown < groupTotal ? `${count(shown)} of ` : ''}${countedGroups(groupTotal, grouping)}${filter === '' ? '' : ` with "${filter}"`}${columns < shown ? ` merged into ${counted(columns, 'column')}` : ''}`,
    time[0] > all[0] || time[1] < all[1] ? span(time) : '',
    timeless > 0 ? `${counted(timeless, 'row')} without time not drawn` : '',
  ];
  return `${parts.filter((part) => part !== '').join(', ')}.`;
}

/** How many findings are drawn, and from when to when they start. Undefined: none. */
export function findingsSentence(cells: TimelineCells): string | undefined {
  const { low, medium, high } = cells.findings;
  let total = 0, worst = 0, first = -1, last = -1;
  for (let row = 0; row < cells.rows; row++) {
    const here = low[row] + medium[row] + high[row];
    if (here === 0) continue;
    total += here;
    worst += high[row];
    first = first < 0 ? row : first;
    last = row;
  }
  if (total === 0) return undefined;
  return `${counted(total, 'finding')}${worst > 0 ? `, ${count(worst)} of them high` : ''}, from ${span([timeOf(cells, first)[0], timeOf(cells, last)[1]])}.`;
}

/** A cell as far as the picture tells it. */
export function cellWords(cells: TimelineCells, cell: number, time: readonly [number, number], names: readonly (string | undefined)[], total: number, grouping: Grouping): readonly string[] {
  const name = total === 1 ? (names[0] ?? '…') : `${countedGroups(total, grouping)}${names[0] === undefined ? '' : `: ${names.filter((one) => one !== undefined).slice(0, 3).join('; ')}${total > 3 ? '; …' : ''}`}`;
  const rows = cells.count[cell];
  return [name, span(time), rows === 0 ? 'no rows' : `${counted(rows, 'row')}, highest score ${decimal(cells.worst[cell], 1)}`];
}

/** What the server adds to it. */
export function detailWords({ flagged, values, worst, rows }: CellDetail): readonly string[] {
  if (rows === 0) return [];
  const mostly = values.slice(0, 3).map(({ text, rows: of }) => `${cut(text, 80)} (${count(of)})`).join('; ');
  return [`${flagged === 0 ? 'None' : count(flagged)} flagged. Mostly ${mostly}${values.length > 3 ? '; …' : ''}`, ...(worst ? [`Worst: ${worst.path}:${worst.place.line + 1}, ${worst.band ?? 'not flagged'}: ${cut(worst.message, 160)}`] : [])];
}

/** The name of a column: of its first group, and how many more it holds. */
export function columnWords(name: string | undefined, groups: number): string {
  return name === undefined ? '' : groups > 1 ? `${name} +${count(groups - 1)}` : name;
}
