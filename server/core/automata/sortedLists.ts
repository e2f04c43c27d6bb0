/** What stands for "none" in lists of edges. */
export const NONE = -1;

/** Edges that are walked along before the marks of a list are asked; marks are at most twice as far apart where lookups pass. */
const STRIDE = 64;

/**
 * Linked lists of edges, one a node, each in ascending order of symbols: `first[node]`, `next[edge]`, `NONE` at the end. A list that proves long gets
 * marks, edges in the order of the list to begin a search at. They are set where a search walked far, so that short lists cost nothing and
 * a search in a list of n edges takes O(log n) steps once its surroundings have been searched.
 */
export class SortedLists {
  private readonly marksOf = new Map<number, number[]>();

  constructor(readonly first: Int32Array, readonly next: Int32Array, private readonly symbol: Uint32Array) {}

  /** The last edge of a node whose symbol is below `symbol`, or NONE. `from`: such an edge that is known, or NONE. */
  before(node: number, symbol: number, from: number): number {
    const { next, symbol: symbolOf } = this;
    let before = from;
    let at = from === NONE ? this.first[node] : next[from];
    for (let steps = 0; at !== NONE && symbolOf[at] < symbol; steps++) {
      if (steps === STRIDE) return this.search(node, symbol, before);
      before = at;
      at = next[at];
    }
    return before;
  }

  /** The edge of a node by a symbol, or NONE. */
  find(node: number, symbol: number): number {
    const edge = this.after(node, this.before(node, symbol, NONE));
    return edge !== NONE && this.symbol[edge] === symbol ? edge : NONE;
  }

  /** The edge behind `before` in the list of a node; the first one behind NONE. */
  after(node: number, before: number): number {
    return before === NONE ? this.first[node] : this.next[before];
  }

  /** Takes `edge` into the list of a node, behind `before`. */
  insert(node: number, before: number, edge: number): void {
    this.next[edge] = this.after(node, before);
    if (before === NONE) this.first[node] = edge;
    else this.next[before] = edge;
  }

  /** Takes `edge` out of the list of a node, where it stands behind `before`, and gives it back the successor it had elsewhere. */
  remove(node: number, before: number, edge: number, following: number): void {
    if (before === NONE) this.first[node] = this.next[edge];
    else this.next[before] = this.next[edge];
    this.next[edge] = following;
    const marks = this.marksOf.size > 0 ? this.marksOf.get(node) : undefined;
    if (!marks) return;
    const place = this.place(marks, this.symbol[edge]);
    if (marks[place] === edge) marks.splice(place, 1);
  }

  /** The list of a node is used no more. */
  forget(node: number): void {
    if (this.marksOf.size > 0) this.marksOf.delete(node);
  }

  /** `before` for long lists: from the nearest mark, setting more on the way. */
  private search(node: number, symbol: number, from: number): number {
    let marks = this.marksOf.get(node);
    if (!marks) this.marksOf.set(node, (marks = []));
    let place = this.place(marks, symbol);
    let before = from;
    if (place > 0 && this.symbol[marks[place - 1]] > this.symbol[from]) before = marks[place - 1];
    let steps = 0;
    for (let at = this.next[before]; at !== NONE && this.symbol[at] < symbol; at = this.next[at]) {
      before = at;
      if (++steps < 2 * STRIDE) continue;
      marks.splice(place++, 0, before);
      steps = 0;
    }
    return before;
  }

  /** How many marks have a symbol below `symbol`. */
  private place(marks: readonly number[], symbol: number): number {
    let low = 0;
    let high = marks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.symbol[marks[middle]] < symbol) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
