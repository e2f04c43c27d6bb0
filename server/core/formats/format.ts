import type { Table } from '../table/table';
import type { FlowField, FlowTable } from '../table/flow';
import type { Problem } from '../util/problem';

export type FormatId = 'zeekTsv' | 'zeekJson' | 'argus' | 'nfdump' | 'ugr16' | 'lanlAuth' | 'csv' | 'flexfringeCsv';

/** What a field holds. `number` also covers counts, ports, intervals; `time` is normalised to seconds. */
export type FieldType = 'number' | 'time' | 'text';

export interface Field {
  /** Name as the format's standard spelling (dotted for Zeek), unique within the log: a repeated name gets `#2`. */
  readonly name: string;
  readonly type: FieldType;
  /** The type as the log declares it (`set[string]`, `interval`), if it does. */
  readonly declared?: string;
}

/**
 * Everything about a log that must be known before its rows can be read: found once from the head of the file, then
 * handed to every worker that reads a part of it. Plain data, fit for structured cloning.
 */
export interface LogHeader {
  readonly format: FormatId;
  /** What the rows are: Zeek's path (`conn`, `dns`, ...), `flow`, or `auth` (authentication events). */
  readonly kind: string;
  readonly fields: readonly Field[];
  /** Bytes and lines before the first row (0 when the header is mixed with the rows, as in Zeek JSON). */
  readonly headerBytes: number;
  readonly headerLines: number;
  /** Settings of the dialect, in the format's own terms (separator, unset, empty, set separator, ...). */
  readonly dialect: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

export interface ReadOptions {
  /** Read only these fields; absent: all. Unknown names are ignored. */
  readonly fields?: ReadonlySet<string>;
  /** Rows a table holds at most (default 65,536). */
  readonly batchRows?: number;
  /** Where the bytes that are pushed start in the file, and the number of the line there (default: 0, 0). */
  readonly byteOffset?: number;
  readonly lineOffset?: number;
  /** What a reader of the bytes before carries over to these (`LogReader.state`); default: what the header says. */
  readonly state?: string;
  readonly onTable: (table: Table) => void;
  readonly onProblem: (problem: Problem) => void;
}

/**
 * Reads rows from bytes that come in chunks of any size. Header lines met on the way are understood and skipped. A file may be read in
 * parts that meet at line starts: with the state of the part before, a part gives the rows, places, problems and totals that it has in
 * the whole file.
 */
export interface LogReader {
  push(chunk: Uint8Array): void;
  /** Ends the input: the last line may lack its line end. Delivers what is left. */
  finish(): void;
  /** Lines met so far, header and damaged ones included. */
  readonly lines: number;
  /** Rows delivered so far, and rows given up as damaged. */
  readonly rows: number;
  readonly damaged: number;
  /** How many problems there were of each kind, told or not. */
  readonly totals: ReadonlyMap<string, number>;
  /**
   * What is carried over to the next line: a header in the middle of the log, say. '' where that is what the file's header says; equal
   * texts mean that rows below are read alike. After `finish`, or between lines. O(columns).
   */
  readonly state: string;
}

/** One field of one line: its place in the line's bytes, half open. */
export interface FieldRange {
  readonly field: number;
  readonly start: number;
  readonly end: number;
}

export interface Format {
  readonly id: FormatId;
  readonly title: string;
  /** Decides by content alone whether these first bytes (up to 64 kB, maybe cut inside a line) start such a log. */
  recognise(head: Uint8Array): LogHeader | undefined;
  reader(header: LogHeader, options: ReadOptions): LogReader;
  /** Which fields `flow` needs, by the flow field they serve; empty when rows of this kind are no flows. */
  flowFields(header: LogHeader): ReadonlyMap<FlowField, readonly string[]>;
  /** The common view of a table read with at least the fields that `flowFields` names. */
  flow(header: LogHeader, table: Table): FlowTable;
  /** Cuts one line (without line end) into its fields, for hover and colours. */
  split(header: LogHeader, line: Uint8Array): readonly FieldRange[];
}
