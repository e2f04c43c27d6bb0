import type { Tensor } from 'onnxruntime-node';
import type { StateSpec, TensorData, Tensors } from '../../core/nn/runtime';
import { NeuralError } from '../../core/nn/runtime';
import { emptyTensor } from './tensors';

type MakeTensor = (spec: StateSpec, data: TensorData) => Tensor;

/**
 * Tensors that stay in the child process between calls, of one program or several that share them. Where outputs land in
 * given memory, each that calls change has two buffers: a call reads one and writes the other, then they swap. (The native
 * binding also hands back a copy of each output, which nothing reads: 2.5 ms a step for 1.2 million weights with their moments.)
 */
export class KeptTensors {
  private readonly now = new Map<string, Tensor>();
  private readonly spare = new Map<string, Tensor>();
  private readonly specs = new Map<string, StateSpec>();

  constructor(specs: readonly StateSpec[], tensors: Tensors, private readonly make: MakeTensor, private readonly writesInPlace: boolean) {
    for (const spec of specs) {
      this.specs.set(spec.name, spec);
      this.now.set(spec.name, make(spec, tensors[spec.name].slice()));
    }
  }

  get(name: string): Tensor {
    return this.now.get(name) as Tensor;
  }

  /** Where the next value is to be written, or null where the runtime makes its own. */
  target(spec: StateSpec): Tensor | null {
    if (!this.writesInPlace) return null;
    const there = this.spare.get(spec.name) ?? this.make(spec, emptyTensor(spec));
    this.spare.set(spec.name, there);
    return there;
  }

  /** Takes over what a call put out. */
  advance(name: string, result: Tensor): void {
    const written = this.spare.get(name);
    if (written) this.spare.set(name, this.get(name));
    this.now.set(name, written ?? result);
  }

  /** Throws unless a program that keeps `specs` can work on these. */
  admit(specs: readonly StateSpec[]): void {
    for (const { name, type, shape } of specs) {
      const mine = this.specs.get(name);
      if (!mine) throw new NeuralError('program', `The session to share has no kept tensor "${name}"; it has ${[...this.specs.keys()].join(', ') || 'none'}.`);
      if (mine.type !== type || mine.shape.join() !== shape.join()) throw new NeuralError('program', `The kept tensor "${name}" is ${mine.type} [${mine.shape.join(', ')}] in the session to share, not ${type} [${shape.join(', ')}].`);
    }
  }

  read(specs: readonly StateSpec[]): Tensors {
    return Object.fromEntries(specs.map(({ name }) => [name, this.get(name).data as TensorData]));
  }

  replace(specs: readonly StateSpec[], tensors: Tensors): void {
    for (const spec of specs) if (Object.hasOwn(tensors, spec.name)) this.now.set(spec.name, this.make(spec, tensors[spec.name].slice()));
  }
}
