import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { exportOnnx } from '../../../nn/exportOnnx';
import { ModelProtoSchema, StringStringEntryProtoSchema } from '../../../nn/onnx/onnx_pb';
import { inferenceProgram } from '../../../nn/program';
import type { LineModel } from './lineModel';
import { buildNet } from './lineModel';
import { memoryOutputs } from './memory';
import { tokenLosses } from './net';
import type { Weights } from './training';

/** What the inputs are, by kind of model. */
const INPUTS: Readonly<Record<LineModel['config']['kind'], string>> = {
  leaveOneOut: 'tokens [rows, fields]: each field of each line as its index in "values" of that field; the last index is the unknown value.',
  lstm: 'tokens [rows, fields]: the tokens of each line, as indices in "tokens".',
  transformer: 'tokens [rows, fields]: the tokens of each line, as indices in "tokens". Where there is an input "at", row k has a mask token in place of one of its tokens: at[k] is k * fields + its position, targets[k] the token that stood there; "masks" has the mask token of each position.',
  tieredLstm: 'tokens [steps, rows, fields]: the next lines of a user in each row; carry [rows]: 0 where a row begins with another user; memory.*: the outputs next.memory.* of the call before.',
  tieredTransformer: 'tokens [steps, rows, fields]: the next lines of a user in each row; carry [rows]: 0 where a row begins with another user; visible and place [steps, rows, window]: 1 for each vector of the history that is there (the first is zeros), and for the place of the line\'s own; shift [steps, rows]: 1 when the history is full; memory.history: the output next.memory.history of the call before.',
  multiLine: 'tokens [rows, window + steps - 1, fields]: consecutive lines of a user; present: 0 for those that are not there; targets [steps, rows, fields]: the lines behind the last ones.',
};

/**
 * A model as an ONNX file that needs nothing else, for so many rows a call (a masked model has a row for each line and position). Output `losses`: nats, by row and field. Metadata:
 * `config` and `inputs`, and as JSON lists what tokens stand for where the vocabulary tells it: `tokens`, `masks`, or `values` by field. O(weights + vocabulary).
 */
export function exportLineModel(model: LineModel, weights: Weights, rows: number): Uint8Array {
  const { config, space, columns, tables } = model;
  const net = buildNet(model, rows, false);
  const file = fromBinary(ModelProtoSchema, exportOnnx(inferenceProgram({ losses: tokenLosses(net, false), ...memoryOutputs(net) }), weights));
  const text = (token: number): string => space.text?.(token) ?? String(token);
  const positions = Array.from({ length: columns }, (_, position) => position);
  const vocabulary: Record<string, unknown> = tables === undefined
    ? { tokens: Array.from({ length: space.size }, (_, token) => text(token)), masks: positions.map((position) => space.mask(position)) }
    : { values: tables.tableOf.map((table) => Array.from(tables.tokens[table], text)) };
  const entries = { config: JSON.stringify(config), inputs: INPUTS[config.kind], ...Object.fromEntries(Object.entries(vocabulary).map(([key, value]) => [key, JSON.stringify(value)])) };
  file.docString = `Language model of authentication events. ${INPUTS[config.kind]} Output losses: nats, by row and field.`;
  file.metadataProps.push(...Object.entries(entries).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })));
  return toBinary(ModelProtoSchema, file);
}
