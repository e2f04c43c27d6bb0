/**
 * A binary heap of numbers, the least first in the order of `compare`. `moved` is told where an item stands, and -1 when it leaves: so
 * that items can be taken out of the middle.
 */
export class Heap {
  private readonly items: number[] = [];

  constructor(private readonly compare: (a: number, b: number) => number, private readonly moved: (item: number, place: number) => void = () => undefined) {}

  get length(): number {
    return this.items.length;
  }

  /** The item at a place; the least stands at 0. */
  at(place: number): number {
    return this.items[place];
  }

  /** O(log items). */
  push(item: number): void {
    this.items.push(item);
    this.rise(this.items.length - 1, item);
  }

  /** Takes the item at a place out. O(log items). */
  remove(place: number): number {
    const { items } = this;
    const item = items[place];
    const last = items.pop()!;
    this.moved(item, -1);
    if (place < items.length) this.sink(this.rise(place, last), last);
    return item;
  }

  /** All items in order; the heap must not change meanwhile. O(log k) for the k-th. */
  *inOrder(): Generator<number, void, undefined> {
    const { items } = this;
    const places = new Heap((a, b) => this.compare(items[a], items[b]));
    if (items.length > 0) places.push(0);
    while (places.length > 0) {
      const place = places.remove(0);
      yield items[place];
      if (2 * place + 1 < items.length) places.push(2 * place + 1);
      if (2 * place + 2 < items.length) places.push(2 * place + 2);
    }
  }

  private rise(from: number, item: number): number {
    let place = from;
    for (let above = (place - 1) >> 1; place > 0 && this.compare(item, this.items[above]) < 0; above = (place - 1) >> 1) {
      this.put(place, this.items[above]);
      place = above;
    }
    this.put(place, item);
    return place;
  }

  private sink(from: number, item: number): void {
    const { items } = this;
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      if (below + 1 < items.length && this.compare(items[below + 1], items[below]) < 0) below++;
      if (below >= items.length || this.compare(items[below], item) >= 0) break;
      this.put(place, items[below]);
      place = below;
    }
    this.put(place, item);
  }

  private put(place: number, item: number): void {
    this.items[place] = item;
    this.moved(item, place);
  }
}
