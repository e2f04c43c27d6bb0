import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Tensors } from '../../core/nn/runtime';
import { NeuralError } from '../../core/nn/runtime';
import { endOfHost, toNeuralError } from './failure';
import type { FromHost, HostCall, HostSettings, ToHost } from './messages';
import { NO_TELEMETRY } from './telemetry';
import { ownTensors } from './tensors';

interface Pending {
  resolve(tensors: Tensors): void;
  reject(error: NeuralError): void;
}

/** Characters of the child's messages that are kept for an error. */
const TAIL = 4000;
/** Milliseconds between looks at a child that has not answered. */
const LOOK = 1000;
/** And that it may take for one answer: more than any call of a net that makes sense on a machine. */
const PATIENCE = 300_000;

/** What whoever waits for the child wants to know. */
export interface HostCare {
  onNotice(text: string): void;
  /** Told the bytes that the child takes after each answer, and of no child when it ended. */
  onMemory(child: number | undefined, bytes: number): void;
  /** Called while an answer is waited for, at most once a second. */
  onWait(): void;
  /** Milliseconds without an answer after which the child is ended. */
  readonly patience?: number;
}

/** The parent's end of the child process. It keeps neither process alive: the parent only while a call waits for its answer, the child only while the parent lives. */
export class HostProcess {
  private readonly child: ChildProcess;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private stderr = '';
  private over: NeuralError | undefined;
  /** Runs while an answer is waited for. */
  private watch: NodeJS.Timeout | undefined;
  private silent = 0;

  constructor(script: string, settings: HostSettings, private readonly care: HostCare) {
    this.child = fork(script, [JSON.stringify(settings)], {
      serialization: 'advanced', execArgv: [], // Standard input closes when this side ends in whatever way; the child waits for that (`guard.ts`).
      stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
      // In the editor's extension host `process.execPath` is Electron, which is Node only when it is told so.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ...NO_TELEMETRY },
    });
    care.onMemory(this.child.pid, 0);
    this.child.on('message', (message: FromHost) => this.take(message));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => { this.stderr = (this.stderr + text).slice(-TAIL); });
    this.child.on('error', (error) => this.end(new NeuralError('crashed', `The process that runs nets could not be started or reached: ${error.message}.`)));
    this.child.on('close', (code, signal) => this.end(endOfHost(code, signal, this.stderr)));
    this.child.unref();
    (this.child.stderr as Socket | null)?.unref();
    (this.child.stdin as Socket | null)?.on('error', () => undefined).unref();
    this.child.channel?.unref();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** True when it can answer no more. */
  get ended(): boolean {
    return this.over !== undefined;
  }

  call(message: HostCall): Promise<Tensors> {
    return new Promise((resolve, reject) => {
      if (this.over) return reject(this.over);
      const id = this.nextId++;
      if (this.pending.size === 0) this.wait();
      this.pending.set(id, { resolve, reject });
      try {
        this.child.send({ ...message, id } satisfies ToHost, (error) => { if (error) this.fail(id, toNeuralError(error)); });
      } catch (error) {
        this.fail(id, toNeuralError(error));
      }
    });
  }

  /** Ends the child at once, in the middle of a call too; what waits is rejected with `why`. */
  kill(why: NeuralError): Promise<void> {
    this.end(why);
    if (this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      this.child.ref();
      this.child.once('exit', () => resolve());
      this.child.kill('SIGKILL');
    });
  }

  /** Looks are counted, not the clock: while the machine sleeps the child has no chance to answer. */
  private wait(): void {
    const { patience = PATIENCE } = this.care, look = Math.min(LOOK, patience / 4);
    this.child.channel?.ref();
    this.silent = 0;
    this.watch = setInterval(() => {
      this.care.onWait();
      this.silent += look;
      if (this.silent < patience) return;
      void this.kill(new NeuralError('crashed', `The process that runs nets did not answer for ${patience / 1000} s and was stopped. Run the command again; if it happens again, set "anomaline.neural.provider" to "cpu", or choose a smaller model size in the settings of the detector.`));
    }, look);
  }

  private take(message: FromHost): void {
    this.silent = 0;
    if (message.type === 'failed') return this.fail(message.id, new NeuralError(message.reason, message.message));
    message.notices.forEach(this.care.onNotice);
    this.care.onMemory(this.child.pid, message.memory);
    this.settle(message.id)?.resolve(ownTensors(message.tensors));
  }

  private fail(id: number, error: NeuralError): void {
    // A channel that broke is followed by the end of the child, which says more.
    this.settle(id)?.reject(error);
  }

  private settle(id: number): Pending | undefined {
    const one = this.pending.get(id);
    this.pending.delete(id);
    if (this.pending.size === 0) this.rest();
    return one;
  }

  private rest(): void {
    clearInterval(this.watch);
    this.child.channel?.unref();
  }

  private end(why: NeuralError): void {
    this.over ??= why;
    this.rest();
    for (const { reject } of this.pending.values()) reject(this.over);
    this.pending.clear();
  }
}
