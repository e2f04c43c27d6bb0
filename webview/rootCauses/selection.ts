import { type Item, keyOf } from './items';

/** Which items are selected, in the order they were. Survives refreshes: it holds the items, not their places. */
export class Selection {
  private readonly items = new Map<string, Item>();

  constructor(items: readonly Item[] = []) {
    this.add(items);
  }

  get size(): number {
    return this.items.size;
  }

  has(item: Item): boolean {
    return this.items.has(keyOf(item));
  }

  list(): readonly Item[] {
    return [...this.items.values()];
  }

  only(items: readonly Item[]): void {
    this.items.clear();
    this.add(items);
  }

  add(items: readonly Item[]): void {
    for (const item of items) this.items.set(keyOf(item), item);
  }

  toggle(item: Item): void {
    if (!this.items.delete(keyOf(item))) this.items.set(keyOf(item), item);
  }

  clear(): void {
    this.items.clear();
  }

  /** The items without those that stand below another one: what an action goes over, each line once. */
  roots(): readonly Item[] {
    return this.list().filter((item) => {
      if (item.kind === 'group') return true;
      if (this.items.has(keyOf({ kind: 'group', group: item.group }))) return false;
      return item.kind === 'finding' || !this.items.has(keyOf({ kind: 'finding', group: item.group, finding: item.finding }));
    });
  }
}
