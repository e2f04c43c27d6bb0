import * as v from 'valibot';
import type { Detector, Model } from '../core/detectors/detector';
import { parsed, realNumber, shortText, wholeNumber } from '../core/models/checked';
import type { Container, Tensor } from '../core/models/safetensors';
import type { EntityKind } from '../core/symbols/entities';
import type { Slices } from '../core/util/slices';
import { ROW_COLUMNS, SLICE_ROWS } from './encodedRows';
import type { EncodedLogRows, RowColumns } from './ports';
import type { LogMark } from './rowMarks';

/** Version of what is written here, and of what reading and encoding make of a log; others are not read. */
const CACHE_VERSION = 6;

/** Encoded rows of a log as they were when it had this mark. */
export interface CachedRows {
  readonly mark: LogMark;
  readonly rows: EncodedLogRows;
}

/** What cached rows depend on beside the log's bytes. */
export interface CacheKey {
  /** Absolute: captures share the cache. */
  readonly path: string;
  readonly model: string;
  /** The log's header, as JSON: how its rows were read. */
  readonly header: string;
}

/** What rows are like that a model made discrete. */
export interface RowShape {
  readonly entity: EntityKind;
  /** Numbers of a row beside its symbol. */
  readonly features: number;
}

/** The shape of a model's rows, by encoding one that has no value. O(size of its alphabet). */
export function rowShape(detector: Detector, model: Model): RowShape {
  const places = { line: new Uint32Array(1), byteStart: new Float64Array(1), byteLength: new Uint32Array(1) };
  return { entity: model.entity, features: detector.encoder(model).features?.({ rowCount: 1, places }).length ?? 0 };
}

/** The arrays of rows by name. */
export function rowTensors(rows: EncodedLogRows): Record<string, Tensor> {
  const { hosts, sources, destinations } = rows.entities;
  const tensors: Record<string, Tensor> = { 'hosts.bytes': hosts.bytes, 'hosts.ends': hosts.ends, sources, destinations };
  for (const name of ROW_COLUMNS) tensors[name] = rows[name];
  return tensors;
}

/** A file of rows; `digest`: that of `tensors`, which are those of the rows. */
export function rowContainer(key: CacheKey, { mark, rows }: CachedRows, tensors: Record<string, Tensor>, digest: string): Container {
  const summary = { ...rows.summary, problemTotals: [...rows.summary.problemTotals] };
  return { metadata: { anomalineRows: JSON.stringify({ version: CACHE_VERSION, key, mark, summary, kind: rows.entities.kind, labels: rows.labels, digest }) }, tensors };
}

const problemOf = v.object({
  code: shortText, severity: v.picklist(['error', 'warning', 'info']), message: v.string(), next: v.string(), line: v.optional(wholeNumber), byteStart: v.optional(wholeNumber), byteEnd: v.optional(wholeNumber),
});
const summaryOf = v.object({
  rows: wholeNumber, damaged: wholeNumber, lines: wholeNumber, problems: v.array(problemOf), problemTotals: v.array(v.strictTuple([shortText, wholeNumber])),
  timeSpan: v.optional(v.strictTuple([realNumber, realNumber])), bytes: wholeNumber, ascii: v.optional(v.boolean()),
});
const markOf = v.object({ bytes: wholeNumber, modified: realNumber, head: v.string(), tail: v.string(), endsLine: v.boolean() });
const descriptionOf = v.object({
  version: v.literal(CACHE_VERSION), key: v.object({ path: v.string(), model: v.string(), header: v.string() }), mark: markOf, summary: summaryOf,
  kind: v.picklist(['pair', 'source', 'destination', 'user'] satisfies EntityKind[]), labels: v.pipe(v.array(v.string()), v.maxLength(0xffff)), digest: v.string(),
});

/** What a container says of itself where it belongs to the key; undefined where it is of another log, model or version, or says nothing that can be understood. */
export function rowDescription({ metadata }: Container, key: CacheKey): v.InferOutput<typeof descriptionOf> | undefined {
  const description = parsed(descriptionOf, metadata['anomalineRows']);
  return description && JSON.stringify(description.key) === JSON.stringify(key) ? description : undefined;
}

/** The rows of a container that was described so, or undefined where an array is none of rows of that shape. O(rows). */
export function* readRows({ tensors }: Container, { mark, summary, kind, labels }: NonNullable<ReturnType<typeof rowDescription>>, shape: RowShape): Slices<CachedRows | undefined> {
  const n = tensors['time']?.length ?? 0;
  const { 'hosts.bytes': bytes, 'hosts.ends': ends, sources, destinations } = tensors;
  if (!(bytes instanceof Uint8Array) || !(ends instanceof Uint32Array) || !(sources instanceof Uint32Array) || !(destinations instanceof Uint32Array)) return undefined;
  if (kind !== shape.entity || summary.rows !== n || sources.length !== destinations.length || !(yield* ascend(ends, 0, bytes.length))) return undefined;
  if (!(yield* within(sources, 0, ends.length)) || !(yield* within(destinations, 0, ends.length))) return undefined;
  const found: Record<string, Tensor> = {};
  for (const { name, type, width = 1, optional, most = Infinity } of columnsOf(sources.length, labels.length, shape.features)) {
    const tensor = tensors[name];
    if (!(tensor instanceof type) || !(tensor.length === n * width || (optional && tensor.length === 0)) || !(yield* within(tensor, -Number.MAX_VALUE, most, name === 'time' || name === 'features'))) return undefined;
    found[name] = tensor;
  }
  const rows = found as unknown as RowColumns;
  if (!(yield* ascend(rows.line, 0, summary.lines)) || !(yield* arePlaces(rows, summary.bytes))) return undefined;
  const { problemTotals, timeSpan, ascii, ...rest } = summary;
  return {
    mark,
    rows: {
      ...rows, entities: { kind, hosts: { bytes, ends }, sources, destinations }, labels,
      summary: { ...rest, problems: rest.problems as EncodedLogRows['summary']['problems'], problemTotals: new Map(problemTotals), ...(timeSpan ? { timeSpan } : {}), ...(ascii === undefined ? {} : { ascii }) },
    },
  };
}

interface ColumnShape {
  readonly name: keyof RowColumns;
  readonly type: new (length: number) => Tensor;
  /** Numbers a row, 1 by default. */
  readonly width?: number;
  /** Whether logs may have none of it. */
  readonly optional?: true;
  readonly most?: number;
}

function columnsOf(entities: number, labels: number, features: number): readonly ColumnShape[] {
  return [
    { name: 'entity', type: Uint32Array, most: entities - 1 }, { name: 'time', type: Float64Array, most: Number.MAX_VALUE }, { name: 'symbol', type: Uint32Array },
    { name: 'features', type: Float32Array, width: features, most: Number.MAX_VALUE }, { name: 'ports', type: Uint32Array, optional: true }, { name: 'label', type: Uint16Array, optional: true, most: labels },
    { name: 'line', type: Uint32Array }, { name: 'byteStart', type: Float64Array, most: Number.MAX_SAFE_INTEGER }, { name: 'byteLength', type: Uint32Array },
    { name: 'positive', type: Uint8Array, optional: true, most: 1 }, { name: 'inBaseline', type: Uint8Array, optional: true, most: 1 },
  ];
}

/** Whether all numbers are within bounds; `gaps`: NaN is a value that is missing. */
function* within(values: Tensor, least: number, most: number, gaps = false): Slices<boolean> {
  for (let from = 0; from < values.length; from += SLICE_ROWS) {
    const to = Math.min(values.length, from + SLICE_ROWS);
    for (let i = from; i < to; i++) if (!(values[i] >= least && values[i] <= most) && !(gaps && Number.isNaN(values[i]))) return false;
    yield;
  }
  return true;
}

/** Whether numbers never fall, from at least `least` to at most `most`. */
function* ascend(values: Uint32Array, least: number, most: number): Slices<boolean> {
  let before = least;
  for (let from = 0; from < values.length; from += SLICE_ROWS) {
    const to = Math.min(values.length, from + SLICE_ROWS);
    for (let i = from; i < to; before = values[i++]) if (values[i] < before) return false;
    yield;
  }
  return before <= most;
}

/** Whether rows lie one behind the other in so many bytes. */
function* arePlaces({ byteStart, byteLength }: RowColumns, bytes: number): Slices<boolean> {
  let end = 0;
  for (let from = 0; from < byteStart.length; from += SLICE_ROWS) {
    const to = Math.min(byteStart.length, from + SLICE_ROWS);
    for (let i = from; i < to; end = byteStart[i] + byteLength[i++]) if (!(byteStart[i] >= end) || !Number.isInteger(byteStart[i])) return false;
    yield;
  }
  return end <= bytes;
}
