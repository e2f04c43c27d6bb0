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
  'header-changed': { severity: 'warning', message: 'A second header with other columns starts here (%); the rows below it were read by it.', next: 'Split the file here into one log each, so that large files can be read in parts.' },
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

/** How many problems of a kind one reader tells in full. */
const TOLD = 100;

const SHOWN_BYTES = 60;

/** Tells the first problems of each kind, counts the others and tells their number at the end. */
export class Reporter {
  private readonly counts = new Map<ProblemCode, number>();

  constructor(private readonly tell: (problem: Problem) => void) {}

  report(code: ProblemCode, detail: string, place: Place): void {
    if (this.count(code) <= TOLD) this.tell(problem(code, detail, place));
  }

  /** The same about one value, quoted from its bytes. */
  reportValue(code: ProblemCode, field: string, bytes: Uint8Array, start: number, end: number, place: Place): void {
    if (this.count(code) > TOLD) return;
    const shown = decodeUtf8(bytes, start, Math.min(end, start + SHOWN_BYTES));
    this.tell(problem(code, `${field} is “${shown}${end - start > SHOWN_BYTES ? '…' : ''}”`, place));
  }

  /** Tells how many problems were not told. */
  finish(): void {
    for (const [code, count] of this.counts) {
      if (count > TOLD) this.tell(problem('not-repeated', `${count - TOLD} more problems of the kind “${code}” are not listed.`));
    }
    this.counts.clear();
  }

  private count(code: ProblemCode): number {
    const count = (this.counts.get(code) ?? 0) + 1;
    this.counts.set(code, count);
    return count;
  }
}
