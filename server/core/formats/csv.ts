import { encodeUtf8 } from '../util/utf8';
import { equals } from './cells';
import type { DelimitedField, DelimitedLayout } from './delimited';
import { DelimitedRow } from './delimited';
import type { Field, FieldType, LogHeader, LogReader, ReadOptions } from './format';
import type { LineParser, Outcome, RowContext } from './rowReader';
import { RowReader, SKIPPED } from './rowReader';

const NOTHING = new Uint8Array(0);

/** The layout of a CSV log without quotes, in which empty cells are missing. */
export function csvLayout(header: LogHeader, kindOf: (field: Field) => DelimitedField['kind']): DelimitedLayout {
  return {
    separator: header.dialect['separator'].charCodeAt(0),
    fields: header.fields.map((field) => ({ name: field.name, kind: kindOf(field) })),
    joined: 1,
    unset: NOTHING,
    empty: undefined,
  };
}

/** What a format may do about a line beside reading its cells. */
export interface CsvExtras {
  /** Whether the line is none of the rows (a summary, say). */
  readonly skip?: (bytes: Uint8Array, start: number, end: number) => boolean;
  /** Looks at a line before it is read. */
  readonly before?: (context: RowContext, bytes: Uint8Array, start: number, end: number) => void;
}

/** A reader of a CSV log; lines that repeat the header are skipped wherever they stand. */
export function csvReader(header: LogHeader, layout: DelimitedLayout, options: ReadOptions, extras: CsvExtras = {}): LogReader {
  return new RowReader(options, (context) => new CsvParser(header, layout, context, extras));
}

class CsvParser implements LineParser {
  private readonly row: DelimitedRow;
  private readonly repeated: Uint8Array | undefined;

  constructor(header: LogHeader, layout: DelimitedLayout, private readonly context: RowContext, private readonly extras: CsvExtras) {
    this.row = new DelimitedRow(layout, context);
    const { headerLine } = header.dialect;
    this.repeated = headerLine === undefined ? undefined : encodeUtf8(headerLine);
  }

  parse(bytes: Uint8Array, start: number, end: number): Outcome {
    const { repeated, extras } = this;
    if (repeated !== undefined && end - start === repeated.length && equals(bytes, start, repeated)) return SKIPPED;
    if (extras.skip?.(bytes, start, end) === true) return SKIPPED;
    extras.before?.(this.context, bytes, start, end);
    return this.row.parse(bytes, start, end);
  }
}

/** What a field holds whose cells are read this way. */
export function typeOfKind(kind: DelimitedField['kind']): FieldType {
  switch (kind) {
    case 'time':
    case 'timeOrMilliseconds':
    case 'microseconds':
      return 'time';
    case 'number':
    case 'port':
    case 'duration':
      return 'number';
    case 'text':
    case 'trimmed':
    case 'escaped':
    case 'ipv4Number':
      return 'text';
  }
}

/** The field of the header with one of these names, whatever their case. */
export function fieldNamed(header: LogHeader, ...names: readonly string[]): string | undefined {
  const lower = names.map((name) => name.toLowerCase());
  return header.fields.find((field) => lower.includes(field.name.toLowerCase()))?.name;
}
