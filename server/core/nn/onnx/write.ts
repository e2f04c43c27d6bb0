import { create, toBinary } from '@bufbuild/protobuf';
import type { Attribute, Constant, Graph, Node, Value, ValueType } from '../graph';
import type { AttributeProto, TensorProto, ValueInfoProto } from './onnx_pb';
import { AttributeProtoSchema, AttributeProto_AttributeType as Kind, GraphProtoSchema, ModelProtoSchema, NodeProtoSchema, OperatorSetIdProtoSchema, TensorProtoSchema, TensorProto_DataType as DataType, TypeProtoSchema, ValueInfoProtoSchema } from './onnx_pb';

/** ONNX's operator set 21 with file version 10 (ONNX 1.16, March 2024): the newest that needs nothing newer than ONNX Runtime 1.18 of a reader. */
export const OPSET = 21;
const IR_VERSION = 10n;

const dataTypes: Readonly<Record<ValueType, DataType>> = { float32: DataType.FLOAT, float64: DataType.DOUBLE, int32: DataType.INT32, int64: DataType.INT64, uint8: DataType.UINT8, bool: DataType.BOOL };
const text = (s: string): Uint8Array => Uint8Array.from(s, (c) => c.charCodeAt(0));

function attribute(name: string, value: Attribute): AttributeProto {
  if ('int' in value) return create(AttributeProtoSchema, { name, type: Kind.INT, i: BigInt(value.int) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: Kind.FLOAT, f: value.float });
  if ('ints' in value) return create(AttributeProtoSchema, { name, type: Kind.INTS, ints: value.ints.map(BigInt) });
  return create(AttributeProtoSchema, { name, type: Kind.STRING, s: text(value.text) });
}

function valueInfo({ name, type, shape }: Pick<Value, 'name' | 'type' | 'shape'>): ValueInfoProto {
  const dim = shape.map((n) => ({ value: { case: 'dimValue' as const, value: BigInt(n) } }));
  return create(ValueInfoProtoSchema, { name, type: create(TypeProtoSchema, { value: { case: 'tensorType', value: { elemType: dataTypes[type], shape: { dim } } } }) });
}

/** Little-endian bytes of numbers. */
function rawData(type: ValueType, data: ArrayLike<number>): Uint8Array {
  const width = { float32: 4, float64: 8, int32: 4, int64: 8, uint8: 1, bool: 1 }[type];
  const bytes = new Uint8Array(width * data.length);
  const view = new DataView(bytes.buffer);
  for (let k = 0; k < data.length; k++) {
    if (type === 'float32') view.setFloat32(4 * k, data[k], true);
    else if (type === 'float64') view.setFloat64(8 * k, data[k], true);
    else if (type === 'int64') view.setBigInt64(8 * k, BigInt(data[k]), true);
    else if (type === 'int32') view.setInt32(4 * k, data[k], true);
    else view.setUint8(k, data[k]);
  }
  return bytes;
}

/** Numbers as they stand in a file. */
export function tensorProto(name: string, type: ValueType, shape: readonly number[], data: ArrayLike<number>): TensorProto {
  return create(TensorProtoSchema, { name, dataType: dataTypes[type], dims: shape.map(BigInt), rawData: rawData(type, data) });
}

/** Nodes that the outputs need, in their order. O(nodes). */
function needed(graph: Graph, outputs: readonly Value[]): { readonly nodes: readonly Node[]; readonly used: ReadonlySet<Value> } {
  const used = new Set<Value>(outputs);
  const nodes: Node[] = [];
  for (let k = graph.nodes.length - 1; k >= 0; k--) {
    const node = graph.nodes[k];
    if (!node.outputs.some((output) => used.has(output))) continue;
    nodes.push(node);
    for (const input of node.inputs) if (input !== undefined) used.add(input);
  }
  return { nodes: nodes.reverse(), used };
}

export interface OnnxFile {
  readonly bytes: Uint8Array;
  /** Inputs and parameters that the outputs depend on, in the order of the file. */
  readonly inputs: readonly Value[];
}

/** The part of a graph that computes `outputs`, as an ONNX file. Outputs get the names that are given. The same graph gives the same bytes. O(size). */
export function writeOnnx(graph: Graph, outputs: readonly { readonly name: string; readonly value: Value }[]): OnnxFile {
  const { nodes, used } = needed(graph, outputs.map(({ value }) => value));
  const inputs = [...graph.inputs, ...graph.parameters.map(({ value }) => value)].filter((value) => used.has(value));
  const initializer = graph.constants.filter(({ value }: Constant) => used.has(value)).map(({ value, data }) => tensorProto(value.name, value.type, value.shape, data));
  // A computed tensor takes an output's name. Where it cannot (an input, a constant, a second name), a copy does.
  const computed = new Set(nodes.flatMap((node) => node.outputs));
  const names = new Map<Value, string>();
  for (const { name, value } of outputs) if (computed.has(value) && !names.has(value)) names.set(value, name);
  const nameOf = (value: Value): string => names.get(value) ?? value.name;
  const copies = outputs.filter(({ name, value }) => names.get(value) !== name).map(({ name, value }) => create(NodeProtoSchema, { opType: 'Identity', name: `copy ${name}`, input: [nameOf(value)], output: [name] }));
  const proto = nodes.map(({ op, domain, inputs: from, outputs: to, attributes }) =>
    create(NodeProtoSchema, {
      opType: op, domain, name: to[0].name,
      input: from.map((value) => (value === undefined ? '' : nameOf(value))),
      // Outputs of a Split are not optional: the runtime crashes on an empty name there.
      output: to.map((value) => (op === 'Split' || used.has(value) ? nameOf(value) : '')),
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    }));
  const domains = [...new Set(nodes.map(({ domain }) => domain))].filter((domain) => domain !== '');
  const bytes = toBinary(ModelProtoSchema, create(ModelProtoSchema, {
    irVersion: IR_VERSION, producerName: 'Anomaline',
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(OPSET) }), ...domains.map((domain) => create(OperatorSetIdProtoSchema, { domain, version: 1n }))],
    graph: create(GraphProtoSchema, { name: 'graph', node: [...proto, ...copies], initializer, input: inputs.map(valueInfo), output: outputs.map(({ name, value }) => valueInfo({ name, type: value.type, shape: value.shape })) }),
  }));
  return { bytes, inputs };
}
