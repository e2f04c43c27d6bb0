import type { Value } from '../graph';
import { need, sizeOf } from '../shapes';
import { filled, node, unary } from './basics';
import { expand, reshape } from './shape';

/**
 * Rows of a table by number: table [V, ...], indices (int32 or int64) of any shape; the result has the indices' shape and then the row's. Embedding lookup, choice of positions.
 * Indices outside of [0, V) make the run fail.
 */
export function rows(table: Value, indices: Value): Value {
  need(table.shape.length >= 1 && indices.type.startsWith('int'), 'rows', 'a table with rows, and int32 or int64 indices', table.shape, indices.shape);
  const shape = [...indices.shape, ...table.shape.slice(1)];
  return unary(table, () => node(table.graph, 'Gather', [table, indices], shape, {}, table.type), (g) => addRows(filled(table.graph, 0, table.shape, table.type), indices, g));
}

/**
 * A table with rows added at indices, which may repeat; not taped.
 * By ScatterElements: ONNX Runtime's ScatterND loses sums at equal indices when it has two threads (microsoft/onnxruntime #18048, #23396).
 */
export function addRows(table: Value, indices: Value, updates: Value): Value {
  const width = sizeOf(table.shape.slice(1));
  const count = sizeOf(indices.shape);
  const flat = reshape(table, [table.shape[0], width]);
  const at = expand(reshape(indices, [count, 1]), [count, width]);
  return reshape(node(table.graph, 'ScatterElements', [flat, at, reshape(updates, [count, width])], flat.shape, { axis: { int: 0 }, reduction: { text: 'add' } }), table.shape);
}

/** One number of each row: x [..., V], indices [...]; the result has the indices' shape. */
export function pick(x: Value, indices: Value): Value {
  const last = x.shape.length - 1;
  need(last >= 0 && x.shape.slice(0, -1).join() === indices.shape.join() && indices.type.startsWith('int'), 'pick', 'x [..., V] and int indices [...]', x.shape, indices.shape);
  const at = reshape(indices, [...indices.shape, 1]);
  const picked = unary(x, () => node(x.graph, 'GatherElements', [x, at], at.shape, { axis: { int: last } }, x.type), (g) => {
    return node(x.graph, 'ScatterElements', [filled(x.graph, 0, x.shape, x.type), at, g], x.shape, { axis: { int: last }, reduction: { text: 'add' } });
  });
  return reshape(picked, indices.shape);
}
