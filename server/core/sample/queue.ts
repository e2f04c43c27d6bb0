/** A binary heap of things that happen at a time: smallest time first, equal times in the order they were added. Add and take are O(log n). */
export class TimeQueue<T> {
  private readonly entries: { readonly time: number; readonly order: number; readonly item: T }[] = [];
  private added = 0;

  /** Time of the first item; Infinity when there is none. */
  get next(): number { return this.entries.length === 0 ? Infinity : this.entries[0]!.time; }

  add(time: number, item: T): void {
    const { entries } = this, entry = { time, order: this.added++, item };
    let at = entries.push(entry) - 1;
    for (let parent; at > 0 && before(entry, entries[parent = (at - 1) >> 1]!); at = parent) entries[at] = entries[parent]!;
    entries[at] = entry;
  }

  /** Removes and returns the first item; undefined when there is none. */
  take(): T | undefined {
    const { entries } = this, first = entries[0], last = entries.pop();
    if (first === undefined || last === undefined || entries.length === 0) return first?.item;
    let at = 0;
    for (let child = 1; child < entries.length; child = 2 * at + 1) {
      if (child + 1 < entries.length && before(entries[child + 1]!, entries[child]!)) child++;
      if (!before(entries[child]!, last)) break;
      entries[at] = entries[child]!;
      at = child;
    }
    entries[at] = last;
    return first.item;
  }
}

const before = (a: { time: number; order: number }, b: { time: number; order: number }): boolean => a.time < b.time || (a.time === b.time && a.order < b.order);
