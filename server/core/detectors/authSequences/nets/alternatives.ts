import { freeze } from '../../../nn/exportOnnx';
import { inferenceProgram } from '../../../nn/program';
import type { NeuralRuntime } from '../../../nn/runtime';
import { scoringFeeds } from './lineFeeds';
import type { LineModel } from './lineModel';
import { buildLineModel } from './lineModel';
import { expectations } from './net';
import type { Weights } from './training';

/** What a model expected at a position of a line. */
export interface Alternatives {
  /** Index of the line among those that were asked for. */
  readonly line: number;
  readonly position: number;
  /** Most probable tokens first. */
  readonly tokens: Int32Array;
  /** Their probabilities, in the same order. */
  readonly probabilities: Float32Array;
}

/**
 * The `k` most probable tokens at each of these positions of a few lines (`tokens`, row by row), with their probabilities among all values that the model has there.
 * Positions that the model does not predict are left out. O(lines x positions x vocabulary).
 */
export async function alternatives(model: LineModel, weights: Weights, tokens: Int32Array, positions: readonly number[], runtime: NeuralRuntime, k: number): Promise<Alternatives[]> {
  const { columns, rowsPerLine, tables } = model;
  const lines = Math.floor(tokens.length / columns);
  const net = buildLineModel(model, lines * rowsPerLine, false);
  // A head is a position of all lines (field tables), or row by row all that are predicted, which are the last positions of a line.
  const heads = net.heads.flatMap((head, position) => (tables === undefined || positions.includes(position) ? [{ head, position }] : []));
  if (lines === 0 || heads.length === 0) return [];
  const session = await runtime.open(freeze(inferenceProgram(Object.fromEntries(heads.map(({ head, position }) => [`expected${position}`, expectations(head)]))), weights), {});
  try {
    const got = await session.run(onlyInputs(scoringFeeds(model, tokens, Uint32Array.from({ length: lines }, (_, line) => line))));
    return heads.flatMap(({ head, position: only }) => {
      const all = got[`expected${only}`] as Float32Array, [n, values] = [head.hidden.shape[0], head.output.weight.shape[0]];
      const perLine = n / lines, skipped = tables === undefined ? columns - perLine : only;
      return Array.from({ length: n }, (_, row) => ({ row, line: Math.floor(row / perLine), position: skipped + (row % perLine) }))
        .filter(({ position }) => positions.includes(position))
        .map(({ row, line, position }) => {
          const best = largest(all.subarray(row * values, (row + 1) * values), k);
          const names = tables?.tokens[tables.tableOf[position]];
          return { line, position, tokens: best.map((value) => names?.[value] ?? value), probabilities: Float32Array.from(best, (value) => all[row * values + value]) };
        });
    });
  } finally {
    await session.close();
  }

  function onlyInputs(feeds: ReturnType<typeof scoringFeeds>): ReturnType<typeof scoringFeeds> {
    // What is hidden is not asked for: targets are no input of expectations.
    return Object.fromEntries(Object.entries(feeds).filter(([name]) => name !== 'targets'));
  }
}

/** Places of the k largest numbers, largest first. O(n k). */
function largest(values: Float32Array, k: number): Int32Array {
  const best: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (best.length === k && !(values[i] > values[best[k - 1]])) continue;
    let at = Math.min(best.length, k - 1);
    for (; at > 0 && values[best[at - 1]] < values[i]; at--) best[at] = best[at - 1];
    best[at] = i;
  }
  return Int32Array.from(best);
}
