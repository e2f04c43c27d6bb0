import type { ElementType, Program, TensorSpec } from '../../server/core/nn/runtime';

/** One operator of a graph: type, names in, names out, whole-number attributes. */
export type Operator = readonly [type: string, inputs: readonly string[], outputs: readonly string[], attributes?: Readonly<Record<string, number>>];

type Field = readonly [number: number, value: number | string | Uint8Array];
const TYPES: Readonly<Record<ElementType, number>> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 };

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

/** A protobuf message: whole numbers as varints, texts and messages with their length in front. */
function message(fields: readonly Field[]): Uint8Array {
  return Buffer.concat(fields.map(([number, value]) => {
    if (typeof value === 'number') return Buffer.from([...varint(number * 8), ...varint(value)]);
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
  }));
}

function valueInfo({ name, type, shape }: TensorSpec): Uint8Array {
  const dimensions = message(shape.map((n) => [1, message([[1, n]])]));
  return message([[1, name], [2, message([[1, message([[1, TYPES[type]], [2, dimensions]])]])]]);
}

/** A program of a few operators, written by hand so that tests of the runtime need nothing of what they test. */
export function program(operators: readonly Operator[], { inputs, outputs, state = [] }: Omit<Program, 'onnx' | 'state'> & Partial<Pick<Program, 'state'>>): Program {
  const nodes = operators.map(([type, from, to, attributes = {}]) => message([
    ...from.map((name): Field => [1, name]), ...to.map((name): Field => [2, name]), [4, type],
    ...Object.entries(attributes).map(([name, value]): Field => [5, message([[1, name], [3, value], [20, 2]])]),
  ]));
  const replaced = state.flatMap((spec) => (spec.next === undefined ? [] : [{ ...spec, name: spec.next }]));
  const graph = message([
    ...nodes.map((node): Field => [1, node]), [2, 'test'],
    ...[...inputs, ...state].map((spec): Field => [11, valueInfo(spec)]),
    ...[...outputs, ...replaced].map((spec): Field => [12, valueInfo(spec)]),
  ]);
  return { onnx: message([[1, 10], [7, graph], [8, message([[1, ''], [2, 21]])]]), inputs, outputs, state };
}

export const f32 = (name: string, ...shape: number[]): TensorSpec => ({ name, type: 'float32', shape });

/** total' = total + x; gives x + total and its sum. */
export const adder = program([['Add', ['x', 'total'], ['y']], ['Add', ['total', 'x'], ['total_next']], ['ReduceSum', ['y'], ['sum'], { keepdims: 0 }]], {
  inputs: [f32('x', 4)], outputs: [f32('y', 4), f32('sum')], state: [{ ...f32('total', 4), next: 'total_next' }],
});
