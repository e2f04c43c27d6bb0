import { GetReplay, type ReplayStep } from '../../server/protocol/automaton';
import { announce } from '../ui/announce';
import { el, setText } from '../ui/dom';
import { count, decimal, percent, time } from '../ui/format';
import type { Host } from '../ui/host';
import { PagedItems } from '../ui/pagedItems';
import { VirtualList } from '../ui/virtualList';

/** A trace followed step by step: its rows, and the numbers of the step one is at. Left and Right, or Up and Down, go along it. */
export class ReplayTab {
  readonly element: HTMLElement;
  private readonly list: VirtualList;
  private steps: PagedItems<ReplayStep> | undefined;
  private awaited = -1;
  private readonly title = el('div', { class: 'quiet ellipsis' }, 'Choose a row under Rows and replay its trace.');
  private readonly numbers = el('div', { class: 'step-numbers', 'aria-live': 'polite' });

  constructor(private readonly host: Host, private readonly stepped: (step: ReplayStep) => void) {
    const go = (by: number) => (): void => this.go(this.list.active + by);
    this.list = new VirtualList({
      label: 'Steps of the trace', role: 'listbox', rowHeight: 26, total: () => this.steps?.total ?? 0, cells: (i) => this.cells(i), want: (first, end) => this.steps?.want(first, end), onActive: (i) => this.go(i), onOpen: (i) => this.jump(i),
      onKey: ({ key }, i) => (key === 'ArrowLeft' ? (this.go(i - 1), true) : key === 'ArrowRight' ? (this.go(i + 1), true) : false),
    });
    this.element = el('div', { class: 'tab replay' }, el('div', { class: 'toolbar' }, el('vscode-button', { appearance: 'secondary', onclick: go(-1) }, 'Previous step'), el('vscode-button', { appearance: 'secondary', onclick: go(1) }, 'Next step'), this.title), this.list.element, this.numbers);
  }

  /** Starts at a row of the capture. */
  async start(revision: number, row: number): Promise<void> {
    this.steps?.dispose();
    this.numbers.replaceChildren();
    setText(this.title, 'Asking for the trace …');
    try {
      const { entity, at, total } = await this.host.ask(GetReplay, { revision, row, start: -1, count: 1 });
      setText(this.title, `${entity}, ${count(total)} steps`);
      this.steps = new PagedItems((page, signal) => this.host.ask(GetReplay, { revision, row, ...page }, signal), () => { this.list.refresh(); if (this.awaited >= 0) this.go(this.awaited); }, (error) => setText(this.title, String(error)));
      this.steps.total = total;
      this.go(at);
      this.list.focus();
    } catch (error) {
      setText(this.title, `The trace cannot be replayed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private go(index: number): void {
    const { steps } = this, total = steps?.total ?? 0, to = Math.min(total - 1, Math.max(0, index));
    if (!steps || total === 0) return;
    this.list.setActive(to);
    const step = steps.at(to);
    this.awaited = step ? -1 : to;
    if (!step) return steps.want(to, to + 1);
    this.numbers.replaceChildren(...this.stepNumbers(step, to, total));
    this.stepped(step);
    announce(`Step ${to + 1} of ${total}: ${step.words}, to state ${step.state}, score ${decimal(step.score, 1)}`);
  }

  private stepNumbers(step: ReplayStep, index: number, total: number): HTMLElement[] {
    const { words, before, state, probability, raw, score, band, parts, time: at, path, place } = step;
    return [
      el('div', {}, el('b', {}, `Step ${count(index + 1)} of ${count(total)}`), at === undefined ? '' : ` ${time(at)}`),
      el('div', {}, words),
      el('div', { class: 'quiet' }, `State ${before} to state ${state}${probability === undefined ? '' : `, probability ${probability < 0.0005 ? probability.toExponential(1) : percent(probability)}`}`),
      el('div', {}, el('span', { class: `band ${band ?? ''}` }, `score ${decimal(score, 1)}${band ? ` ${band}` : ''}`), el('span', { class: 'quiet' }, `  raw ${decimal(raw, 3)}`)),
      el('table', { class: 'links' }, el('tbody', {}, ...parts.map(({ name, value, text }) => el('tr', {}, el('th', { scope: 'row' }, name), el('td', { class: 'number' }, decimal(value, 3)), el('td', { class: 'quiet' }, text))))),
      el('div', {}, el('button', { class: 'link', type: 'button', onclick: () => this.host.tell({ kind: 'jump', place, keepFocus: true }) }, `${path}:${place.line + 1}`)),
    ];
  }

  private cells(index: number): HTMLElement[] {
    const step = this.steps?.at(index);
    return step ? [el('span', { class: 'number quiet step' }, String(index + 1)), el('span', { class: `band ${step.band ?? ''}` }, decimal(step.score, 0)), el('span', { class: 'quiet number' }, `${step.before} → ${step.state}`), el('span', { class: 'ellipsis', title: step.words }, step.words)] : [el('span', { class: 'quiet' }, '…')];
  }

  private jump(index: number): void {
    const step = this.steps?.at(index);
    if (step) this.host.tell({ kind: 'jump', place: step.place, keepFocus: true });
  }
}
