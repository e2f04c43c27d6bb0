import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { GraphProtoSchema, ModelProtoSchema } from './onnx/onnx_pb';
import { tensorProto } from './onnx/write';
import type { Program, TensorData, Tensors } from './runtime';
import { ShapeError, sizeOf } from './shapes';

/** An ONNX file that needs nothing else: the state of an inference program is in it. `onnxruntime` and other tools open it. O(weights). */
export function exportOnnx(program: Program, weights: Tensors): Uint8Array {
  const model = fromBinary(ModelProtoSchema, program.onnx);
  const graph = model.graph ?? create(GraphProtoSchema);
  for (const { name, type, shape } of program.state) {
    const data: TensorData | undefined = weights[name];
    if (data?.length !== sizeOf(shape)) throw new ShapeError(`exportOnnx: weight ${name} needs ${sizeOf(shape)} numbers, got ${data?.length ?? 'none'}.`);
    graph.initializer.push(tensorProto(name, type, shape, data as ArrayLike<number>));
  }
  const kept = new Set(program.state.map(({ name }) => name));
  graph.input = graph.input.filter(({ name }) => !kept.has(name));
  return toBinary(ModelProtoSchema, model);
}

/** The same as a program without state: the runtime may arrange constant weights for speed. */
export function freeze(program: Program, weights: Tensors): Program {
  return { onnx: exportOnnx(program, weights), inputs: program.inputs, outputs: program.outputs, state: [] };
}
