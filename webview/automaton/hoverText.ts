import { GetEdgeSymbols } from '../../server/protocol/automaton';
import { el } from '../ui/dom';
import { count, counted, cut } from '../ui/format';
import { type Host, Newest } from '../ui/host';
import type { Tooltip } from '../ui/tooltip';
import type { OverlayScale } from './scales';
import type { Source } from './source';

const SYMBOLS = 8;

/** What is said beside the pointer: a state with its numbers, or a transition with its symbols, which are asked for. */
export class HoverText {
  private readonly newest = new Newest();

  constructor(private readonly host: Host, private readonly source: Source, private readonly tooltip: Tooltip) {}

  hide(): void {
    this.newest.next();
    this.tooltip.hide();
  }

  state(state: number, scale: OverlayScale, x: number, y: number): void {
    const { states } = this.source.brushed!;
    this.tooltip.show(x, y, el('b', {}, `State ${state}`), el('div', {}, cut(this.source.label(state) ?? '…', 120)),
      el('div', { class: 'quiet' }, `Baseline ${count(states.baseline[state])}, capture ${count(states.capture[state])} visits`), el('div', { class: 'quiet' }, scale.overlay === 'baseline' || scale.overlay === 'capture' ? '' : scale.text(state)),
      ...(states.rootCauses[state] > 0 ? [el('div', {}, `◎ ${counted(states.rootCauses[state], 'root cause')}, ${counted(states.flagged[state], 'flagged row')}`)] : []));
  }

  async edge(edge: number, x: number, y: number): Promise<void> {
    const { edges } = this.source.brushed!, { revision } = this.source.summary!, from = edges.from[edge], to = edges.to[edge], signal = this.newest.next();
    const head = [el('b', {}, `State ${from} to ${to}`), el('div', { class: 'quiet' }, `Baseline ${count(edges.baseline[edge])}, capture ${count(edges.capture[edge])} rows; ${counted(edges.symbols[edge], 'symbol')}`)];
    this.tooltip.show(x, y, ...head);
    try {
      const { total, items } = await this.host.ask(GetEdgeSymbols, { revision, from, to, start: 0, count: SYMBOLS }, signal);
      this.tooltip.show(x, y, ...head, ...items.map(({ words, baseline, capture }) => el('div', {}, `${cut(words, 90)} `, el('span', { class: 'quiet' }, `${count(baseline)} / ${count(capture)}`))), ...(total > items.length ? [el('div', { class: 'quiet' }, `and ${count(total - items.length)} more`)] : []));
    } catch {
      // The numbers stay; symbols are a courtesy that a hidden or old tooltip does without.
    }
  }
}
