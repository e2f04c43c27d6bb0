import type { Tensors } from '../../../nn/runtime';
import type { ContextConfig } from './config';
import type { LanePlan, UserLines } from './lanes';
import { CARRY } from './lanes';

/** One call of a model that reads users' lines in lanes. */
export interface ContextCall {
  readonly feeds: Tensors;
  /** The line of each row of losses, `steps` times the lanes; -1: none, or one that is not predicted. */
  readonly lines: Int32Array;
}

/** What call number `call` of a plan is fed. */
export function contextCall(config: ContextConfig, tokens: Int32Array, columns: number, { lines, starts }: UserLines, plan: LanePlan, lanes: number, call: number): ContextCall {
  const { steps } = config;
  const own = new Int32Array(steps * lanes).fill(-1);
  const blocks = Array.from({ length: lanes }, (_, lane) => call * lanes + lane);
  blocks.forEach((at, lane) => { for (let step = 0; step < plan.count[at]; step++) own[step * lanes + lane] = lines[plan.from[at] + step]; });
  const into = (out: Int32Array, row: number, line: number): void => { for (let p = 0; p < columns; p++) out[row * columns + p] = tokens[line * columns + p]; };
  const targets = new Int32Array(own.length * columns);
  own.forEach((line, row) => { if (line >= 0) into(targets, row, line); });
  if (config.kind === 'multiLine') {
    const n = config.window + steps - 1;
    const read = new Int32Array(lanes * n * columns), present = new Float32Array(lanes * n);
    blocks.forEach((at, lane) => {
      const first = firstOf(starts, plan.from[at]);
      if (plan.count[at] === 0) return;
      // The line before the block is the last of the window; lines of the block follow, but for its last.
      for (let k = 0; k < n; k++) {
        const place = plan.from[at] - config.window + k;
        if (place < first || place >= plan.from[at] + plan.count[at]) continue;
        into(read, lane * n + k, lines[place]);
        present[lane * n + k] = 1;
      }
      if (plan.from[at] === first) own[lane] = -1;
    });
    return { feeds: { tokens: read, present, targets }, lines: own };
  }
  const carry = Float32Array.from(blocks, (at) => (plan.before[at] > 0 ? 1 : 0));
  return { feeds: { tokens: targets, [CARRY]: carry, ...(config.kind === 'tieredTransformer' && historyFeeds(config.window, steps, lanes, blocks.map((at) => plan.before[at]))) }, lines: own };
}

/** Which vectors of the history are there before each step, and where the step's own goes. The first is the zeros before the first line. */
function historyFeeds(window: number, steps: number, lanes: number, before: readonly number[]): Tensors {
  const visible = new Float32Array(steps * lanes * window), place = new Float32Array(visible.length), shift = new Float32Array(steps * lanes);
  for (let step = 0; step < steps; step++) for (let lane = 0; lane < lanes; lane++) {
    const known = before[lane] + step + 1, row = step * lanes + lane;
    visible.fill(1, row * window, row * window + Math.min(known, window));
    place[row * window + Math.min(known, window - 1)] = 1;
    if (known >= window) shift[row] = 1;
  }
  return { visible, place, shift };
}

/** Where the user's lines begin of whom the line at `place` is. O(log users). */
function firstOf(starts: Uint32Array, place: number): number {
  let low = 0;
  for (let high = starts.length - 1; high - low > 1;) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= place) low = middle;
    else high = middle;
  }
  return starts[low];
}
