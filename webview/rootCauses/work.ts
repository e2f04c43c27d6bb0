import type { Place } from '../../server/protocol/places';
import { GetFindingRows, GetGroupFindings } from '../../server/protocol/rootCauses';
import { announce } from '../ui/announce';
import { count, counted } from '../ui/format';
import { type Host, Superseded } from '../ui/host';
import type { ActionBar } from './actionBar';
import type { CausesTree } from './causesTree';
import { gather, joined, type Source } from './gather';
import type { Item } from './items';
import { type ReportFormat, writers } from './reports';

/** Lines of one report at most, and of one that goes to the clipboard. */
const MOST_LINES = 1_000_000, MOST_COPIED = 20_000;
/** Tabs opened at once at most: more would bury the editor. */
const MOST_TABS = 12;

/** What is done with the selected: jumps, pages, reports. One long work at a time. */
export class Work {
  private controller = new AbortController();

  constructor(private readonly host: Host, private readonly bar: () => ActionBar, private readonly tree: () => CausesTree | undefined) {}

  /** The first line of an item. */
  async place(item: Item, signal?: AbortSignal): Promise<Place | undefined> {
    if (item.kind === 'line') return item.line.place;
    const finding = item.kind === 'finding' ? item.finding : (await this.host.ask(GetGroupFindings, { ...this.tree()?.filter, group: item.group.id, start: 0, count: 1 }, signal)).items[0];
    if (!finding) return undefined;
    return (await this.host.ask(GetFindingRows, { finding: finding.id, start: 0, count: 1 }, signal)).items[0]?.place ?? finding.place;
  }

  async jump(item: Item, keepFocus: boolean): Promise<void> {
    const place = item.kind === 'finding' ? item.finding.place : await this.place(item);
    if (place) this.host.tell({ kind: 'jump', place, keepFocus });
    else this.bar().say('It has no lines any more: findings have changed.');
  }

  async jumpAll(items: readonly Item[]): Promise<void> {
    await this.long(async (signal) => {
      for (const item of items.slice(0, MOST_TABS)) {
        const place = await this.place(item, signal);
        if (place) this.host.tell({ kind: 'jump', place, keepFocus: true, pin: items.length > 1 });
      }
      return items.length > MOST_TABS ? `The first lines of ${MOST_TABS} of ${count(items.length)} were opened: select fewer to open the others.` : undefined;
    });
  }

  automaton(items: readonly Item[]): void {
    const [state, ...others] = new Set(items.map(({ group }) => group.state));
    if (state !== undefined) this.host.tell({ kind: 'open', page: 'automaton', target: { kind: 'state', state, ...(others.length > 0 ? { others } : {}) } });
  }

  timeline(items: readonly Item[]): void {
    if (items[0]) this.host.tell({ kind: 'open', page: 'timeline', target: { kind: 'group', group: items[0].group.id } });
  }

  async copy(items: readonly Item[]): Promise<void> {
    await this.report(items, 'md', MOST_COPIED, (text, lines, cut) => {
      this.host.tell({ kind: 'copy', text: new TextDecoder().decode(text) });
      return `${counted(lines, 'line')} copied as Markdown${cut ? ': as many as go to the clipboard. Export has the others' : ''}.`;
    });
  }

  async save(items: readonly Item[], format: ReportFormat): Promise<void> {
    await this.report(items, format, MOST_LINES, (content, lines, cut) => {
      this.host.tell({ kind: 'export', file: { name: `findings.${format}`, content } });
      return `${counted(lines, 'line')} to be saved${cut ? ': as many as one file takes. Select fewer for the others' : ''}.`;
    });
  }

  cancel(): void {
    this.controller.abort();
  }

  private async report(items: readonly Item[], format: ReportFormat, most: number, done: (content: Uint8Array, lines: number, cut: boolean) => string): Promise<void> {
    await this.long(async (signal) => {
      const filter = this.tree()?.filter, source: Source = {
        findings: (group, page) => this.host.ask(GetGroupFindings, { ...filter, group, ...page }, signal),
        lines: (finding, page) => this.host.ask(GetFindingRows, { finding, ...page }, signal),
      };
      const { parts, lines, cut } = await gather(items, writers[format], source, most, (soFar) => this.bar().working(soFar));
      return done(joined(parts), lines, cut);
    });
  }

  private async long(work: (signal: AbortSignal) => Promise<string | undefined>): Promise<void> {
    this.cancel();
    const { signal } = this.controller = new AbortController();
    this.bar().working(0);
    try {
      const said = await work(signal);
      if (said !== undefined) { this.bar().say(said); announce(said); }
    } catch (error) {
      this.bar().say(error instanceof Superseded ? 'Cancelled: nothing was written.' : `That failed: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      if (signal === this.controller.signal) this.bar().working(undefined);
    }
  }
}
