import { Worker } from 'node:worker_threads';
import { Cancelled, type Control } from '../core/util/control';
import { DEFAULT_CLIENT_SETTINGS } from '../protocol/settings';
import type { FromWorker, NeuralSetup, WorkerJob, WorkerSetup, ToWorker } from './workerMessages';

export interface PoolOptions {
  /** How nets are run; see the settings of these names. */
  readonly neural?: NeuralSetup;
  /** Is told what the user should know beside results. */
  readonly onNotice?: (text: string) => void;
}

const DEFAULT_NEURAL: NeuralSetup = { provider: DEFAULT_CLIENT_SETTINGS['neural.provider'], threads: DEFAULT_CLIENT_SETTINGS['neural.threads'] };

interface Waiting {
  readonly job: WorkerJob;
  readonly cancel: Int32Array;
  readonly cancelled: () => boolean;
  readonly onProgress: (done: number, text?: string) => void;
  readonly onBlock: ((block: unknown) => void) | undefined;
  readonly onPoint: Control['plot'];
  readonly handedOver: readonly ArrayBuffer[];
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Milliseconds between looks at whether a running job was cancelled. */
const CANCEL_POLL = 50;

/** A fixed number of worker threads, started when first needed, and a queue. A worker that dies fails its job only. */
export class WorkerPool {
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();
  private readonly queue: Waiting[] = [];
  private nextId = 1;
  private disposed = false;

  constructor(private readonly script: string, private readonly size: number, private readonly options: PoolOptions = {}) {}

  /** `handedOver`: buffers of the job that go to the worker instead of being copied; whoever asks has them no more. */
  run(job: WorkerJob, cancelled: () => boolean, onProgress: (done: number, text?: string) => void, onBlock?: (block: unknown) => void, handedOver: readonly ArrayBuffer[] = [], onPoint?: Control['plot']): Promise<unknown> {
    if (this.disposed) return Promise.reject(new Cancelled());
    return new Promise((resolve, reject) => {
      this.queue.push({ job, cancel: new Int32Array(new SharedArrayBuffer(4)), cancelled, onProgress, onBlock, onPoint, handedOver, resolve, reject });
      this.next();
    });
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    this.queue.splice(0).forEach((w) => w.reject(new Cancelled()));
    await Promise.all([...this.all].map((worker) => worker.terminate()));
    this.all.clear();
    this.idle.length = 0;
  }

  private next(): void {
    while (this.queue.length > 0 && (this.idle.length > 0 || this.all.size < this.size)) {
      const waiting = this.queue.shift() as Waiting;
      if (waiting.cancelled()) waiting.reject(new Cancelled());
      else this.start(this.idle.pop() ?? this.spawn(), waiting);
    }
  }

  private spawn(): Worker {
    const setup: WorkerSetup = { neural: this.options.neural ?? DEFAULT_NEURAL };
    const worker = new Worker(this.script, { workerData: setup });
    this.all.add(worker);
    // One that dies without a job must not be given the next one.
    worker.on('error', () => this.forget(worker));
    worker.on('exit', () => this.forget(worker));
    return worker;
  }

  private forget(worker: Worker): void {
    this.all.delete(worker);
    const at = this.idle.indexOf(worker);
    if (at >= 0) this.idle.splice(at, 1);
  }

  private start(worker: Worker, waiting: Waiting): void {
    const id = this.nextId++;
    // Who cancels is answered at once; the worker has to come to its next look before it is given another job.
    const poll = setInterval(() => {
      if (!waiting.cancelled()) return;
      Atomics.store(waiting.cancel, 0, 1);
      waiting.reject(new Cancelled());
    }, CANCEL_POLL);
    const settle = (): void => {
      clearInterval(poll);
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
    };
    const onMessage = (message: FromWorker): void => {
      if (message.id !== id) return;
      if (message.type !== 'done' && message.type !== 'failed' && waiting.cancelled()) return;
      if (message.type === 'progress') return waiting.onProgress(message.done, message.text);
      if (message.type === 'block') return waiting.onBlock?.(message.block);
      if (message.type === 'point') return waiting.onPoint?.(message.point);
      if (message.type === 'notice') return this.options.onNotice?.(message.text);
      settle();
      this.idle.push(worker);
      if (waiting.cancelled()) waiting.reject(new Cancelled());
      else if (message.type === 'done') waiting.resolve(message.result);
      else waiting.reject(new Error(message.message));
      this.next();
    };
    const onError = (error: Error): void => {
      settle();
      this.forget(worker);
      void worker.terminate();
      waiting.reject(this.disposed ? new Cancelled() : error);
      this.next();
    };
    const onExit = (code: number): void => onError(new Error(`A worker ended unexpectedly (exit code ${code}), perhaps for lack of memory.`));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    worker.postMessage({ id, job: waiting.job, cancel: waiting.cancel } satisfies ToWorker, [...waiting.handedOver]);
  }
}
