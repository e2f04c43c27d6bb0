import type { GroupOrder } from '../../server/protocol/rootCauses';
import type { RowSelection } from '../../server/protocol/selection';
import { GetStatus } from '../../server/protocol/status';
import type { Target } from '../../server/protocol/webview/messages';
import { announce } from '../ui/announce';
import { el } from '../ui/dom';
import { type Empty, emptyFor, emptyMessage, message } from '../ui/emptyState';
import { counted } from '../ui/format';
import { type Host, Newest, Superseded } from '../ui/host';
import { ActionBar } from './actionBar';
import { CausesTree, type Ids } from './causesTree';
import { Details } from './details';
import { FilterBar } from './filterBar';
import { type Filters, findingFilter, isFiltered, noFilters } from './filters';
import type { Path } from './flatTree';
import { idsOf, type Item } from './items';
import { columns, rowElement } from './rows';
import { isSaved, MOST_KEPT, type Saved } from './saved';
import { Selection } from './selection';
import { TreeGrid } from './treeGrid';
import { Work } from './work';

/** Rows of one range selection at most. */
const MOST_RANGE = 10_000;
/** While the server works, it is looked at this often, milliseconds. */
const LOOK = 1000;

/** The page of root causes: a list of what the filters leave, and what can be done with it. */
export class RootCausesPage {
  private order: GroupOrder = 'score';
  private filters: Filters = noFilters;
  private brush: RowSelection | null = null;
  private tree: CausesTree | undefined;
  private details: Details | undefined;
  private selection = new Selection();
  private active: Path | undefined;
  /** Where a range that Shift extends starts. */
  private origin: Path | undefined;
  private readonly loads = new Newest();
  private readonly ranges = new Newest();
  private readonly work: Work;
  private readonly grid: TreeGrid;
  private readonly bar: ActionBar;
  private filterBar: FilterBar | undefined;
  private readonly frame = el('div', { class: 'frame' });
  private readonly note = el('div', { class: 'frame', hidden: true });
  /** Stands beside the sentence, so that the list stays where it is when it comes. */
  private readonly notice = el('div', { class: 'notice', role: 'status', hidden: true });
  private readonly said = el('span', { class: 'quiet' });
  private readonly sentence = el('div', { class: 'sentence' }, this.said, this.notice);
  private saving: ReturnType<typeof setTimeout> | undefined;
  private looking: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: Host) {
    this.work = new Work(host, () => this.bar, () => this.tree);
    this.grid = new TreeGrid({
      label: 'Root causes', rowHeight: 28, columns, size: () => this.tree?.size ?? 0, row: (index) => this.row(index), want: (first, end) => this.want(first, end),
      onKey: (event) => this.key(event), onClick: (index, event) => this.click(index, event), onDoubleClick: (index, event) => this.doubleClick(index, event), onScroll: () => this.saveSoon(),
    });
    this.frame.append(this.grid.element);
    const selected = (): readonly Item[] => this.selection.roots();
    this.bar = new ActionBar({
      jump: () => void this.work.jumpAll(selected()), automaton: () => this.work.automaton(selected()), timeline: () => this.work.timeline(selected()), copy: () => void this.work.copy(selected()),
      save: (format) => void this.work.save(selected(), format), clear: () => this.select(() => this.selection.clear()), cancel: () => this.work.cancel(),
    });
    this.notice.append(el('span', {}, 'Findings changed'), el('vscode-button', { onclick: () => void this.load() }, 'Refresh'));
    host.on('changed', () => this.changed());
    host.on('brush', ({ selection }) => this.setBrush(selection));
    host.on('show', ({ target }) => void this.show(target));
    host.on('hello', ({ brush, target }) => this.start(brush, target));
  }

  private start(brush: RowSelection | null, target: Target | undefined): void {
    const saved = this.host.state(isSaved);
    if (saved) {
      this.order = saved.order;
      this.filters = saved.filters;
      this.selection = new Selection(saved.selected);
    }
    this.brush = brush;
    this.filterBar = new FilterBar(this.order, this.filters, {
      order: (order) => { this.order = order; void this.load(); },
      filters: (filters) => { this.filters = filters; void this.load(); },
      unbrush: () => { this.host.tell({ kind: 'brush', selection: null }); this.setBrush(null); },
    });
    this.filterBar.setBrush(brush);
    document.body.append(el('main', { class: 'page' }, el('h1', { class: 'visually-hidden' }, 'Root causes'), this.filterBar.element, this.sentence, this.frame, this.note, this.bar.element));
    this.bar.show(this.selection.list());
    void this.load(saved).then(() => target && this.show(target));
  }

  /** Makes the list anew and shows it in place of the old one once it is there, with the same rows open, active, selected and at the top. */
  private async load(saved?: Saved): Promise<void> {
    const signal = this.loads.next(), filter = findingFilter(this.filters, this.brush), before = this.remembered();
    const open = saved?.open ?? before.open, anchor = saved ? saved.anchor : before.anchor, active = saved?.active ?? before.active;
    clearTimeout(this.looking);
    const tree: CausesTree = new CausesTree((method, params, abort) => this.host.ask(method, params, abort), filter, this.order, () => { if (tree === this.tree) this.grid.refresh(); });
    signal.addEventListener('abort', () => { if (tree !== this.tree) tree.dispose(); });
    this.frame.classList.toggle('stale', this.tree !== undefined);
    try {
      const total = await tree.known();
      const found = total === 0 ? new Map<string, Path>() : await tree.restore(open, [...(anchor ? [anchor.ids] : []), ...(active ? [active] : [])], signal);
      if (signal.aborted) return;
      this.use(tree);
      this.notice.hidden = true;
      this.active = active && found.get(active.join('\n'));
      this.origin = this.active;
      const at = anchor && (found.get(anchor.ids.join('\n')) ?? found.get(anchor.ids[0]));
      this.grid.restore(at ? tree.indexOf(at) : 0, at && anchor ? anchor.offset : 0);
      this.grid.setActive(this.active ? tree.indexOf(this.active) : -1, false);
      await this.describe(signal);
    } catch (error) {
      if (error instanceof Superseded || signal.aborted) return;
      tree.dispose();
      this.frame.classList.remove('stale');
      this.showNote({ title: 'The root causes could not be listed', text: error instanceof Error ? error.message : String(error), actions: ['retry', 'anomaline.showLog'] });
    }
  }

  private use(tree: CausesTree): void {
    this.tree?.dispose();
    this.details?.dispose();
    this.tree = tree;
    this.details = new Details(this.host, tree.filter, () => this.grid.refresh());
    this.frame.classList.remove('stale');
    this.saveSoon();
  }

  /** Says how many there are, or why there are none. */
  private async describe(signal: AbortSignal): Promise<void> {
    const { tree } = this, total = tree?.groupTotal ?? 0, filtered = tree !== undefined && isFiltered(tree.filter);
    const order = { score: 'highest score first', size: 'most findings first', newest: 'latest first' }[this.order];
    const clear = el('button', { class: 'link', type: 'button', onclick: () => this.clearFilters() }, 'Clear filters');
    this.said.replaceChildren(el('span', { role: 'status' }, `${counted(total, 'root cause')}${filtered ? (total === 1 ? ' has' : ' have') + ' findings that the filters leave' : ''}, ${order}. `), ...(filtered ? [clear] : []));
    this.sentence.hidden = total === 0;
    if (total > 0) return this.showList();
    if (filtered) {
      const bands = this.filters.bands.length === 0;
      this.note.replaceChildren(message(bands ? 'Every severity is switched off' : 'The filters leave nothing', bands ? 'Switch at least one severity on.' : 'No finding fits all of the words, host, log, times, severities and the brush.', [['Clear Filters', () => this.clearFilters()]]));
      this.hideList();
      return;
    }
    const status = await this.host.ask(GetStatus, null, signal);
    if (!signal.aborted) this.showNote(emptyFor(status));
  }

  private showList(): void {
    this.frame.hidden = false;
    this.note.hidden = true;
    this.bar.element.hidden = false;
    this.grid.refresh();
  }

  private hideList(): void {
    this.frame.hidden = true;
    this.note.hidden = false;
    this.bar.element.hidden = true;
  }

  private showNote(empty: Empty): void {
    this.note.replaceChildren(emptyMessage(empty, (command) => this.host.tell({ kind: 'command', command }), () => void this.load()));
    this.hideList();
    if (empty.passing) this.looking = setTimeout(() => void this.load(), LOOK);
  }

  private clearFilters(): void {
    this.filters = this.filterBar?.clear() ?? noFilters;
    if (this.brush) this.host.tell({ kind: 'brush', selection: null });
    this.brush = null;
    this.filterBar?.setBrush(null);
    void this.load();
  }

  private setBrush(brush: RowSelection | null): void {
    this.brush = brush;
    this.filterBar?.setBrush(brush);
    void this.load();
  }

  /** Findings changed. In the middle of something, nothing moves until one says so. */
  private changed(): void {
    const busy = (this.tree?.groupTotal ?? 0) > 0 && (this.selection.size > 0 || this.grid.box.scrollTop > 0 || (this.tree?.openIds().length ?? 0) > 0 || document.activeElement === this.grid.box);
    if (!busy) return void this.load();
    this.notice.hidden = false;
  }

  private async show(target: Target): Promise<void> {
    if (target.kind !== 'group' || !this.tree) return;
    const find = async (): Promise<Path | undefined> => (await this.tree?.restore([[target.group]], [], new AbortController().signal))?.get(target.group);
    let path = await find();
    if (!path && this.tree && isFiltered(this.tree.filter)) {
      this.filters = this.filterBar?.clear() ?? noFilters;
      this.brush = null;
      this.filterBar?.setBrush(null);
      await this.load();
      path = await find();
    }
    const item = path && this.tree?.itemAt(path);
    if (!path || !item) return this.bar.say('That root cause is gone: findings have changed.');
    this.select(() => this.selection.only([item]));
    this.activate(path);
    this.grid.focus();
  }

  private row(index: number): HTMLElement {
    const tree = this.tree!, path = tree.pathAt(index) ?? [0], item = tree.itemAt(path);
    return rowElement(item, {
      path, siblings: tree.siblings(path), open: tree.isOpen(path), selected: item !== undefined && this.selection.has(item),
      detail: item?.kind === 'group' ? this.details?.of(item.group.id) : undefined, failure: item ? undefined : tree.failureAt(path),
    });
  }

  private want(first: number, end: number): void {
    const { tree } = this, groups: string[] = [];
    if (!tree) return;
    tree.want(first, end);
    for (let index = first; index < end; index++) {
      const path = tree.pathAt(index), item = path?.length === 1 ? tree.itemAt(path) : undefined;
      if (item) groups.push(item.group.id);
    }
    this.details?.want(groups);
  }

  private click(index: number, event: MouseEvent): void {
    const path = this.tree?.pathAt(index), item = path && this.tree?.itemAt(path), what = (event.target as Element).closest<HTMLElement>('[data-do]')?.dataset['do'];
    if (!path) return;
    this.grid.focus();
    if (what === 'toggle' || !item) { this.activate(path); return item ? this.toggleOpen(path) : this.tree?.retry(path); }
    if (what === 'state') return this.work.automaton([item]);
    if (event.shiftKey) return void this.selectRange(path, event.ctrlKey || event.metaKey);
    this.origin = path;
    this.activate(path);
    this.select(() => (event.ctrlKey || event.metaKey ? this.selection.toggle(item) : this.selection.only([item])));
    if (item.kind === 'line' && !event.ctrlKey && !event.metaKey) void this.work.jump(item, true);
  }

  private doubleClick(index: number, event: MouseEvent): void {
    const path = this.tree?.pathAt(index), item = path && this.tree?.itemAt(path);
    if (!path || !item || (event.target as Element).closest('[data-do]')) return;
    if (item.kind === 'line') void this.work.jump(item, false);
    else this.toggleOpen(path);
  }

  private key(event: KeyboardEvent): boolean {
    const { tree } = this, total = tree?.size ?? 0, command = event.ctrlKey || event.metaKey;
    if (!tree || total === 0) return false;
    const at = this.active ? tree.indexOf(this.active) : -1, path = this.active, item = path && tree.itemAt(path);
    if (command && event.key.toLowerCase() === 'a') { void this.selectAll(); return true; }
    if (command && event.key.toLowerCase() === 'c') { if (this.selection.size > 0) void this.work.copy(this.selection.roots()); return this.selection.size > 0; }
    const to = ({ ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), PageDown: at + this.grid.pageSize, PageUp: at - this.grid.pageSize, Home: 0, End: total - 1 } as Record<string, number>)[event.key];
    if (to !== undefined && !event.altKey) {
      const next = tree.pathAt(Math.min(total - 1, Math.max(0, to)));
      if (next && event.shiftKey) void this.selectRange(next, command);
      else if (next) { this.activate(next); if (!command) this.origin = next; }
      return true;
    }
    if (event.key === 'Escape' && this.selection.size > 0) { this.select(() => this.selection.clear()); return true; }
    if (!path || command || event.altKey) return false;
    switch (event.key) {
      case 'ArrowRight':
        if (!tree.isOpen(path)) this.toggleOpen(path);
        else this.activate([...path, 0]);
        return true;
      case 'ArrowLeft':
        if (tree.isOpen(path)) this.toggleOpen(path);
        else if (path.length > 1) this.activate(path.slice(0, -1));
        return true;
      case 'Enter':
        if (item) void this.work.jump(item, false);
        else tree.retry(path);
        return true;
      case ' ':
        if (item) { this.origin = path; this.select(() => this.selection.toggle(item)); }
        return true;
      default: return false;
    }
  }

  private toggleOpen(path: Path): void {
    const { tree } = this;
    if (!tree) return;
    if (!tree.isOpen(path)) tree.open(path);
    else {
      if (this.active && this.active.length > path.length && path.every((position, depth) => position === this.active?.[depth])) this.active = path;
      tree.close(path);
    }
    if (this.active) this.grid.setActive(tree.indexOf(this.active), false);
    this.saveSoon();
  }

  private activate(path: Path): void {
    this.active = path;
    if (this.tree) this.grid.setActive(this.tree.indexOf(path), true);
    this.saveSoon();
  }

  private select(change: () => void): void {
    change();
    this.bar.show(this.selection.list());
    this.grid.refresh();
    this.saveSoon();
  }

  /** From where the range started up to a row; `add`: keeps what is selected elsewhere. */
  private async selectRange(to: Path, add: boolean): Promise<void> {
    const { tree } = this, signal = this.ranges.next();
    this.activate(to);
    if (!tree) return;
    const from = tree.indexOf(this.origin ??= to), end = tree.indexOf(to), first = Math.min(from, end), last = Math.min(Math.max(from, end), first + MOST_RANGE - 1);
    try {
      const items = await tree.between(first, last, signal);
      this.select(() => (add ? this.selection.add(items) : this.selection.only(items)));
      announce(`${counted(items.length, 'row')} selected`);
      if (Math.max(from, end) > last) this.bar.say(`The first ${counted(MOST_RANGE, 'row')} of the range are selected: that is as many as one range takes.`);
    } catch (error) {
      if (!(error instanceof Superseded)) this.bar.say(`That could not be selected: ${String(error)}`);
    }
  }

  /** All groups: with them everything. */
  private async selectAll(): Promise<void> {
    const { tree } = this;
    if (!tree) return;
    try {
      const groups = await tree.allGroups(this.ranges.next());
      this.select(() => this.selection.only(groups));
      announce(`${counted(groups.length, 'root cause')} selected`);
    } catch (error) {
      if (!(error instanceof Superseded)) this.bar.say(`That could not be selected: ${String(error)}`);
    }
  }

  private remembered(): Pick<Saved, 'open' | 'anchor' | 'active'> {
    const { tree } = this;
    if (!tree || tree.size === 0) return { open: [] };
    const { index, offset } = this.grid.anchor, ids = (path: Path | undefined): Ids | undefined => {
      const item = path && tree.itemAt(path);
      return item && idsOf(item);
    };
    const top = ids(tree.pathAt(index)), active = ids(this.active);
    return { open: tree.openIds(), ...(top && this.grid.box.scrollTop > 0 ? { anchor: { ids: top, offset } } : {}), ...(active ? { active } : {}) };
  }

  private saveSoon(): void {
    this.saving ??= setTimeout(() => {
      this.saving = undefined;
      this.host.save({ order: this.order, filters: this.filters, selected: this.selection.list().slice(0, MOST_KEPT), ...this.remembered() } satisfies Saved);
    }, 300);
  }
}

