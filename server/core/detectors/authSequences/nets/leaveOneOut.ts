import type { Graph, Value } from '../../../nn/graph';
import { normal, zeros } from '../../../nn/initialise';
import { embeddingLayer, layerNormLayer, linearLayer } from '../../../nn/layers';
import { add, attention, dropout, mul, relu, reshape, rows, slice, stack, transpose } from '../../../nn/ops';
import type { LeaveOneOutConfig } from './config';
import type { Net } from './net';

/** Sizes of a built leave-one-out model. */
export interface LeaveOneOutShape {
  /** Table of each position, and values of each table. */
  readonly tableOf: readonly number[];
  readonly tableSizes: readonly number[];
  /** Lines of a call. */
  readonly rows: number;
  /** Whether numbers are dropped, and large fields are compared with a sample of their values. */
  readonly training: boolean;
}

/** What hides a position from itself. */
const HIDDEN = -1e9;

/** Values that a step compares with at a position; absent where the field has few: then all are. */
export function sampleSize({ negatives }: LeaveOneOutConfig, values: number, lines: number): number | undefined {
  return values > lines + negatives ? lines + negatives : undefined;
}

/**
 * Predicts every field of a line from the nine others, all ten in one pass: what a masked transformer needs ten passes for. The states that predict start from the
 * position alone and attend to the other positions' token vectors, never to states, so that no layer lets a token see itself (Shin et al. 2020, "Fast and Accurate
 * Deep Bidirectional Language Representations", T-TA). The output is a softmax over the values of the field alone, tied to their vectors.
 *
 * Inputs: `tokens` int32 [rows, columns], rows of the positions' tables. In training a field with many values is compared with a sample: `values.p` int32 [K] holds
 * the values at position p that occur in the batch and others at random, `logWeight.p` [K] how many of all values each stands for (logarithm), `targets.p` where
 * each line's own is: an unbiased estimate of the softmax's sum.
 */
export function leaveOneOut(graph: Graph, config: LeaveOneOutConfig, shape: LeaveOneOutShape): Net {
  const { width, layers, negatives } = config;
  const { rows: b, tableOf, tableSizes, training } = shape;
  const t = tableOf.length;
  const drop = (x: Value, name: string): Value => dropout(x, training ? config.dropout : 0, `${name}.dropout`);
  const tokens = graph.input('tokens', 'int32', [b, t]);
  const column = (position: number): Value => reshape(slice(tokens, 1, position, position + 1), [b]);

  const tables = tableSizes.map((size, table) => embeddingLayer(graph, `values${table}`, size, width, normal(0, 1 / Math.sqrt(width))));
  const places = graph.parameter('places', [t, width], normal(0, 1));
  const asked = graph.parameter('asked', [t, width], normal(0, 1));
  const vectors = stack(tableOf.map((table, position) => tables[table].apply(column(position))), 1);
  const seen = drop(layerNormLayer(graph, 'seen', width).apply(add(mul(vectors, Math.sqrt(width)), places)), 'seen');
  let state = reshape(asked, [1, t, width]);
  for (let layer = 0; layer < layers; layer++) state = block(graph, `layer${layer}`, config, state, seen, drop);

  const heads = tableOf.map((table, position) => {
    const hidden = reshape(slice(state, 1, position, position + 1), [b, width]);
    const { weight } = tables[table];
    const bias = graph.parameter(`bias${position}`, [tableSizes[table]], zeros);
    const sample = training ? sampleSize({ ...config, negatives }, tableSizes[table], b) : undefined;
    if (sample === undefined) return { hidden, output: { weight, bias }, targets: column(position) };
    const values = graph.input(`values.${position}`, 'int32', [sample]);
    const logWeight = graph.input(`logWeight.${position}`, 'float32', [sample]);
    return { hidden, output: { weight: rows(weight, values), bias: add(rows(bias, values), logWeight) }, targets: graph.input(`targets.${position}`, 'int32', [b]) };
  });
  return { graph, heads, arrange: (losses) => stack(losses, 1), tokens: t };
}

/** States [b, t, width] (of the first layer, which are alike for all lines, [1, t, width]) after attending to the vectors of the other positions, and a feed-forward layer of their own. */
function block(graph: Graph, name: string, { width, heads, feedForward }: LeaveOneOutConfig, state: Value, seen: Value, drop: (x: Value, name: string) => Value): Value {
  const [b, t] = seen.shape;
  const layer = (part: string, inputs: number, outputs: number): ReturnType<typeof linearLayer> => linearLayer(graph, `${name}.${part}`, { inputs, outputs });
  const ofHeads = (x: Value): Value => transpose(reshape(x, [x.shape[0], t, heads, width / heads]), [0, 2, 1, 3]);
  const mask = graph.constant(Array.from({ length: t * t }, (_, k) => (k % t === Math.floor(k / t) ? HIDDEN : 0)), [t, t]);
  const attended = attention(ofHeads(layer('query', width, width).apply(state)), ofHeads(layer('key', width, width).apply(seen)), ofHeads(layer('value', width, width).apply(seen)), { mask });
  const joined = layer('out', width, width).apply(reshape(transpose(attended, [0, 2, 1, 3]), [b, t, width]));
  const between = layerNormLayer(graph, `${name}.norm1`, width).apply(add(state, drop(joined, `${name}.attention`)));
  const inner = relu(layer('inner', width, feedForward).apply(between));
  return layerNormLayer(graph, `${name}.norm2`, width).apply(add(between, drop(layer('outer', feedForward, width).apply(drop(inner, `${name}.inner`)), `${name}.outer`)));
}
