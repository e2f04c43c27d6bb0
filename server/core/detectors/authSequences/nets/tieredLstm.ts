import type { Graph, Value } from '../../../nn/graph';
import { embeddingLayer, linearLayer } from '../../../nn/layers';
import { concat, expand, lstm, mean, mul, reshape, slice, swapFirst } from '../../../nn/ops';
import type { TieredLstmConfig } from './config';
import { scaledTruncated, truncated } from './initialisers';
import { lstmWeights } from './lstm';
import { CARRY } from './lanes';
import type { Net } from './net';
import type { NetShape } from './transformer';
import { behindZeros } from './transformer';

/**
 * Two tiers (Tuor et al. 2018): an LSTM over the lines of a user, fed with [mean ; last] of the hidden states of the line before, and one over the tokens of a line, whose every
 * token is given the first one's state. `rows` are lanes: each call goes on where the last one stopped. Inputs: `tokens` int32 [steps, rows, columns]; `carry` [rows], 0 where a
 * lane begins anew. Losses are [steps * rows, columns], step by step.
 */
export function tieredLstm(graph: Graph, config: TieredLstmConfig, { vocabulary, columns: t, rows: b }: NetShape): Net {
  const { embedding, hidden, context, steps } = config;
  const tokens = graph.input('tokens', 'int32', [steps, b, t]);
  const carry = reshape(graph.input(CARRY, 'float32', [b]), [b, 1]);
  const words = embeddingLayer(graph, 'words', vocabulary, embedding, truncated);
  const ofLine = lstmWeights(graph, 'forward', embedding + context, hidden);
  const ofUser = lstmWeights(graph, 'context', 2 * hidden, context);
  const last = linearLayer(graph, 'output', { inputs: hidden, outputs: vocabulary, weight: scaledTruncated });

  const kept = [['summary', 2 * hidden], ['hidden', context], ['cell', context]] as const;
  const memory = kept.map(([name, width]) => graph.input(`memory.${name}`, 'float32', [b, width]));
  let [summary, state, cell] = memory.map((value) => mul(value, carry));
  const states: Value[] = [];
  for (let step = 0; step < steps; step++) {
    ({ hidden: state, cell } = lstm(reshape(summary, [1, b, 2 * hidden]), ofUser, { initial: { hidden: state, cell } }));
    const line = reshape(slice(tokens, 0, step, step + 1), [b, t]);
    const vectors = swapFirst(words.apply(slice(line, 1, 0, t - 1)));
    const read = lstm(concat([vectors, expand(reshape(state, [1, b, context]), [t - 1, b, context])], 2), ofLine);
    states.push(swapFirst(read.steps));
    summary = concat([mean(read.steps, { axes: [0] }), read.hidden], 1);
  }
  const next = [summary, state, cell];
  const n = steps * b;
  const head = { hidden: reshape(concat(states, 0), [n * (t - 1), hidden]), output: { weight: last.weight, ...(last.bias && { bias: last.bias }) }, targets: reshape(slice(tokens, 2, 1, t), [n * (t - 1)]) };
  return { graph, heads: [head], arrange: ([losses]) => behindZeros(reshape(losses, [n, t - 1])), tokens: t - 1, memory: memory.map((value, k) => ({ value, next: next[k] })) };
}
