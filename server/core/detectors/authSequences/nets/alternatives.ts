import { freeze } from '../../../nn/exportOnnx';
import { inferenceProgram } from '../../../nn/program';
import type { NeuralRuntime, Tensors } from '../../../nn/runtime';
import { sizeOf } from '../../../nn/shapes';
import { contextCall } from './contextFeeds';
import { linesByUser, planLanes } from './lanes';
import { scoringFeeds } from './lineFeeds';
import type { LineModel } from './lineModel';
import { buildNet, readsContext } from './lineModel';
import { memoryOutputs, withMemory } from './memory';
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
 * A model that reads context takes the lines as consecutive ones of one user. Positions that the model does not predict are left out. O(lines x positions x vocabulary).
 */
export async function alternatives(model: LineModel, weights: Weights, tokens: Int32Array, positions: readonly number[], runtime: NeuralRuntime, k: number): Promise<Alternatives[]> {
  const { columns, rowsPerLine, tables } = model;
  const lines = Math.floor(tokens.length / columns);
  const wanted = positions.filter((position) => position >= 0 && position < columns);
  if (lines === 0 || wanted.length === 0 || k < 1) return [];
  const steps = readsContext(model) ? model.config.steps : lines;
  const net = buildNet(model, readsContext(model) ? 1 : lines * (rowsPerLine > 1 ? wanted.length : 1), false);
  const heads = tables === undefined ? net.heads : wanted.map((position) => net.heads[position]);
  const outputs = Object.fromEntries(heads.map((head, at) => [`expected${at}`, expectations(head)]));
  const program = withMemory(freeze(inferenceProgram({ ...outputs, ...memoryOutputs(net) }), weights), net);
  const session = await runtime.open(program, Object.fromEntries(program.state.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))])));
  const found: Alternatives[] = [];
  try {
    for (const { feeds, lineOf } of calls(model, tokens, lines, wanted)) {
      const got = await session.run(Object.fromEntries(program.inputs.map(({ name }) => [name, feeds[name]])));
      heads.forEach(({ output }, at) => {
        const all = got[`expected${at}`] as Float32Array, values = output.weight.shape[0], perLine = all.length / values / steps;
        for (let row = 0; row * values < all.length; row++) {
          // One row of a line: a position of its own. Else the last positions of a line, or those that were masked.
          const position = tables !== undefined ? wanted[at] : rowsPerLine > 1 ? wanted[row % perLine] : columns - perLine + (row % perLine);
          const line = lineOf(Math.floor(row / perLine));
          if (line < 0 || !wanted.includes(position)) continue;
          const best = largest(all.subarray(row * values, (row + 1) * values), k), names = tables?.tokens[tables.tableOf[position]];
          found.push({ line, position, tokens: best.map((value) => names?.[value] ?? value), probabilities: Float32Array.from(best, (value) => all[row * values + value]) });
        }
      });
    }
  } finally {
    await session.close();
  }
  return found.sort((a, b) => a.line - b.line || a.position - b.position);
}

/** The calls that read all lines, and which line each place of a call is; -1: none. */
function calls(model: LineModel, tokens: Int32Array, lines: number, wanted: readonly number[]): { readonly feeds: Tensors; readonly lineOf: (place: number) => number }[] {
  if (!readsContext(model)) return [{ feeds: scoringFeeds(model, tokens, Uint32Array.from({ length: lines }, (_, line) => line), wanted), lineOf: (place) => place }];
  const ofOne = linesByUser(new Uint8Array(lines)), plan = planLanes(ofOne, 1, model.config.steps);
  return Array.from({ length: plan.calls }, (_, at) => {
    const { feeds, lines: own } = contextCall(model.config, tokens, model.columns, ofOne, plan, 1, at);
    return { feeds, lineOf: (place) => own[place] };
  });
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
