import { Worker } from 'node:worker_threads';
import { LearningError } from '../core/detectors/detector';
import { Cancelled, type Control } from '../core/util/control';
import { MemoryLimitError } from '../core/util/memory';
import { DEFAULT_CLIENT_SETTINGS } from '../protocol/settings';
import type { MemoryBudget } from './memoryBudget';
import { BEATS, CANCEL, type FromWorker, type NeuralSetup, type ToWorker, type WorkerJob, type WorkerSetup } from './workerMessages';

export interface PoolOptions {
  /** How nets are run; see the settings of these names. */
  readonly neural?: NeuralSetup;
  /** Is told what the user should know beside results. */
  readonly onNotice?: (text: string) => void;
  /** What all threads may take together; absent: as much as there is. */
  readonly memory?: MemoryBudget;
  /** A worker that counts no step for this long hangs: it is stopped, and its job fails. Milliseconds. */
  readonly silence?: number;
  /** So is one that does not stop for this long after its job was cancelled. Milliseconds. */
  readonly stopping?: number;
}

/** Much longer than any step takes between two counts: reading a megabyte, trying a merge, a part of the rows. */
const SILENCE = 60_000;
const STOPPING = 5_000;

/** A worker died, or hung and was stopped; the text says in which work, and what to do next. */
export class WorkerError extends LearningError {
  /** `code`: that of the error it died of. */
  constructor(message: string, readonly code?: string) {
    super(message);
  }
}

const DEFAULT_NEURAL: NeuralSetup = { provider: DEFAULT_CLIENT_SETTINGS['neural.provider'], threads: DEFAULT_CLIENT_SETTINGS['neural.threads'] };

/** What a job is told and gives beside progress and its result. */
export interface JobOptions {
  readonly onBlock?: ((block: unknown) => void) | undefined;
  readonly onPoint?: Control['plot'];
  /** Is given each checkpoint. A job with one is waited for when it is cancelled: it leaves one more. */
  readonly onCheckpoint?: ((checkpoint: Uint8Array) => void) | undefined;
  /** Milliseconds that the job may be silent beside what every job may: for work on many rows in one go. */
  readonly patience?: number;
  /** Buffers of the job that go to the worker instead of being copied; whoever asks has them no more. */
  readonly handedOver?: readonly ArrayBuffer[];
}

interface Waiting extends JobOptions {
  readonly job: WorkerJob;
  readonly cancel: Int32Array;
  readonly cancelled: () => boolean;
  readonly onProgress: (done: number, text?: string) => void;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Milliseconds between looks at whether a running job was cancelled. */
const CANCEL_POLL = 50;
/** And between looks at how much memory is taken. */
const MEMORY_POLL = 10;
/** And that a job which leaves a checkpoint is waited for. */
const CHECKPOINT_WAIT = 20_000;

/** Milliseconds that the end of all workers is waited for: one that waits for the system, for a disk that is gone, does not end. */
const ENDING = 3_000;
/** Below this many megabytes every one counts. */
const TIGHT = 1024;
const TIGHT_YOUNG = 6;

/** A fixed number of worker threads, started when first needed, and a queue. A worker that dies or hangs fails its job only, and another takes its place. */
export class WorkerPool {
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();
  private readonly queue: Waiting[] = [];
  private nextId = 1;
  private disposed = false;
  /** What ends each running job. */
  private readonly running = new Map<Worker, (error: Error) => void>();
  private readonly slots = new Map<Worker, number>();
  private memoryPoll: NodeJS.Timeout | undefined;

  constructor(private readonly script: string, private readonly size: number, private readonly options: PoolOptions = {}) {}

  /** Rejects with `Cancelled`, with `WorkerError` where the worker died or was stopped (shared memory of the job may still change then, and is not to be used), with `LearningError` where the user can mend what is wrong, else with whatever the worker threw. */
  run(job: WorkerJob, cancelled: () => boolean, onProgress: (done: number, text?: string) => void, options: JobOptions = {}): Promise<unknown> {
    if (this.disposed) return Promise.reject(new Cancelled());
    return new Promise((resolve, reject) => {
      this.queue.push({ job, cancel: new Int32Array(new SharedArrayBuffer(8)), cancelled, onProgress, ...options, resolve, reject });
      this.next();
    });
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    this.queue.splice(0).forEach((w) => w.reject(new Cancelled()));
    const ended = Promise.all([...this.all].map((worker) => worker.terminate()));
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, ENDING).unref())]);
    for (const end of [...this.running.values()]) end(new Cancelled());
    this.all.clear();
    this.idle.length = 0;
  }

  private next(): void {
    while (this.queue.length > 0 && (this.idle.length > 0 || this.all.size < this.size)) {
      const waiting = this.queue.shift() as Waiting;
      if (waiting.cancelled()) {
        waiting.reject(new Cancelled());
        continue;
      }
      try {
        this.start(this.idle.pop() ?? this.spawn(), waiting);
      } catch (error) {
        waiting.reject(new WorkerError(`${workOf(waiting.job)} cannot be given to a worker: ${(error as Error).message}. ${nextStep(waiting.job)}`));
      }
    }
  }

  private spawn(): Worker {
    const { memory } = this.options;
    const slot = this.freeSlot();
    const setup: WorkerSetup = { neural: this.options.neural ?? DEFAULT_NEURAL, ...(memory ? { memory: memory.shareOf(slot) } : {}) };
    const worker = new Worker(this.script, { workerData: setup, ...(memory ? { resourceLimits: heapLimits(memory.limit) } : {}) });
    this.all.add(worker);
    this.slots.set(worker, slot);
    // One that dies without a job must not be given the next one.
    worker.on('error', () => this.forget(worker));
    worker.on('exit', () => this.forget(worker));
    return worker;
  }

  /** The lowest that no worker has. */
  private freeSlot(): number {
    const taken = new Set(this.slots.values());
    let slot = 1;
    while (taken.has(slot)) slot++;
    return slot;
  }

  /** Looks at the memory while anything runs: what the threads take between their own looks is seen here. */
  private watchMemory(): void {
    const { memory } = this.options;
    if (!memory || this.memoryPoll) return;
    this.memoryPoll = setInterval(() => {
      if (this.running.size === 0) {
        clearInterval(this.memoryPoll);
        this.memoryPoll = undefined;
      } else if (memory.exceeded() && !this.endIdle()) this.stop(new MemoryLimitError(memory.limit));
    }, MEMORY_POLL);
  }

  /** Ends the workers that have nothing to do; whether there were any. */
  private endIdle(): boolean {
    const idle = this.idle.splice(0);
    for (const worker of idle) {
      this.forget(worker);
      void worker.terminate();
    }
    return idle.length > 0;
  }

  /** Ends all jobs with an error, and all workers, so that their memory goes back. */
  private stop(error: Error): void {
    this.queue.splice(0).forEach((waiting) => waiting.reject(error));
    for (const end of [...this.running.values()]) end(error);
    this.endIdle();
    this.options.memory?.collected();
  }

  private forget(worker: Worker): void {
    this.all.delete(worker);
    const slot = this.slots.get(worker);
    if (slot !== undefined) this.options.memory?.shareOf(slot);
    this.slots.delete(worker);
    const at = this.idle.indexOf(worker);
    if (at >= 0) this.idle.splice(at, 1);
  }

  private start(worker: Worker, waiting: Waiting): void {
    const id = this.nextId++;
    const ahead = new Int32Array(new SharedArrayBuffer(4));
    try {
      worker.postMessage({ id, job: waiting.job, cancel: waiting.cancel, ahead } satisfies ToWorker, [...(waiting.handedOver ?? [])]);
    } catch (error) {
      this.idle.push(worker);
      throw error;
    }
    const { silence = SILENCE, stopping = STOPPING } = this.options;
    const patience = Math.round(silence + (waiting.patience ?? 0));
    let beats = 0, silent = 0, waited = 0;
    // Who cancels is answered at once, or when there is a checkpoint; the worker has to come to its next look before it is given another job.
    // Looks are counted, not the clock: while this thread or the whole machine sleeps a worker has no chance to count.
    const poll = setInterval(() => {
      const now = Atomics.load(waiting.cancel, BEATS);
      silent = now === beats ? silent + CANCEL_POLL : 0;
      beats = now;
      if (silent >= patience) return onError(new WorkerError(`${workOf(waiting.job)} did not answer for ${patience / 1000} s and was stopped. ${nextStep(waiting.job, true)}`));
      if (!waiting.cancelled()) return;
      Atomics.store(waiting.cancel, CANCEL, 1);
      waited += CANCEL_POLL;
      const grace = waiting.onCheckpoint ? CHECKPOINT_WAIT : 0;
      if (waited > grace) waiting.reject(new Cancelled());
      if (waited > grace + stopping) onError(new Cancelled());
    }, CANCEL_POLL);
    const settle = (): void => {
      clearInterval(poll);
      this.running.delete(worker);
      worker.off('message', onMessage);
      worker.off('messageerror', onDeath);
      worker.off('error', onDeath);
      worker.off('exit', onExit);
    };
    const onMessage = (message: FromWorker): void => {
      if (message.id !== id) return;
      if (message.type === 'block') {
        Atomics.sub(ahead, 0, 1);
        Atomics.notify(ahead, 0);
      }
      if (message.type === 'checkpoint') return waiting.onCheckpoint?.(message.checkpoint);
      if (message.type !== 'done' && message.type !== 'failed' && waiting.cancelled()) return;
      if (message.type === 'progress') return waiting.onProgress(message.done, message.text);
      if (message.type === 'block') return waiting.onBlock?.(message.block);
      if (message.type === 'point') return waiting.onPoint?.(message.point);
      if (message.type === 'notice') return this.options.onNotice?.(message.text);
      // Everything else that runs is short of memory too, and what this worker took goes back with it.
      if (message.type === 'failed' && message.noRoom && this.options.memory) return this.stop(new MemoryLimitError(this.options.memory.limit));
      settle();
      this.idle.push(worker);
      if (waiting.cancelled()) waiting.reject(new Cancelled());
      else if (message.type === 'done') waiting.resolve(message.result);
      else waiting.reject(message.mendable ? new LearningError(message.message) : new Error(message.message));
      this.next();
    };
    const onError = (error: Error): void => {
      settle();
      this.forget(worker);
      // Not waited for: a thread in the middle of a call of the system ends when that does.
      void worker.terminate();
      waiting.reject(this.disposed || waiting.cancelled() ? new Cancelled() : this.asNoRoom(error));
      this.next();
    };
    const onDeath = (error: NodeJS.ErrnoException): void => onError(new WorkerError(`${workOf(waiting.job)} failed: ${error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'a worker ran out of memory' : error.message}. ${nextStep(waiting.job)}`, error.code));
    const onExit = (code: number): void => onDeath(new Error(`a worker ended unexpectedly (exit code ${code}), perhaps for lack of memory`));
    worker.on('message', onMessage);
    worker.on('messageerror', onDeath);
    worker.on('error', onDeath);
    worker.on('exit', onExit);
    this.running.set(worker, onError);
    this.watchMemory();
  }

  /** A worker whose own heap was full has come to the limit too. */
  private asNoRoom(error: Error): Error {
    return this.options.memory && (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY' ? new MemoryLimitError(this.options.memory.limit) : error;
  }
}

/** A job in words. */
function workOf(job: WorkerJob): string {
  switch (job.task) {
    case 'hash': case 'scan': case 'collect': case 'encode': return `Reading ${job.path}`;
    case 'countTraces': return `Counting the traces of ${job.path}`;
    case 'learn': return `Learning with ${job.detector}`;
    case 'joinEntities': return 'Joining the parts of a log';
    case 'countRows': case 'scoreRange': return 'Scoring the rows';
    case 'aggregate': return 'Counting the rows';
  }
}

function nextStep(job: WorkerJob, hung = false): string {
  const less = 'path' in job ? 'leave the file out with "anomaline.exclude"' : 'work on fewer logs ("anomaline.exclude") or lower the settings of the detector';
  return `${hung && 'path' in job ? 'See that its disk answers, and run' : 'Run'} the command again; if it happens again, ${less}.`;
}

/** Heap of a worker in megabytes: objects may fill the limit, where the budget stops them; those that live briefly get little where there is little. */
function heapLimits(limit: number): { readonly maxOldGenerationSizeMb: number; readonly maxYoungGenerationSizeMb?: number } {
  return { maxOldGenerationSizeMb: limit, ...(limit < TIGHT ? { maxYoungGenerationSizeMb: TIGHT_YOUNG } : {}) };
}
