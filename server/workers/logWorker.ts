import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { aggregate } from '../core/aggregate/aggregate';
import { type KeptTraining, LearningError } from '../core/detectors/detector';
import { detectorById } from '../core/detectors/registry';
import { type LoadedModel, readModel } from '../core/detectors/scoring/modelFile';
import type { Container } from '../core/models/safetensors';
import { TreeReader } from '../core/automata/treeSum';
import type { EntityTransfer } from '../core/symbols/entities';
import { countRows, orderRows } from '../core/symbols/rows';
import type { Control } from '../core/util/control';
import { checkMemory, guardMemory, MemoryLimitError, zeros } from '../core/util/memory';
import { type SharedColumn, weighShared } from '../core/util/sharedMemory';
import { joiningEntities, unpacked } from '../core/symbols/joinEntities';
import { atOnce } from '../core/util/slices';
import { joinFlows, toFlowTransfer } from '../core/table/flowTransfer';
import { collectSink, encodeBlocks, type LogSink, scanSink } from '../engine/readLog';
import type { ReadSummary, RowColumns } from '../engine/ports';
import { NeuralError } from '../core/nn/runtime';
import { readLogBytes } from '../node/logBytes';
import { MemoryBudget } from '../node/memoryBudget';
import { type ChildRuntime, openNeuralRuntime } from '../node/neural/childRuntime';
import { type AggregateJob, BEATS, CANCEL, type Counted, type CountJob, type FromWorker, type JoinJob, type LogJob, type ToWorker, type WorkerJob, type WorkerSetup } from '../node/workerMessages';

/** Bytes; smaller buffers are copied as fast. */
const WORTH_HANDING_OVER = 4096;
/** Files of fewer bytes are hashed without a stream, which costs more than they do. */
const READ_AT_ONCE = 1 << 20;
/** Progress is told once for this many bytes. */
const PROGRESS_BYTES = 4 << 20;
/** A training is kept once in this time: what a crash may lose. */
const CHECKPOINT_MILLISECONDS = 15_000;

/** Blocks on the way to the main thread at most: some megabytes each. */
const MAX_AHEAD = 4;
/** Milliseconds between looks at whether the job was cancelled, while the main thread is behind. */
const AHEAD_WAIT = 100;

const { memory } = (workerData ?? {}) as Partial<WorkerSetup>;
const budget = memory && new MemoryBudget(memory);
if (budget) guardMemory(budget);

let cachedModel: { key: string; loaded: LoadedModel } | undefined;

/** Runs nets in a process of its own, which starts when one is first needed. */
function runtime(onNotice: (text: string) => void, onWait: () => void): ChildRuntime {
  return openNeuralRuntime({
    script: path.join(__dirname, 'neuralHost.js'), ...(workerData as WorkerSetup).neural, onNotice, onWait, onMemory: (child, bytes) => budget?.noteChild(child, undefined, bytes),
  });
}

function readOrThrow(bytes: Uint8Array): LoadedModel {
  const loaded = readModel(bytes);
  if ('fault' in loaded) throw new Error(loaded.fault);
  return loaded;
}

function modelOf(key: string, bytes: Uint8Array): LoadedModel {
  // A copy, because decoders of text refuse memory that is shared.
  if (cachedModel?.key !== key) cachedModel = { key, loaded: readOrThrow(new Uint8Array(bytes)) };
  return cachedModel.loaded;
}

async function run(message: ToWorker): Promise<unknown> {
  const { job } = message;
  const beat = (): void => void Atomics.add(message.cancel, BEATS, 1);
  const cancelled = (): boolean => {
    beat();
    return Atomics.load(message.cancel, CANCEL) !== 0;
  };
  if (job.task === 'hash') {
    const hash = createHash('sha256');
    // The bytes on disk, not the decompressed ones: a name without .gz keeps them as they are.
    await hashFile(job.path, hash, cancelled);
    return hash.digest('hex');
  }
  const control: Control = {
    report: (fraction, text) => {
      beat();
      post({ id: message.id, type: 'progress', done: fraction, text });
    },
    plot: (point) => post({ id: message.id, type: 'point', point }),
    get cancelled() {
      // Whoever works long asks this often.
      checkMemory();
      return cancelled();
    },
  };
  const neural = (): ChildRuntime => runtime((text) => post({ id: message.id, type: 'notice', text }), beat);
  if (job.task === 'learn') return learn(job, control, neural, (checkpoint) => post({ id: message.id, type: 'checkpoint', checkpoint }, [...buffersOf(checkpoint)]));
  if (job.task === 'countRows') return count(job);
  if (job.task === 'scoreRange') return scoreRange(job, control, neural);
  if (job.task === 'aggregate') return aggregateRows(job);
  if (job.task === 'joinEntities') return join(job);
  if (job.task === 'countTraces') return countTraces(job, (bytes) => post({ id: message.id, type: 'progress', done: bytes }), cancelled);
  const sink = openSink(job, (block) => {
    const { ahead } = message;
    for (let n = Atomics.load(ahead, 0); n >= MAX_AHEAD && !cancelled(); n = Atomics.load(ahead, 0)) Atomics.wait(ahead, 0, n, AHEAD_WAIT);
    Atomics.add(ahead, 0, 1);
    post({ id: message.id, type: 'block', block }, [...buffersOf(block)]);
  });
  let ascii = true;
  const problem = await readLogBytes(job.path, {
    onChunk: (chunk) => {
      checkMemory();
      ascii &&= isAscii(chunk);
      sink.push(chunk);
    },
    onProgress: told((bytes) => post({ id: message.id, type: 'progress', done: bytes })),
    cancelled,
  }, job.range);
  const result = sink.finish();
  const known = { ...result, summary: { ...result.summary, ascii } };
  return problem ? withProblem(known, problem) : known;
}

/** The model of a baseline as a container. Learning asks for cancel often, and here, beside the thread that is asked to, it gets an answer. */
async function learn(job: Extract<WorkerJob, { task: 'learn' }>, control: Control, neural: () => ChildRuntime, keep: KeptTraining['keep']): Promise<Container> {
  const detector = detectorById(job.detector);
  if (!detector) throw new Error(`There is no detector "${job.detector}".`);
  const table = joinFlows([...job.parts], job.rows);
  const unfit = job.automaton && detector.adoption?.fault(job.automaton.text, table);
  if (unfit !== undefined) throw new LearningError(`${job.automaton?.name ?? ''}: ${unfit}`);
  return detector.save(await detector.learn({ table, self: job.self, ...(job.automaton === undefined ? {} : { automaton: job.automaton.text }), ...(job.previous ? { previous: readOrThrow(job.previous).model } : {}), ...(detector.neural ? { training: keptTraining(job.checkpoint, keep) } : {}) }, job.settings, control, detector.neural && neural()));
}

/** A training that is kept every few seconds. */
function keptTraining(checkpoint: Uint8Array | undefined, keep: KeptTraining['keep']): KeptTraining {
  let last = performance.now();
  return {
    ...(checkpoint ? { checkpoint } : {}),
    due: () => performance.now() - last >= CHECKPOINT_MILLISECONDS,
    keep: (bytes) => {
      keep(bytes);
      last = performance.now();
    },
  };
}

function count({ entity, starts }: Extract<WorkerJob, { task: 'countRows' }>): void {
  [entity, starts].forEach(weighShared);
  countRows(entity, starts);
}

/** Scores a range of entities into shared memory; what is left to tell is what the detector needs for explaining. */
function scoreRange({ rows, columns, range, modelKey, model: bytes }: Extract<WorkerJob, { task: 'scoreRange' }>, control: Control, neural: () => ChildRuntime): unknown {
  const { detector, model } = modelOf(modelKey, bytes);
  [rows.entity, rows.time, rows.symbol, ...(rows.features ? [rows.features] : []), ...Object.values(columns)].forEach(weighShared);
  orderRows(rows, columns, range);
  return detector.scoreRange(model, rows, columns, range, control, detector.neural && neural());
}

function join({ packed }: JoinJob): { readonly entities: EntityTransfer; readonly numbers: Uint32Array } {
  const { entities, numbers } = atOnce(joiningEntities(packed.kind, unpacked(packed)));
  const all = zeros(Uint32Array, packed.sources.length);
  let at = 0;
  for (const some of numbers) {
    all.set(some, at);
    at += some.length;
  }
  return { entities, numbers: all };
}

function aggregateRows({ kind, input }: AggregateJob): unknown {
  viewsOf(input).forEach(weighShared);
  return aggregate(kind, input);
}

/** The arrays in a plain value. */
function viewsOf(value: unknown): SharedColumn[] {
  if (ArrayBuffer.isView(value)) return [value as SharedColumn];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(viewsOf) : [];
}

async function countTraces({ path, gzip, range, reading }: CountJob, onProgress: (bytes: number) => void, cancelled: () => boolean): Promise<Counted> {
  const reader = new TreeReader(reading);
  const problem = await readLogBytes(path, { onChunk: (chunk) => (checkMemory(), reader.push(chunk)), onProgress: told(onProgress), cancelled }, range, gzip);
  return { ...reader.finish(), ...(problem ? { problem } : {}) };
}

/** Passes every few megabytes of progress on. */
function told(onProgress: (bytes: number) => void): (bytes: number) => void {
  let last = 0;
  return (bytes) => {
    if (bytes - last < PROGRESS_BYTES) return;
    last = bytes;
    onProgress(bytes);
  };
}

async function hashFile(path: string, hash: ReturnType<typeof createHash>, cancelled: () => boolean): Promise<void> {
  const { createReadStream, readFileSync, statSync } = await import('node:fs');
  try {
    if (statSync(path).size < READ_AT_ONCE) {
      hash.update(readFileSync(path));
      return;
    }
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      if (cancelled()) return;
      hash.update(chunk as Uint8Array);
    }
  } catch {
    hash.update('unreadable');
  }
}

function openSink(job: Exclude<LogJob, { task: 'hash' }>, onBlock: (block: RowColumns) => void): LogSink<{ summary: ReadSummary } & Record<string, unknown>> {
  const part = { header: job.header, byteOffset: job.range?.start ?? 0, ...(job.state === undefined ? {} : { state: job.state }) };
  switch (job.task) {
    case 'scan': {
      const sink = scanSink(part);
      return { push: (chunk) => sink.push(chunk), finish: () => sink.finish() };
    }
    case 'collect': {
      const detector = detectorById(job.detector);
      if (!detector) throw new Error(`There is no detector "${job.detector}".`);
      const sink = collectSink(part, job.filter, detector);
      return { push: (chunk) => sink.push(chunk), finish: () => { const { summary, table } = sink.finish(); return { summary, table: toFlowTransfer(table) }; } };
    }
    case 'encode': {
      const { detector, model } = modelOf(job.modelKey, job.model);
      return encodeBlocks(part, detector, model, job.marks, onBlock) as unknown as LogSink<{ summary: ReadSummary } & Record<string, unknown>>;
    }
  }
}

function withProblem(result: { summary: ReadSummary } & Record<string, unknown>, problem: ReadSummary['problems'][number]): unknown {
  const { summary } = result;
  return { ...result, summary: { ...summary, problems: [problem, ...summary.problems], problemTotals: new Map([...summary.problemTotals, [problem.code, 1]]) } };
}

function post(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

/** Buffers of a result that can be handed over instead of copied. A small one is not worth it, and newer Nodes refuse an empty one that was handed over before. */
function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && value.buffer.byteLength >= WORTH_HANDING_OVER) found.add(value.buffer);
  } else if (Array.isArray(value)) value.forEach((v) => buffersOf(v, found));
  else if (typeof value === 'object' && value !== null && !(value instanceof Map)) Object.values(value).forEach((v) => buffersOf(v, found));
  return found;
}

parentPort?.on('message', (message: ToWorker) => {
  run(message).finally(() => budget?.settle()).then(
    (result) => post({ id: message.id, type: 'done', result }, [...buffersOf(result)]),
    (error: unknown) => post({ id: message.id, type: 'failed', message: error instanceof Error ? error.message : String(error), ...(error instanceof LearningError || error instanceof NeuralError ? { mendable: true as const } : {}), ...(error instanceof MemoryLimitError ? { noRoom: true as const } : {}) }),
  );
});
