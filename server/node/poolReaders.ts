import * as fs from 'node:fs';
import { FlowBuilder } from '../core/table/flowBuilder';
import type { FlowTable } from '../core/table/flow';
import type { Places } from '../core/table/table';
import type { Container } from '../core/models/safetensors';
import { fromFlowTransfer, type FlowTransfer, toFlowTransfer } from '../core/table/flowTransfer';
import { inTurns, type Slices } from '../core/util/slices';
import { EntityTable, type EntityTransfer } from '../core/symbols/entities';
import { EncodedLogBuilder, joinSummaries } from '../engine/encodedRows';
import type { CollectedRows, EncodedEnd, EncodedLogRows, LogTask, Readers, ReadJob, ReadSummary, RowColumns } from '../engine/ports';
import { aggregateInPool } from './aggregateInPool';
import { isGzip, type ByteRange } from './logBytes';
import { scoreInPool } from './scoreInPool';
import type { LogJob, ModelJob } from './workerMessages';
import { type PoolOptions, WorkerPool } from './workerPool';

/** Files above this are read in parts by several workers. */
const SPLIT_BYTES = 64 << 20;

/** Milliseconds a row, several times what it takes (0.004) to make the rows discrete and put them into order before steps are counted. */
const LEARNING_PATIENCE = 0.03;

/** Readers that use worker threads: a file a worker, plain files of at least `splitBytes` in parts that start at line ends. */
export function poolReaders(script: string, workers: number, splitBytes = SPLIT_BYTES, options: PoolOptions = {}): Readers {
  const pool = new WorkerPool(script, workers, options);
  const modelKeys = new WeakMap<Uint8Array, string>();
  let nextKey = 1;

  /** Runs one job on every part of the file; results in the order of the parts. */
  async function inParts<T>(task: LogTask, job: ReadJob, make: (range?: ByteRange) => LogJob, blocks?: OrderedParts): Promise<T[]> {
    const from = task.from ?? 0;
    const ranges = isGzip(task.path) ? [undefined] : task.size - from < splitBytes || workers === 1 ? [{ start: from, end: task.size }] : lineRanges(task.path, task.size, workers * 2, from);
    const done = ranges.map(() => 0);
    return Promise.all(ranges.map(async (range, i) => {
      const result = await pool.run(make(range), () => job.cancelled, (bytes) => {
        done[i] = bytes;
        job.progress(done.reduce((a, b) => a + b, 0));
      }, { onBlock: (block) => blocks?.add(i, block as RowColumns) });
      blocks?.end(i, result as EncodedEnd);
      return result as T;
    }));
  }

  function modelJob(model: Uint8Array): ModelJob {
    const modelKey = modelKeys.get(model) ?? String(nextKey++);
    modelKeys.set(model, modelKey);
    return { model, modelKey };
  }

  return {
    async scan(task, job) {
      const parts = await inParts<{ summary: ReadSummary; entities: EntityTransfer }>(task, job, (range) => ({ task: 'scan', path: task.path, header: task.header, ...(range ? { range } : {}) }));
      const entities = new EntityTable('pair');
      for (const part of parts) entities.absorb(part.entities);
      return { summary: joinSummaries(parts.map((p) => p.summary)), entities: entities.size };
    },

    async collect(task, filter, detector, job) {
      const hash = pool.run({ task: 'hash', path: task.path }, () => job.cancelled, () => undefined) as Promise<string>;
      const reading = inParts<{ summary: ReadSummary; table: FlowTransfer }>(task, job, (range) => ({ task: 'collect', path: task.path, header: task.header, filter, detector, ...(range ? { range } : {}) }));
      const [sha256, parts] = await Promise.all([hash, reading]);
      const summary = joinSummaries(parts.map((p) => p.summary));
      return { sha256, summary, table: joinTables(parts) } satisfies CollectedRows;
    },

    async encode(task, model, marks, job) {
      const file = modelJob(model);
      const blocks = new OrderedParts(task.size, job);
      await inParts<EncodedEnd>(task, job, (range) => ({ task: 'encode', path: task.path, header: task.header, ...file, marks, ...(range ? { range } : {}) }), blocks);
      return blocks.finish();
    },

    async learn(table, detector, settings, self, control, { automaton, previous, training } = {}) {
      const transfer = toFlowTransfer(table);
      const columns = [...transfer.numbers.map(({ values }) => values), ...transfer.texts.map(({ codes }) => codes), ...Object.values(transfer.places) as Places[keyof Places][]];
      const checkpoint = await training?.read();
      let writing = Promise.resolve();
      try {
        const container = await pool.run(
          { task: 'learn', table: transfer, detector, settings, self, ...(automaton === undefined ? {} : { automaton }), ...(previous ? { previous } : {}), ...(checkpoint ? { checkpoint } : {}) },
          () => control.cancelled, (fraction, text) => control.report(fraction, text ?? ''),
          {
            patience: table.rowCount * LEARNING_PATIENCE,
            handedOver: [...new Set(columns.map(({ buffer }) => buffer as ArrayBuffer))].filter(({ byteLength }) => byteLength > 0),
            onPoint: control.plot && ((point) => control.plot?.(point)),
            onCheckpoint: training && ((bytes) => { writing = writing.then(() => training.write(bytes)); }),
          },
        );
        return container as Container;
      } finally {
        await writing;
      }
    },

    score: (rows, model, control) => scoreInPool(pool, workers, rows, model, modelJob(model.bytes), control),

    aggregate: (kind, input) => aggregateInPool(pool, kind, input),
    threads: workers,
    pause,

    dispose: () => pool.dispose(),
  };
}

/** Takes the blocks of several parts as they come, and puts them together in the order of the parts, a few milliseconds at a time. */
class OrderedParts {
  private readonly builder: EncodedLogBuilder;
  private readonly parts: { readonly blocks: RowColumns[]; end?: EncodedEnd }[] = [];
  private current = 0;
  private work: Promise<void> = Promise.resolve();

  constructor(bytes: number, private readonly job: ReadJob) {
    this.builder = new EncodedLogBuilder(bytes);
  }

  add(part: number, block: RowColumns): void {
    this.part(part).blocks.push(block);
    this.goOn();
  }

  end(part: number, end: EncodedEnd): void {
    this.part(part).end = end;
    this.goOn();
  }

  /** The whole log; after all parts have ended. */
  async finish(): Promise<EncodedLogRows> {
    await this.work;
    return this.builder.finish();
  }

  private part(number: number): { readonly blocks: RowColumns[]; end?: EncodedEnd } {
    return (this.parts[number] ??= { blocks: [] });
  }

  private goOn(): void {
    this.work = this.work.then(() => inTurns(this.joining(), pause));
    // Whoever waits for the log is told by `finish`.
    this.work.catch(() => undefined);
  }

  /** Puts together what is there and next. */
  private *joining(): Slices {
    for (let part = this.parts[this.current]; part; part = this.parts[++this.current]) {
      // One by one: others may come at every pause, also before the end that is there then.
      for (let block = part.blocks.shift(); block; block = part.blocks.shift()) {
        if (this.job.cancelled) return;
        this.builder.add(block);
        yield;
      }
      if (!part.end) return;
      yield* this.builder.endPart(part.end);
    }
  }
}

/** Lets timers, messages and reads that wait have their turn. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Cuts a file from byte `from` on into about `count` ranges of whole lines. */
export function lineRanges(path: string, size: number, count: number, from = 0): (ByteRange | undefined)[] {
  let file: number;
  try {
    file = fs.openSync(path, 'r');
  } catch {
    return [undefined];
  }
  try {
    const starts = [from];
    const buffer = Buffer.alloc(1 << 16);
    for (let i = 1; i < count; i++) {
      let at = Math.max(starts[starts.length - 1], from + Math.floor(((size - from) * i) / count));
      for (;;) {
        const n = fs.readSync(file, buffer, 0, buffer.length, at);
        const newline = n > 0 ? buffer.subarray(0, n).indexOf(10) : -1;
        if (newline >= 0 || n === 0) {
          at += newline + 1;
          break;
        }
        at += n;
      }
      if (at > starts[starts.length - 1] && at < size) starts.push(at);
    }
    return starts.map((start, i) => ({ start, end: starts[i + 1] ?? size }));
  } finally {
    fs.closeSync(file);
  }
}

/** One table of those of the parts, which are given up one by one. */
function joinTables(parts: { summary: ReadSummary; table: FlowTransfer }[]): FlowTable {
  if (parts.length === 1) return fromFlowTransfer(parts[0].table);
  const builder = new FlowBuilder(parts.reduce((rows, { table }) => rows + table.rowCount, 0));
  let lines = 0;
  for (let part = parts.shift(); part; part = parts.shift()) {
    const { table, summary } = part;
    const { line } = table.places;
    for (let i = 0; i < line.length; i++) line[i] += lines;
    builder.add(fromFlowTransfer(table));
    lines += summary.lines;
  }
  return builder.finish();
}
