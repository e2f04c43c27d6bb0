import { KeyIndex } from '../util/hashTable';
import { CHAINS, contextTree } from './chains';
import { distinctRows } from './distinctRows';
import type { EventModel, ExpectedValue } from './eventModel';
import { EVENT_FIELDS, HOURS, SOURCE_USER } from './fields';
import { PairCounts } from './pairCounts';
import { TIME, type Vocabulary } from './vocabulary';
import { tokenTranslation } from './vocabularyGrowth';

export interface CountModelOptions {
  /** Whether the hour stands before the fields; it is then predicted from the user, as one more field. */
  readonly time: boolean;
  /** Pairs of context and value that are kept at most; beyond, the rarest are forgotten. About 30 bytes each. */
  readonly mostPairs: number;
}

export const DEFAULT_MOST_PAIRS = 6_000_000;

const FIELDS = EVENT_FIELDS.length;

/**
 * Conditional probabilities of each field given the others, by counting: interpolated back-off in the manner of Witten and Bell (1991). In a context seen n times
 * with d different values, a value seen c times has p = (c + d p') / (n + d), where p' is its probability in the more general context (`CHAINS`), and in the end one
 * of all values alike. Learned in one pass, row by row; models of parts of the rows can be put together.
 */
export class CountModel implements EventModel {
  readonly time: boolean;
  /** Columns of `losses`: the fields, and the hour where there is one. */
  readonly width: number;
  rows = 0;
  private readonly nodes;
  private readonly levels;
  private readonly contexts: KeyIndex[];
  private readonly tables: PairCounts[][];
  private readonly ids: Int32Array;
  private readonly values: readonly Int32Array[];

  constructor(readonly vocabulary: Vocabulary, readonly options: CountModelOptions) {
    this.time = options.time;
    this.width = FIELDS + (options.time ? 1 : 0);
    const { nodes, levels } = contextTree(options.time ? [...CHAINS, [[], [SOURCE_USER]]] : CHAINS);
    this.nodes = nodes;
    this.levels = levels;
    this.contexts = nodes.map(() => new KeyIndex());
    this.tables = levels.map((chain) => chain.map(() => new PairCounts(vocabulary.size)));
    this.ids = new Int32Array(nodes.length);
    const hours = Int32Array.from({ length: HOURS + 1 }, (_, i) => (i < HOURS ? vocabulary.hourToken(i) : vocabulary.unknown(TIME)));
    this.values = levels.map((_, field) => (field < FIELDS ? vocabulary.candidates(field) : hours));
    // The root's only context is 0.
    this.contexts[0].add(0);
  }

  /** Whether a row had both values: `given` in one field, and `value` in another. O(1); where the counts have no table of the two alone, all pairs are taken as seen. */
  seenTogether(givenField: number, given: number, field: number, value: number): boolean {
    const level = this.levels[field].find(({ node }) => this.nodes[node].parent === 0 && this.nodes[node].field === givenField);
    if (level === undefined) return true;
    const context = this.contexts[level.node].get(this.ids[0] * this.vocabulary.size + given);
    return context >= 0 && this.tables[field][this.levels[field].indexOf(level)].count(context, value) > 0;
  }

  /** Pairs kept. */
  get pairs(): number {
    return this.tables.reduce((sum, chain) => chain.reduce((n, table) => n + table.size, sum), 0);
  }

  /** Learns rows (`width` tokens each). O(rows), with some sixty look-ups a row that is not like another. */
  learn(tokens: Int32Array): void {
    const { width, nodes, contexts, levels, tables, ids } = this;
    const { first, count } = distinctRows(tokens, width);
    for (let kind = 0; kind < first.length; kind++) {
      const start = first[kind] * width;
      const fields = start + width - FIELDS;
      for (let node = 1; node < nodes.length; node++) ids[node] = contexts[node].add(ids[nodes[node].parent] * this.vocabulary.size + tokens[fields + nodes[node].field]);
      for (let field = 0; field < levels.length; field++) {
        const value = tokens[field < FIELDS ? fields + field : start];
        for (let level = 0; level < levels[field].length; level++) tables[field][level].add(ids[levels[field][level].node], value, count[kind]);
      }
      if ((kind & 0xffff) === 0xffff) this.forget();
    }
    this.rows += Math.floor(tokens.length / width);
    this.forget();
  }

  lineLosses(tokens: Int32Array): Float32Array {
    return this.losses(tokens, false, FIELDS);
  }

  /**
   * Losses of rows, `columns` a row (the hour's behind the fields'). `leftOut`: the rows are among those that were learned, and each is judged as if it
   * were not, so that the losses of a baseline are those of new rows like it.
   */
  losses(tokens: Int32Array, leftOut: boolean, columns = this.width): Float32Array {
    const { first, kind } = distinctRows(tokens, this.width);
    const known = new Float32Array(first.length * columns);
    for (let i = 0; i < first.length; i++) {
      this.findContexts(tokens, first[i]);
      for (let field = 0; field < columns; field++) known[i * columns + field] = -Math.log(this.probability(field, this.valueAt(tokens, first[i], field), leftOut));
    }
    if (first.length === kind.length) return known;
    const losses = new Float32Array(kind.length * columns);
    for (let row = 0; row < kind.length; row++) for (let i = 0; i < columns; i++) losses[row * columns + i] = known[kind[row] * columns + i];
    return losses;
  }

  expected(tokens: Int32Array, row: number, field: number, most: number): ExpectedValue[] {
    this.findContexts(tokens, row);
    const shares = Array.from(this.values[field], (id) => ({ id, share: this.probability(field, id, false) }));
    shares.sort((a, b) => b.share - a.share || a.id - b.id);
    return shares.slice(0, most).map(({ id, share }) => ({ value: this.vocabulary.text(id), share }));
  }

  /** Probabilities of some values of a field in a row. O(values). */
  shares(tokens: Int32Array, row: number, field: number, values: Int32Array): Float64Array {
    this.findContexts(tokens, row);
    return Float64Array.from(values, (id) => this.probability(field, id, false));
  }

  /** Takes in what a model of the same vocabulary learned from other rows. O(pairs). */
  merge(other: CountModel): void {
    other.copyTo(this, 0);
    this.rows += other.rows;
    this.forget();
  }

  /** The same counts under another vocabulary of the same kind, one that grew (`extendVocabulary`): what was unknown stays counted as unknown. O(pairs). */
  under(vocabulary: Vocabulary): CountModel {
    const tokens = tokenTranslation(this.vocabulary, vocabulary);
    const moved = new CountModel(vocabulary, this.options);
    for (const [field, chain] of this.levels.entries()) {
      for (const level of chain.keys()) this.forEachPair(field, level, (path, value, count) => moved.put(field, level, path.map((token) => tokens[token]), tokens[value], count));
    }
    moved.rows = this.rows;
    return moved;
  }

  /** Every pair of a table: its context as the tokens of the fields of the context's path, its value, its count. */
  forEachPair(field: number, level: number, visit: (path: readonly number[], value: number, count: number) => void): void {
    const path: number[] = [];
    this.tables[field][level].forEach((context, value, count) => {
      path.length = 0;
      for (let node = this.levels[field][level].node, id = context; node > 0; node = this.nodes[node].parent) {
        const key = this.contexts[node].key(id);
        id = Math.floor(key / this.vocabulary.size);
        path.unshift(key - id * this.vocabulary.size);
      }
      visit(path, value, count);
    });
  }

  /** Counts a value in the context of a path, as `forEachPair` tells them. */
  put(field: number, level: number, path: readonly number[], value: number, count: number): void {
    const { node } = this.levels[field][level];
    const way: number[] = [];
    for (let at = node; at > 0; at = this.nodes[at].parent) way.unshift(at);
    let context = 0;
    for (let i = 0; i < path.length; i++) context = this.contexts[way[i]].add(context * this.vocabulary.size + path[i]);
    this.tables[field][level].add(context, value, count);
  }

  /** Number of tables of each field. */
  get depth(): readonly number[] {
    return this.levels.map((chain) => chain.length);
  }

  /** Number of fields in the contexts of a table. */
  pathLength(field: number, level: number): number {
    let length = 0;
    for (let { node } = this.levels[field][level]; node > 0; node = this.nodes[node].parent) length++;
    return length;
  }

  private valueAt(tokens: Int32Array, row: number, field: number): number {
    return tokens[field < FIELDS ? row * this.width + this.width - FIELDS + field : row * this.width];
  }

  /** The contexts of a row; -1 where it was never seen. */
  private findContexts(tokens: Int32Array, row: number): void {
    const { nodes, contexts, ids } = this;
    for (let node = 1; node < nodes.length; node++) {
      const parent = ids[nodes[node].parent];
      ids[node] = parent < 0 ? -1 : contexts[node].get(parent * this.vocabulary.size + this.valueAt(tokens, row, nodes[node].field));
    }
  }

  private probability(field: number, value: number, leftOut: boolean): number {
    let p = 1 / this.values[field].length;
    const chain = this.levels[field];
    for (let level = 0; level < chain.length; level++) {
      const context = this.ids[chain[level].node];
      if (context < 0) continue;
      const table = this.tables[field][level];
      let count = table.count(context, value);
      let total = table.total(context);
      let distinct = table.distinctValues(context);
      if (leftOut && count > 0) {
        if (count === 1) distinct--;
        count--;
        total--;
      }
      if (total + distinct > 0) p = (count + distinct * p) / (total + distinct);
    }
    return p;
  }

  /** Forgets the rarest pairs until three quarters of the room are taken at most. */
  private forget(): void {
    if (this.pairs <= this.options.mostPairs) return;
    const kept = this.tables.reduce((sum, [general]) => sum + general.size, 0);
    for (let least = 2; this.pairs > Math.max(kept, 0.75 * this.options.mostPairs); least *= 2) {
      const smaller = new CountModel(this.vocabulary, { ...this.options, mostPairs: Infinity });
      this.copyTo(smaller, least);
      for (let node = 0; node < this.nodes.length; node++) this.contexts[node] = smaller.contexts[node];
      for (let field = 0; field < this.tables.length; field++) this.tables[field] = smaller.tables[field];
    }
  }

  /** Adds the pairs that were seen at least so often to another model. What a field is like anywhere is never forgotten. */
  private copyTo(target: CountModel, least: number): void {
    for (const [field, chain] of this.levels.entries()) {
      for (const level of chain.keys()) this.forEachPair(field, level, (path, value, count) => {
        if (level === 0 || count >= least) target.put(field, level, path, value, count);
      });
    }
  }
}
