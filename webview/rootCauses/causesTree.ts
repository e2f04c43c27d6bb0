import type { Page, PageParams } from '../../server/protocol/places';
import { type FindingFilter, type FindingRow, type FindingSummary, GetFindingRows, GetGroupFindings, GetGroups, type GroupOrder, type RootCauseGroup } from '../../server/protocol/rootCauses';
import type { RequestMethod } from '../../server/protocol/method';
import { PagedItems } from '../ui/pagedItems';
import { type Branch, indexOf, type Path, pathAt, sizeOf } from './flatTree';
import type { Item } from './items';

export type Ask = <P, R>(method: RequestMethod<P, R>, params: P, signal?: AbortSignal) => Promise<R>;
type Part = RootCauseGroup | FindingSummary | FindingRow;
type AskPage = (page: PageParams, signal: AbortSignal) => Promise<Page<Part>>;

/** Ids of what was open, or of one row, from the group down. */
export type Ids = readonly string[];

const SCAN_PAGE = 500;
/** Rows of one list that are looked through for an id. */
const SCAN_MOST = 20_000;

/** A list of the tree: groups, findings of one, or lines of one. Until its length is known, and where it could not be had, it is one row that says so. */
class List implements Branch {
  readonly open = new Map<number, List>();
  readonly items: PagedItems<Part>;
  /** Why nothing came. */
  failure: string | undefined;
  private waiting: (() => void)[] = [];

  constructor(readonly ask: AskPage, changed: () => void, readonly parent?: Item) {
    const settled = (): void => {
      for (const resolve of this.waiting.splice(0)) resolve();
      changed();
    };
    this.items = new PagedItems(ask, () => { this.failure = undefined; settled(); }, (error) => { this.failure = error instanceof Error ? error.message : String(error); settled(); });
    this.items.want(0, 1);
  }

  get total(): number {
    return this.items.total ?? 1;
  }

  /** The length is known, or the reason why not. */
  async known(): Promise<void> {
    if (this.items.total === undefined && this.failure === undefined) await this.next();
  }

  /** Something came, or failed to, or nobody waits any longer. */
  next(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  dispose(): void {
    this.items.dispose();
    this.failure ??= 'closed';
    for (const resolve of this.waiting.splice(0)) resolve();
    for (const below of this.open.values()) below.dispose();
  }
}

/** Groups, findings and lines under one filter in one order, of which what is in use is here. A row is named by its path of positions. */
export class CausesTree {
  private readonly groups: List;

  constructor(private readonly ask: Ask, readonly filter: FindingFilter, readonly order: GroupOrder, private readonly changed: () => void) {
    this.groups = new List((page, signal) => ask(GetGroups, { ...filter, order, ...page }, signal), changed);
  }

  /** Resolves when the number of groups is known, or rejects with the reason why not. */
  async known(): Promise<number> {
    await this.groups.known();
    if (this.groups.failure !== undefined && this.groups.items.total === undefined) throw new Error(this.groups.failure);
    return this.groups.items.total ?? 0;
  }

  get groupTotal(): number {
    return this.groups.items.total ?? 0;
  }

  get size(): number {
    return this.groups.items.total === undefined ? 0 : sizeOf(this.groups);
  }

  pathAt(index: number): Path | undefined {
    return pathAt(this.groups, index);
  }

  indexOf(path: Path): number {
    return indexOf(this.groups, path);
  }

  /** Undefined: not here yet, or nothing; `failureAt` tells. */
  itemAt(path: Path): Item | undefined {
    const list = this.listOf(path), part = list?.items.at(path[path.length - 1]);
    return part === undefined ? undefined : itemOf(list?.parent, part);
  }

  failureAt(path: Path): string | undefined {
    return this.listOf(path)?.failure;
  }

  /** Number of siblings, itself included, for screen readers. */
  siblings(path: Path): number {
    return this.listOf(path)?.total ?? 0;
  }

  /** Asks for what is not here of the flat rows [first, end). */
  want(first: number, end: number): void {
    const ranges = new Map<List, [number, number]>();
    for (let index = first; index < end; index++) {
      const path = this.pathAt(index), list = path && this.listOf(path);
      if (!path || !list) continue;
      const at = path[path.length - 1], range = ranges.get(list) ?? [at, at];
      ranges.set(list, [Math.min(range[0], at), Math.max(range[1], at)]);
    }
    for (const [list, [from, to]] of ranges) if (list.failure === undefined) list.items.want(from, to + 1);
  }

  isOpen(path: Path): boolean {
    return this.listOf(path)?.open.has(path[path.length - 1]) ?? false;
  }

  open(path: Path): List | undefined {
    const item = this.itemAt(path), list = this.listOf(path), at = path[path.length - 1];
    if (!list || !item || item.kind === 'line' || list.open.has(at)) return list?.open.get(at);
    const below = new List(item.kind === 'group'
      ? (page, signal) => this.ask(GetGroupFindings, { ...this.filter, group: item.group.id, ...page }, signal)
      : (page, signal) => this.ask(GetFindingRows, { finding: item.finding.id, ...page }, signal), this.changed, item);
    list.open.set(at, below);
    this.changed();
    return below;
  }

  close(path: Path): void {
    const list = this.listOf(path), at = path[path.length - 1];
    list?.open.get(at)?.dispose();
    list?.open.delete(at);
    this.changed();
  }

  /** Asks again for a list that failed. */
  retry(path: Path): void {
    const list = this.listOf(path);
    if (list) { list.failure = undefined; list.items.want(0, 1); this.changed(); }
  }

  /** Ids of the rows that are open, and whose ids are here. */
  openIds(): Ids[] {
    const ids: Ids[] = [];
    for (const [g, findings] of this.groups.open) {
      const group = this.itemAt([g]);
      if (group?.kind !== 'group') continue;
      ids.push([group.group.id]);
      for (const f of findings.open.keys()) {
        const finding = this.itemAt([g, f]);
        if (finding?.kind === 'finding') ids.push([group.group.id, finding.finding.id]);
      }
    }
    return ids;
  }

  /**
   * Opens these rows again and waits until the length of each list is known. `wanted`: rows that are to be found though they are closed. The result
   * has the path of each row that was found, by its ids joined with a new line.
   */
  async restore(open: readonly Ids[], wanted: readonly Ids[], signal: AbortSignal): Promise<Map<string, Path>> {
    const found = new Map<string, Path>(), all = [...open, ...wanted];
    await this.scan(this.groups, [], new Set(all.map(([group]) => group)), found, signal);
    const lists: List[] = [];
    for (const group of new Set([...open.map(([id]) => id), ...all.filter((ids) => ids.length > 1).map(([id]) => id)])) {
      const path = found.get(group);
      if (!path) continue;
      await this.here(this.groups, path[0]);
      const list = this.open(path);
      if (!list) continue;
      lists.push(list);
      const findings = new Set(all.filter((ids) => ids.length > 1 && ids[0] === group).map(([, id]) => id));
      if (findings.size > 0) await this.scan(list, path, findings, found, signal);
      for (const [id, finding] of open) {
        const at = id === group && finding !== undefined ? found.get(`${group}\n${finding}`) : undefined;
        if (!at) continue;
        await this.here(list, at[1]);
        const lines = this.open(at);
        if (lines) lists.push(lines);
      }
    }
    await Promise.all(lists.map((list) => list.known()));
    return found;
  }

  dispose(): void {
    this.groups.dispose();
  }

  /** The items of the flat rows [first, last], asking for those that are not here; rows without an item are left out. */
  async between(first: number, last: number, signal: AbortSignal): Promise<Item[]> {
    const items: Item[] = [], asked = new Map<List, Map<number, readonly Part[]>>();
    for (let index = first; index <= last; index++) {
      const path = this.pathAt(index), list = path && this.listOf(path);
      if (!path || !list || list.failure !== undefined) continue;
      const at = path[path.length - 1], here = list.items.at(at);
      if (here !== undefined) { items.push(itemOf(list.parent, here)); continue; }
      const page = Math.floor(at / SCAN_PAGE), pages = asked.get(list) ?? new Map<number, readonly Part[]>();
      asked.set(list, pages);
      const parts = pages.get(page) ?? (await list.ask({ start: page * SCAN_PAGE, count: SCAN_PAGE }, signal)).items;
      pages.set(page, parts);
      if (parts[at % SCAN_PAGE] !== undefined) items.push(itemOf(list.parent, parts[at % SCAN_PAGE]));
    }
    return items;
  }

  /** Every group, asking for those that are not here. */
  async allGroups(signal: AbortSignal): Promise<Item[]> {
    const items: Item[] = [];
    for (let total = 1; items.length < total;) {
      const page = await this.groups.ask({ start: items.length, count: SCAN_PAGE }, signal);
      if (page.items.length === 0) break;
      total = page.total;
      items.push(...page.items.map((part) => itemOf(undefined, part)));
    }
    return items;
  }

  private async scan(list: List, above: Path, ids: Set<string>, found: Map<string, Path>, signal: AbortSignal): Promise<void> {
    const prefix = list.parent?.kind === 'group' ? `${list.parent.group.id}\n` : '';
    for (let start = 0, total = Infinity; start < Math.min(total, SCAN_MOST) && ids.size > 0;) {
      const page = await list.ask({ start, count: SCAN_PAGE }, signal);
      page.items.forEach((part, i) => { if ('id' in part && ids.delete(part.id)) found.set(prefix + part.id, [...above, start + i]); });
      total = page.total;
      start += page.items.length;
      if (page.items.length === 0) return;
    }
  }

  /** Waits until a row's item is here. */
  private async here(list: List, position: number): Promise<void> {
    list.items.want(position, position + 1);
    while (list.items.at(position) === undefined && list.failure === undefined) await list.next();
  }

  private listOf(path: Path): List | undefined {
    let list: List | undefined = this.groups;
    for (const position of path.slice(0, -1)) list = list?.open.get(position);
    return list;
  }
}

function itemOf(parent: Item | undefined, part: Part): Item {
  if (!parent) return { kind: 'group', group: part as RootCauseGroup };
  if (parent.kind === 'group') return { kind: 'finding', group: parent.group, finding: part as FindingSummary };
  if (parent.kind === 'finding') return { kind: 'line', group: parent.group, finding: parent.finding, line: part as FindingRow };
  throw new Error('Nothing stands below a line.');
}
