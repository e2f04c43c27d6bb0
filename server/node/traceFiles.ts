import * as fs from 'node:fs';
import { TreeSum } from '../core/automata/treeSum';
import { traceProblems, TraceReader, type TraceFormat } from '../core/automata/traceReader';
import type { PrefixTree } from '../core/automata/prefixTree';
import type { TraceSet } from '../core/automata/traces';
import type { Problem } from '../core/util/problem';
import { Cancelled, type Control } from '../core/util/control';
import { readLogBytes, type ByteRange } from './logBytes';
import { lineRanges } from './poolReaders';
import type { Counted } from './workerMessages';
import { WorkerPool } from './workerPool';

/** Files are counted in parts of about this many bytes, so that no part's tree needs to be large before it is added. */
const PART_BYTES = 64 << 20;
/** Bytes at the start of a file that tell its format. */
const PROBED_BYTES = 1 << 20;

/** Decompressed bytes of a file at most: a few megabytes can hold thousands of times as many. */
export const MOST_DECOMPRESSED = 2 ** 31;

/** Says that a compressed file holds more than is read. */
export const TOO_LARGE: Problem = {
  code: 'gzip-too-large', severity: 'error', message: `The compressed file holds more than ${MOST_DECOMPRESSED / 2 ** 20} MB.`, next: 'Decompress it first if it is what you take it for, and name the file that comes out.',
};

/** What a file of traces gave. `problem`: it could not be read to its end. */
export interface TraceFile<T> {
  readonly content: T;
  readonly problems: readonly Problem[];
  readonly problem?: Problem;
}

/** Bytes of a file that room for symbols is made for beforehand, at most: a file with holes is larger than what it holds. */
const MOST_GUESSED = 2 ** 28;

/** The traces of a file, read in chunks: 4 bytes a symbol of memory. Throws `Cancelled`. */
export async function readTraceFile(path: string, control: Control, mostDecompressed = MOST_DECOMPRESSED): Promise<TraceFile<TraceSet>> {
  const gzip = startsAsGzip(path);
  const { size } = fs.statSync(path, { throwIfNoEntry: false }) ?? { size: 0 };
  const reader = new TraceReader(gzip ? {} : { symbols: Math.min(size, MOST_GUESSED) >>> 2 });
  let left = gzip ? mostDecompressed : Infinity;
  const unreadable = await readLogBytes(path, {
    onChunk: (chunk) => {
      left -= chunk.length;
      if (left >= 0) reader.push(chunk);
    },
    onProgress: (bytes) => control.report(bytes / Math.max(1, size), `Reading ${path}`),
    cancelled: () => control.cancelled || left < 0,
  }, undefined, gzip);
  if (control.cancelled) throw new Cancelled();
  const problem = left < 0 ? TOO_LARGE : unreadable;
  const summary = reader.finish();
  return { content: reader.take(), problems: traceProblems([summary]), ...(problem ? { problem } : {}) };
}

/** Counts the traces of files into prefix trees, in memory that grows with the tree. */
export interface TraceCounter {
  /** The tree of a file's traces: the same for any number of workers. Throws `Cancelled`. */
  count(path: string, control: Control): Promise<TraceFile<PrefixTree>>;
  dispose(): Promise<void>;
}

/** Counts in worker threads, plain files in parts of whole lines. A worker starts when it is first needed. */
export function traceCounter(script: string, workers: number, partBytes = PART_BYTES): TraceCounter {
  const pool = new WorkerPool(script, workers);
  return {
    async count(path, control) {
      const gzip = startsAsGzip(path);
      const format = await formatOf(path, gzip);
      const { size } = fs.statSync(path, { throwIfNoEntry: false }) ?? { size: 0 };
      const ranges: (ByteRange | undefined)[] = gzip ? [undefined] : lineRanges(path, size, Math.max(1, Math.ceil(size / partBytes)));
      const done = ranges.map(() => 0);
      const sum = new TreeSum();
      const parts = await Promise.all(ranges.map(async (range, i) => {
        const job = { task: 'countTraces' as const, path, gzip, reading: { format, part: i > 0 }, ...(range ? { range } : {}) };
        const { tree, summary, problem } = await pool.run(job, () => control.cancelled, (bytes) => {
          done[i] = bytes;
          control.report(done.reduce((a, b) => a + b, 0) / Math.max(1, size), `Counting ${path}`);
        }) as Counted;
        // As they come: the sum does not depend on the order, and a part that was added need not be kept.
        sum.add(tree);
        return { summary, problem };
      }));
      const problem = parts.find((part) => part.problem)?.problem;
      return { content: sum.total(), problems: traceProblems(parts.map((part) => part.summary)), ...(problem ? { problem } : {}) };
    },
    dispose: () => pool.dispose(),
  };
}

/** From the first lines, also where the file is counted in parts. */
async function formatOf(path: string, gzip: boolean): Promise<TraceFormat> {
  const reader = new TraceReader();
  let bytes = 0;
  await readLogBytes(path, {
    onChunk: (chunk) => {
      reader.push(chunk);
      bytes += chunk.length;
    },
    cancelled: () => bytes >= PROBED_BYTES,
  }, undefined, gzip);
  return reader.finish().format;
}

/** Whether a file is gzip by its first bytes, whatever its name. */
function startsAsGzip(path: string): boolean {
  let file: number | undefined;
  try {
    file = fs.openSync(path, 'r');
    const head = Buffer.alloc(2);
    fs.readSync(file, head, 0, 2, 0);
    return head[0] === 0x1f && head[1] === 0x8b;
  } catch {
    return false;
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}
