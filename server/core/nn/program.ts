import { mulberry32 } from '../util/rng';
import type { AdamSettings } from './adam';
import { adam } from './adam';
import { gradients } from './gradient';
import type { Graph, MaskSpec, Value } from './graph';
import { writeOnnx } from './onnx/write';
import type { ElementType, Program, StateSpec, TensorSpec, Tensors } from './runtime';
import { ShapeError, sizeOf } from './shapes';

/** A program that trains: each call is one step. It is fed the graph's inputs, its masks and `learningRate`, and gives `loss` and what else was asked for, all before the step. */
export interface TrainingProgram extends Program {
  /** Inputs that `maskSource` fills; they are among `inputs` too. */
  readonly masks: readonly MaskSpec[];
}

export const LEARNING_RATE = 'learningRate';

export interface Training {
  /** A scalar. */
  readonly loss: Value;
  /** Parameters that change; default all of the graph that the loss depends on. */
  readonly parameters?: readonly Value[];
  readonly adam?: AdamSettings;
  /** Further outputs by name. */
  readonly outputs?: Readonly<Record<string, Value>>;
}

function spec({ name, type, shape }: Value): TensorSpec {
  if (type === 'float64') throw new ShapeError(`Tensor ${name} is of double precision, which programs do not pass; build their graphs with float32.`);
  return { name, type: type satisfies ElementType, shape };
}

/** One training step as a program: forward, backward, Adam. Adds to the graph. */
export function trainingProgram({ loss, parameters, adam: settings, outputs = {} }: Training): TrainingProgram {
  const { graph } = loss;
  const trained = parameters ?? graph.parameters.map(({ value }) => value);
  const learningRate = graph.input(LEARNING_RATE, graph.float, []);
  const updates = adam(trained, gradients(loss, trained), learningRate, settings);
  const given = Object.entries({ loss, ...outputs }).map(([name, value]) => ({ name, value }));
  const nextName = (value: Value): string => `next.${value.name}`;
  const file = writeOnnx(graph, [...given, ...updates.map(({ value, next }) => ({ name: nextName(value), value: next }))]);
  const changed = new Set(updates.map(({ value }) => value));
  const kept = new Set([...changed, ...graph.parameters.map(({ value }) => value)]);
  return {
    onnx: file.bytes,
    inputs: file.inputs.filter((value) => !kept.has(value)).map(spec),
    outputs: given.map(({ name, value }) => ({ ...spec(value), name })),
    state: file.inputs.filter((value) => kept.has(value)).map((value): StateSpec => ({ ...spec(value), ...(changed.has(value) && { next: nextName(value) }) })),
    masks: graph.masks.filter(({ name }) => file.inputs.some((value) => value.name === name)),
  };
}

/** Outputs by name as a program whose state are the parameters. `exportOnnx` and `freeze` put weights into it. */
export function inferenceProgram(outputs: Readonly<Record<string, Value>>): Program {
  const given = Object.entries(outputs).map(([name, value]) => ({ name, value }));
  if (given.length === 0) throw new ShapeError('inferenceProgram: no output.');
  const { graph } = given[0].value;
  const file = writeOnnx(graph, given);
  const parameters = new Set(graph.parameters.map(({ value }) => value));
  return {
    onnx: file.bytes,
    inputs: file.inputs.filter((value) => !parameters.has(value)).map(spec),
    outputs: given.map(({ name, value }) => ({ ...spec(value), name })),
    state: file.inputs.filter((value) => parameters.has(value)).map(spec),
  };
}

/** First state of a program built from this graph: parameters by their initialisers, in the order in which they were made, and zeros for all else. */
export function initialState(program: Program, graph: Graph, seed: number): Tensors {
  const rng = mulberry32(seed);
  const drawn = new Map(graph.parameters.map(({ value, initialiser }) => [value.name, initialiser(value.shape, rng)]));
  return Object.fromEntries(program.state.map(({ name, shape }) => [name, drawn.get(name) ?? new Float32Array(sizeOf(shape))]));
}
