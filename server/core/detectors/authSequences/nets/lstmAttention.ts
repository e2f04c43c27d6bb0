import type { Graph, Value } from '../../../nn/graph';
import { add, causalMask, matmul, mul, reshape, softmax, sum, tanh, transpose } from '../../../nn/ops';
import type { LstmConfig } from './config';
import { truncated } from './initialisers';

/** Attention over the states so far: what stands beside each position's state, and its weights. */
export interface Attended {
  /** [b, t, hidden]. */
  readonly context: Value;
  /** [b, t, t]: row i adds up to 1 over columns up to i. */
  readonly weights: Value;
}

/** Attention over the states [b, t, hidden] of an LSTM (Brown et al. 2018): keys tanh(h W), a query by `query`, softmax over the positions so far. */
export function attend(graph: Graph, { query, width }: NonNullable<LstmConfig['attention']>, states: Value, reference: boolean): Attended {
  const [b, t, hidden] = states.shape;
  const keys = tanh(matmul(states, graph.parameter('attention.keys', [hidden, width], truncated)));
  const scores = (): Value => {
    if (query === 'semantic') return matmul(matmul(states, graph.parameter('attention.query', [hidden, width], truncated)), transpose(keys));
    const asked = graph.parameter('attention.query', query === 'fixed' ? [1, width] : [t, width], truncated);
    return matmul(asked, transpose(keys));
  };
  const weights = softmax(add(scores(), causalMask(states, t)));
  // As published: each state times the sum of the weights that all positions give it, so that no position learns of another.
  const context = reference ? mul(states, reshape(sum(weights, { axes: [1] }), [b, t, 1])) : matmul(weights, states);
  return { context, weights };
}
