/** How bad a problem is: `error` loses data (a row, a file), `warning` may, `info` only tells. */
export type ProblemSeverity = 'error' | 'warning' | 'info';

/**
 * Something wrong with the user's input, as a value. The core returns problems, it never throws them.
 * Bytes are offsets in the (decompressed) file, half open; lines count from 0.
 */
export interface Problem {
  /** Stable kebab-case name, for tests and for documentation: `column-count`, `bad-number`, ... */
  readonly code: string;
  readonly severity: ProblemSeverity;
  /** What happened, one sentence. */
  readonly message: string;
  /** What to do next, one sentence. */
  readonly next: string;
  readonly line?: number;
  readonly byteStart?: number;
  readonly byteEnd?: number;
}

/** Keeps the first `limit` problems of each code and counts the rest, so that a damaged file cannot fill the memory. */
export class ProblemList {
  readonly problems: Problem[] = [];
  private readonly counts = new Map<string, number>();

  constructor(private readonly limit = 100) {}

  add(problem: Problem): void {
    const seen = (this.counts.get(problem.code) ?? 0) + 1;
    this.counts.set(problem.code, seen);
    if (seen <= this.limit) this.problems.push(problem);
  }

  /** How often each code occurred, kept or not. */
  totals(): ReadonlyMap<string, number> {
    return this.counts;
  }
}
