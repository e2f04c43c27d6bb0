import type { Page, PageParams } from '../server/protocol/places';

/** A long list of which the first part is here and more is fetched when asked for. */
export class PagedList<T> {
  items: readonly T[] = [];
  total = 0;
  private loading: Promise<void> | undefined;

  constructor(private readonly getPage: (page: PageParams) => Promise<Page<T>>, private readonly pageSize: number) {}

  /** How many are not here yet. */
  get remaining(): number {
    return Math.max(0, this.total - this.items.length);
  }

  /** The items, the first page fetched if nothing was yet. */
  async first(count = this.pageSize): Promise<readonly T[]> {
    if (this.items.length === 0) await this.more(count);
    return this.items;
  }

  /** Fetches the next page; calls while one is fetched wait for that one. */
  more(count = this.pageSize): Promise<void> {
    this.loading ??= this.getPage({ start: this.items.length, count })
      .then(({ total, items }) => {
        // A page that comes back empty ends the list, whatever its total says.
        this.items = [...this.items, ...items];
        this.total = items.length === 0 ? this.items.length : total;
      })
      .finally(() => (this.loading = undefined));
    return this.loading;
  }

  /** The first item that fits, fetching pages until it is here; undefined at the end of the list. */
  async find(fits: (item: T) => boolean): Promise<T | undefined> {
    for (let seen = 0, items = await this.first(); ; items = this.items) {
      const found = items.slice(seen).find(fits);
      if (found !== undefined || this.remaining === 0) return found;
      seen = items.length;
      await this.more();
    }
  }
}
