import type { GroupDetail } from '../../server/protocol/rootCauses';
import { el } from '../ui/dom';
import { count, counted, decimal } from '../ui/format';
import { moment, span } from '../ui/moments';
import type { Path } from './flatTree';
import type { Item } from './items';
import { sparkPath } from './spark';

export const BINS = 40;
const SPARK = { width: 120, height: 16 };

/** Columns of the grid: name, class. */
export const columns = [['Severity', 'c-band'], ['Root cause', 'c-words'], ['Findings', 'c-findings number'], ['Lines', 'c-lines number'], ['Entities', 'c-entities number'], ['Mostly', 'c-who'], ['When', 'c-spark'], ['Time (UTC)', 'c-time'], ['State', 'c-state']] as const;

export interface RowState {
  readonly path: Path;
  readonly siblings: number;
  readonly open: boolean;
  readonly selected: boolean;
  readonly detail?: GroupDetail | undefined;
  /** Why the row's item is not here; undefined: it is on its way. */
  readonly failure?: string | undefined;
}

/** One row of the grid. Cells that an item does not have are left out; the others say their column. */
export function rowElement(item: Item | undefined, state: RowState): HTMLElement {
  const { path, siblings, open, selected } = state;
  const row = el('div', {
    class: `causes-row row level${path.length}${selected ? ' selected' : ''}`, role: 'row', 'aria-level': path.length, 'aria-posinset': path[path.length - 1] + 1, 'aria-setsize': siblings, 'aria-selected': selected ? 'true' : 'false',
    ...(item && item.kind !== 'line' ? { 'aria-expanded': open ? 'true' : 'false' } : {}),
  });
  row.append(...(item ? cells(item, state) : [cell(1, 'c-words quiet', state.failure === undefined ? 'Loading…' : `Could not be loaded: ${state.failure} Enter tries again.`)]));
  return row;
}

function cells(item: Item, { open, detail }: RowState): HTMLElement[] {
  if (item.kind === 'line') {
    const { path, place, message, score, band, time } = item.line;
    return [severity(band, score), cell(1, 'c-words c-message', el('span', { class: 'where' }, `${path}:${place.line + 1}`), el('span', { class: 'quiet ellipsis', title: message }, message)), cell(7, 'c-time', time === undefined ? '' : moment(time))];
  }
  if (item.kind === 'finding') {
    const { entity, rows, score, band, timeSpan } = item.finding;
    return [severity(band, score), cell(1, 'c-words', caret(open), el('span', { class: 'ellipsis', title: entity }, entity)), cell(3, 'c-lines number', count(rows)), cell(7, 'c-time', ...when(timeSpan))];
  }
  const { text, band, score, findings, rows, entities, timeSpan, state } = item.group;
  return [
    severity(band, score), cell(1, 'c-words', caret(open), el('span', { class: 'ellipsis cause', title: text }, text)), cell(2, 'c-findings number', count(findings)), cell(3, 'c-lines number', count(rows)), cell(4, 'c-entities number', count(entities)),
    who(detail, entities), cell(6, 'c-spark', detail ? spark(detail.spark) : ''), cell(7, 'c-time', ...when(timeSpan)),
    cell(8, 'c-state', el('button', { class: 'link', type: 'button', tabindex: -1, 'data-do': 'state', title: `Show state ${state} in the automaton` }, count(state))),
  ];
}

function cell(column: number, style: string, ...content: readonly (Node | string)[]): HTMLElement {
  return el('div', { class: style, role: 'gridcell', 'aria-colindex': column + 1 }, ...content);
}

function severity(band: string, score: number): HTMLElement {
  return cell(0, 'c-band', el('span', { class: `band ${band}` }, band), el('span', { class: 'number', title: `Score ${decimal(score, 2)} of 100` }, decimal(Math.floor(score * 10) / 10, 1)));
}

function caret(open: boolean): HTMLElement {
  return el('span', { class: open ? 'caret open' : 'caret', 'data-do': 'toggle', 'aria-hidden': 'true' });
}

function when(timeSpan: readonly [number, number] | undefined): (Node | string)[] {
  return timeSpan ? [el('span', { class: 'ellipsis', title: `${moment(timeSpan[0])} to ${moment(timeSpan[1])}` }, span(timeSpan))] : [];
}

function who(detail: GroupDetail | undefined, entities: number): HTMLElement {
  if (!detail) return cell(5, 'c-who', '');
  const first = detail.entities[0]?.name ?? '', more = entities - 1;
  const title = [...detail.entities.map(({ name, rows }) => `${name} (${counted(rows, 'line')})`), ...(entities > detail.entities.length ? [`and ${count(entities - detail.entities.length)} more`] : []),
    ...detail.files.map(({ path, rows }) => `${path} (${counted(rows, 'line')})`), ...(detail.fileTotal > detail.files.length ? [`and ${counted(detail.fileTotal - detail.files.length, 'more log')}`] : [])].join('\n');
  return cell(5, 'c-who', el('span', { class: 'ellipsis', title }, first), ...(more > 0 ? [el('span', { class: 'quiet', title }, `+${count(more)}`)] : []));
}

const SVG = 'http://www.w3.org/2000/svg';
function spark(bins: readonly number[]): Element | string {
  if (bins.length === 0) return '';
  const svg = document.createElementNS(SVG, 'svg'), path = document.createElementNS(SVG, 'path'), base = document.createElementNS(SVG, 'path');
  const peak = bins.reduce((most, bin, i) => (bin > bins[most] ? i : most), 0), total = bins.reduce((a, b) => a + b, 0);
  for (const [name, value] of Object.entries({ width: SPARK.width, height: SPARK.height + 1, viewBox: `0 0 ${SPARK.width} ${SPARK.height + 1}`, role: 'img', 'aria-label': `${counted(total, 'line')} over the time of the capture, most of them ${Math.round(100 * (peak + 0.5) / bins.length)} % in` })) svg.setAttribute(name, String(value));
  base.setAttribute('d', `M0 ${SPARK.height + 0.5}h${SPARK.width}`);
  base.setAttribute('class', 'spark-base');
  path.setAttribute('d', sparkPath(bins, SPARK.width, SPARK.height));
  path.setAttribute('class', 'spark');
  svg.append(base, path);
  return svg;
}
