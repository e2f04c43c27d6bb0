import { GetStatus } from '../../server/protocol/status';
import { GetTraining, type Training } from '../../server/protocol/training';
import type { PageCommand } from '../../server/protocol/webview/messages';
import { announce } from '../ui/announce';
import { css, kindColours, type Rgb } from '../ui/colours';
import { choice, toggle } from '../ui/controls';
import { el, setText } from '../ui/dom';
import { type Empty, emptyFor, emptyMessage } from '../ui/emptyState';
import type { Host } from '../ui/host';
import { splitter } from '../ui/splitter';
import { Theme } from '../ui/theme';
import { Tooltip } from '../ui/tooltip';
import type { AxisKind } from './axis';
import type { Style } from './painter';
import { Plot } from './plot';
import { best, csvOf, type Points, pointsOf } from './points';
import { PointTable } from './pointTable';
import { initial, isSaved, type Saved } from './saved';
import { TimeLeft } from './timeLeft';
import { choices, factsOf, pointText, stateSentence } from './words';

/** With less width than this, CSS pixels, the table is hidden at first. */
const ROOM_FOR_TABLE = 760;
/** What the server does is looked at this often while it is about to train; losses are announced no more often than this; milliseconds. */
const LOOK = 1000, SAY = 10_000;

/** The page of a net's training: its curve as it comes, how far it is, what ended it. */
export class TrainingPage {
  private saved: Saved = initial;
  private training: Training | undefined;
  private points: Points | undefined;
  private readonly timeLeft = new TimeLeft();
  private asking = false;
  private again = false;
  private looking: ReturnType<typeof setTimeout> | undefined;
  private saving: ReturnType<typeof setTimeout> | undefined;
  private noted = '';
  private said = { state: '', validations: 0, at: -Infinity };
  private readonly theme = new Theme();
  private readonly tooltip = new Tooltip();
  private readonly plot = new Plot(this.theme, () => this.style(), {
    hovered: (at, x, y) => (at === undefined || !this.points ? this.tooltip.hide() : this.tooltip.show(x, y, pointText(this.points, at))),
    cursored: (at) => { if (this.points) announce(pointText(this.points, at)); this.table.setActive(at); },
  });
  private readonly table = new PointTable((at) => this.plot.setCursor(at));
  private readonly state = el('span', { class: 'state' });
  private readonly cancel = el('vscode-button', { appearance: 'secondary', hidden: true, onclick: () => this.stop() }, 'Cancel');
  private readonly retry = el('vscode-button', { appearance: 'secondary', hidden: true, onclick: () => this.command('anomaline.learn') }, 'Learn Again');
  private readonly log = el('vscode-button', { appearance: 'secondary', hidden: true, onclick: () => this.command('anomaline.showLog') }, 'Show Log');
  private readonly tools = el('span', { class: 'labelled' });
  private readonly done = el('progress', { class: 'done', 'aria-label': 'Steps done', hidden: true });
  private readonly facts = el('dl', { class: 'facts' });
  private readonly legend = el('div', { class: 'legend' });
  private readonly failure = el('div', { class: 'notice', role: 'alert', hidden: true });
  private readonly main = el('div', { class: 'main' });
  private readonly note = el('div', { class: 'note', hidden: true });
  /** All but the note: what there is to see of a training. */
  private readonly parts = [el('div', { class: 'toolbar', role: 'toolbar', 'aria-label': 'Training' }, this.state, this.retry, this.log, this.cancel, this.tools), this.done, this.facts, this.legend, this.main];

  constructor(private readonly host: Host) {
    this.theme.onChange(() => this.drawLegend());
    host.on('hello', () => this.start());
    host.on('changed', () => void this.load());
    host.on('training', () => void this.load());
  }

  private start(): void {
    const { plot, table } = this, saved = this.saved = this.host.state(isSaved) ?? { ...initial, table: innerWidth >= ROOM_FOR_TABLE };
    const axis = choice<AxisKind>('Loss', { linear: 'linear', log: 'logarithm' }, saved.axis, (next) => this.set({ axis: next }));
    const csv = el('vscode-button', { appearance: 'secondary', title: 'Save the points of the curve as a table', onclick: () => this.points && this.host.tell({ kind: 'export', file: { name: 'training.csv', content: csvOf(this.points) } }) }, 'Save CSV');
    this.tools.append(axis.element, csv, toggle('Table', 'Show the points of the curve as a table', saved.table, (on) => this.set({ table: on })).element);
    const bar = splitter({ direction: 'columns', label: 'Width of the table', size: saved.side, least: 220, most: () => innerWidth * 0.6, sized: (side) => { table.element.style.width = `${side}px`; this.saved = { ...this.saved, side }; this.saveSoon(); } });
    bar.classList.add('side-bar');
    this.main.append(el('div', { class: 'plot-frame' }, plot.canvas), bar, table.element);
    document.body.append(el('main', { class: 'page' }, el('h1', { class: 'visually-hidden' }, 'Training'), this.failure, ...this.parts, this.note));
    this.use();
    this.drawLegend();
    this.hideParts();
    void this.load();
  }

  private set(part: Partial<Saved>): void {
    this.saved = { ...this.saved, ...part };
    this.use();
    this.saveSoon();
  }

  private use(): void {
    const { plot, saved: { axis, table } } = this;
    plot.axis = axis;
    plot.draw();
    this.table.element.hidden = !table;
    for (const bar of this.main.querySelectorAll<HTMLElement>('.side-bar')) bar.hidden = !table;
  }

  /** Asks for the training, one question at a time; what changed meanwhile is asked for next. */
  private async load(): Promise<void> {
    this.again = true;
    if (this.asking) return;
    this.asking = true;
    clearTimeout(this.looking);
    while (this.again) {
      this.again = false;
      try {
        const training = await this.host.ask(GetTraining, null);
        this.failure.hidden = true;
        if (training) this.show(training);
        else await this.showNone();
      } catch (error) {
        this.failed(error instanceof Error ? error.message : String(error));
      }
    }
    this.asking = false;
  }

  private show(training: Training): void {
    const now = performance.now(), { state, done, planned, id, curve } = training, running = state === 'running';
    const points = this.points = pointsOf(curve);
    this.training = training;
    for (const part of this.parts) part.hidden = false;
    this.note.hidden = true;
    this.timeLeft.add(id, now, done);
    setText(this.state, stateSentence(training, training.model?.split(/[\\/]/).at(-1)));
    this.showButtons(state);
    this.done.hidden = !running || planned === undefined;
    this.done.max = Math.max(1, planned ?? 1);
    this.done.value = Math.min(done, planned ?? 1);
    this.facts.replaceChildren(...factsOf(training, planned === undefined ? undefined : this.timeLeft.seconds(now, planned)).map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
    this.drawLegend();
    this.plot.show(points, best(points.validations));
    this.table.show(points);
    this.say(training, now);
  }

  private showButtons(state: Training['state']): void {
    const { cancel } = this, running = state === 'running';
    if (!running) this.leaveCancel();
    if (cancel.hidden) cancel.toggleAttribute('disabled', false);
    cancel.hidden = !running;
    this.retry.hidden = state !== 'cancelled' && state !== 'failed';
    this.log.hidden = state !== 'failed';
  }

  /** Says how it ended, and losses of held-back rows now and then. */
  private say(training: Training, now: number): void {
    const { state, id, curve: { validationLosses } } = training, { said } = this, key = `${id} ${state}`;
    if (key !== said.state) announce(this.state.textContent ?? '');
    else if (state === 'running' && validationLosses.length > said.validations && now - said.at >= SAY) announce(factsOf(training, undefined).slice(0, 4).map(([name, value]) => `${name} ${value}`).join('. '));
    else return;
    this.said = { state: key, validations: validationLosses.length, at: now };
  }

  /** The focus must not be lost with the button that it is on. */
  private leaveCancel(): void {
    if (document.activeElement === this.cancel) this.plot.canvas.focus();
  }

  private stop(): void {
    this.leaveCancel();
    this.cancel.toggleAttribute('disabled', true);
    this.command('anomaline.cancel');
    announce('Training is being cancelled');
  }

  /** Nothing was trained: says why, and how it is. */
  private async showNone(): Promise<void> {
    const status = await this.host.ask(GetStatus, null), { phase } = status;
    this.training = this.points = undefined;
    if (phase === 'investigating' || phase === 'learning') this.showNote({ title: 'Learning…', text: `${unescaped(status.detail) || status.text}. If what is learned is a net, its curve starts here with the first steps; other models have none.`, actions: ['anomaline.cancel'], passing: true });
    else if (phase === 'starting' || phase === 'indexing' || phase === 'scoring' || phase === 'empty' || phase === 'failed') this.showNote(emptyFor(status));
    else this.showNote({ title: 'No net was trained yet', text: 'Authentication logs can be learned with a net: write "settings": { "model": "transformer" } into anomaline.json of this capture, and learn. The curve of its losses is drawn here while it is trained, and kept with its model. Other models are counted, and have no curve.', actions: ['anomaline.learn', 'anomaline.chooseBaseline'] });
  }

  private failed(reason: string): void {
    if (!this.training) return this.showNote({ title: 'The training could not be read', text: reason, actions: ['retry', 'anomaline.showLog'] });
    this.failure.replaceChildren(el('span', {}, `What changed could not be read: ${reason}`), el('vscode-button', { appearance: 'secondary', onclick: () => void this.load() }, 'Try Again'));
    this.failure.hidden = false;
  }

  private showNote(empty: Empty): void {
    this.hideParts();
    const kind = `${empty.title} ${empty.actions.join(' ')}`, text = this.note.querySelector('.quiet');
    // The same with another text: the focus stays on its buttons.
    if (!this.note.hidden && kind === this.noted && text) setText(text, empty.text);
    else this.note.replaceChildren(emptyMessage(empty, (command) => this.command(command), () => void this.load()));
    this.noted = kind;
    this.note.hidden = false;
    if (empty.passing) this.looking = setTimeout(() => void this.load(), LOOK);
  }

  private hideParts(): void {
    for (const part of this.parts) part.hidden = true;
  }

  private command(command: PageCommand): void {
    this.host.tell({ kind: 'command', command });
  }

  /** Which line is which, and what a loss means. */
  private drawLegend(): void {
    const { training, validation } = this.style(), losses = this.training?.curve.losses, last = losses?.[losses.length - 1];
    const meaning = `Lower is better${last === undefined || !Number.isFinite(last) ? '' : `: the last training loss is ${choices(last)}`}.`;
    this.legend.replaceChildren(legendEntry(training, [], 'Training (thick: mean of neighbours)'), legendEntry(validation, [7, 4], 'Held-back rows'), el('span', { class: 'legend-entry' }, el('span', { 'aria-hidden': 'true' }, '◇'), 'best'), el('span', { class: 'quiet' }, meaning));
  }

  private style(): Style {
    const { theme } = this, [training, validation] = kindColours[theme.ground];
    return { training, validation, contrast: theme.highContrast, background: theme.colour('editor-background'), text: theme.colour('foreground'), quiet: theme.colour('descriptionForeground'), focus: theme.colour('focusBorder'), font: `12px ${theme.font}` };
  }

  private saveSoon(): void {
    this.saving ??= setTimeout(() => { this.saving = undefined; this.host.save(this.saved); }, 300);
  }
}

/** A piece of a line as it is drawn, and its name. */
function legendEntry(colour: Rgb, dash: number[], name: string): HTMLElement {
  const canvas = el('canvas', { width: 56, height: 24, 'aria-hidden': 'true' }), context = canvas.getContext('2d')!;
  context.scale(2, 2);
  context.strokeStyle = css(colour);
  context.lineWidth = 2;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(0, 6);
  context.lineTo(28, 6);
  context.stroke();
  return el('span', { class: 'legend-entry' }, canvas, name);
}

/** Details are Markdown; here they are text. */
function unescaped(markdown: string): string {
  return markdown.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}
