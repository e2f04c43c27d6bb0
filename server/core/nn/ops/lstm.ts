import type { Value } from '../graph';
import { need } from '../shapes';
import { add, mul, sub } from './arithmetic';
import { columnSums, filled } from './basics';
import { gemm } from './matmul';
import { sigmoid, tanh } from './pointwise';
import { concat, reshape, split, transpose } from './shape';

/** Weights of one LSTM layer and direction, gates in the order input, forget, cell, output (PyTorch's). Both biases are added. */
export interface LstmWeights {
  /** [4 h, d]. */
  readonly input: Value;
  /** [4 h, h]. */
  readonly recurrent: Value;
  /** [4 h]. */
  readonly inputBias: Value;
  readonly recurrentBias: Value;
}

/** Hidden and cell state, each [b, h]. */
export interface LstmState {
  readonly hidden: Value;
  readonly cell: Value;
}

export interface LstmResult extends LstmState {
  /** Hidden states of all steps, [t, b, h]. */
  readonly steps: Value;
}

/**
 * One LSTM layer over sequences (Hochreiter and Schmidhuber 1997, with forget gates), x [t, b, d], time first. `reverse` runs from the last step to the first; `steps[k]` still belongs to x[k].
 * Unrolled over t: ONNX's LSTM operator gives no cell states, which the gradient needs. The gradient is written by hand: one product each for all steps of the weights.
 */
export function lstm(x: Value, weights: LstmWeights, options: { readonly initial?: LstmState; readonly reverse?: boolean } = {}): LstmResult {
  const { graph, type } = x;
  const [t, b, d] = x.shape;
  const h = weights.recurrent.shape[1];
  need(x.shape.length === 3 && weights.input.shape.join() === `${4 * h},${d}` && weights.recurrent.shape[0] === 4 * h, 'lstm', 'x [t, b, d], input [4 h, d], recurrent [4 h, h]', x.shape, weights.input.shape, weights.recurrent.shape);
  const initial = options.initial ?? { hidden: filled(graph, 0, [b, h], type), cell: filled(graph, 0, [b, h], type) };
  const order = Array.from({ length: t }, (_, k) => (options.reverse === true ? t - 1 - k : k));
  const bias = add(weights.inputBias, weights.recurrentBias);
  const flat = reshape(x, [t * b, d]);

  const gates: { readonly i: Value; readonly f: Value; readonly g: Value; readonly o: Value; readonly tanhCell: Value }[] = [];
  const hidden: Value[] = [];
  const cells: Value[] = [];
  const forward = (): Value[] => {
    const inputs = split(gemm(flat, weights.input, { turnB: true, plus: bias }), new Array<number>(t).fill(b), 0);
    let state = initial;
    for (const k of order) {
      const all = gemm(state.hidden, weights.recurrent, { turnB: true, plus: inputs[k] });
      const [i, f, g, o] = split(all, [h, h, h, h], 1);
      const gate = { i: sigmoid(i), f: sigmoid(f), g: tanh(g), o: sigmoid(o) };
      const cell = add(mul(gate.f, state.cell), mul(gate.i, gate.g));
      const tanhCell = tanh(cell);
      state = { hidden: mul(gate.o, tanhCell), cell };
      gates[k] = { ...gate, tanhCell };
      hidden[k] = state.hidden;
      cells[k] = cell;
    }
    return [concat(hidden, 0), state.hidden, state.cell];
  };

  const backward = ([toSteps, toHidden, toCell]: readonly (Value | undefined)[]): Value[] => {
    const ofStep = toSteps && split(toSteps, new Array<number>(t).fill(b), 0);
    const plus = (a: Value | undefined, c: Value | undefined): Value | undefined => (a && c ? add(a, c) : (a ?? c));
    const slope = (y: Value): Value => mul(y, sub(1, y));
    const flatGates: Value[] = [];
    let dh = toHidden;
    let dc = toCell;
    for (let at = t - 1; at >= 0; at--) {
      const k = order[at];
      const { i, f, g, o, tanhCell } = gates[k];
      const previous = at === 0 ? initial.cell : cells[order[at - 1]];
      const fromStep = plus(dh, ofStep?.[k]);
      const throughCell = fromStep && mul(mul(fromStep, o), sub(1, mul(tanhCell, tanhCell)));
      const cell = plus(dc, throughCell) ?? filled(graph, 0, [b, h], type);
      const output = fromStep ? mul(mul(fromStep, tanhCell), slope(o)) : filled(graph, 0, [b, h], type);
      flatGates[k] = concat([mul(mul(cell, g), slope(i)), mul(mul(cell, previous), slope(f)), mul(mul(cell, i), sub(1, mul(g, g))), output], 1);
      dh = gemm(flatGates[k], weights.recurrent);
      dc = mul(cell, f);
    }
    const all = concat(flatGates, 0);
    const before = concat(Array.from({ length: t }, (_, k) => { const at = order.indexOf(k); return at === 0 ? initial.hidden : hidden[order[at - 1]]; }), 0);
    return [gemm(all, weights.input), gemm(all, flat, { turnA: true }), gemm(all, before, { turnA: true }), columnSums(all), dh!, dc!];
  };

  const [steps, last, cell] = graph.differentiable([flat, weights.input, weights.recurrent, bias, initial.hidden, initial.cell], forward, backward);
  return { steps: reshape(steps, [t, b, h]), hidden: last, cell };
}

/** Batch first to time first and back: [a, b, ...] to [b, a, ...]. */
export function swapFirst(x: Value): Value {
  return transpose(x, x.shape.map((_, axis) => (axis < 2 ? 1 - axis : axis)));
}
