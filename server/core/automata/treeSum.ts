import { addTrees, countTree } from './countTree';
import { TraceReader, type TraceReading, type TraceSummary } from './traceReader';
import { tracesOf } from './traces';
import type { PrefixTree } from './prefixTree';

/**
 * The sum of any number of trees. A tree is added to what is there only when that is not much larger, so that n trees without a
 * common prefix take O(nodes x log n), and trees of the same prefixes the memory of two.
 */
export class TreeSum {
  private readonly parts: PrefixTree[] = [];

  add(tree: PrefixTree): void {
    const { parts } = this;
    let sum = tree;
    while (parts.length > 0 && parts[parts.length - 1].nodeCount < 2 * sum.nodeCount) sum = addTrees(parts.pop()!, sum);
    parts.push(sum);
  }

  /** The tree of all; that of no traces when none was added. */
  total(): PrefixTree {
    while (this.parts.length > 1) this.parts.push(addTrees(this.parts.pop()!, this.parts.pop()!));
    return this.parts[0] ?? countTree(tracesOf([]));
  }
}

/** Symbols that are gathered before they become a tree: enough that many share their prefixes. */
const GATHERED = 1 << 20;

/** Counts the traces of a text (see `TraceReader`), in memory that grows with the tree and not with the text. O(bytes). */
export class TreeReader {
  private readonly sum = new TreeSum();
  private readonly reader: TraceReader;

  constructor(reading: TraceReading = {}, private readonly gathered = GATHERED) {
    this.reader = new TraceReader(reading);
  }

  push(chunk: Uint8Array): void {
    this.reader.push(chunk);
    if (this.reader.waiting >= this.gathered) this.sum.add(countTree(this.reader.take()));
  }

  finish(): { readonly tree: PrefixTree; readonly summary: TraceSummary } {
    const summary = this.reader.finish();
    this.sum.add(countTree(this.reader.take()));
    return { tree: this.sum.total(), summary };
  }
}
