import * as fs from 'node:fs';
import { FlowBuilder } from '../core/table/flowBuilder';
import type { FlowTable } from '../core/table/flow';
import type { Container } from '../core/models/safetensors';
import { fromFlowTransfer, type FlowTransfer, toFlowTransfer } from '../core/table/flowTransfer';
import { EntityTable, type EntityTransfer } from '../core/symbols/entities';
import { ProblemList } from '../core/util/problem';
import type { CollectedRows, EncodedLogRows, LogTask, Readers, ReadJob, ReadSummary } from '../engine/ports';
import { joined } from '../engine/readLog';
import { isGzip, type ByteRange } from './logBytes';
import { WorkerPool } from './workerPool';
import type { LogJob } from './workerMessages';

/** Files above this are read in parts by several workers. */
const SPLIT_BYTES = 64 << 20;

/** Readers that use worker threads: a file a worker, plain files of at least `splitBytes` in parts that start at line ends. */
export function poolReaders(script: string, workers: number, splitBytes = SPLIT_BYTES): Readers {
  const pool = new WorkerPool(script, workers);
  const modelKeys = new WeakMap<Uint8Array, string>();
  let nextKey = 1;

  /** Runs one job on every part of the file; results in the order of the parts. */
  async function inParts<T>(task: LogTask, job: ReadJob, make: (range?: ByteRange) => LogJob): Promise<T[]> {
    const ranges = isGzip(task.path) || task.size < splitBytes || workers === 1 ? [undefined] : lineRanges(task.path, task.size, workers * 2);
    const done = ranges.map(() => 0);
    return Promise.all(ranges.map((range, i) => pool.run(make(range), () => job.cancelled, (bytes) => {
      done[i] = bytes;
      job.progress(done.reduce((a, b) => a + b, 0));
    }) as Promise<T>));
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
      return { sha256, summary: joinSummaries(parts.map((p) => p.summary)), table: joinTables(parts) } satisfies CollectedRows;
    },

    async encode(task, model, marks, job) {
      let modelKey = modelKeys.get(model);
      if (modelKey === undefined) modelKeys.set(model, (modelKey = String(nextKey++)));
      const key = modelKey;
      const parts = await inParts<EncodedLogRows>(task, job, (range) => ({ task: 'encode', path: task.path, header: task.header, model, modelKey: key, marks, ...(range ? { range } : {}) }));
      return joinEncoded(parts);
    },

    async learn(table, detector, settings, self, control) {
      const container = await pool.run({ task: 'learn', table: toFlowTransfer(table), detector, settings, self }, () => control.cancelled, (fraction, text) => control.report(fraction, text ?? ''));
      return container as Container;
    },

    dispose: () => pool.dispose(),
  };
}

/** Cuts a file into about `count` ranges of whole lines. */
function lineRanges(path: string, size: number, count: number): (ByteRange | undefined)[] {
  let file: number;
  try {
    file = fs.openSync(path, 'r');
  } catch {
    return [undefined];
  }
  try {
    const starts = [0];
    const buffer = Buffer.alloc(1 << 16);
    for (let i = 1; i < count; i++) {
      let at = Math.max(starts[starts.length - 1], Math.floor((size * i) / count));
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

function joinSummaries(parts: readonly ReadSummary[]): ReadSummary {
  if (parts.length === 1) return parts[0];
  const totals = new Map<string, number>();
  const problems = new ProblemList();
  let lines = 0;
  for (const part of parts) {
    for (const p of part.problems) problems.add(p.line === undefined ? p : { ...p, line: p.line + lines });
    for (const [code, n] of part.problemTotals) totals.set(code, (totals.get(code) ?? 0) + n);
    lines += part.lines;
  }
  const spans = parts.flatMap((p) => (p.timeSpan ? [p.timeSpan] : []));
  return {
    rows: sum(parts.map((p) => p.rows)), damaged: sum(parts.map((p) => p.damaged)), lines, problems: problems.problems, problemTotals: totals, ascii: parts.every((p) => p.ascii === true), bytes: Math.max(...parts.map((p) => p.bytes)),
    ...(spans.length > 0 ? { timeSpan: [Math.min(...spans.map((s) => s[0])), Math.max(...spans.map((s) => s[1]))] as const } : {}),
  };
}

function joinTables(parts: readonly { summary: ReadSummary; table: FlowTransfer }[]): FlowTable {
  if (parts.length === 1) return fromFlowTransfer(parts[0].table);
  const builder = new FlowBuilder();
  let lines = 0;
  for (const { table, summary } of parts) {
    const { line } = table.places;
    for (let i = 0; i < line.length; i++) line[i] += lines;
    builder.add(fromFlowTransfer(table));
    lines += summary.lines;
  }
  return builder.finish();
}

function joinEncoded(parts: readonly EncodedLogRows[]): EncodedLogRows {
  if (parts.length === 1) return parts[0];
  const entities = new EntityTable(parts[0].entities.kind);
  let lines = 0;
  const entity: Uint32Array[] = [];
  for (const part of parts) {
    const renumbered = entities.absorb(part.entities);
    for (let i = 0; i < part.entity.length; i++) part.entity[i] = renumbered[part.entity[i]];
    entity.push(part.entity);
    if (lines > 0) for (let i = 0; i < part.line.length; i++) part.line[i] += lines;
    lines += part.summary.lines;
  }
  return {
    summary: joinSummaries(parts.map((p) => p.summary)), entities: entities.toTransfer(), entity: joined(Uint32Array, entity),
    time: joined(Float64Array, parts.map((p) => p.time)), symbol: joined(Uint32Array, parts.map((p) => p.symbol)), line: joined(Uint32Array, parts.map((p) => p.line)),
    byteStart: joined(Float64Array, parts.map((p) => p.byteStart)), byteLength: joined(Uint32Array, parts.map((p) => p.byteLength)),
    positive: joined(Uint8Array, parts.map((p) => p.positive)), inBaseline: joined(Uint8Array, parts.map((p) => p.inBaseline)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
