import type { Control } from '../../../util/control';
import { checkCancelled } from '../../../util/control';
import { freeze } from '../../../nn/exportOnnx';
import { inferenceProgram } from '../../../nn/program';
import type { NeuralRuntime, Program } from '../../../nn/runtime';
import { distinctRows } from './distinct';
import { scoringFeeds } from './lineFeeds';
import type { LineModel } from './lineModel';
import { buildLineModel } from './lineModel';
import { tokenLosses } from './net';
import type { Weights } from './training';

/** Rows of a call: enough that its fixed costs do not count, few enough that logits stay in the cache. */
const CALL_ROWS = 128;

/** A program that gives `losses` [rows, ...] of so many lines. */
export function scoringProgram(model: LineModel, lines: number): Program {
  return inferenceProgram({ losses: tokenLosses(buildLineModel(model, lines * model.rowsPerLine, false), false) });
}

/**
 * Loss of each token of each line (nats), row by row, `model.columns` each; 0 for a token that the model does not predict. Lines with equal tokens are computed
 * once. Throws `Cancelled`; rejects with `NeuralError`.
 */
export async function lineLosses(model: LineModel, weights: Weights, tokens: Int32Array, runtime: NeuralRuntime, control: Control): Promise<Float32Array> {
  const { columns } = model;
  const { first, of } = distinctRows(tokens, columns);
  const known = new Float32Array(first.length * columns);
  if (first.length === 0) return known;
  const lines = Math.min(first.length, Math.ceil(CALL_ROWS / model.rowsPerLine));
  const session = await runtime.open(freeze(scoringProgram(model, lines), weights), {});
  try {
    const feeds = (from: number): ReturnType<typeof scoringFeeds> => scoringFeeds(model, tokens, Uint32Array.from({ length: lines }, (_, k) => first[Math.min(from + k, first.length - 1)]));
    let next = feeds(0);
    for (let from = 0; from < first.length; from += lines) {
      checkCancelled(control);
      const running = session.run(next);
      // Made while the call runs.
      if (from + lines < first.length) next = feeds(from + lines);
      const { losses } = await running;
      known.set((losses as Float32Array).subarray(0, (Math.min(from + lines, first.length) - from) * columns), from * columns);
      control.report(Math.min(1, (from + lines) / first.length), `${Math.min(from + lines, first.length)} of ${first.length} different lines`);
    }
  } finally {
    await session.close();
  }
  const out = new Float32Array(of.length * columns);
  for (let row = 0; row < of.length; row++) for (let k = 0, to = row * columns, from = of[row] * columns; k < columns; k++) out[to + k] = known[from + k];
  return out;
}
