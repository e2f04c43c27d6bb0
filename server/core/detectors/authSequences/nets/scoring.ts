import type { Control } from '../../../util/control';
import { checkCancelled } from '../../../util/control';
import { freeze } from '../../../nn/exportOnnx';
import { inferenceProgram } from '../../../nn/program';
import type { NeuralRuntime, Program, Tensors } from '../../../nn/runtime';
import { sizeOf } from '../../../nn/shapes';
import type { ContextConfig } from './config';
import { contextCall } from './contextFeeds';
import { distinctRows } from '../../../auth/distinctRows';
import { linesByUser, planLanes } from './lanes';
import { scoringFeeds } from './lineFeeds';
import type { LineModel } from './lineModel';
import { buildNet, readsContext } from './lineModel';
import { memoryOutputs, withMemory } from './memory';
import { tokenLosses } from './net';
import type { Weights } from './training';

/** Logits of an output layer at most, so that they stay in the processor's cache (measured: 10,000 values are twice as fast in calls of 96 rows as of 384). */
const CACHED_LOGITS = 1 << 20;
/** Rows of a call: enough that its fixed costs do not count. */
const CALL_ROWS = { least: 96, most: 768 };

function rowsOfCall({ tables, space }: LineModel): number {
  const values = tables === undefined ? space.size : Math.max(...tables.tokens.map(({ length }) => length));
  return Math.max(CALL_ROWS.least, Math.min(CALL_ROWS.most, Math.floor(CACHED_LOGITS / values)));
}

/** Users whose lines a call reads side by side. */
const LANES = 32;

export interface LineLossOptions {
  /** The user of each line, as any whole number; models that read context need it, with lines in the order of time (absent: all are of one). */
  readonly users?: ArrayLike<number>;
  /** Positions whose losses are wanted; default all. The others are 0, and cost nothing with models that have a softmax for each field or mask each position. */
  readonly positions?: readonly number[];
}

/**
 * Loss of each token of each line (nats), row by row, `model.columns` each; 0 for a token that the model does not predict. Lines with equal tokens are computed
 * once. Throws `Cancelled`; rejects with `NeuralError`.
 */
export async function lineLosses(model: LineModel, weights: Weights, tokens: Int32Array, runtime: NeuralRuntime, control: Control, options: LineLossOptions = {}): Promise<Float32Array> {
  if (readsContext(model)) return contextLosses(model, weights, tokens, runtime, control, options);
  const { columns } = model;
  const { first, kind: of } = distinctRows(tokens, columns);
  const out = new Float32Array(of.length * columns);
  const wanted = Array.from({ length: columns }, (_, position) => position).filter((position) => options.positions?.includes(position) ?? true);
  if (first.length === 0 || wanted.length === 0) return out;
  const known = new Float32Array(first.length * columns);
  const rowsPerLine = model.rowsPerLine > 1 ? wanted.length : 1;
  const lines = Math.min(first.length, Math.ceil(rowsOfCall(model) / rowsPerLine));
  const { program, given } = scoringProgram(model, lines, wanted);
  const session = await runtime.open(freeze(program, weights), {});
  try {
    const feeds = (from: number): Tensors => scoringFeeds(model, tokens, Uint32Array.from({ length: lines }, (_, k) => first[Math.min(from + k, first.length - 1)]), wanted);
    let next = feeds(0);
    for (let from = 0; from < first.length; from += lines) {
      checkCancelled(control);
      const running = session.run(next), end = Math.min(from + lines, first.length);
      // Made while the call runs.
      if (end < first.length) next = feeds(end);
      const { losses } = await running;
      for (let line = from; line < end; line++) given.forEach((position, k) => { known[line * columns + position] = Number(losses[(line - from) * given.length + k]); });
      control.report(end / first.length, `${end} of ${first.length} different lines`);
    }
  } finally {
    await session.close();
  }
  for (let row = 0; row < of.length; row++) for (let k = 0, to = row * columns, from = of[row] * columns; k < columns; k++) out[to + k] = known[from + k];
  return out;
}

/** A program that gives `losses` of so many lines, `given` positions each. */
function scoringProgram(model: LineModel, lines: number, wanted: readonly number[]): { readonly program: Program; readonly given: readonly number[] } {
  if (model.rowsPerLine > 1) return { program: inferenceProgram({ losses: tokenLosses(buildNet(model, lines * wanted.length, false), false) }), given: wanted };
  const net = buildNet(model, lines, false);
  const all = Array.from({ length: model.columns }, (_, position) => position);
  const chosen = model.tables === undefined ? net : { ...net, heads: wanted.map((position) => net.heads[position]) };
  return { program: inferenceProgram({ losses: tokenLosses(chosen, false) }), given: model.tables === undefined ? all : wanted };
}

/** The same for models that read users' lines in order: what they remember stays in the runtime between calls. */
async function contextLosses(model: LineModel<ContextConfig>, weights: Weights, tokens: Int32Array, runtime: NeuralRuntime, control: Control, { users }: LineLossOptions): Promise<Float32Array> {
  const { columns, config } = model;
  const count = Math.floor(tokens.length / columns), out = new Float32Array(count * columns);
  if (count === 0) return out;
  const lines = linesByUser(users ?? new Uint8Array(count));
  const lanes = Math.min(LANES, lines.starts.length - 1);
  const plan = planLanes(lines, lanes, config.steps);
  const net = buildNet(model, lanes, false);
  const program = withMemory(freeze(inferenceProgram({ losses: tokenLosses(net, false), ...memoryOutputs(net) }), weights), net);
  const session = await runtime.open(program, Object.fromEntries(program.state.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))])));
  try {
    let next = contextCall(config, tokens, columns, lines, plan, lanes, 0);
    for (let call = 0; call < plan.calls; call++) {
      checkCancelled(control);
      const current = next, running = session.run(current.feeds);
      if (call + 1 < plan.calls) next = contextCall(config, tokens, columns, lines, plan, lanes, call + 1);
      const { losses } = await running;
      current.lines.forEach((line, row) => { if (line >= 0) out.set((losses as Float32Array).subarray(row * columns, (row + 1) * columns), line * columns); });
      control.report((call + 1) / plan.calls, `${call + 1} of ${plan.calls} steps through the users' lines`);
    }
  } finally {
    await session.close();
  }
  return out;
}
