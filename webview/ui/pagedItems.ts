import type { Page, PageParams } from '../../server/protocol/places';

const MOST_PAGES = 50;

/** A long list that lives on the server, of which the pages in use are here. */
export class PagedItems<T> {
  private readonly pages = new Map<number, readonly T[] | 'asked'>();
  private controller = new AbortController();
  /** Items in all; undefined until the first answer. */
  total: number | undefined;

  /** `changed`: items came. `failed`: a page did not; it is asked for again when it is wanted again. */
  constructor(private readonly ask: (params: PageParams, signal: AbortSignal) => Promise<Page<T>>, private readonly changed: () => void, private readonly failed: (error: unknown) => void = () => undefined, private readonly size = 100) {}

  at(index: number): T | undefined {
    const page = this.pages.get(Math.floor(index / this.size));
    return page === 'asked' ? undefined : page?.[index % this.size];
  }

  /** Asks for what is not here of [first, end). */
  want(first: number, end: number): void {
    for (let page = Math.floor(first / this.size); page * this.size < Math.max(end, 1); page++) {
      const there = this.pages.get(page);
      if (there === undefined) void this.load(page, this.controller.signal);
      else { this.pages.delete(page); this.pages.set(page, there); }
    }
    for (const [page, there] of this.pages) {
      if (this.pages.size <= MOST_PAGES) break;
      if (there !== 'asked') this.pages.delete(page);
    }
  }

  /** Forgets everything, and answers on their way with it; asks for the start. */
  reset(): void {
    this.controller.abort();
    this.controller = new AbortController();
    this.pages.clear();
    this.total = undefined;
    this.want(0, 1);
  }

  /** No answer is wanted any longer. */
  dispose(): void {
    this.controller.abort();
  }

  private async load(page: number, signal: AbortSignal): Promise<void> {
    this.pages.set(page, 'asked');
    try {
      const { total, items } = await this.ask({ start: page * this.size, count: this.size }, signal);
      if (signal.aborted) return;
      this.pages.set(page, items);
      this.total = total;
      this.changed();
    } catch (error) {
      if (signal.aborted) return;
      this.pages.delete(page);
      this.failed(error);
    }
  }
}
