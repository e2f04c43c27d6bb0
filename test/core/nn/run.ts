import type { Context } from 'mocha';
import type * as OrtModule from 'onnxruntime-node';
import type { InferenceSession, OnnxValue, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Graph, Value } from '../../../server/core/nn/graph';
import { writeOnnx } from '../../../server/core/nn/onnx/write';
import type { Program, TensorData, Tensors, TensorSpec } from '../../../server/core/nn/runtime';
import { NO_TELEMETRY } from '../../../server/node/neural/telemetry';

type Ort = Pick<typeof OrtModule, 'InferenceSession' | 'Tensor'>;
type Numbers = TensorData | Float64Array;

/** The native runtime, or why this platform has none. */
export const runtime: { readonly ort?: Ort; readonly missing?: string } = (() => {
  Object.assign(process.env, NO_TELEMETRY);
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would fail the whole file.
    return { ort: require('onnxruntime-node') as Ort };
  } catch (error) {
    return { missing: `onnxruntime-node does not load here: ${error instanceof Error ? error.message : String(error)}` };
  }
})();

/** Skips the test, with the reason, where there is no native runtime. */
export function needRuntime(context: Context): void {
  if (runtime.ort !== undefined) return;
  if (context.test) context.test.title += ` (${runtime.missing})`;
  context.skip();
}

/** Two threads that do not spin while they wait: other processes keep their share of the machine. */
export async function openSession(onnx: Uint8Array, options: InferenceSession.SessionOptions = {}): Promise<InferenceSession> {
  return runtime.ort!.InferenceSession.create(onnx, { intraOpNumThreads: 2, extra: { session: { intra_op: { allow_spinning: '0' } } }, logSeverityLevel: 3, ...options });
}

const typed = (type: Value['type'], data: ArrayLike<number>): Numbers => {
  if (type === 'float64') return Float64Array.from(data);
  if (type === 'int32') return Int32Array.from(data);
  if (type === 'int64') return BigInt64Array.from(Array.from(data, BigInt));
  return type === 'float32' ? Float32Array.from(data) : Uint8Array.from(data);
};
const tensor = (type: Value['type'], data: Numbers, shape: readonly number[]): OrtTensor => new runtime.ort!.Tensor(type as 'float32', data as Float32Array, shape);

/** A function that computes values of a graph, of any type, from inputs and parameters by name. */
export async function evaluator(graph: Graph, outputs: readonly Value[]): Promise<(feeds: Readonly<Record<string, ArrayLike<number>>>) => Promise<Float64Array[]>> {
  const file = writeOnnx(graph, outputs.map((value, k) => ({ name: `out${k}`, value })));
  const session = await openSession(file.bytes);
  return async (feeds) => {
    const given: Record<string, OnnxValue> = {};
    for (const { name, type, shape } of file.inputs) given[name] = tensor(type, typed(type, feeds[name]), shape);
    const got = await session.run(given);
    return outputs.map((_, k) => Float64Array.from(got[`out${k}`].data as Float32Array, Number));
  };
}

/** A program with its state, as the product's runtimes keep it. */
export class Runner {
  private constructor(private readonly program: Program, private readonly session: InferenceSession, private kept: Record<string, OrtTensor>, private spare: Record<string, OrtTensor>) {}

  static async open(program: Program, state: Tensors, options: InferenceSession.SessionOptions = {}): Promise<Runner> {
    const session = await openSession(program.onnx, options);
    const kept = Object.fromEntries(program.state.map(({ name, type, shape }) => [name, tensor(type, state[name].slice(), shape)]));
    const spare = Object.fromEntries(program.state.flatMap(({ name, type, shape, next }) => (next === undefined ? [] : [[name, tensor(type, state[name].slice(), shape)]])));
    return new Runner(program, session, kept, spare);
  }

  async run(feeds: Tensors): Promise<Tensors> {
    const given: Record<string, OnnxValue> = { ...this.kept };
    for (const { name, type, shape } of this.program.inputs) given[name] = tensor(type, feeds[name], shape);
    const fetches: Record<string, OnnxValue | null> = Object.fromEntries(this.program.outputs.map(({ name }) => [name, null]));
    for (const { name, next } of this.program.state) if (next !== undefined) fetches[next] = this.spare[name];
    const got = await this.session.run(given, fetches);
    for (const [name, written] of Object.entries(this.spare)) [this.kept[name], this.spare[name]] = [written, this.kept[name]];
    return Object.fromEntries(this.program.outputs.map(({ name }) => [name, got[name].data as TensorData]));
  }

  get state(): Tensors {
    return Object.fromEntries(this.program.state.map(({ name }: TensorSpec) => [name, this.kept[name].data as TensorData]));
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}
