import * as os from 'node:os';
import type { NeuralRuntime, NeuralSession, Program, Tensors } from '../../core/nn/runtime';
import { NeuralError } from '../../core/nn/runtime';
import type { NeuralProvider } from '../../protocol/settings';
import { HostProcess } from './hostProcess';
import type { HostCall } from './messages';
import { checkTensors } from './tensors';

export interface NeuralOptions {
  /** The compiled `server/workers/neuralHost`. */
  readonly script: string;
  /** What runs programs, `cpu` if left out. Where it is not to be had, `cpu` or else `wasm` does, and `onNotice` is told. */
  readonly provider?: NeuralProvider;
  /** Threads of one call; 0 or left out: as many as the machine has cores, at most 4. Sums are added in another order with another number: results are the same bytes only for the same number. */
  readonly threads?: number;
  /** Is told what the user should know, a sentence at a time: for example that a provider is missing. */
  readonly onNotice?: (text: string) => void;
  /** Is called while an answer of the child is waited for, at most once a second. */
  readonly onWait?: () => void;
  /** Milliseconds that the child may take for one answer; then it is ended, the call fails, and the next session gets a new child. */
  readonly patience?: number;
  /** Is told the bytes that the child takes after each answer, and of no child when it ended. */
  readonly onMemory?: (child: number | undefined, bytes: number) => void;
}

/** Threads at most when the setting leaves it open: more bring little for nets of this size, and the editor needs some too. */
const MAX_THREADS = 4;

/** A runtime whose programs run in a child process. It is started by the first session and ends with the last. */
export interface ChildRuntime extends NeuralRuntime {
  /** Closes all sessions and ends the child, in the middle of a call too. The runtime can be used again. */
  dispose(): Promise<void>;
  /** Of the child, while there is one. */
  readonly pid: number | undefined;
}

/**
 * Runs nets with onnxruntime in a child process, so that neither a long call nor a crash of native code touches whoever
 * asks: from the main thread, a worker thread, the command line or the editor's extension host. Kept tensors stay there;
 * feeds and results cross. Closing the last session kills the child: memory comes back at once, and a call that is in the middle is rejected.
 */
export function openNeuralRuntime(options: NeuralOptions): ChildRuntime {
  const threads = threadsFor(options.threads ?? 0);
  const open = new Set<number>();
  let host: HostProcess | undefined;
  let nextSession = 1;

  const end = async (why: NeuralError): Promise<void> => {
    const ending = host;
    host = undefined;
    open.clear();
    options.onMemory?.(undefined, 0);
    await ending?.kill(why);
  };

  /** One more session of the child. */
  const start = async (mine: HostProcess, program: Program, load: (session: number) => HostCall): Promise<NeuralSession> => {
    const session = nextSession++;
    open.add(session);
    const isOpen = (): boolean => host === mine && open.has(session);
    const close = async (): Promise<void> => {
      if (!isOpen()) return;
      open.delete(session);
      if (open.size === 0) await end(closed());
      else await mine.call({ call: 'close', session }).then(() => undefined, () => undefined);
    };
    try {
      await mine.call(load(session));
    } catch (error) {
      await close();
      throw error;
    }
    const share = (other: Program): Promise<NeuralSession> => {
      if (!isOpen() && !mine.ended) throw closed();
      return start(mine, other, (next) => ({ call: 'share', session: next, of: session, program: plain(other) }));
    };
    return sessionOf(program, session, mine, { isOpen, close, share });
  };

  return {
    async open(program, state) {
      checkTensors('kept tensor', program.state, state);
      if (!host || host.ended) {
        host = new HostProcess(options.script, { provider: options.provider ?? 'cpu', threads }, {
          onNotice: options.onNotice ?? (() => undefined), onWait: options.onWait ?? (() => undefined), onMemory: options.onMemory ?? (() => undefined),
          ...(options.patience === undefined ? {} : { patience: options.patience }),
        });
        open.clear();
      }
      return start(host, program, (session) => ({ call: 'open', session, program: plain(program), state }));
    },
    dispose: () => end(new NeuralError('crashed', 'The runtime was stopped.')),
    get pid() {
      return host?.pid;
    },
  };
}

/** What a session does beside calling: it belongs to the runtime, which knows its siblings. */
interface Care extends Pick<NeuralSession, 'share' | 'close'> {
  isOpen(): boolean;
}

function sessionOf(program: Program, session: number, host: HostProcess, { isOpen, close, share }: Care): NeuralSession {
  const call: HostProcess['call'] = async (message) => {
    if (!isOpen() && !host.ended) throw closed();
    try {
      return await host.call(message);
    } catch (error) {
      await close();
      throw error;
    }
  };
  return {
    async run(feeds) {
      checkTensors('input', program.inputs, feeds);
      return call({ call: 'run', session, feeds });
    },
    state: () => call({ call: 'state', session }),
    async setState(tensors: Tensors) {
      checkTensors('kept tensor', program.state, tensors, true);
      await call({ call: 'setState', session, tensors });
    },
    share: async (other) => share(other),
    close,
  };
}

/** Only what crosses: a program may be an object with more than its fields. */
function plain({ onnx, inputs, outputs, state }: Program): Program {
  return { onnx, inputs, outputs, state };
}

function closed(): NeuralError {
  return new NeuralError('crashed', 'The session was closed.');
}

/** Threads for a setting: 0 leaves the choice to us. */
export function threadsFor(setting: number): number {
  return setting > 0 ? setting : Math.max(1, Math.min(MAX_THREADS, os.availableParallelism()));
}
