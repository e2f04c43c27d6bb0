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

/** The parent's end of the child process. It keeps neither process alive: the parent only while a call waits for its answer, the child only while the parent lives. */
export class HostProcess {
  private readonly child: ChildProcess;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private stderr = '';
  private over: NeuralError | undefined;

  constructor(script: string, settings: HostSettings, private readonly onNotice: (text: string) => void, private readonly onMemory: (child: number | undefined, bytes: number) => void = () => undefined) {
    this.child = fork(script, [JSON.stringify(settings)], {
      serialization: 'advanced', execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // In the editor's extension host `process.execPath` is Electron, which is Node only when it is told so.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ...NO_TELEMETRY },
    });
    this.onMemory(this.child.pid, 0);
    this.child.on('message', (message: FromHost) => this.take(message));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => { this.stderr = (this.stderr + text).slice(-TAIL); });
    this.child.on('error', (error) => this.end(new NeuralError('crashed', `The process that runs nets could not be started or reached: ${error.message}.`)));
    this.child.on('close', (code, signal) => this.end(endOfHost(code, signal, this.stderr)));
    this.child.unref();
    (this.child.stderr as Socket | null)?.unref();
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
      if (this.pending.size === 0) this.child.channel?.ref();
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

  private take(message: FromHost): void {
    if (message.type === 'failed') return this.fail(message.id, new NeuralError(message.reason, message.message));
    message.notices.forEach(this.onNotice);
    this.onMemory(this.child.pid, message.memory);
    this.settle(message.id)?.resolve(ownTensors(message.tensors));
  }

  private fail(id: number, error: NeuralError): void {
    // A channel that broke is followed by the end of the child, which says more.
    this.settle(id)?.reject(error);
  }

  private settle(id: number): Pending | undefined {
    const one = this.pending.get(id);
    this.pending.delete(id);
    if (this.pending.size === 0) this.child.channel?.unref();
    return one;
  }

  private end(why: NeuralError): void {
    this.over ??= why;
    for (const { reject } of this.pending.values()) reject(this.over);
    this.pending.clear();
  }
}
