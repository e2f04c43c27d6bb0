/** A finding as plain data for other tools. Lines count from 1 here, as editors and grep do; bytes from 0, half open. */
export interface FindingRecord {
  readonly id: string;
  readonly file: string;
  /** The worst row. */
  readonly line: number;
  readonly byteStart: number;
  readonly byteEnd: number;
  /** Common scale, 0 to 100. */
  readonly score: number;
  readonly raw: number;
  readonly band: string;
  readonly detector: string;
  readonly entity: string;
  readonly rootCause: { /** Absent with detectors that have no automaton. */ readonly state?: number; readonly symbol: number; readonly text: string };
  readonly message: string;
  /** Parts of the raw score, in nats; they add up to it. */
  readonly evidence: readonly { readonly name: string; readonly value: number; readonly text: string }[];
  /** All rows of the finding: lines by file, ascending. */
  readonly rows: number;
  readonly lines: Readonly<Record<string, readonly number[]>>;
  /** Seconds of the first and last row. */
  readonly timeSpan: readonly [number, number];
}

/** What was scored, for the head of a report. */
export interface RunRecord {
  readonly version: string;
  readonly detector: string;
  readonly acceptance: number;
  readonly threshold: number;
  readonly logs: number;
  readonly rows: number;
  readonly flagged: number;
  readonly findings: number;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}
