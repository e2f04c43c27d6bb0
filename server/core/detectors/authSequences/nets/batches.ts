import { mulberry32 } from '../../../util/rng';
import type { BatchSource } from '../../../nn/batches';
import { ROW_WEIGHT, batchLoader } from '../../../nn/batches';
import type { ContextConfig } from './config';
import { contextCall } from './contextFeeds';
import type { LanePlan, UserLines } from './lanes';
import { planLanes } from './lanes';
import { stepFeeds } from './lineFeeds';
import type { LineModel } from './lineModel';

export interface BatchOptions {
  /** Lines of a step, or lanes. */
  readonly batch: number;
  readonly seed: number;
  /** In an order of each epoch's own, with samples of large fields. */
  readonly learns: boolean;
}

/** One whole number of several. */
const mix = (...numbers: readonly number[]): number => numbers.reduce((hash, n) => Math.imul(hash ^ (n + 0x7f4a7c15), 0x9e3779b1), 0x2545f491);

/** Batches of lines that are read alone. Random choices depend on the seed, the epoch and the batch alone. */
export function lineBatches(model: LineModel, tokens: Int32Array, lines: Uint32Array, { batch, seed, learns }: BatchOptions): BatchSource {
  const order = batchLoader({ rows: lines.length, batch, seed, shuffle: learns, fill: (rows) => ({ lines: Int32Array.from(rows, (row) => lines[row]) }) });
  return {
    batches: (epoch) => order.batches(epoch),
    batch(epoch, index) {
      const { tensors: { lines: chosen, ...weights }, ...rest } = order.batch(epoch, index);
      return { ...rest, tensors: { ...stepFeeds(model, tokens, Uint32Array.from(chosen as Int32Array), mulberry32(mix(seed, epoch, index)), learns), ...weights } };
    },
  };
}

/** Batches of users' lines in lanes, dealt out anew each epoch. */
export function contextBatches({ config, columns }: LineModel<ContextConfig>, tokens: Int32Array, lines: UserLines, { batch, seed, learns }: BatchOptions): BatchSource {
  let known: { readonly epoch: number; readonly plan: LanePlan } | undefined;
  const planOf = (epoch: number): LanePlan => {
    if (known?.epoch !== epoch) known = { epoch, plan: planLanes(lines, batch, config.steps, learns ? mix(seed, epoch) : undefined) };
    return known.plan;
  };
  return {
    batches: (epoch) => planOf(epoch).calls,
    batch(epoch, index) {
      const call = contextCall(config, tokens, columns, lines, planOf(epoch), batch, index);
      const weights = Float32Array.from(call.lines, (line) => (line < 0 ? 0 : 1));
      return { tensors: { ...call.feeds, [ROW_WEIGHT]: weights }, rows: weights.reduce((sum, weight) => sum + weight, 0), variant: 0 };
    },
  };
}
