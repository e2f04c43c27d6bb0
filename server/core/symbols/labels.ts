import type { Dictionary } from '../table/dictionary';
import type { TextColumn } from '../table/table';

/** Different labels that are told apart; a log with more has made a label of something that is none. */
const MOST = 65_534;
const OTHERS = 'one of more than 65,534 labels';

/**
 * Labels of rows by number, from 1 in order of first appearance; 0 is no label. With more labels than are told apart all of a log count as
 * one, so that it does not matter in which parts the log is read: `finished` says so.
 */
export class LabelTable {
  /** Label 1 first. */
  readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();
  private dictionary: Dictionary | undefined;
  private translation: number[] = [];

  /** The number of a label, new or known. */
  number(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    if (this.names.length >= MOST && name !== OTHERS) return this.number(OTHERS);
    this.names.push(name);
    this.numbers.set(name, this.names.length);
    return this.names.length;
  }

  /** The labels of a table's rows. O(rows). */
  encode(column: TextColumn | undefined, rowCount: number): Uint16Array {
    const labels = new Uint16Array(rowCount);
    if (!column) return labels;
    const { codes, dictionary } = column;
    if (dictionary !== this.dictionary) {
      this.dictionary = dictionary;
      this.translation = [0];
    }
    for (let row = 0; row < rowCount; row++) labels[row] = this.translation[codes[row]] ??= this.number(dictionary.text(codes[row]));
    return labels;
  }

  /** The labels of all rows, numbered so far by this table: those themselves, or one for all. O(rows), at most. */
  finished(labels: Uint16Array): { readonly names: readonly string[]; readonly labels: Uint16Array } {
    if (!this.numbers.has(OTHERS)) return { names: this.names, labels };
    for (let row = 0; row < labels.length; row++) if (labels[row] !== 0) labels[row] = 1;
    return { names: [OTHERS], labels };
  }

  /** Takes in the labels of another table: result[its number] = ours. */
  absorb(names: readonly string[]): Uint16Array {
    return Uint16Array.from({ length: names.length + 1 }, (_, i) => (i === 0 ? 0 : this.number(names[i - 1])));
  }
}
