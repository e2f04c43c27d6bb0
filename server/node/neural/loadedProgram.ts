import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-node';
import type { Program, TensorData, Tensors, TensorSpec } from '../../core/nn/runtime';
import { NeuralError } from '../../core/nn/runtime';
import { KeptTensors } from './keptTensors';
import type { NeuralLibrary } from './library';
import { emptyTensor } from './tensors';

/** A program in the child process. */
export class LoadedProgram {
  /** Where outputs land; null where the runtime makes its own. */
  private readonly outputs: Record<string, Tensor | null>;

  private constructor(private readonly library: NeuralLibrary, private readonly session: InferenceSession, private readonly program: Program, private readonly kept: KeptTensors) {
    this.outputs = Object.fromEntries(program.outputs.map((spec) => [spec.name, library.writesInPlace ? tensorOf(library, spec, emptyTensor(spec)) : null]));
  }

  static async load(library: NeuralLibrary, program: Program, state: Tensors): Promise<LoadedProgram> {
    const session = await createSession(library, program);
    return new LoadedProgram(library, session, program, new KeptTensors(program.state, state, (spec, data) => tensorOf(library, spec, data), library.writesInPlace));
  }

  async share(program: Program): Promise<LoadedProgram> {
    this.kept.admit(program.state);
    return new LoadedProgram(this.library, await createSession(this.library, program), program, this.kept);
  }

  async run(fed: Tensors): Promise<Tensors> {
    const { inputs, outputs, state } = this.program;
    const feeds: Record<string, OnnxValue> = {}, fetches: Record<string, OnnxValue | null> = { ...this.outputs };
    for (const spec of inputs) feeds[spec.name] = tensorOf(this.library, spec, fed[spec.name]);
    for (const spec of state) {
      feeds[spec.name] = this.kept.get(spec.name);
      if (spec.next !== undefined) fetches[spec.next] = this.kept.target(spec);
    }
    const results = await this.session.run(feeds, fetches);
    for (const { name, next } of state) if (next !== undefined) this.kept.advance(name, results[next] as Tensor);
    return Object.fromEntries(outputs.map(({ name }) => [name, ((fetches[name] ?? results[name]) as Tensor).data as TensorData]));
  }

  state(): Tensors {
    return this.kept.read(this.program.state);
  }

  setState(tensors: Tensors): void {
    this.kept.replace(this.program.state, tensors);
  }

  close(): Promise<void> {
    return this.session.release();
  }
}

function tensorOf({ Tensor }: NeuralLibrary, { type, shape }: TensorSpec, data: TensorData): Tensor {
  return new Tensor(type, data as Float32Array, shape);
}

/** Throws a `NeuralError` unless the graph has the inputs and outputs that the program names. */
async function createSession(library: NeuralLibrary, { onnx, inputs, outputs, state }: Program): Promise<InferenceSession> {
  const session = await library.create(onnx);
  const lacks = (what: string, there: readonly string[], wanted: readonly string[]): void => {
    const missing = wanted.filter((name) => !there.includes(name));
    if (missing.length > 0) throw new NeuralError('program', `The graph has no ${what} ${list(missing)}; it has ${list(there)}.`);
  };
  const fed = [...inputs, ...state].map(({ name }) => name);
  lacks('input', session.inputNames, fed);
  lacks('output', session.outputNames, [...outputs.map(({ name }) => name), ...state.flatMap(({ next }) => next ?? [])]);
  const unfed = session.inputNames.filter((name) => !fed.includes(name));
  if (unfed.length > 0) throw new NeuralError('program', `Nothing feeds the graph's input ${list(unfed)}.`);
  return session;
}

function list(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
