import { TableBuilder } from '../table/builder';
import type { LogReader, ReadOptions } from './format';
import type { LineSink } from './lines';
import { LineSplitter } from './lines';
import type { Place, ProblemCode } from './problems';
import { Reporter, untold } from './problems';

/** What a line turned out to be. */
export const SKIPPED = 0;
export const ROW = 1;
export const DAMAGED = 2;
export type Outcome = typeof SKIPPED | typeof ROW | typeof DAMAGED;

/** Understands the lines of one format. */
export interface LineParser {
  /**
   * Reads the line `bytes[start, end)`, which is not empty, into the row `context.table.row`. Of a row that turns out to be damaged
   * it leaves nothing set.
   */
  parse(bytes: Uint8Array, start: number, end: number): Outcome;
  /** See `LogReader.state`; absent where nothing is carried over lines. */
  readonly state?: string;
}

/** What a parser has around it. */
export interface RowContext {
  readonly table: TableBuilder;
  /** Whether the reader was asked for this field. */
  wants(field: string): boolean;
  /** Tells a problem with the line that is being parsed; the detail is asked for only if the problem is told. */
  report(code: ProblemCode, detail: () => string): void;
  /** The same about one value of it. */
  reportValue(code: ProblemCode, field: string, bytes: Uint8Array, start: number, end: number): void;
}

/** A table is delivered early when its rows span more of the file than this, so that few but huge rows do not fill the memory. */
const MAX_TABLE_BYTES = 128 * 1024 * 1024;

/** The part that all readers have in common: bytes to lines, rows to tables, places and counts. */
export class RowReader implements LogReader, LineSink, RowContext {
  readonly skipsEmpty = true;
  readonly table: TableBuilder;
  rows = 0;
  damaged = 0;
  private readonly splitter: LineSplitter;
  private readonly reporter: Reporter;
  private readonly parser: LineParser;
  private readonly lineOffset: number;
  private readonly onTable: ReadOptions['onTable'];
  private readonly onProblem: ReadOptions['onProblem'];
  private readonly fields: ReadonlySet<string> | undefined;
  private tableEnd: number;
  private start = 0;
  private end = 0;

  constructor(options: ReadOptions, makeParser: (context: RowContext) => LineParser) {
    this.table = new TableBuilder(options.batchRows);
    this.splitter = new LineSplitter(this, options.byteOffset);
    this.reporter = new Reporter(options.onProblem);
    this.lineOffset = options.lineOffset ?? 0;
    this.tableEnd = (options.byteOffset ?? 0) + MAX_TABLE_BYTES;
    this.onTable = options.onTable;
    this.onProblem = options.onProblem;
    this.fields = options.fields;
    this.parser = makeParser(this);
  }

  get lines(): number {
    return this.splitter.lines;
  }

  get totals(): ReadonlyMap<string, number> {
    return this.reporter.totals;
  }

  get state(): string {
    return this.parser.state ?? '';
  }

  push(chunk: Uint8Array): void {
    this.splitter.push(chunk);
  }

  finish(): void {
    this.splitter.finish();
    if (this.table.row > 0) this.onTable(this.table.take());
    untold(this.reporter.totals).forEach(this.onProblem);
  }

  line(bytes: Uint8Array, start: number, end: number): void {
    if (end === start) return;
    this.start = start;
    this.end = end;
    const outcome = this.parser.parse(bytes, start, end);
    if (outcome === ROW) {
      this.rows++;
      const byteStart = this.splitter.origin + start;
      if (this.table.endRow(this.lineOffset + this.splitter.lines, byteStart, end - start) || byteStart > this.tableEnd) this.deliver(byteStart);
    } else if (outcome === DAMAGED) {
      this.damaged++;
    }
  }

  tooLong(byteStart: number, byteEnd: number): void {
    this.damaged++;
    this.reporter.report('long-line', () => `${byteEnd - byteStart} bytes`, () => ({ line: this.lineOffset + this.splitter.lines, byteStart, byteEnd }));
  }

  wants(field: string): boolean {
    return this.fields === undefined || this.fields.has(field);
  }

  report(code: ProblemCode, detail: () => string): void {
    this.reporter.report(code, detail, this.place);
  }

  reportValue(code: ProblemCode, field: string, bytes: Uint8Array, start: number, end: number): void {
    this.reporter.reportValue(code, field, bytes, start, end, this.place);
  }

  private deliver(byteStart: number): void {
    this.onTable(this.table.take());
    this.tableEnd = byteStart + MAX_TABLE_BYTES;
  }

  private readonly place = (): Place => {
    const { origin } = this.splitter;
    return { line: this.lineOffset + this.splitter.lines, byteStart: origin + this.start, byteEnd: origin + this.end };
  };
}
