import { LabelTable } from '../core/symbols/labels';
import { portPairs } from '../core/symbols/ports';
import { rowTimes } from '../core/symbols/rows';
import { EntityTable, type EntityTransfer } from '../core/symbols/entities';
import { FlowBuilder } from '../core/table/flowBuilder';
import type { FlowField, FlowTable } from '../core/table/flow';
import type { Column, Table } from '../core/table/table';
import type { LogHeader, LogReader } from '../core/formats/format';
import { UNTOLD } from '../core/formats/problems';
import { formatById } from '../core/formats/registry';
import type { Detector, Model } from '../core/detectors/detector';
import { BitSet } from '../core/util/bitset';
import { compilePattern } from '../core/util/pattern';
import type { Problem } from '../core/util/problem';
import type { EncodedEnd, ReadSummary, RowColumns, RowFilter } from './ports';

/** Bytes go in, a result comes out: what a worker does with (a part of) one log. */
export interface LogSink<T> {
  push(chunk: Uint8Array): void;
  finish(): T;
}

/** Where the bytes stand in the file; lines of a part count from 0 and are moved when the parts are joined. */
export interface LogPart {
  readonly header: LogHeader;
  readonly byteOffset: number;
  /** What the part before carries over (`LogReader.state`); default: what the header says. */
  readonly state?: string;
}

interface Reading {
  readonly reader: LogReader;
  summary(): ReadSummary;
}

function openReader(part: LogPart, fields: ReadonlySet<string> | undefined, onTable: (table: Table, flow: FlowTable) => void): Reading {
  const format = formatById(part.header.format);
  if (!format) throw new Error(`No reader for the format "${part.header.format}".`);
  const problems: Problem[] = [];
  let first = Infinity;
  let last = -Infinity;
  let bytes = 0;
  const reader = format.reader(part.header, {
    ...(fields ? { fields } : {}),
    byteOffset: part.byteOffset,
    ...(part.state === undefined ? {} : { state: part.state }),
    // How many are not told is said once for the whole log.
    onProblem: (problem) => { if (problem.code !== UNTOLD) problems.push(problem); },
    onTable: (table) => {
      const flow = format.flow(part.header, table);
      if (flow.time) {
        for (let row = 0; row < table.rowCount; row++) {
          if (!flow.time.valid.has(row)) continue;
          const time = flow.time.values[row];
          if (time < first) first = time;
          if (time > last) last = time;
        }
      }
      const end = table.rowCount - 1;
      if (end >= 0) bytes = table.places.byteStart[end] + table.places.byteLength[end];
      onTable(table, flow);
    },
  });
  const summary = (): ReadSummary => ({
    rows: reader.rows, damaged: reader.damaged, lines: reader.lines, problems, problemTotals: reader.totals, bytes, ...(reader.state === '' ? {} : { state: reader.state }),
    ...(first <= last ? { timeSpan: [first, last] as const } : {}),
  });
  return { reader, summary };
}

/** The log fields behind flow fields, and those that a filter or a label needs. */
function neededFields(header: LogHeader, flowFields: ReadonlySet<FlowField>, columns: readonly (string | undefined)[]): ReadonlySet<string> {
  const format = formatById(header.format);
  const needed = new Set<string>();
  for (const [field, names] of format?.flowFields(header) ?? []) if (flowFields.has(field) || field === 'label') names.forEach((name) => needed.add(name));
  for (const column of columns) if (column !== undefined) needed.add(column);
  return needed;
}

/** Fields whose values tell something about a log as a whole: those of the flow view, or times and numbers where there is none. */
function surveyedFields(header: LogHeader): ReadonlySet<string> {
  const flow = [...(formatById(header.format)?.flowFields(header).values() ?? [])].flat();
  return new Set(flow.length > 0 ? flow : header.fields.filter((f) => f.type !== 'text').map((f) => f.name));
}

/** Counts rows and connection pairs, finds problems and times, keeps no row. */
export function scanSink(part: LogPart): LogSink<{ summary: ReadSummary; entities: EntityTransfer }> {
  const entities = new EntityTable('pair');
  const { reader, summary } = openReader(part, surveyedFields(part.header), (_, flow) => {
    if (flow.source || flow.destination) entities.encode(flow);
  });
  return { push: (chunk) => reader.push(chunk), finish: () => (reader.finish(), { summary: summary(), entities: withoutNobody(entities.toTransfer()) }) };
}

/** Rows with neither host are no pair, whether their table has columns for hosts or not. */
function withoutNobody(entities: EntityTransfer): EntityTransfer {
  const { sources, destinations } = entities;
  const named = (_: number, entity: number): boolean => sources[entity] !== 0 || destinations[entity] !== 0;
  return { ...entities, sources: sources.filter(named), destinations: destinations.filter(named) };
}

/** Rows that pass a filter, with the fields that a detector reads. */
export function collectSink(part: LogPart, filter: RowFilter, detector: Detector): LogSink<{ summary: ReadSummary; table: FlowTable }> {
  const builder = new FlowBuilder();
  const matcher = rowMatcher(filter);
  const { reader, summary } = openReader(part, neededFields(part.header, detector.fields, [filter.label?.column]), (table, flow) => {
    builder.add(flow, matcher && matcher(table, flow), detector.fields);
  });
  return { push: (chunk) => reader.push(chunk), finish: () => (reader.finish(), { summary: summary(), table: builder.finish() }) };
}

const PORTS: readonly FlowField[] = ['sourcePort', 'destinationPort'];

/** What `encodeBlocks` marks rows for: a label, the baseline's filter. */
export interface RowMarks {
  readonly label?: NonNullable<RowFilter['label']>;
  readonly baseline?: RowFilter;
}

/**
 * All rows made discrete by a model, in blocks as they are read; nothing is kept but the entities. The arrays of a block are the
 * receiver's.
 */
export function encodeBlocks(part: LogPart, detector: Detector, model: Model, marks: RowMarks, onBlock: (block: RowColumns) => void): LogSink<EncodedEnd> {
  const encoder = detector.encoder(model);
  const entities = new EntityTable(model.entity);
  const labels = new LabelTable();
  const fields = formatById(part.header.format)?.flowFields(part.header);
  const hasPorts = fields?.has('sourcePort') === true || fields?.has('destinationPort') === true;
  const hasLabels = fields?.has('label') === true;
  const isPositive = marks.label && rowMatcher({ label: marks.label });
  const isBaseline = marks.baseline && (rowMatcher(marks.baseline) ?? (() => () => true));
  const needed = neededFields(part.header, new Set([...detector.fields, ...PORTS]), [marks.label?.column, marks.baseline?.label?.column]);
  const { reader, summary } = openReader(part, needed, (table, flow) => {
    onBlock({
      entity: entities.encode(flow), time: rowTimes(flow), symbol: encoder.encode(flow), features: encoder.features?.(flow) ?? new Float32Array(0), ...table.places,
      ports: hasPorts ? portPairs(flow) : new Uint32Array(0), label: hasLabels ? labels.encode(flow.label, flow.rowCount) : new Uint16Array(0),
      positive: isPositive ? marked(table, isPositive(table, flow)) : new Uint8Array(0), inBaseline: isBaseline ? marked(table, isBaseline(table, flow)) : new Uint8Array(0),
    });
  });
  return { push: (chunk) => reader.push(chunk), finish: () => (reader.finish(), { summary: summary(), entities: entities.toTransfer(), labels: labels.names }) };
}

function marked(table: Table, test: (row: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: table.rowCount }, (_, row) => (test(row) ? 1 : 0));
}

type Matcher = (table: Table, flow: FlowTable) => (row: number) => boolean;

/** The test of a row filter; undefined when every row passes. Rows without a time are outside every time range. */
function rowMatcher(filter: RowFilter): Matcher | undefined {
  const { from, to, label } = filter;
  if (from === undefined && to === undefined && !label) return undefined;
  const fits = label && labelTest(label.matches);
  return (table, flow) => {
    const matching = label && fits ? matchingRows(label.column === 'label' ? (flow.label ?? table.columns.get('label')) : table.columns.get(label.column), fits) : undefined;
    const { time } = flow;
    return (row) => {
      if (matching && !matching.has(row)) return false;
      if (from === undefined && to === undefined) return true;
      if (!time?.valid.has(row)) return false;
      const t = time.values[row];
      return t >= (from ?? -Infinity) && t < (to ?? Infinity);
    };
  };
}

/** Whether a whole value fits a label's pattern, whatever the case. Callers check patterns first (`compilePattern`); one that is none fits nothing. */
function labelTest(source: string): (value: string) => boolean {
  const pattern = compilePattern(source);
  return 'fault' in pattern ? () => false : pattern.fits;
}

function matchingRows(column: Column | undefined, fits: (value: string) => boolean): BitSet {
  const rows = new BitSet();
  if (!column) return rows;
  if (column.kind === 'number') {
    for (let row = 0; row < column.values.length; row++) if (column.valid.has(row) && fits(String(column.values[row]))) rows.add(row);
    return rows;
  }
  const matches = new Map<number, boolean>();
  for (let row = 0; row < column.codes.length; row++) {
    const code = column.codes[row];
    let hit = matches.get(code);
    if (hit === undefined) matches.set(code, (hit = fits(column.dictionary.text(code))));
    if (hit) rows.add(row);
  }
  return rows;
}
