/**
 * Symbols that a node once got by a tried merge and keeps at count 0 after that was taken back: so does the reference, some of
 * whose tests then take what the other node has of them for a symbol of both.
 * Kept only for the tests where it matters. Memory: one number a node and symbol that was ever tried.
 */
export class Residue {
  private readonly symbols = new Map<number, number[]>();

  /** Remembers a symbol of a node. O(symbols remembered of it). */
  leave(node: number, symbol: number): void {
    const known = this.symbols.get(node);
    if (!known) this.symbols.set(node, [symbol]);
    else if (!known.includes(symbol)) known.push(symbol);
  }

  /** What one node remembers is remembered of another too, that it merged into. */
  pass(from: number, to: number): void {
    for (const symbol of this.symbols.get(from) ?? []) this.leave(to, symbol);
  }

  /** The symbols remembered of a node; it may have got some of them for good since. */
  of(node: number): readonly number[] {
    return this.symbols.get(node) ?? [];
  }
}
