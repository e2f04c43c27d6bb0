import type { StateDetail, StateLink, SymbolShare } from '../../server/protocol/automaton';
import type { PageName, Target } from '../../server/protocol/webview/messages';
import { el } from '../ui/dom';
import { count, counted, decimal, percent } from '../ui/format';

/** What a panel leads to. */
export interface MeaningLinks {
  select(state: number): void;
  open(page: PageName, target: Target): void;
}

/** What a state stands for: visits, root causes, `numbers`, typical symbols and fields, who comes here. */
export function meaning(detail: StateDetail, links: MeaningLinks, numbers: HTMLElement): readonly HTMLElement[] {
  const { expected, baseline, capture, flagged, score } = detail, ratio = expected > 0 ? capture / expected : 0;
  const verdict = capture === 0 && baseline === 0 ? 'No row arrives here.' : expected < 0.5 && capture > 0 ? `Hardly ever reached in the baseline; ${counted(capture, 'row')} of the capture ${capture === 1 ? 'arrives' : 'arrive'} here.`
    : `${counted(capture, 'row')} of the capture ${capture === 1 ? 'arrives' : 'arrive'} here; ${count(expected)} would be as usual${ratio >= 1.5 ? ` (${decimal(ratio, 1)} times as many)` : ratio < 0.67 ? ` (${percent(ratio)} of it)` : ''}.`;
  return [
    el('p', { class: 'verdict' }, verdict),
    el('dl', { class: 'facts' }, ...[['Baseline visits', count(baseline)], ['Capture visits', count(capture)], ['Expected', count(expected)], ['Flagged rows', count(flagged)], ['Highest score', decimal(score, 1)]].flatMap(([name, value]) => [el('dt', {}, name), el('dd', { class: 'number' }, value)])),
    ...section('Root causes', detail.rootCauseTotal, detail.rootCauses.map((cause) => el('li', {}, el('span', { class: `band ${cause.band}` }, `${decimal(cause.score, 0)} ${cause.band}`), ' ', linkTo(cause.text, () => links.open('rootCauses', { kind: 'group', group: cause.id })), el('span', { class: 'quiet' }, ` ${counted(cause.findings, 'finding')}`)))),
    numbers,
    ...shares('What leads here', detail.arrivingTotal, detail.arriving),
    ...shares('What follows', detail.leavingTotal, detail.leaving),
    ...section('Fields of its rows', detail.fields.length, detail.fields.map(({ name, text }) => el('li', {}, el('b', {}, name), ` ${text}`))),
    ...section('Entities', detail.entityTotal, detail.entities.map(({ name, rows, flagged: bad }) => el('li', {}, name, el('span', { class: 'quiet' }, ` ${counted(rows, 'row')}${bad > 0 ? `, ${count(bad)} flagged` : ''}`)))),
    ...section('A shortest way here', detail.access.length, detail.access.map((step, i) => el('li', {}, el('span', { class: 'quiet' }, `${i + 1}. `), step))),
  ];
}

export function linkTo(text: string, go: () => void): HTMLElement {
  return el('button', { class: 'link', type: 'button', onclick: go }, text);
}

/** `total`: how many there are; a list that is cut says so. */
function section(title: string, total: number, items: readonly HTMLElement[]): HTMLElement[] {
  return items.length === 0 ? [] : [el('h3', {}, total > items.length ? `${title} (${count(items.length)} of ${count(total)})` : title), el('ul', { class: 'plain' }, ...items)];
}

/** Two bars a symbol, baseline over capture, with numbers: the difference is seen at once. */
function shares(title: string, total: number, list: readonly SymbolShare[]): HTMLElement[] {
  return section(title, total, list.map(({ words, baseline, capture }) => {
    const bar = (kind: string, share: number): HTMLElement => {
      const fill = el('span', { class: `share ${kind}` });
      fill.style.width = `${Math.max(0.5, 100 * Math.min(1, share))}%`;
      return el('span', { class: 'share-row' }, el('span', { class: 'share-track', 'aria-hidden': 'true' }, fill), el('span', { class: 'number quiet share-text' }, `${percent(share)} ${kind}`));
    };
    return el('li', { class: 'symbol' }, el('span', { class: 'words' }, words), bar('baseline', baseline), bar('capture', capture));
  }));
}

/** Transitions in and out, as tables. */
export function transitions({ incoming, incomingTotal, outgoing, outgoingTotal }: StateDetail, links: MeaningLinks): readonly HTMLElement[] {
  const table = (title: string, total: number, list: readonly StateLink[]): HTMLElement[] => [
    el('h3', {}, total > list.length ? `${title} (${count(list.length)} of ${counted(total, 'state')})` : title),
    list.length === 0 ? el('p', { class: 'quiet' }, 'None.') : el('table', { class: 'links' },
      el('thead', {}, el('tr', {}, ...['State', 'Symbols', 'Baseline', 'Capture'].map((head, i) => el('th', { scope: 'col', class: i > 0 ? 'number' : '' }, head)))),
      el('tbody', {}, ...list.map(({ state, label, symbols, baseline, capture }) => el('tr', {}, el('td', {}, linkTo(`${state} ${label}`, () => links.select(state))), ...[symbols, baseline, capture].map((value) => el('td', { class: 'number' }, count(value))))))),
  ];
  return [...table('Comes from', incomingTotal, incoming), ...table('Goes to', outgoingTotal, outgoing)];
}
