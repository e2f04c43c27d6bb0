import type { JobControl } from '../engine/api';

/** A job ended because the user asked for it; what it had finished is kept. */
export class Cancelled extends Error {
  constructor(title: string) {
    super(`${title} was cancelled`);
  }
}

/** A job as listeners see it. */
export interface JobView<Kind extends string> {
  readonly kind: Kind;
  readonly title: string;
  /** 0 to 1, never falling. */
  readonly fraction: number;
  readonly text: string;
  cancel(): void;
}

/** Hears of a job's start, of each report, and of its end, in this order and before its result is known. */
export interface JobListener<Kind extends string> {
  started(job: JobView<Kind>): void;
  reported(job: JobView<Kind>): void;
  /** `idle`: no other job waits. */
  ended(job: JobView<Kind>, idle: boolean): void;
}

type Work = (control: JobControl) => Promise<unknown>;

class Job<Kind extends string> implements JobView<Kind>, JobControl {
  fraction = 0;
  text = '';
  cancelled = false;
  readonly result: Promise<unknown>;
  private settle!: { resolve(value: unknown): void; reject(reason: unknown): void };

  constructor(readonly kind: Kind, readonly title: string, public work: Work, private readonly changed: (job: Job<Kind>) => void) {
    this.result = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
  }

  cancel(): void {
    this.cancelled = true;
  }

  report(fraction: number, text: string): void {
    this.fraction = Math.min(1, Math.max(this.fraction, Number.isFinite(fraction) ? fraction : 0));
    this.text = text;
    this.changed(this);
  }

  /** Runs the work to its end; the function it answers then settles the result. A job cancelled before it starts does nothing. */
  async run(): Promise<() => void> {
    try {
      const value = this.cancelled ? undefined : await this.work(this);
      return this.cancelled ? this.reject : () => this.settle.resolve(value);
    } catch (error) {
      return this.cancelled ? this.reject : () => this.settle.reject(error);
    }
  }

  private readonly reject = () => this.settle.reject(new Cancelled(this.title));
}

/**
 * The long work of one capture, one job at a time: they all change the same findings. Of each kind at most one job runs and
 * one waits; asking again while one waits replaces what it will do, and all who asked get that job's result.
 */
export class Jobs<Kind extends string> {
  private running: Job<Kind> | undefined;
  private readonly waiting: Job<Kind>[] = [];

  constructor(private readonly listener: JobListener<Kind>) {}

  /** Result of the work; rejects with `Cancelled` or with what the work threw. `onAsked` gets the job, to be able to cancel it. */
  run<T>(kind: Kind, title: string, work: (control: JobControl) => Promise<T>, onAsked?: (job: JobView<Kind>) => void): Promise<T> {
    let job = this.waiting.find((other) => other.kind === kind && !other.cancelled);
    if (job) job.work = work;
    else {
      job = new Job(kind, title, work, (changed) => this.listener.reported(changed));
      this.waiting.push(job);
      if (!this.running) void this.drain();
    }
    onAsked?.(job);
    return job.result as Promise<T>;
  }

  /** The running job, if there is one. */
  current(): JobView<Kind> | undefined {
    return this.running;
  }

  /** Asks the running job to stop, and forgets the waiting ones. */
  cancelAll(): void {
    this.running?.cancel();
    for (const job of this.waiting) job.cancel();
  }

  private async drain(): Promise<void> {
    for (let job = this.waiting.shift(); job; job = this.waiting.shift()) {
      this.running = job;
      this.listener.started(job);
      const settle = await job.run();
      this.running = undefined;
      this.listener.ended(job, this.waiting.length === 0);
      settle();
    }
  }
}
