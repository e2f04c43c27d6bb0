import type { FieldHistogram, HistogramBin } from '../../server/protocol/automaton';
import { el } from '../ui/dom';
import { count, counted, percent } from '../ui/format';

/** How many rows the bins are shares of. */
export interface Totals {
  readonly baseline: number;
  readonly capture: number;
}

/** What bars do. */
export interface HistogramEvents {
  /** Some bins are chosen; `text` says which. */
  list(bins: readonly HistogramBin[], text: string): void;
  /** A bar is pointed at, or has the focus; undefined: no longer. */
  hovered(bar: HTMLElement | undefined, words: readonly string[]): void;
}

/** The height of a bar of `rows`, 0 to 1: square roots, so that few rows can be seen beside many. `most`: the greatest share of any bar. */
export function barHeight(rows: number, total: number, most: number): number {
  return rows > 0 && total > 0 && most > 0 ? Math.sqrt(rows / total / most) : 0;
}

export function greatestShare(bins: readonly HistogramBin[], { baseline, capture }: Totals): number {
  return bins.reduce((most, bin) => Math.max(most, baseline > 0 ? bin.baseline / baseline : 0, capture > 0 ? bin.capture / capture : 0), 0);
}

/** Values, and rows on both sides, as one reads or hears them. */
export function binWords({ text, baseline, capture, kind }: HistogramBin, totals: Totals): readonly string[] {
  const side = (name: string, rows: number, total: number): string => `${name} ${counted(rows, 'row')}${rows > 0 ? ` (${percent(rows / total)})` : ''}`;
  return [kind === 'beyond' ? `${text}, beyond the baseline` : text, side('baseline', baseline, totals.baseline), side('capture', capture, totals.capture)];
}

/** What the baseline has, from its least to its greatest value: "300 to 799". */
export function usualRange(bins: readonly HistogramBin[]): string {
  const usual = bins.filter(({ kind }) => kind === 'usual');
  if (usual.length === 0) return 'no value in the baseline';
  const first = usual[0].text, last = usual[usual.length - 1].text;
  return usual.length === 1 ? first : `${first.split(' to ')[0]} to ${last.split(' to ').at(-1)}`;
}

/** Bins that the baseline hardly has, and the capture has rows in. */
export function oddBins(bins: readonly HistogramBin[]): readonly HistogramBin[] {
  return bins.filter(({ odd, capture }) => odd && capture > 0);
}

/**
 * One field's histogram: a button for each bin, of which one is in the order of Tab; Left, Right, Home and End go through them. The baseline's bar is the wide
 * one, the capture's stands in front of it.
 */
export function histogram({ name, bins, mark }: FieldHistogram, totals: Totals, events: HistogramEvents): HTMLElement {
  const most = greatestShare(bins, totals), odd = oddBins(bins), rows = odd.reduce((n, bin) => n + bin.capture, 0);
  const bars = bins.map((bin) => bar(bin, most, totals, mark?.bin === bin.bin ? mark.text : undefined));
  const choose = (i: number): void => { if (bins[i].capture > 0) events.list([bins[i]], `${name} ${bins[i].text}`); };
  const first = Math.max(0, mark ? bins.findIndex(({ bin }) => bin === mark.bin) : bins.findIndex(({ capture }) => capture > 0));
  bars.forEach((one, i) => {
    one.tabIndex = i === first ? 0 : -1;
    const tell = (): void => events.hovered(one, binWords(bins[i], totals));
    one.addEventListener('click', () => choose(i));
    one.addEventListener('pointerenter', tell);
    one.addEventListener('focus', () => { if (one.matches(':focus-visible')) tell(); });
    one.addEventListener('pointerleave', () => events.hovered(undefined, []));
    one.addEventListener('blur', () => events.hovered(undefined, []));
  });
  const plot = el('div', { class: 'histogram-plot', role: 'group', 'aria-label': `${name}: bars`, onkeydown: (event: KeyboardEvent) => {
    const at = bars.indexOf(event.target as HTMLButtonElement), to = ({ ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.length - 1 } as Record<string, number>)[event.key];
    if (at < 0 || to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = bars[Math.min(bars.length - 1, Math.max(0, to))];
    bars.forEach((one) => (one.tabIndex = one === next ? 0 : -1));
    next.focus();
  } }, ...bars);
  const numbers = bins.filter(({ kind }) => kind !== 'missing'), last = numbers.at(-1)?.text ?? '';
  return el('div', { class: 'histogram', 'data-field': name },
    el('div', { class: 'histogram-head' }, el('b', {}, name), el('span', { class: 'quiet' }, usualRange(bins)), mark ? el('span', { class: 'histogram-mark' }, `▼ ${mark.text}`) : undefined, el('span', { class: 'grow' }),
      rows > 0 ? el('button', { class: 'link', type: 'button', title: `Rows whose ${name} lies beyond the baseline, or where it has at most one in a thousand rows`, 'aria-label': `List ${counted(rows, 'row')} with odd ${name}`, onclick: () => events.list(odd, `odd ${name}`) }, `${count(rows)} odd`) : undefined),
    plot,
    el('div', { class: 'histogram-axis quiet', 'aria-hidden': 'true' }, el('span', {}, numbers[0]?.text ?? ''), el('span', {}, numbers.length > 1 ? last : ''), numbers.length < bins.length ? el('span', { class: 'histogram-none' }, 'no value') : undefined));
}

function bar(bin: HistogramBin, most: number, totals: Totals, mark: string | undefined): HTMLButtonElement {
  const fill = (side: 'baseline' | 'capture'): HTMLElement | undefined => {
    if (bin[side] === 0) return undefined;
    const element = el('span', { class: `bar ${side}` });
    element.style.height = `${100 * barHeight(bin[side], totals[side], most)}%`;
    return element;
  };
  const words = [...binWords(bin, totals), ...(mark === undefined ? [] : [`the chosen row has ${mark}`])].join(', ');
  return el('button', { class: `bin ${bin.kind}${mark === undefined ? '' : ' marked'}`, type: 'button', 'data-bin': bin.bin, 'aria-label': words, 'aria-disabled': bin.capture === 0 ? 'true' : undefined }, fill('baseline'), fill('capture'));
}

/** The same as a table; rows are listed by a link. */
export function histogramTable({ name, bins, mark }: FieldHistogram, events: HistogramEvents): HTMLElement {
  const shown = bins.filter((bin) => bin.baseline > 0 || bin.capture > 0 || bin.bin === mark?.bin);
  const range = (bin: HistogramBin): HTMLElement | string => bin.capture > 0 ? el('button', { class: 'link', type: 'button', 'data-bin': bin.bin, title: 'List the rows of the capture', onclick: () => events.list([bin], `${name} ${bin.text}`) }, bin.text) : bin.text;
  return el('table', { class: 'links histogram-table', 'data-field': name },
    el('caption', {}, el('b', {}, name), mark ? ` ▼ ${mark.text}` : ''),
    el('thead', {}, el('tr', {}, ...['Values', 'Baseline', 'Capture'].map((head, i) => el('th', { scope: 'col', class: i > 0 ? 'number' : '' }, head)))),
    el('tbody', {}, ...shown.map((bin) => el('tr', bin.bin === mark?.bin ? { class: 'marked' } : {}, el('th', { scope: 'row' }, range(bin), bin.bin === mark?.bin ? ' ▼' : '', bin.kind === 'beyond' ? el('span', { class: 'quiet' }, ' beyond the baseline') : undefined), el('td', { class: 'number' }, count(bin.baseline)), el('td', { class: 'number' }, count(bin.capture))))));
}
