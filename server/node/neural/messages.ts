import type { NeuralError, Program, Tensors } from '../../core/nn/runtime';
import type { NeuralProvider } from '../../protocol/settings';

/** How the child process runs programs; its only argument, as JSON. */
export interface HostSettings {
  readonly provider: NeuralProvider;
  /** Threads that one call may use, 1 or more. */
  readonly threads: number;
}

/** What the child is asked, in the order of asking. `session` is a number that the parent chose when it opened it. */
export type HostCall =
  | { readonly call: 'open'; readonly session: number; readonly program: Program; readonly state: Tensors }
  /** A program on the kept tensors of the session `of`. */
  | { readonly call: 'share'; readonly session: number; readonly of: number; readonly program: Program }
  | { readonly call: 'run'; readonly session: number; readonly feeds: Tensors }
  | { readonly call: 'state'; readonly session: number }
  | { readonly call: 'setState'; readonly session: number; readonly tensors: Tensors }
  | { readonly call: 'close'; readonly session: number };

export type ToHost = HostCall & { readonly id: number };

export type FromHost =
  | { readonly id: number; readonly type: 'done'; readonly tensors: Tensors; /** What the user should know of how programs run here. */ readonly notices: readonly string[]; /** Bytes of the child that lie in memory. */ readonly memory: number }
  | { readonly id: number; readonly type: 'failed'; readonly reason: NeuralError['reason']; readonly message: string };
