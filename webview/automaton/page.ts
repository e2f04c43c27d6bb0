import { GetStateAt, type NoAutomaton, type ReplayStep, type StateAt } from '../../server/protocol/automaton';
import type { LineParams } from '../../server/protocol/commands';
import { GetGroupFindings } from '../../server/protocol/rootCauses';
import type { RowSelection } from '../../server/protocol/selection';
import type { Target, ToPage } from '../../server/protocol/webview/messages';
import { announce } from '../ui/announce';
import { chip } from '../ui/chip';
import { el, setSaid, setText } from '../ui/dom';
import { count, counted, duration, time } from '../ui/format';
import { type Host, Superseded } from '../ui/host';
import { splitter } from '../ui/splitter';
import { Theme } from '../ui/theme';
import { Tooltip } from '../ui/tooltip';
import { choose, type Choice, sentence, type Shown } from './choice';
import { exportFile } from './exportFile';
import { edgeBetween } from './graph';
import { GraphView } from './graphView';
import { HoverText } from './hoverText';
import { type Layout, layoutKey, type LayoutInput, quickLayout } from './layout';
import { Layouts } from './layouts';
import { drawLegend } from './legend';
import { commands, notice } from './notices';
import { atFirst, isSaved, type Mode, type Saved } from './saved';
import { layoutInput, type Scene, sceneOf } from './scene';
import { type OverlayScale, overlayScale } from './scales';
import { Search } from './search';
import { Source } from './source';
import { StatePanel } from './statePanel';
import { StateTable } from './stateTable';
import { type ExportKind, Toolbar } from './toolbar';
import { Trail } from './trail';

/** Larger pictures stay as they were drawn at first: ELK would take too long for what it adds. */
const MOST_STATES = 1200, MOST_EDGES = 4000;

type View = 'fit' | 'keep' | { readonly anchor: number };

/** The page of the automaton: what is asked for, what is shown of it, and what is selected. */
export class AutomatonPage {
  /** What the progress line says for a while. */
  private said = '';
  private saved: Saved;
  private brush: RowSelection | null = null;
  private readonly theme = new Theme();
  private readonly tooltip = new Tooltip();
  private readonly source: Source;
  private readonly layouts: Layouts;
  private readonly graph: GraphView;
  private readonly table: StateTable;
  private readonly panel: StatePanel;
  private readonly toolbar: Toolbar;
  private readonly search: Search;
  private readonly hover: HoverText;
  private readonly trail = new Trail<number>((a, b) => a === b);
  private readonly legend = el('div', { class: 'legend', 'data-hook': 'legend' });
  private readonly progress = el('div', { class: 'progress', role: 'status', hidden: true });
  private readonly main = el('div', { class: 'main' });
  private readonly content = el('main', { class: 'content' });
  private shown: Shown | undefined;
  private laid: { readonly input: LayoutInput; readonly layout: Layout } | undefined;
  private scene: Scene | undefined;
  private scale: OverlayScale | undefined;
  private choosing: ReturnType<typeof setTimeout> | undefined;
  private saving: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: Host) {
    this.saved = host.state(isSaved) ?? atFirst;
    this.source = new Source(host, () => { this.graph.draw(); this.table.named(); });
    this.layouts = new Layouts((key, layout) => host.tell({ kind: 'keep', key, layout }));
    this.hover = new HoverText(host, this.source, this.tooltip);
    this.graph = new GraphView(this.theme, (state) => this.source.label(state), {
      selected: (state) => this.select(state, 'graph'), opened: (state) => this.openPanel(state), key: (event) => this.key(event), moved: (camera) => this.save({ camera }),
      hovered: (on, x, y) => { if (!on || !this.scale) this.hover.hide(); else if ('state' in on) this.hover.state(on.state, this.scale, x, y); else void this.hover.edge(on.edge, x, y); },
    });
    this.table = new StateTable(this.source, { active: (state) => this.select(state, 'table'), opened: (state) => this.openPanel(state), shown: () => this.shown?.states });
    this.panel = new StatePanel(host, {
      select: (state) => this.goTo(state), open: (page, target) => host.tell({ kind: 'open', page, target }), expand: (state) => this.expand(state), collapse: (state) => this.collapse(state), close: () => this.select(undefined, 'panel'), stepped: (step) => this.step(step), tabbed: (tab) => this.save({ tab }),
      chosen: (row) => this.mark(row), tabled: (numbersAsTable) => this.save({ numbersAsTable }),
    }, this.saved.numbersAsTable ?? false);
    this.search = new Search(host, () => this.source.summary?.revision, (state) => this.goTo(state, true));
    this.toolbar = new Toolbar(this.search.element, {
      back: () => this.walk(this.trail.back()), forward: () => this.walk(this.trail.forward()), fit: () => this.graph.fit(), zoomToSelection: () => this.graph.zoomToSelection(), overlay: (overlay) => { this.save({ overlay }); this.recolour(); }, mode: (mode) => this.setMode(mode),
      follow: (on) => host.tell({ kind: 'follow', on }), export: (kind) => void this.export(kind), limit: (limit) => this.change({ limit }, 'fit'), rare: (rare) => this.changeSoon({ rare }),
      reset: () => this.change({ ...atFirst.choice }, 'fit'),
    });
    this.build();
    this.listen();
    this.layouts.prepare();
  }

  private build(): void {
    const pane = el('div', { class: 'pane', 'data-view': 'graph' }, this.graph.canvas, this.legend, this.graph.minimap.canvas, this.progress);
    this.main.append(pane, this.table.element);
    const bar = splitter({ direction: 'columns', label: 'Width of the panel', size: this.saved.panelWidth, least: 280, most: () => innerWidth * 0.6, sized: (width) => { this.panel.element.style.width = `${width}px`; if (width !== this.saved.panelWidth) this.save({ panelWidth: width }); } });
    this.content.append(this.main, bar, this.panel.element);
    document.body.append(this.toolbar.element, this.content);
    this.toolbar.set(this.saved);
    this.toolbar.trail(false, false);
    this.panel.open(this.saved.tab);
    this.message(notice('Automaton', 'Asking for the automaton …', []));
  }

  private listen(): void {
    const { host } = this;
    host.on('hello', (hello) => void this.start(hello));
    host.on('changed', () => void this.load(true));
    host.on('show', ({ target }) => void this.show(target));
    host.on('cursor', ({ at }) => this.cursor(at));
    host.on('brush', ({ selection }) => void this.setBrush(selection));
    this.theme.onChange(() => this.recolour());
    document.addEventListener('keydown', (event) => {
      if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) { event.preventDefault(); this.walk(event.key === 'ArrowLeft' ? this.trail.back() : this.trail.forward()); }
      else if (event.key === 'Escape' && !this.panel.element.hidden && this.panel.element.contains(document.activeElement)) this.select(undefined, 'panel');
    });
  }

  private async start({ follow, brush, kept, target }: Extract<ToPage, { kind: 'hello' }>): Promise<void> {
    this.toolbar.follow(follow);
    this.layouts.keep(kept);
    this.brush = brush;
    await this.load(false);
    this.began();
    if (target) await this.show(target);
  }

  /** Asks for everything. `again`: something changed on the server; what still exists stays selected, and it is said. */
  private load(again: boolean): Promise<void> {
    return this.loading = this.loadNow(again);
  }

  private began = (): void => {};
  /** What targets wait for: the load that runs, and before the first one its end. */
  private loading = new Promise<void>((resolve) => (this.began = resolve));

  private async loadNow(again: boolean): Promise<void> {
    const before = this.source.summary?.revision;
    try {
      const summary = await this.source.load(this.brush);
      if ('reason' in summary) return this.nothing(summary);
      if (summary.states === 0) return this.nothing({ reason: 'The automaton has no states: its baseline had no rows that could be learned from.' });
      this.message(undefined);
      this.mark(this.saved.marked?.revision === summary.revision ? this.saved.marked.row : undefined);
      const { selected } = this.saved, gone = selected !== undefined && selected >= summary.states;
      this.rechoose(this.scene ? (selected === undefined || gone ? 'keep' : { anchor: selected }) : 'fit');
      if (gone) this.select(undefined, 'panel');
      else if (selected !== undefined) this.select(selected, 'restore');
      if (!again && this.saved.camera && this.scene) { this.graph.camera = this.saved.camera; this.graph.draw(); }
      if (again && before !== summary.revision) this.say(gone ? 'The capture was scored again: the selected state is gone.' : 'The capture was scored again: numbers are new.');
    } catch (error) {
      if (error instanceof Superseded) return;
      this.message(notice('The server did not answer', error instanceof Error ? error.message : String(error), [{ text: 'Try again', run: () => void this.load(again) }, commands((command) => this.host.tell({ kind: 'command', command })).log]));
    }
  }

  private nothing({ reason }: NoAutomaton): void {
    this.layouts.cancel();
    this.panel.hide();
    const { investigate, log } = commands((command) => this.host.tell({ kind: 'command', command }));
    this.message(notice('No automaton to show', reason, [investigate, log]));
  }

  private message(element: HTMLElement | undefined): void {
    document.querySelector('body > .message')?.remove();
    this.content.hidden = this.toolbar.element.hidden = element !== undefined;
    if (element) document.body.append(element);
    else this.setMode(this.saved.mode);
  }

  private change(choice: Partial<Choice>, view: View): void {
    this.save({ choice: { ...this.saved.choice, ...choice } });
    this.rechoose(view);
  }

  /** For sliders: the sentence at once, the picture when they rest. */
  private changeSoon(choice: Partial<Choice>): void {
    this.save({ choice: { ...this.saved.choice, ...choice } });
    clearTimeout(this.choosing);
    this.choosing = setTimeout(() => this.rechoose('keep'), 120);
  }

  /** Chooses what is shown, draws it at once, and better when the layout is made. */
  private rechoose(view: View): void {
    const { graph, summary } = this.source;
    if (!graph || !summary) return;
    this.toolbar.set(this.saved);
    const shown = this.shown = choose(graph, this.saved.choice), input = layoutInput(graph, shown), key = layoutKey(`${summary.title}, ${summary.states} states`, shown.states, shown.edges);
    const kept = this.layouts.cached(key, shown.states.length, shown.edges.length);
    this.laid = { input, layout: kept ?? quickLayout(input) };
    setText(this.toolbar.sentence, sentence(graph, this.saved.choice, shown) + (summary.note ? ` ${summary.note}` : summary.captureRows === 0 ? ' No capture is scored: colours compare nothing yet.' : ''));
    this.drawScene(view);
    this.chips();
    this.table.refresh();
    void this.source.name(shown.states).catch((error: unknown) => this.fault(error));
    this.layouts.cancel();
    this.progress.hidden = true;
    if (!kept && shown.states.length > 1 && shown.states.length <= MOST_STATES && shown.edges.length <= MOST_EDGES) void this.refine(key, input, view);
  }

  private async refine(key: string, input: LayoutInput, view: View): Promise<void> {
    setText(this.progress, `Laying out ${counted(input.radius.length, 'state')} …`);
    this.progress.hidden = false;
    const { camera } = this.graph;
    try {
      const layout = await this.layouts.make(key, input);
      if (!layout || input !== this.laid?.input) return;
      this.laid = { input, layout };
      // Nobody moved meanwhile: the new picture is seen as the first one was. Else what is selected stays where it is.
      const { selected } = this.saved, still = camera.x === this.graph.camera.x && camera.y === this.graph.camera.y && camera.zoom === this.graph.camera.zoom;
      this.drawScene(selected !== undefined && (!still || view !== 'fit') ? { anchor: selected } : still ? 'fit' : 'keep');
      this.progress.hidden = true;
    } catch (error) {
      setText(this.progress, `The simple layout stays: ${error instanceof Error ? error.message : String(error)}.`);
    }
  }

  private drawScene(view: View): void {
    const { graph, brushed } = this.source, { shown, laid } = this;
    if (!graph || !brushed || !shown || !laid) return;
    this.scale = overlayScale(this.saved.overlay, brushed.states);
    this.scene = sceneOf(brushed, shown, laid.input, laid.layout, this.scale, this.theme.ground);
    this.graph.show(this.scene, view);
    setSaid(this.graph.canvas, 'aria-label', `Automaton: ${this.toolbar.sentence.textContent} Arrow keys walk along transitions, Enter opens the state, plus and minus zoom, t switches to the table.`);
    this.graph.canvas.dataset['states'] = String(shown.states.length);
    drawLegend(this.legend, this.scale, this.theme.ground);
  }

  private recolour(): void {
    this.toolbar.set(this.saved);
    this.drawScene('keep');
  }

  private setMode(mode: Mode): void {
    this.save({ mode });
    this.toolbar.set(this.saved);
    this.main.dataset['mode'] = mode;
    if (mode === 'table') { this.table.refresh(); this.table.select(this.saved.selected); }
    else this.graph.draw();
  }

  private async setBrush(selection: RowSelection | null): Promise<void> {
    this.brush = selection;
    this.chips();
    try {
      await this.source.brush(selection);
      this.recolour();
      this.table.refresh();
      if (this.saved.selected !== undefined) this.showPanel(this.saved.selected);
      announce(selection ? 'Counts are of the brushed rows.' : 'Counts are of all rows.');
    } catch (error) { this.fault(error); }
  }

  private chips(): void {
    const { expanded, collapsed, wanted } = this.saved.choice, { chips } = this.toolbar;
    chips.replaceChildren();
    if (this.brush) {
      const { time: span, columns } = this.brush, text = [span && `${time(span[0])}, ${duration(span[1] - span[0])}`, columns && counted(columns.last - columns.first + 1, 'group')].filter(Boolean).join(', ');
      chips.append(chip(`Brushed: ${text}`, 'Only rows brushed in the timeline are counted', () => { this.host.tell({ kind: 'brush', selection: null }); void this.setBrush(null); }));
    }
    for (const [list, name, change] of [[expanded, 'expanded', 'expanded'], [collapsed, 'collapsed', 'collapsed'], [wanted, 'looked for', 'wanted']] as const) {
      if (list.length > 0) chips.append(chip(`${count(list.length)} ${name}`, `States ${list.slice(0, 12).join(', ')}`, () => this.change({ [change]: [] }, this.saved.selected === undefined ? 'keep' : { anchor: this.saved.selected })));
    }
  }

  /** The one way a state becomes the selected one. `by`: who wants it and hence knows it already. */
  private select(state: number | undefined, by: 'graph' | 'table' | 'panel' | 'cursor' | 'page' | 'restore'): void {
    const { selected: before, ...rest } = this.saved;
    this.saved = state === undefined ? rest : { ...rest, selected: state };
    this.save({});
    this.graph.highlight([]);
    if (by !== 'graph') this.graph.select(state, by !== 'restore');
    if (by !== 'table') this.table.select(state);
    if (state === undefined) {
      const inPanel = this.panel.element.contains(document.activeElement);
      this.panel.hide();
      if (inPanel) this.focusView();
    } else {
      this.trail.go(state);
      this.showPanel(state);
      if (state !== before) announce(this.describe(state));
    }
    this.toolbar.trail(this.trail.canGoBack, this.trail.canGoForward);
  }

  private describe(state: number): string {
    const { baseline, capture, rootCauses } = this.source.brushed!.states, causes = rootCauses[state];
    return `State ${state}, ${this.source.label(state) ?? ''}: ${count(baseline[state])} visits in the baseline, ${count(capture[state])} in the capture${causes > 0 ? `, ${counted(causes, 'root cause')}` : ''}.`;
  }

  private showPanel(state: number): void {
    if (this.source.summary) void this.panel.show(this.source.summary.revision, state, this.source.label(state), this.brush);
  }

  private openPanel(state: number): void {
    this.select(state, 'page');
    this.panel.focus();
  }

  private focusView(): void {
    if (this.saved.mode === 'graph') this.graph.canvas.focus();
    else this.table.focus();
  }

  /** Shows a state, and others with it, and selects it. */
  private goTo(state: number, focus = false, by: 'page' | 'cursor' = 'page', others: readonly number[] = []): void {
    const { summary, graph } = this.source;
    if (!summary || !graph || state < 0 || state >= summary.states) return this.say(`There is no state ${state} in this automaton.`);
    this.want([state, ...others.filter((other) => other >= 0 && other < summary.states)]);
    this.select(state, by);
    if (focus) this.focusView();
  }

  private want(states: readonly number[]): void {
    const missing = states.filter((state) => !this.scene?.nodeOf.has(state));
    if (missing.length === 0) return;
    const { choice, selected } = this.saved, behind = new Set(this.shown?.behind.keys());
    this.change({ wanted: [...new Set([...choice.wanted, ...missing])].slice(-500), collapsed: choice.collapsed.filter((state) => !behind.has(state)) }, selected === undefined ? 'keep' : { anchor: selected });
  }

  /** Marks the values of a row in the panel of its state. `reveal`: somebody came for them. */
  private mark(row: number | undefined, reveal = false): void {
    const { summary } = this.source, { marked: before, ...rest } = this.saved;
    this.saved = summary && row !== undefined ? { ...rest, marked: { revision: summary.revision, row } } : rest;
    if (before !== this.saved.marked) this.save({});
    this.panel.mark(row, reveal);
  }

  private walk(state: number | undefined): void {
    if (state === undefined) return;
    this.want([state]);
    this.select(state, 'page');
    this.toolbar.trail(this.trail.canGoBack, this.trail.canGoForward);
  }

  private expand(state: number): void {
    const { expanded, collapsed } = this.saved.choice, before = this.shown?.states.length ?? 0;
    this.change({ expanded: [...new Set([...expanded, state])], collapsed: collapsed.filter((one) => one !== state) }, { anchor: state });
    this.say(`${counted((this.shown?.states.length ?? 0) - before, 'state')} more shown.`);
  }

  private collapse(state: number): void {
    const { expanded, collapsed } = this.saved.choice, before = this.shown?.states.length ?? 0;
    this.change({ collapsed: [...new Set([...collapsed, state])], expanded: expanded.filter((one) => one !== state) }, { anchor: state });
    this.say(`${counted(before - (this.shown?.states.length ?? 0), 'state')} hidden behind state ${state}.`);
  }

  private step({ row, before, state }: ReplayStep): void {
    this.mark(row);
    this.want([before, state]);
    const edge = this.source.graph ? edgeBetween(this.source.graph, before, state) : -1;
    this.graph.highlight(edge < 0 ? [] : [edge]);
    this.graph.select(state, true);
  }

  /** The cursor came to a line: its state is selected, and nothing is told back. */
  private cursor({ revision, row, state }: StateAt): void {
    if (revision !== this.source.summary?.revision) return;
    this.mark(row);
    if (state !== this.saved.selected) this.goTo(state, false, 'cursor');
  }

  private async show(target: Target): Promise<void> {
    await this.loading;
    try {
      if (target.kind === 'state') return this.goTo(target.state, true, 'page', target.others);
      const line: LineParams | undefined = target.kind === 'line' ? target.line : (await this.host.ask(GetGroupFindings, { group: target.group, start: 0, count: 1 })).items[0]?.place;
      const at = line && await this.host.ask(GetStateAt, { uri: line.uri, line: line.line });
      if (at) { this.mark(at.row, true); this.goTo(at.state, true); }
      else this.say(target.kind === 'line' ? 'That line has no state: it was not scored.' : 'That root cause is gone: the capture was scored again.');
    } catch (error) { this.fault(error); }
  }

  private key({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
    const { selected } = this.saved;
    if (altKey || ctrlKey || metaKey) return false;
    if (key === '/') this.search.focus();
    else if (key === 't') { this.setMode('table'); this.table.focus(); }
    else if (key === 'Escape') this.select(undefined, 'page');
    else if (selected === undefined) return false;
    else if (key === 'Enter') this.panel.focus();
    else if (key === 'z') this.graph.zoomToSelection();
    else if (key === 'e') this.expand(selected);
    else if (key === 'c') this.collapse(selected);
    else return false;
    return true;
  }

  private async export(kind: ExportKind): Promise<void> {
    if (!this.scene || !this.source.summary) return;
    await this.source.name(this.scene.states);
    this.host.tell({ kind: 'export', file: await exportFile(kind, this.scene, this.graph.style(), (state) => this.source.label(state), this.source.summary.title, this.toolbar.sentence.textContent ?? '') });
  }

  private say(text: string): void {
    this.said = text;
    setText(this.progress, text);
    this.progress.hidden = false;
    setTimeout(() => { if (this.said === text) this.progress.hidden = true; }, 6000);
  }

  private fault(error: unknown): void {
    if (!(error instanceof Superseded)) this.say(error instanceof Error ? error.message : String(error));
  }

  /** Kept soon, not at every frame of a movement. */
  private save(part: Partial<Saved>): void {
    this.saved = { ...this.saved, ...part };
    this.saving ??= setTimeout(() => { this.saving = undefined; this.host.save(this.saved); }, 200);
  }
}
