import { batchLoader, type BatchSource } from '../../server/core/nn/batches';
import type { Program, Tensors } from '../../server/core/nn/runtime';
import { mulberry32, randomNormal } from '../../server/core/util/rng';
import { f32, type Operator, program } from './onnxPrograms';

/** Features of a row, rows of a batch. */
export const FEATURES = 5, BATCH = 16;

const ERROR: Operator[] = [
  ['MatMul', ['x', 'w'], ['estimate']], ['Sub', ['estimate', 't'], ['error']], ['Mul', ['error', 'rowWeight'], ['weighted']], ['Mul', ['weighted', 'error'], ['squares']],
  ['ReduceSum', ['rowWeight'], ['rows'], { keepdims: 0 }], ['ReduceSum', ['squares'], ['sum'], { keepdims: 0 }], ['Div', ['sum', 'rows'], ['loss']],
];
const batchInputs = [f32('x', BATCH, FEATURES), f32('t', BATCH), f32('rowWeight', BATCH)];

/** A step of linear regression by gradient descent with momentum, written by hand. The gradient of each feature is masked; `seen` adds up the shape of the batches. */
export const linearStep: Program = program([
  ...ERROR, ['MatMul', ['weighted', 'x'], ['gradient']], ['Div', ['gradient', 'rows'], ['mean']], ['Cast', ['mask'], ['kept'], { to: 1 }], ['Mul', ['mean', 'kept'], ['masked']],
  ['Mul', ['momentum', 'decay'], ['old']], ['Add', ['old', 'masked'], ['momentum_next']], ['Mul', ['momentum_next', 'learningRate'], ['change']], ['Sub', ['w', 'change'], ['w_next']],
  ['Shape', ['x'], ['shape']], ['Add', ['seen', 'shape'], ['seen_next']],
], {
  inputs: [...batchInputs, f32('learningRate'), { name: 'mask', type: 'bool', shape: [FEATURES] }], outputs: [f32('loss')],
  state: [{ ...f32('w', FEATURES), next: 'w_next' }, { ...f32('momentum', FEATURES), next: 'momentum_next' }, f32('decay'), { name: 'seen', type: 'int64', shape: [2], next: 'seen_next' }],
});

/** The loss alone. */
export const linearLoss: Program = program(ERROR, { inputs: batchInputs, outputs: [f32('loss')], state: [f32('w', FEATURES)] });

export const linearState: Tensors = { w: new Float32Array(FEATURES), momentum: new Float32Array(FEATURES), decay: Float32Array.of(0.9), seen: new BigInt64Array(2) };

/** Rows whose target is a fixed sum of their features, with some noise. */
export function linearRows(rows: number, seed: number, shuffle = true, noise = 0.1): BatchSource & { readonly x: Float32Array; readonly t: Float32Array } {
  const rng = mulberry32(seed), x = Float32Array.from({ length: rows * FEATURES }, () => randomNormal(rng));
  const t = Float32Array.from({ length: rows }, (_, row) => Array.from({ length: FEATURES }, (_, f) => (f - 2) * x[row * FEATURES + f]).reduce((a, b) => a + b) + noise * randomNormal(rng));
  const loader = batchLoader({ rows, batch: BATCH, seed, shuffle, fill: (batch) => {
    const feeds = { x: new Float32Array(BATCH * FEATURES), t: new Float32Array(BATCH) };
    batch.forEach((row, i) => {
      feeds.x.set(x.subarray(row * FEATURES, (row + 1) * FEATURES), i * FEATURES);
      feeds.t[i] = t[row];
    });
    return feeds;
  } });
  return { ...loader, x, t };
}

/** Masks that depend on the step, in arrays that are filled anew. */
export function linearMasks(): (step: number) => Tensors {
  const mask = new Uint8Array(FEATURES);
  return (step) => ({ mask: mask.map((_, i) => mask[i] = (step * 7 + i * 3) % 5 === 0 ? 0 : 1) });
}
