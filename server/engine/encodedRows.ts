import type { EntityTransfer } from '../core/symbols/entities';
import type { JoinedEntities } from '../core/symbols/joinEntities';
import { LabelTable } from '../core/symbols/labels';
import { toldOf, UNTOLD, untold } from '../core/formats/problems';
import { type ZeroMaker, zeros } from '../core/util/memory';
import type { Problem } from '../core/util/problem';
import { sharedArray } from '../core/util/sharedMemory';
import { atOnce, inTurns, type Slices } from '../core/util/slices';
import type { EncodedEnd, EncodedLogRows, ReadSummary, RowColumns } from './ports';

const MAKERS = {
  entity: Uint32Array, time: Float64Array, symbol: Uint32Array, features: Float32Array, ports: Uint32Array, label: Uint16Array, line: Uint32Array, byteStart: Float64Array, byteLength: Uint32Array,
  positive: Uint8Array, inBaseline: Uint8Array,
} as const;
/** What is scored lies where several threads can read it. */
const SHARED = { entity: Uint32Array, time: Float64Array, symbol: Uint32Array, features: Float32Array, ports: Uint32Array, label: Uint16Array } as const;
type Name = keyof RowColumns;
/** Rows worked on at a time: about two milliseconds. */
export const SLICE_ROWS = 1 << 18;
/** Numbers copied at a time where a column moves to more room: some milliseconds. */
const SLICE_COPIED = 1 << 20;
/** The columns of `RowColumns`. */
export const ROW_COLUMNS = Object.keys(MAKERS) as readonly Name[];

/**
 * Puts the rows of one log together: `add` the blocks of a part in order, `endPart`, then the next part, at last `finishing`. A part numbers
 * entities and lines by itself; here they are those of the log. Blocks are copied, once. What takes long comes in slices, to be run one after the other.
 */
export class EncodedLogBuilder {
  private length = 0;
  private featureCount = 0;
  private columns: RowColumns = emptyColumns();
  private readonly labels = new LabelTable();
  /** Each with the number of rows up to its end. */
  private readonly parts: { readonly end: EncodedEnd; readonly rows: number }[] = [];

  /** `bytes`: length of the log, to guess how many rows will come, 0 when it is not known; `rows`: how many there will be at least. */
  constructor(private readonly bytes: number, private readonly rows = 0) {}

  add(block: RowColumns): void {
    atOnce(this.adding(block));
  }

  /** `add` in slices; to be run through before anything else is called. Throws `MemoryLimitError`. */
  *adding(block: RowColumns): Slices {
    const from = this.length;
    const to = from + block.time.length;
    for (const name of ROW_COLUMNS) {
      if (block[name].length === 0) continue;
      const width = widthOf(block, name);
      if (this.columns[name].length < to * width) this.columns = { ...this.columns, [name]: yield* this.growing(name, to, width, block) };
      this.columns[name].set(block[name], from * width);
      if (name === 'features') this.featureCount = width;
    }
    this.length = to;
  }

  /** The blocks since the last part are a part. */
  endPart(end: EncodedEnd): void {
    this.parts.push({ end, rows: this.length });
  }

  /** The entities of each part, to be joined for `finishing`. */
  entities(): readonly EntityTransfer[] {
    return this.parts.map(({ end }) => end.entities);
  }

  /** The whole log. `joined`: the entities of its parts; those of one part are numbered as they are. To be run through once, after the last part. O(rows). */
  *finishing(joined?: JoinedEntities): Slices<EncodedLogRows> {
    let [start, lines] = [0, 0];
    for (const [i, { end, rows }] of this.parts.entries()) {
      const labels = this.labels.absorb(end.labels);
      if (i > 0 || joined) yield* this.number(start, rows, joined?.numbers[i], lines, labels);
      start = rows;
      lines += end.summary.lines;
    }
    const columns = Object.fromEntries(ROW_COLUMNS.map((name) => [name, this.columns[name].subarray(0, this.length * (name === 'features' ? this.featureCount : 1))])) as unknown as RowColumns;
    const { labels, names } = this.labels.finished(columns.label);
    const summary = joinSummaries(this.parts.map(({ end }) => end.summary));
    return { ...columns, label: labels, summary, entities: joined?.entities ?? this.parts[0].end.entities, labels: names };
  }

  /** Numbers the rows of a part by the entities, lines and labels of the log. */
  private *number(start: number, end: number, numbers: Uint32Array | undefined, lines: number, labels: Uint16Array): Slices {
    const { entity, line, label } = this.columns;
    for (let from = start; from < end; from += SLICE_ROWS) {
      const to = Math.min(end, from + SLICE_ROWS);
      if (numbers) for (let row = from; row < to; row++) entity[row] = numbers[entity[row]];
      if (lines > 0) for (let row = from; row < to; row++) line[row] += lines;
      if (label.length > 0) for (let row = from; row < to; row++) label[row] = labels[label[row]];
      yield;
    }
  }

  /** More room: for as many rows as the bytes seen so far promise for the whole log, but at least half as much again. Room that is not used costs no memory. */
  private *growing(name: Name, rows: number, width: number, block: RowColumns): Slices<RowColumns[Name]> {
    const last = block.byteStart.length - 1;
    const seen = last < 0 ? 0 : block.byteStart[last] + block.byteLength[last] + 1;
    const promised = seen > 0 && seen < this.bytes ? Math.ceil(rows * (this.bytes / seen) * 1.02) : rows;
    const old = this.columns[name];
    const room = width * Math.max(this.rows, promised, old.length === 0 ? rows : Math.ceil((1.5 * old.length) / width));
    const wider = name in SHARED ? sharedArray<RowColumns[Name]>(SHARED[name as keyof typeof SHARED], room) : zeros<RowColumns[Name]>(MAKERS[name] as ZeroMaker<RowColumns[Name]>, room);
    for (let at = 0; at < this.length * width; at += SLICE_COPIED) {
      wider.set(old.subarray(at, Math.min(this.length * width, at + SLICE_COPIED)), at);
      if (at > 0) yield;
    }
    return wider;
  }
}

function emptyColumns(): RowColumns {
  return Object.fromEntries(ROW_COLUMNS.map((name) => [name, new MAKERS[name](0)])) as unknown as RowColumns;
}

/** Entries of a column for each row. */
export function widthOf(rows: RowColumns, name: Name): number {
  return name === 'features' && rows.time.length > 0 ? rows.features.length / rows.time.length : 1;
}

/** Joins the entities of several tables; see `Readers.joinEntities`. */
export type JoinTables = (tables: readonly EntityTransfer[]) => Promise<JoinedEntities>;

/** The rows of a log that has grown: those before, and those of the part behind them. */
export async function appended(before: EncodedLogRows, tail: EncodedLogRows, join: JoinTables, pause: () => Promise<void>): Promise<EncodedLogRows> {
  const builder = new EncodedLogBuilder(0, before.time.length + tail.time.length);
  for (const part of [before, tail]) {
    for (let from = 0; from < part.time.length; from += SLICE_ROWS) {
      builder.add(slice(part, from, from + SLICE_ROWS));
      await pause();
    }
    builder.endPart(part);
  }
  return inTurns(builder.finishing(await join(builder.entities())), pause);
}

function slice(rows: RowColumns, from: number, to: number): RowColumns {
  return Object.fromEntries(ROW_COLUMNS.map((name) => [name, rows[name].subarray(from * widthOf(rows, name), to * widthOf(rows, name))])) as unknown as RowColumns;
}

/** The summary of a log from those of its parts, in order. */
export function joinSummaries(parts: readonly ReadSummary[]): ReadSummary {
  const totals = new Map<string, number>();
  const told = new Map<string, number>();
  const problems: Problem[] = [];
  let lines = 0;
  for (const part of parts) {
    for (const p of part.problems) {
      const before = told.get(p.code) ?? 0;
      if (p.code === UNTOLD || before >= toldOf(p.code)) continue;
      told.set(p.code, before + 1);
      problems.push(p.line === undefined ? p : { ...p, line: p.line + lines });
    }
    for (const [code, n] of part.problemTotals) totals.set(code, (totals.get(code) ?? 0) + n);
    lines += part.lines;
  }
  const spans = parts.flatMap((p) => (p.timeSpan ? [p.timeSpan] : []));
  return {
    rows: sum(parts.map((p) => p.rows)), damaged: sum(parts.map((p) => p.damaged)), lines, problems: [...problems, ...untold(totals)], problemTotals: totals,
    ...(parts.some((p) => p.ascii === undefined) ? {} : { ascii: parts.every((p) => p.ascii === true) }), bytes: Math.max(...parts.map((p) => p.bytes)),
    ...(parts[parts.length - 1].state === undefined ? {} : { state: parts[parts.length - 1].state as string }),
    ...(spans.length > 0 ? { timeSpan: [Math.min(...spans.map((s) => s[0])), Math.max(...spans.map((s) => s[1]))] as const } : {}),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
