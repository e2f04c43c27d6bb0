import { decodeUtf8 } from '../util/utf8';
import type { Problem, ProblemSeverity } from '../util/problem';

interface Kind {
  readonly severity: ProblemSeverity;
  /** What happened; `%` is where the detail goes. */
  readonly message: string;
  readonly next: string;
}

/** Everything that can be wrong with a log, by code. */
const KINDS = {
  'column-count': { severity: 'error', message: 'The line has too few columns (%), so it was left out.', next: 'Look at the line: it was probably cut when the log was written or copied.' },
  'extra-columns': { severity: 'warning', message: 'Lines have more columns than the header names (%); what is behind the last named one was not read.', next: 'Compare the header with the rows; a program that rewrote the log may have added columns.' },
  'bad-number': { severity: 'warning', message: 'Not a number: %. The value counts as missing.', next: 'Correct the value, or leave it: the rest of the row is used.' },
  'bad-time': { severity: 'warning', message: 'Not a time: %. The value counts as missing.', next: 'Correct the value; without a time the row cannot be placed in a window.' },
  'wrapped-duration': { severity: 'info', message: 'The duration % is a wrapped 64 bit number (the flow ends before it starts). It counts as missing.', next: 'Nothing; the exporter’s clock stepped back.' },
  'management-record': { severity: 'info', message: 'The line is an Argus management record, not a flow (%).', next: 'Nothing; it has no addresses and is not scored.' },
  'long-line': { severity: 'error', message: 'The line is longer than 16 MiB (%), so it was left out.', next: 'Check whether the file is a text log at all.' },
  'broken-json': { severity: 'error', message: 'The line is not one complete JSON object (%), so it was left out.', next: 'Look at the line: it was probably cut when the log was written or copied.' },
  'header-changed': { severity: 'warning', message: 'A second header with other columns stands above this line (%); the rows from here on were read by it.', next: 'Check that both headers belong to this log; if they do not, split the file here.' },
  'too-many-columns': { severity: 'error', message: 'The header names more columns than a log can have (%, and at most 4,096 are read).', next: 'Check that the file is a log; if it is, remove the columns that are not needed.' },
  'no-fields': { severity: 'warning', message: 'The header has no #fields line; %.', next: 'Add the #fields line of the Zeek version that wrote the log.' },
  'no-types': { severity: 'warning', message: 'The header has no usable #types line (%); the usual types of these field names were taken.', next: 'Add the #types line of the Zeek version that wrote the log.' },
  'no-header': { severity: 'warning', message: 'The file starts without its header line; %.', next: 'Add the header line if columns are mixed up.' },
  'missing-column': { severity: 'error', message: 'The file does not fit the columns that anomaline.json names for it: %.', next: 'Correct "columns", "delimiter" or "header" of the entry in "logs", or the globs in its "files".' },
  'not-repeated': { severity: 'info', message: '%', next: 'See the first problems of this kind.' },
} as const satisfies Record<string, Kind>;

export type ProblemCode = keyof typeof KINDS;

export interface Place {
  readonly line: number;
  readonly byteStart: number;
  readonly byteEnd: number;
}

/** The problem of this kind; `detail` fills the sentence. */
export function problem(code: ProblemCode, detail: string, place?: Place): Problem {
  const { severity, message, next } = KINDS[code];
  return { code, severity, message: message.replace('%', () => detail), next, ...place };
}

const MOST_TOLD = 100;

/** How many problems of a kind are told in full; of kinds that say something about the lines in general, one. */
export function toldOf(code: string): number {
  return code === 'extra-columns' ? 1 : MOST_TOLD;
}

/** The code of what `untold` gives. */
export const UNTOLD = 'not-repeated' satisfies ProblemCode;

/** What stands for the problems of a log that are not told: their number, by kind. */
export function untold(totals: ReadonlyMap<string, number>): Problem[] {
  const many = [...totals].filter(([code, count]) => toldOf(code) > 1 && count > toldOf(code));
  return many.map(([code, count]) => problem(UNTOLD, `${count - toldOf(code)} more problems of the kind “${code}” are not listed.`));
}

const SHOWN_BYTES = 60;

/** Tells the first problems of each kind, and counts all. What it is given to describe a problem is asked only for those that are told. */
export class Reporter {
  private readonly counters = new Map<ProblemCode, { count: number }>();
  /** Of the last problem: a damaged log has the same one in every line. */
  private last: ProblemCode | undefined;
  private counter = { count: 0 };

  constructor(private readonly tell: (problem: Problem) => void) {}

  get totals(): ReadonlyMap<string, number> {
    return new Map([...this.counters].map(([code, { count }]) => [code, count]));
  }

  report(code: ProblemCode, detail: () => string, place: () => Place): void {
    if (this.isTold(code)) this.tell(problem(code, detail(), place()));
  }

  /** The same about one value, quoted from its bytes. */
  reportValue(code: ProblemCode, field: string, bytes: Uint8Array, start: number, end: number, place: () => Place): void {
    if (!this.isTold(code)) return;
    const shown = decodeUtf8(bytes, start, Math.min(end, start + SHOWN_BYTES));
    this.tell(problem(code, `${field} is “${shown}${end - start > SHOWN_BYTES ? '…' : ''}”`, place()));
  }

  private isTold(code: ProblemCode): boolean {
    if (code !== this.last) {
      const known = this.counters.get(code);
      this.counter = known ?? { count: 0 };
      if (known === undefined) this.counters.set(code, this.counter);
      this.last = code;
    }
    const count = ++this.counter.count;
    return count <= MOST_TOLD && count <= toldOf(code);
  }
}
