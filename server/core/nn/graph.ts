import type { ElementType } from './runtime';
import type { Initialiser } from './initialise';
import type { Shape } from './shapes';
import { ShapeError, showShape, sizeOf } from './shapes';

/** Types of tensors inside a graph: those that go in and out, and double precision, which checks of gradients compute in. */
export type ValueType = ElementType | 'float64';
export type FloatType = 'float32' | 'float64';

/** A tensor of a graph: an input, a parameter, a constant or what a node gives. Shapes are fixed when the graph is built. */
export interface Value {
  readonly graph: Graph;
  readonly name: string;
  readonly type: ValueType;
  readonly shape: Shape;
}

/** An attribute of a node: whole number, real number, list of whole numbers, text. */
export type Attribute = { readonly int: number } | { readonly float: number } | { readonly ints: readonly number[] } | { readonly text: string };
export type Attributes = Readonly<Record<string, Attribute>>;

/** One operation as it stands in the file. An absent optional input is undefined. */
export interface Node {
  readonly op: string;
  /** '' for ONNX's own operators. */
  readonly domain: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

export interface Constant {
  readonly value: Value;
  readonly data: readonly number[];
}

/** A tensor that training changes, and how its first numbers are drawn. */
export interface Parameter {
  readonly value: Value;
  readonly initialiser: Initialiser;
}

/** A mask that every training step draws anew: 1 keeps a number, 0 drops it. */
export interface MaskSpec {
  readonly name: string;
  readonly shape: Shape;
  /** Share of zeros, in [0, 1). */
  readonly rate: number;
}

/** What reverse mode needs of an operation: from the gradients of its outputs (undefined: the loss does not depend on it) to those of its inputs (undefined: none flows there). */
export interface TapeEntry {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly backward: (gradients: readonly (Value | undefined)[]) => readonly (Value | undefined)[];
}

/**
 * A computation under construction. Operations (`ops/`) append ONNX nodes and, beside them, entries of a tape that `gradients` walks backwards.
 * Names are counted, so that the same calls give the same bytes. Nodes that no output needs are left out when a program is made.
 */
export class Graph {
  readonly nodes: Node[] = [];
  readonly tape: TapeEntry[] = [];
  readonly inputs: Value[] = [];
  readonly parameters: Parameter[] = [];
  readonly constants: Constant[] = [];
  readonly masks: MaskSpec[] = [];
  /** Precision of parameters and real constants. Programs need float32. */
  readonly float: FloatType;
  private readonly names = new Set<string>();
  private readonly constantByKey = new Map<string, Value>();
  private taping = true;

  constructor(float: FloatType = 'float32') {
    this.float = float;
  }

  /** What a call is fed. */
  input(name: string, type: ValueType, shape: Shape): Value {
    const value = this.value(name, type, shape);
    this.inputs.push(value);
    return value;
  }

  /** A weight: kept by the runtime, changed by training. */
  parameter(name: string, shape: Shape, initialiser: Initialiser): Value {
    const value = this.value(name, this.float, shape);
    this.parameters.push({ value, initialiser });
    return value;
  }

  /** An input of bytes 0 and 1 that `maskSource` fills before every training step. */
  mask(name: string, shape: Shape, rate: number): Value {
    if (!(rate >= 0 && rate < 1)) throw new RangeError(`Rate of dropout ${name}: ${rate} is not in [0, 1).`);
    const value = this.input(name, 'uint8', shape);
    this.masks.push({ name, shape, rate });
    return value;
  }

  /** Numbers in the file; equal ones are kept once. */
  constant(data: readonly number[], shape: Shape, type: ValueType = this.float): Value {
    if (data.length !== sizeOf(shape)) throw new ShapeError(`A constant of shape ${showShape(shape)} got ${data.length} numbers.`);
    const key = `${type} ${shape.join(',')} ${data.map((x) => (Object.is(x, -0) ? '-0' : x)).join(',')}`;
    let value = this.constantByKey.get(key);
    if (value === undefined) {
      value = this.value(this.fresh('const'), type, shape);
      this.constants.push({ value, data: data.slice() });
      this.constantByKey.set(key, value);
    }
    return value;
  }

  scalar(x: number, type: ValueType = this.float): Value {
    return this.constant([x], [], type);
  }

  /** Appends a node. Types and shapes of the outputs are the caller's to know. */
  emit(op: string, inputs: readonly (Value | undefined)[], outputs: readonly { readonly type: ValueType; readonly shape: Shape }[], attributes: Attributes = {}, domain = ''): Value[] {
    const stem = this.fresh(op);
    const values = outputs.map(({ type, shape }, k) => this.value(k === 0 ? stem : `${stem}.${k}`, type, shape));
    this.nodes.push({ op, domain, inputs, outputs: values, attributes });
    return values;
  }

  /** Runs `forward` without taping what it does, then tapes all of it as one operation with the gradient `backward`. */
  differentiable(inputs: readonly Value[], forward: () => Value[], backward: TapeEntry['backward']): Value[] {
    const outputs = this.untaped(forward);
    if (this.taping) this.tape.push({ inputs, outputs, backward });
    return outputs;
  }

  /** Nothing that `build` does is differentiated. */
  untaped<T>(build: () => T): T {
    const before = this.taping;
    this.taping = false;
    try {
      return build();
    } finally {
      this.taping = before;
    }
  }

  private value(name: string, type: ValueType, shape: Shape): Value {
    if (this.names.has(name)) throw new Error(`The graph has two tensors named ${name}.`);
    if (!shape.every((n) => Number.isInteger(n) && n >= 0)) throw new ShapeError(`Tensor ${name} cannot have the shape ${showShape(shape)}.`);
    this.names.add(name);
    return { graph: this, name, type, shape };
  }

  private fresh(stem: string): string {
    return `${stem}_${this.names.size}`;
  }
}
