/**
 * Symbols that a node once got by a tried merge and keeps at count 0 after that was taken back: so does the reference, some of
 * whose tests then take what the other node has of them for a symbol of both.
 * Kept only for the tests where it matters. Memory: one number a node and symbol that was ever tried.
 */
export class Residue {
  private readonly symbols = new Map<number, Set<number>>();

  /** Remembers a symbol of a node. O(1). */
  leave(node: number, symbol: number): void {
    const known = this.symbols.get(node);
    if (known) known.add(symbol);
    else this.symbols.set(node, new Set([symbol]));
  }

  /** What one node remembers is remembered of another too, that it merged into. O(symbols remembered of it). */
  pass(from: number, to: number): void {
    const known = from === to ? undefined : this.symbols.get(from);
    if (known) for (const symbol of known) this.leave(to, symbol);
  }

  /** The symbols remembered of a node, in the order in which they came; it may have got some of them for good since. */
  of(node: number): Iterable<number> {
    return this.symbols.get(node) ?? [];
  }
}
