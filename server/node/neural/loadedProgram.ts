import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-node';
import type { Program, TensorData, Tensors, TensorSpec } from '../../core/nn/runtime';
import { NeuralError } from '../../core/nn/runtime';
import type { NeuralLibrary } from './library';
import { emptyTensor, ownTensors } from './tensors';

/**
 * A program in the child process, with its kept tensors. Each kept tensor that calls change has two buffers: a call reads
 * one and writes the other, then they swap, so that no step allocates or copies weights.
 */
export class LoadedProgram {
  private readonly kept = new Map<string, Tensor>();
  private readonly spare = new Map<string, Tensor>();
  private readonly outputs: Record<string, Tensor | null> = {};

  private constructor(private readonly session: InferenceSession, private readonly library: NeuralLibrary, private readonly program: Program, state: Tensors) {
    for (const spec of program.state) {
      this.kept.set(spec.name, this.tensor(spec, state[spec.name]));
      if (spec.next !== undefined && library.writesInPlace) this.spare.set(spec.name, this.tensor(spec, emptyTensor(spec)));
    }
    for (const spec of program.outputs) this.outputs[spec.name] = library.writesInPlace ? this.tensor(spec, emptyTensor(spec)) : null;
  }

  static async load(library: NeuralLibrary, program: Program, state: Tensors): Promise<LoadedProgram> {
    const session = await library.create(program.onnx);
    checkNames('input', session.inputNames, [...program.inputs, ...program.state].map(({ name }) => name));
    checkNames('output', session.outputNames, [...new Set([...program.outputs.map(({ name }) => name), ...program.state.flatMap(({ next }) => (next === undefined ? [] : [next]))])]);
    return new LoadedProgram(session, library, program, ownTensors(state));
  }

  async run(fed: Tensors): Promise<Tensors> {
    const feeds: Record<string, OnnxValue> = {}, fetches: Record<string, OnnxValue | null> = { ...this.outputs };
    for (const spec of this.program.inputs) feeds[spec.name] = this.tensor(spec, fed[spec.name]);
    for (const { name, next } of this.program.state) {
      feeds[name] = this.kept.get(name) as Tensor;
      if (next !== undefined) fetches[next] = this.spare.get(name) ?? null;
    }
    const results = await this.session.run(feeds, fetches);
    for (const { name, next } of this.program.state) if (next !== undefined) this.replace(name, results[next] as Tensor);
    return Object.fromEntries(this.program.outputs.map(({ name }) => [name, (this.library.writesInPlace ? fetches[name] as Tensor : results[name] as Tensor).data as TensorData]));
  }

  state(): Tensors {
    return Object.fromEntries([...this.kept].map(([name, tensor]) => [name, tensor.data as TensorData]));
  }

  setState(tensors: Tensors): void {
    for (const spec of this.program.state) if (Object.hasOwn(tensors, spec.name)) this.kept.set(spec.name, this.tensor(spec, tensors[spec.name].slice()));
  }

  close(): Promise<void> {
    return this.session.release();
  }

  private replace(name: string, result: Tensor): void {
    const written = this.spare.get(name);
    if (written) this.spare.set(name, this.kept.get(name) as Tensor);
    this.kept.set(name, written ?? result);
  }

  private tensor({ type, shape }: TensorSpec, data: TensorData): Tensor {
    return new this.library.Tensor(type, data as Float32Array, shape);
  }
}

function checkNames(what: string, there: readonly string[], wanted: readonly string[]): void {
  const missing = wanted.filter((name) => !there.includes(name)), unfed = what === 'input' ? there.filter((name) => !wanted.includes(name)) : [];
  if (missing.length > 0) throw new NeuralError('program', `The graph has no ${what} ${missing.map((name) => `"${name}"`).join(', ')}; it has ${there.join(', ')}.`);
  if (unfed.length > 0) throw new NeuralError('program', `Nothing feeds the graph's ${what} ${unfed.map((name) => `"${name}"`).join(', ')}.`);
}
