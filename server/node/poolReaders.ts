import * as fs from 'node:fs';
import type { Places } from '../core/table/table';
import type { Container } from '../core/models/safetensors';
import type { FlowTransfer } from '../core/table/flowTransfer';
import { checkMemory, guardMemory } from '../core/util/memory';
import { checkCancelled } from '../core/util/control';
import { inTurns, type Slices } from '../core/util/slices';
import type { EntityTransfer } from '../core/symbols/entities';
import { sharedArray } from '../core/util/sharedMemory';
import { EncodedLogBuilder, type JoinTables, joinSummaries } from '../engine/encodedRows';
import { PartStates, type PartStart } from '../engine/partStates';
import type { CollectedRows, EncodedEnd, EncodedLogRows, LogTask, Readers, ReadJob, ReadSummary, RowColumns } from '../engine/ports';
import { aggregateInPool } from './aggregateInPool';
import { joinInPool } from './joinInPool';
import { isGzip, type ByteRange } from './logBytes';
import { scoreInPool } from './scoreInPool';
import type { LogJob, LogRange, ModelJob } from './workerMessages';
import { type PoolOptions, WorkerPool } from './workerPool';

/** Files above this are read in parts by several workers. */
const SPLIT_BYTES = 64 << 20;

/** Milliseconds a row, several times what it takes (0.004) to make the rows discrete and put them into order before steps are counted. */
const LEARNING_PATIENCE = 0.03;

/** Readers that use worker threads: a file a worker, plain files of at least `splitBytes` in parts that start at line ends. */
export function poolReaders(script: string, workers: number, splitBytes = SPLIT_BYTES, options: PoolOptions = {}): Readers {
  const pool = new WorkerPool(script, workers, options);
  const unguard = options.memory ? guardMemory(options.memory) : () => undefined;
  /** By the bytes of a model's file: they are sent with thousands of jobs, on memory that is not copied. */
  const modelJobs = new WeakMap<Uint8Array, ModelJob>();
  let nextKey = 1;

  /** Runs one job on every part of the file, and again on parts that began otherwise than those before them turn out to end; results in the order of the parts. */
  function inParts<T extends { summary: ReadSummary }>(task: LogTask, job: ReadJob, make: (part: LogRange) => LogJob, blocks?: OrderedParts): Promise<T[]> {
    const from = task.from ?? 0;
    const ranges = isGzip(task.path) ? [undefined] : task.size - from < splitBytes || workers === 1 ? [{ start: from, end: task.size }] : lineRanges(task.path, task.size, workers * 2, from);
    const states = new PartStates(ranges.length, task.state ?? '');
    const done = ranges.map(() => 0);
    const readings = ranges.map(() => 0);
    const results: T[] = [];
    let told = 0;
    let ended = 0;
    const progress = (part: number, bytes: number): void => {
      done[part] = bytes;
      // A part that is read again does not take back what was told.
      told = Math.max(told, done.reduce((a, b) => a + b, 0));
      job.progress(told);
    };
    return new Promise((resolve, reject) => {
      const read = ({ part, state }: PartStart): void => {
        const reading = ++readings[part];
        const isLast = (): boolean => readings[part] === reading;
        const range = ranges[part];
        blocks?.begin(part);
        pool.run(
          make({ path: task.path, header: task.header, ...(range ? { range } : {}), ...(state === '' ? {} : { state }) }), () => job.cancelled || !isLast() || blocks?.failed === true,
          (bytes) => { if (isLast()) progress(part, bytes); }, { onBlock: (block) => { if (isLast()) blocks?.add(part, block as RowColumns); } },
        ).then((result) => { if (isLast()) end(part, result as T); }, (error: unknown) => {
          if (!isLast()) return;
          // The others need not go on.
          readings.forEach((_, other) => readings[other]++);
          reject(error as Error);
        });
      };
      const end = (part: number, result: T): void => {
        results[part] = result;
        states.ended(part, result.summary.state ?? '').forEach(read);
        for (; ended < states.confirmed; ended++) blocks?.end(ended, results[ended] as unknown as EncodedEnd);
        if (ended === ranges.length) resolve(results);
      };
      states.starts().forEach(read);
    });
  }

  function modelJob(model: Uint8Array): ModelJob {
    const known = modelJobs.get(model);
    if (known) return known;
    const shared = sharedArray(Uint8Array, model.length);
    shared.set(model);
    const job = { model: shared, modelKey: String(nextKey++) };
    modelJobs.set(model, job);
    return job;
  }

  return {
    async scan(task, job) {
      const parts = await inParts<{ summary: ReadSummary; entities: EntityTransfer }>(task, job, (part) => ({ task: 'scan', ...part }));
      const tables = parts.map((part) => part.entities);
      const { entities } = tables.length === 1 ? { entities: tables[0] } : await joinInPool(pool, tables, pause, () => job.cancelled);
      return { summary: joinSummaries(parts.map((p) => p.summary)), entities: entities.sources.length };
    },

    async collect(task, filter, detector, job) {
      const hash = pool.run({ task: 'hash', path: task.path }, () => job.cancelled, () => undefined) as Promise<string>;
      const reading = inParts<{ summary: ReadSummary; table: FlowTransfer }>(task, job, (part) => ({ task: 'collect', ...part, filter, detector }));
      const [sha256, parts] = await Promise.all([hash, reading]);
      countLinesOn(parts);
      return { sha256, summary: joinSummaries(parts.map((p) => p.summary)), parts: parts.map((p) => p.table) } satisfies CollectedRows;
    },

    async encode(task, model, marks, job) {
      const file = modelJob(model);
      const blocks = new OrderedParts(task.size, job, (tables) => joinInPool(pool, tables, pause, () => job.cancelled));
      const reading = inParts<EncodedEnd>(task, job, (part) => ({ task: 'encode', ...part, ...file, marks }), blocks);
      // Why the blocks could not be put together says more than that reading was ended for it.
      await reading.catch(async (error: unknown) => {
        if (blocks.failed) await blocks.finish();
        throw error;
      });
      return blocks.finish();
    },

    async learn(parts, rows, detector, settings, self, control, { automaton, previous, training } = {}) {
      const columns = parts.flatMap(({ numbers, texts, places }) => [...numbers.flatMap(({ values, valid }) => [values, valid]), ...texts.flatMap(({ codes, dictionary }) => [codes, dictionary.bytes, dictionary.ends]), ...Object.values(places) as Places[keyof Places][]]);
      const checkpoint = await training?.read();
      let writing = Promise.resolve();
      try {
        const container = await pool.run(
          { task: 'learn', parts, rows, detector, settings, self, ...(automaton === undefined ? {} : { automaton }), ...(previous ? { previous } : {}), ...(checkpoint ? { checkpoint } : {}) },
          () => control.cancelled, (fraction, text) => control.report(fraction, text ?? ''),
          {
            patience: rows * LEARNING_PATIENCE,
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
    joinEntities: (tables, control) => joinInPool(pool, tables, pause, () => control.cancelled),
    limitMemory: (megabytes) => options.memory?.setLimit(megabytes),
    threads: workers,
    pause,

    dispose: () => {
      unguard();
      return pool.dispose();
    },
  };
}

/** Takes the blocks of several parts as they come, and puts them together in the order of the parts, a few milliseconds at a time. */
class OrderedParts {
  private readonly builder: EncodedLogBuilder;
  private readonly parts: { readonly blocks: RowColumns[]; end?: EncodedEnd }[] = [];
  private current = 0;
  /** Whether there is no use in reading on. */
  failed = false;
  private work: Promise<void> = Promise.resolve();

  constructor(bytes: number, private readonly job: ReadJob, private readonly join: JoinTables) {
    this.builder = new EncodedLogBuilder(bytes);
  }

  /** A part is read, or read again: then what came of it before is void. Not after the part before has ended. */
  begin(part: number): void {
    this.parts[part] = { blocks: [] };
  }

  add(part: number, block: RowColumns): void {
    this.parts[part].blocks.push(block);
    this.goOn();
  }

  /** The blocks that a part has are all that there are, and will stay. Parts end in order. */
  end(part: number, end: EncodedEnd): void {
    this.parts[part].end = end;
    this.goOn();
  }

  /** The whole log; after all parts have ended. */
  async finish(): Promise<EncodedLogRows> {
    await this.work;
    checkCancelled(this.job);
    const tables = this.builder.entities();
    return inTurns(this.builder.finishing(tables.length > 1 ? await this.join(tables) : undefined), pause);
  }

  private goOn(): void {
    this.work = this.work.then(() => inTurns(this.joining(), pause));
    // Whoever waits for the log is told by `finish`; what is still to come is not wanted.
    this.work.catch(() => { this.failed = true; });
  }

  /** Puts together what is there and next. */
  private *joining(): Slices {
    for (let part = this.parts[this.current]; part; part = this.parts[++this.current]) {
      // One by one: others may come at every pause, also before the end that is there then.
      for (let block = part.blocks.shift(); block; block = part.blocks.shift()) {
        if (this.failed) return;
        checkCancelled(this.job);
        yield* this.builder.adding(block);
        yield;
      }
      if (!part.end) return;
      this.builder.endPart(part.end);
    }
  }
}

/** Lets timers, messages and reads that wait have their turn. Throws `MemoryLimitError`. */
async function pause(): Promise<void> {
  checkMemory();
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

/** Lines of a part count on from the part before. O(rows). */
export function countLinesOn(parts: readonly { readonly summary: ReadSummary; readonly table: FlowTransfer }[]): void {
  let lines = 0;
  for (const { summary, table } of parts) {
    const { line } = table.places;
    if (lines > 0) for (let i = 0; i < line.length; i++) line[i] += lines;
    lines += summary.lines;
  }
}
