/** Element types of tensors that go in and out of a program. */
export type ElementType = 'float32' | 'int32' | 'int64' | 'uint8' | 'bool';

/** Numbers of one tensor, row-major. `bool` and `uint8` are bytes. */
export type TensorData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** Tensors by name. */
export type Tensors = Readonly<Record<string, TensorData>>;

/** Name, type and fixed shape of a tensor; a scalar has the shape []. */
export interface TensorSpec {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** A tensor that the runtime keeps between calls (a weight, a moment of Adam): the graph's input of this name gets what the last call put out as `next`. */
export interface StateSpec extends TensorSpec {
  /** The graph's output that replaces it; absent: no call changes it. */
  readonly next?: string;
}

/** A computation of fixed shapes: an ONNX file, what every call is fed, what it gives, and what stays in the runtime between calls. */
export interface Program {
  readonly onnx: Uint8Array;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly state: readonly StateSpec[];
}

/** A program that is loaded, with its state. Calls follow one another; each of them rejects with `NeuralError` when the runtime fails, and the session is closed then. */
export interface NeuralSession {
  /** One call. Fed arrays may be used again once it has resolved; those that come back are the caller's. */
  run(feeds: Tensors): Promise<Tensors>;
  /** Copies of the kept tensors. */
  state(): Promise<Tensors>;
  /** Replaces kept tensors; those that are not named stay. */
  setState(tensors: Tensors): Promise<void>;
  /**
   * Loads another program on the same kept tensors, which never leave the runtime: for another sequence length, or to
   * measure while training. All that it keeps must be kept here, with the same shapes. It is closed by itself.
   */
  share(program: Program): Promise<NeuralSession>;
  close(): Promise<void>;
}

/** What runs programs: a port, whose adapters are in `server/node`. */
export interface NeuralRuntime {
  /** Loads a program; `state` has all its kept tensors. Rejects with `NeuralError`. */
  open(program: Program, state: Tensors): Promise<NeuralSession>;
}

/** Why the runtime could not do what it was asked, and what to do next. */
export class NeuralError extends Error {
  constructor(readonly reason: 'memory' | 'provider' | 'crashed' | 'program', message: string) {
    super(message);
  }
}
