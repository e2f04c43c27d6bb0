import type { Graph, Value } from '../graph';
import type { Initialiser } from '../initialise';
import { uniform } from '../initialise';
import type { LstmResult, LstmState, LstmWeights } from '../ops';
import { concat, lstm } from '../ops';

export interface LstmLayer {
  readonly weights: LstmWeights;
  /** x [t, b, inputs]. */
  readonly apply: (x: Value, options?: { readonly initial?: LstmState; readonly reverse?: boolean }) => LstmResult;
}

/** One LSTM layer in one direction: `<name>.input`, `.recurrent`, `.inputBias`, `.recurrentBias`, all uniform in +-1 / sqrt(hidden) by default, as PyTorch's. */
export function lstmLayer(graph: Graph, name: string, inputs: number, hidden: number, initialiser: Initialiser = uniform(-1 / Math.sqrt(hidden), 1 / Math.sqrt(hidden))): LstmLayer {
  const weights = {
    input: graph.parameter(`${name}.input`, [4 * hidden, inputs], initialiser),
    recurrent: graph.parameter(`${name}.recurrent`, [4 * hidden, hidden], initialiser),
    inputBias: graph.parameter(`${name}.inputBias`, [4 * hidden], initialiser),
    recurrentBias: graph.parameter(`${name}.recurrentBias`, [4 * hidden], initialiser),
  };
  return { weights, apply: (x, options) => lstm(x, weights, options) };
}

/** Both directions side by side: [t, b, 2 hidden], forward first. */
export function bidirectional(forward: LstmLayer, backward: LstmLayer, x: Value): Value {
  return concat([forward.apply(x).steps, backward.apply(x, { reverse: true }).steps], 2);
}
