import { GetStateLabels } from '../../server/protocol/automaton';
import { GetGroupFindings } from '../../server/protocol/rootCauses';
import type { RowSelection } from '../../server/protocol/selection';
import { GetStatus } from '../../server/protocol/status';
import { type CellDetail, GetCell, GetGroupNames, GetTimeline, type TimelineCells } from '../../server/protocol/timeline';
import type { Target } from '../../server/protocol/webview/messages';
import { announce } from '../ui/announce';
import { chip } from '../ui/chip';
import { el, setText } from '../ui/dom';
import { emptyFor, emptyMessage, message } from '../ui/emptyState';
import { countedGroups, groupings, selectionText } from '../ui/groupings';
import { type Host, Newest, Superseded } from '../ui/host';
import { PagedItems } from '../ui/pagedItems';
import { splitter } from '../ui/splitter';
import { Theme } from '../ui/theme';
import { Tooltip } from '../ui/tooltip';
import { groupsOf, selectionOf, timeOf } from './cells';
import { legendParts } from './legend';
import { type Palette, paletteOf } from './palette';
import type { Style } from './painter';
import { type Cell, Plot } from './plot';
import { initial, isSaved, type Saved } from './saved';
import { shading } from './shading';
import { SideTable } from './sideTable';
import { ToolBar } from './toolBar';
import { cellsFor, clamp, isWhole, wholeOf, type Window } from './view';
import { worstCells } from './worst';
import { cellWords, detailWords, drawnSentence, findingsSentence } from './words';

/** A cell is this large at least, CSS pixels: smaller ones are seen only as a haze. */
const CELL = 3;
/** With less width than this, CSS pixels, the table is hidden at first. */
const ROOM_FOR_TABLE = 900;
/** What is looked at rests for this long before it is asked for; what is hovered, before it is explained; milliseconds. */
const REST = 120, HOVER_REST = 140, LOOK = 1000;

/** The page of the timeline: what is drawn, asked for, said, brushed. */
export class TimelinePage {
  private saved: Saved = initial;
  private cells: TimelineCells | undefined;
  private palette: Palette | undefined;
  private labels = new Map<number, string>();
  private names: PagedItems<string>;
  private readonly theme = new Theme();
  private readonly tooltip = new Tooltip();
  private readonly plot: Plot;
  private readonly table: SideTable;
  private toolBar: ToolBar | undefined;
  private readonly drawing = new Newest();
  private readonly explaining = new Newest();
  private readonly legend = el('div', { class: 'legend-parts' });
  private readonly legendBar = el('div', { class: 'legend' }, this.legend);
  private readonly drawn = el('span', { role: 'status' });
  private readonly found = el('span', {});
  private readonly loading = el('span', { class: 'loading' }, 'refining…');
  private askedSize = '';
  private readonly chips = el('span', {});
  private readonly failure = el('div', { class: 'notice', role: 'alert', hidden: true });
  private readonly plotFrame = el('div', { class: 'plot-frame' });
  private readonly note = el('div', { class: 'note', hidden: true });
  private readonly main = el('div', { class: 'main' });
  private asking: ReturnType<typeof setTimeout> | undefined;
  private explainSoon: ReturnType<typeof setTimeout> | undefined;
  private saving: ReturnType<typeof setTimeout> | undefined;
  private flagged = -1;
  /** Groups that the filter leaves; undefined: not known yet. */
  private groupTotal: number | undefined;

  constructor(private readonly host: Host) {
    this.names = this.freshNames();
    this.plot = new Plot(this.theme, () => this.style(), {
      moved: () => this.moved(), brushed: (part, columns) => this.brushPart(part, columns), hovered: (cell, x, y) => this.hovered(cell, x, y), clicked: (cell) => void this.jump(cell),
      cursored: (cell) => this.cursored(cell), key: (event) => this.key(event), resized: () => this.resized(), nameOf: (group) => this.nameOf(group),
    });
    this.plotFrame.append(this.plot.canvas);
    this.table = new SideTable((group) => this.nameOf(group), (cell) => this.plot.setCursor(cell), (cell) => void this.jump(cell));
    this.theme.onChange(() => this.redraw());
    host.on('changed', () => { this.regroup(); this.ask(0); });
    host.on('brush', ({ selection }) => this.setBrush(selection));
    host.on('show', ({ target }) => void this.show(target));
    host.on('hello', ({ brush, target }) => this.start(brush, target));
  }

  private start(brush: RowSelection | null, target: Target | undefined): void {
    this.saved = this.host.state(isSaved) ?? { ...initial, table: innerWidth >= ROOM_FOR_TABLE };
    const { toolBar, table, saved } = { toolBar: this.toolBar = new ToolBar(this.saved, { set: (part) => this.set(part), zoom: (factor) => this.plot.zoomBy(factor), reset: () => this.plot.go(this.plot.whole) }), table: this.table, saved: this.saved };
    const bar = splitter({ direction: 'columns', label: 'Width of the table', size: saved.side, least: 240, most: () => innerWidth * 0.6, sized: (side) => { table.element.style.width = `${side}px`; this.saved = { ...this.saved, side }; this.saveSoon(); } });
    bar.classList.add('side-bar');
    this.main.append(this.plotFrame, bar, table.element);
    this.legendBar.append(toolBar.strength);
    document.body.append(el('main', { class: 'page' }, el('h1', { class: 'visually-hidden' }, 'Timeline'), toolBar.element, el('div', { class: 'sentence' }, this.drawn, this.found, this.loading, el('span', { class: 'grow' }), this.chips), this.legendBar, this.failure, this.main, this.note));
    this.use(saved);
    this.setBrush(brush);
    if (target) void this.show(target);
  }

  /** More or fewer cells fit: asks for them, unless they were. */
  private resized(): void {
    const { width, height } = this.plot.size;
    if (`${width} ${height}` !== this.askedSize) this.ask();
  }

  /** Takes over what the controls say; asks anew where that changes what is drawn. */
  private set(part: Partial<Saved>): void {
    const regrouped = part.grouping !== undefined || part.order !== undefined || part.filter !== undefined, { window } = this.saved;
    // Other columns: what part of them was looked at means nothing any more, the time does.
    const kept = window && regrouped && this.cells ? { time: window.time, groups: [0, Number.MAX_SAFE_INTEGER] as const } : window;
    this.saved = { ...unzoomed(this.saved), ...part, ...(kept ? { window: kept } : {}) };
    if (regrouped) { this.regroup(); this.plot.setCursor(undefined); }
    this.use(this.saved);
    if (regrouped || part.colour !== undefined) { this.palette = part.colour === undefined ? this.palette : undefined; this.ask(0); } else if (part.intensity !== undefined) this.redraw();
    this.saveSoon();
  }

  private use({ grouping, order, filter, mode, table }: Saved): void {
    this.plot.names = { grouping, order, filter };
    this.plot.mode = mode;
    this.plot.canvas.classList.toggle('pan', mode === 'pan');
    this.table.element.hidden = !table;
    for (const bar of this.main.querySelectorAll<HTMLElement>('.side-bar')) bar.hidden = !table;
  }

  private moved(): void {
    const { window, whole } = this.plot;
    this.saved = { ...unzoomed(this.saved), ...(isWhole(window, whole) ? {} : { window }) };
    this.tooltip.hide();
    this.ask();
    this.saveSoon();
  }

  /** Asks for what is looked at once it rests; the newest question wins, and until its answer the old picture stays. */
  private ask(rest = REST): void {
    clearTimeout(this.asking);
    this.asking = setTimeout(() => void this.load(), this.cells ? rest : 0);
  }

  private async load(): Promise<void> {
    const signal = this.drawing.next(), { saved: { grouping, order, colour, filter, window } } = this, { width, height } = this.plot.size;
    if (width < 10 || height < 10) return;
    this.loading.classList.toggle('on', this.cells !== undefined);
    this.askedSize = `${width} ${height}`;
    const groups = window && window.groups[1] < Number.MAX_SAFE_INTEGER ? [Math.floor(window.groups[0]), Math.max(Math.floor(window.groups[0]), Math.ceil(window.groups[1]) - 1)] as const : undefined;
    try {
      const answer = await this.host.ask(GetTimeline, { grouping, order, colour, filter, ...(window ? { time: window.time } : {}), ...(groups ? { groups } : {}), ...cellsFor(width, height, groups ? groups[1] - groups[0] + 1 : (this.groupTotal ?? Infinity), CELL) }, signal);
      this.failure.hidden = true;
      if ('reason' in answer) return await this.showReason(answer.reason, signal);
      this.showCells(answer);
    } catch (error) {
      if (error instanceof Superseded) return;
      const reason = error instanceof Error ? error.message : String(error);
      if (!this.cells) return this.showNote(emptyMessage({ title: 'The timeline could not be drawn', text: reason, actions: ['retry', 'anomaline.score', 'anomaline.showLog'] }, (command) => this.host.tell({ kind: 'command', command }), () => this.ask(0)));
      this.say(`The timeline could not be refined: ${reason}`, ['Try Again', () => this.ask(0)]);
    } finally {
      if (!signal.aborted) this.loading.classList.remove('on');
    }
  }

  private showCells(cells: TimelineCells): void {
    const { plot, saved } = this, whole = wholeOf(cells.span, cells.groupTotal);
    const first = this.groupTotal === undefined;
    this.cells = cells;
    this.groupTotal = cells.groupTotal;
    this.flagged = -1;
    // How many groups there are was not known when this was asked for: now columns can be merged evenly.
    if (first && cells.columns < cells.groups[1] - cells.groups[0] + 1) this.ask(0);
    plot.whole = whole;
    plot.window = saved.window ? clamp(saved.window, whole) : whole;
    plot.cursor = undefined;
    this.main.hidden = this.legendBar.hidden = false;
    this.note.hidden = true;
    setText(this.drawn, drawnSentence(cells, saved.grouping, saved.filter));
    const found = findingsSentence(cells);
    setText(this.found, found ?? 'Nothing that is drawn was flagged.');
    this.found.className = found === undefined ? 'quiet' : '';
    this.toolBar?.zoomed(!isWhole(plot.window, whole));
    if (cells.columns === 0) this.showNote(message(`No ${groupings[saved.grouping][1]} has "${saved.filter}" in its name`, 'All words must occur in one name.', [['Clear Filter', () => { this.toolBar?.clearFilter(); this.set({ filter: '' }); }]]));
    else {
      this.redraw();
      this.table.show(cells);
      if (saved.colour === 'state') void this.nameStates();
    }
  }

  /** Draws again from what is here: colours, strengths, legend. */
  private redraw(): void {
    const { cells, saved: { colour, intensity } } = this, style = this.style();
    if (!cells || cells.columns === 0) return;
    const palette = this.palette = paletteOf(cells, colour, style, this.palette?.own), shades = shading(cells.count, intensity);
    this.plot.show(cells, colour, palette, shades);
    this.legend.replaceChildren(...legendParts(colour, cells, palette, shades, style, this.labels));
  }

  /** Says something above the picture until the next answer. */
  private say(text: string, [label, run]: readonly [string, () => void]): void {
    this.failure.replaceChildren(el('span', {}, text), el('vscode-button', { appearance: 'secondary', onclick: run }, label));
    this.failure.hidden = false;
  }

  private async nameStates(): Promise<void> {
    const { cells, palette } = this, states = palette?.own.filter((state) => state !== 0xffffffff && !this.labels.has(state)) ?? [];
    if (!cells || states.length === 0) return;
    const labels = await this.host.ask(GetStateLabels, { revision: cells.revision, states });
    states.forEach((state, i) => this.labels.set(state, labels[i] ?? ''));
    this.redraw();
  }

  private async showReason(reason: string, signal: AbortSignal): Promise<void> {
    const status = await this.host.ask(GetStatus, null, signal);
    if (status.phase !== 'ready') {
      const empty = emptyFor(status);
      this.showNote(emptyMessage(empty, (command) => this.host.tell({ kind: 'command', command }), () => this.ask(0)));
      if (empty.passing) this.asking = setTimeout(() => void this.load(), LOOK);
      return;
    }
    const plain = this.saved.grouping === 'entity' && this.saved.colour === 'band';
    this.showNote(message('This cannot be drawn', reason, plain ? [] : [['Show Entities by Severity', () => { this.toolBar?.choose('entity', 'band'); this.set({ grouping: 'entity', colour: 'band' }); }]]));
  }

  private showNote(content: HTMLElement): void {
    this.note.replaceChildren(content);
    this.note.hidden = false;
    this.main.hidden = this.legendBar.hidden = true;
    if (!this.cells || this.cells.columns > 0) for (const said of [this.drawn, this.found]) setText(said, '');
  }

  private cellSelection({ column, row }: Cell): Required<RowSelection> | undefined {
    return this.cells && selectionOf(this.cells, this.plot.names, [column, column], [row, row]);
  }

  private explain(cell: Cell): Promise<CellDetail> {
    const selection = this.cellSelection(cell)!;
    return this.host.ask(GetCell, { colour: this.saved.colour, selection }, this.explaining.next());
  }

  private wordsOf(cell: Cell, names?: readonly string[]): readonly string[] {
    const cells = this.cells!, [first, last] = groupsOf(cells, cell.column);
    return cellWords(cells, cell.row * cells.columns + cell.column, timeOf(cells, cell.row), names ?? [this.nameOf(first)], last - first + 1, this.saved.grouping);
  }

  private hovered(cell: Cell | undefined, x: number, y: number): void {
    clearTimeout(this.explainSoon);
    const { cells } = this;
    if (!cell || !cells) { this.explaining.next(); return this.tooltip.hide(); }
    const lines = (texts: readonly string[]): HTMLElement[] => texts.map((text, i) => el('div', { class: i === 0 ? 'cause' : '' }, text));
    this.tooltip.show(x, y, ...lines(this.wordsOf(cell)));
    if (cells.count[cell.row * cells.columns + cell.column] === 0) return;
    this.explainSoon = setTimeout(() => void this.explain(cell).then((detail) => this.tooltip.show(x, y, ...lines([...this.wordsOf(cell, detail.groups.items), ...detailWords(detail)])), (error: unknown) => {
      if (!(error instanceof Superseded)) this.tooltip.show(x, y, ...lines([...this.wordsOf(cell), `More is not known: ${String(error)}`]));
    }), HOVER_REST);
  }

  /** Says the cell that keys came to; more of it once one stays there. */
  private cursored(cell: Cell): void {
    clearTimeout(this.explainSoon);
    this.tooltip.hide();
    const { plot: { brush } } = this;
    announce([...(brush ? [`Brush: ${selectionText(brush)}`] : []), ...this.wordsOf(cell)].join('. '));
    this.explainSoon = setTimeout(() => void this.explain(cell).then((detail) => announce([...this.wordsOf(cell, detail.groups.items), ...detailWords(detail)].join('. ')), () => undefined), 400);
  }

  private async jump(cell: Cell): Promise<void> {
    const { cells } = this;
    if (!cells || cells.count[cell.row * cells.columns + cell.column] === 0) return announce('No rows here');
    try {
      const { worst } = await this.explain(cell);
      if (worst) this.host.tell({ kind: 'jump', place: worst.place, keepFocus: true });
    } catch (error) {
      if (!(error instanceof Superseded)) announce(`That line is not known: ${String(error)}`);
    }
  }

  private key(event: KeyboardEvent): boolean {
    const { plot } = this;
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const mode = ({ z: 'zoom', p: 'pan', b: 'brush' } as const)[event.key];
    if (mode) { this.toolBar?.setMode(mode); this.set({ mode }); announce(`Dragging: ${mode}`); } else if (event.key === 'Enter' && plot.cursor) void this.jump(plot.cursor);
    else if (event.key === 'Escape' && plot.brush) this.tellBrush(null);
    else if (event.key === 'Escape' && plot.cursor) plot.setCursor(undefined);
    else if (event.key.toLowerCase() === 'n') this.nextWorst(event.shiftKey ? -1 : 1);
    else return false;
    return true;
  }

  /** To the cell with the next lower score, or back. */
  private nextWorst(direction: number): void {
    const { cells, plot } = this;
    if (!cells) return;
    const worst = worstCells(cells, 1000);
    if (worst.length === 0) return announce('No rows are drawn');
    this.flagged = Math.min(worst.length - 1, Math.max(0, this.flagged + direction));
    const cell = { column: worst[this.flagged] % cells.columns, row: Math.floor(worst[this.flagged] / cells.columns) };
    plot.setCursor(cell);
    this.cursored(cell);
  }

  private brushPart({ time, groups }: Window, columns: boolean): void {
    const last = Math.max(groups[0], groups[1] - 1), { whole, names } = this.plot;
    this.tellBrush({ time, ...(columns && (groups[0] > 0 || groups[1] < whole.groups[1]) ? { columns: { ...names, first: groups[0], last } } : {}) });
  }

  private tellBrush(selection: RowSelection | null): void {
    this.host.tell({ kind: 'brush', selection });
    this.setBrush(selection);
  }

  private setBrush(selection: RowSelection | null): void {
    this.plot.brush = selection;
    this.chips.replaceChildren(...(selection ? [chip(`Brush: ${selectionText(selection)}`, 'The other views count these rows alone', () => this.tellBrush(null))] : []));
    this.plot.draw();
  }

  /** Zooms to the time of a root cause. */
  private async show(target: Target): Promise<void> {
    if (target.kind !== 'group') return;
    const { items } = await this.host.ask(GetGroupFindings, { group: target.group, start: 0, count: 200 });
    let from = Infinity, to = -Infinity;
    for (const { timeSpan } of items) if (timeSpan) { from = Math.min(from, timeSpan[0]); to = Math.max(to, timeSpan[1]); }
    if (from > to) return this.say(items.length === 0 ? 'That root cause is gone: findings have changed.' : 'The lines of that root cause have no time.', ['Close', () => (this.failure.hidden = true)]);
    const room = Math.max(1, (to - from) * 0.15);
    this.saved = { ...this.saved, window: { time: [from - room, to + room], groups: [0, Number.MAX_SAFE_INTEGER] } };
    this.ask(0);
    announce(`Zoomed to the time of the root cause, which has findings of ${countedGroups(new Set(items.map(({ entity }) => entity)).size, 'entity')}`);
  }

  private nameOf(group: number): string | undefined {
    this.names.want(group, group + 1);
    return this.names.at(group);
  }

  /** What is known of the groups holds no longer. */
  private regroup(): void {
    this.names = this.freshNames();
    this.groupTotal = undefined;
    this.labels = new Map();
  }

  private freshNames(): PagedItems<string> {
    const { grouping, order, filter } = this.saved;
    this.names?.dispose();
    return new PagedItems((page, signal) => this.host.ask(GetGroupNames, { grouping, order, filter, ...page }, signal), () => { this.plot.draw(); this.table.refresh(); });
  }

  private style(): Style {
    const { theme } = this;
    return {
      ground: theme.ground, background: theme.colour('editor-background'), text: theme.colour('foreground'), quiet: theme.colour('descriptionForeground'), focus: theme.colour('focusBorder'),
      low: theme.colour('editorInfo-foreground'), medium: theme.colour('editorWarning-foreground'), high: theme.colour('editorError-foreground'), font: `12px ${theme.font}`, small: `11px ${theme.font}`,
    };
  }

  private saveSoon(): void {
    this.saving ??= setTimeout(() => { this.saving = undefined; this.host.save(this.saved); }, 300);
  }
}

function unzoomed(saved: Saved): Saved {
  const { grouping, order, colour, intensity, filter, mode, table, side } = saved;
  return { grouping, order, colour, intensity, filter, mode, table, side };
}
