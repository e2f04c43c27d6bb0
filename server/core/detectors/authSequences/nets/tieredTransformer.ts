import type { Graph, Value } from '../../../nn/graph';
import { xavierUniform } from '../../../nn/initialise';
import { embeddingLayer, encoderBlock, layerNormLayer, linearLayer, positions } from '../../../nn/layers';
import { add, causalMask, concat, dropout, mean, mul, reshape, slice, sub } from '../../../nn/ops';
import type { TieredTransformerConfig } from './config';
import { decoderBlock } from './decoder';
import { scaledXavier } from './initialisers';
import { CARRY } from './lanes';
import type { Net } from './net';
import type { NetShape } from './transformer';
import { behindZeros } from './transformer';

/** What hides a place in the history that has no line yet. */
const HIDDEN = 1e9;

/**
 * Transformer of two tiers: an encoder over the last `window` vectors [mean ; last] of the user's lines (a vector of zeros before the first), and a decoder over the tokens of the
 * line that attends to it. `rows` are lanes: each call goes on where the last one stopped. Inputs: `tokens` int32 [steps, rows, columns]; `carry` [rows], 0 where a lane begins
 * anew; `visible` and `place` [steps, rows, window], 1 for each vector that is there before a step and for the place of its own; `shift` [steps, rows], 1 when the oldest gives way.
 */
export function tieredTransformer(graph: Graph, config: TieredTransformerConfig, { vocabulary, columns: t, rows: b, training }: NetShape): Net {
  const { width, heads, feedForward, layers, window, steps } = config;
  const rate = training ? config.dropout : 0;
  const tokens = graph.input('tokens', 'int32', [steps, b, t]);
  const [visible, place] = ['visible', 'place'].map((name) => graph.input(name, 'float32', [steps, b, window]));
  const shift = graph.input('shift', 'float32', [steps, b]);
  const kept = graph.input('memory.history', 'float32', [b, window, 2 * width]);
  let history = mul(kept, reshape(graph.input(CARRY, 'float32', [b]), [b, 1, 1]));

  const words = embeddingLayer(graph, 'words', vocabulary, width, xavierUniform);
  const reduce = linearLayer(graph, 'reduce', { inputs: 2 * width, outputs: width, weight: scaledXavier });
  const encoderNorm = layerNormLayer(graph, 'encoder.norm', width), decoderNorm = layerNormLayer(graph, 'decoder.norm', width);
  const encoder = Array.from({ length: layers }, (_, k) => encoderBlock(graph, `layer${k}`, { width, heads, feedForward, weight: scaledXavier }));
  const decoder = Array.from({ length: layers }, (_, k) => decoderBlock(graph, `decoder${k}`, { width, heads, feedForward, rate }));
  const masks = [causalMask(history, window), causalMask(history, t - 1)];
  const placed = (x: Value, name: string): Value => dropout(add(mul(x, Math.sqrt(width)), positions(graph, x.shape[1], width)), rate, name);
  const ofStep = (x: Value, step: number, shape: readonly number[]): Value => reshape(slice(x, 0, step, step + 1), shape);

  const states: Value[] = [];
  for (let step = 0; step < steps; step++) {
    let seen = placed(reduce.apply(history), `history${step}.dropout`);
    for (const block of encoder) seen = block.apply(seen, masks[0]);
    seen = encoderNorm.apply(seen);
    const hides = mul(sub(ofStep(visible, step, [b, 1, 1, window]), 1), HIDDEN);
    let state = placed(words.apply(slice(ofStep(tokens, step, [b, t]), 1, 0, t - 1)), `words${step}.dropout`);
    for (const block of decoder) state = block(state, seen, masks[1], hides, `step${step}`);
    state = decoderNorm.apply(state);
    states.push(state);
    const vector = concat([mean(state, { axes: [1], keep: true }), slice(state, 1, t - 2, t - 1)], 2);
    const moves = ofStep(shift, step, [b, 1, 1]);
    const moved = concat([slice(history, 1, 1, window), mul(slice(history, 1, 0, 1), 0)], 1);
    history = add(add(history, mul(sub(moved, history), moves)), mul(ofStep(place, step, [b, window, 1]), vector));
  }
  const n = steps * b;
  const head = { hidden: reshape(concat(states, 0), [n * (t - 1), width]), output: { weight: words.weight }, targets: reshape(slice(tokens, 2, 1, t), [n * (t - 1)]) };
  return { graph, heads: [head], arrange: ([losses]) => behindZeros(reshape(losses, [n, t - 1])), tokens: t - 1, memory: [{ value: kept, next: history }] };
}
