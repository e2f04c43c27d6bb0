import type { Dictionary } from '../table/dictionary';
import type { FlowTable } from '../table/flow';
import { DESTINATION_HOST, EVENT_FIELDS, referenceTarget, TARGET_USER, UNKNOWN_VALUE } from './fields';

export interface CountOptions {
  /** Rows that count; absent: all. */
  readonly keep?: (row: number) => boolean;
}

/** Counts of one column by the codes of its dictionary. */
interface Pending {
  dictionary: Dictionary | undefined;
  codes: Float64Array;
}

/**
 * How often each value of each field occurs, over any number of tables. What is counted are the rows that are given: those a model is
 * learned from, never those it is to judge. Memory: one entry a distinct value.
 */
export class FieldCounts {
  private readonly values: readonly Map<string, number>[] = EVENT_FIELDS.map(() => new Map<string, number>());
  private readonly pending: readonly Pending[] = EVENT_FIELDS.map(() => ({ dictionary: undefined, codes: new Float64Array(0) }));
  rows = 0;

  /** `reference`: as the published system counts, with `$` cut off target users, and target users that start with `C` counted as destination hosts. */
  constructor(readonly reference = false) {}

  /** Counts by field name and value, in the order that is given. */
  static of(counts: Readonly<Record<string, Readonly<Record<string, number>>>>, reference = false): FieldCounts {
    const made = new FieldCounts(reference);
    EVENT_FIELDS.forEach(({ name }, position) => {
      for (const [text, count] of Object.entries(counts[name] ?? {})) made.put(position, text, count);
    });
    return made;
  }

  /** Counts the values of a table's rows. O(rows); texts are looked at once a dictionary. */
  add(table: FlowTable, { keep }: CountOptions = {}): void {
    EVENT_FIELDS.forEach(({ member }, position) => {
      const column = table[member];
      const pending = this.pending[position];
      if (column !== undefined && pending.dictionary !== column.dictionary) {
        this.flush(position);
        pending.dictionary = column.dictionary;
      }
      const size = column?.dictionary.size ?? 1;
      if (pending.codes.length < size) {
        const wider = new Float64Array(size * 2);
        wider.set(pending.codes);
        pending.codes = wider;
      }
      const { codes } = pending;
      for (let row = 0; row < table.rowCount; row++) if (keep === undefined || keep(row)) codes[column === undefined ? 0 : column.codes[row]]++;
    });
    for (let row = 0; row < table.rowCount; row++) if (keep === undefined || keep(row)) this.rows++;
  }

  /** Takes in the counts of another part of the rows. */
  merge(other: FieldCounts): void {
    EVENT_FIELDS.forEach((_, position) => {
      for (const [text, count] of other.of(position)) this.put(position, text, count);
    });
    this.rows += other.rows;
  }

  /** Values of a field and their counts, in order of first appearance as far as tables were added in order. */
  of(position: number): ReadonlyMap<string, number> {
    // In the reference target users are counted as destination hosts, too.
    if (position === DESTINATION_HOST) this.flush(TARGET_USER);
    this.flush(position);
    return this.values[position];
  }

  private flush(position: number): void {
    const { dictionary, codes } = this.pending[position];
    for (let code = 0; code < codes.length; code++) {
      if (codes[code] > 0) this.put(...this.counted(position, code === 0 ? UNKNOWN_VALUE : (dictionary as Dictionary).text(code)), codes[code]);
    }
    codes.fill(0);
  }

  private counted(position: number, text: string): [position: number, text: string] {
    if (!this.reference || position !== TARGET_USER) return [position, text];
    const target = referenceTarget(text);
    return [target.startsWith('C') ? DESTINATION_HOST : position, target];
  }

  private put(position: number, text: string, count: number): void {
    const values = this.values[position];
    values.set(text, (values.get(text) ?? 0) + count);
  }
}
