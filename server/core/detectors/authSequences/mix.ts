import type { CountModel } from '../../auth/countModel';
import { FIELDS } from './scorer';

/** Probability of a value by a net and by counts, `share` of it by counts. */
export function mixed(net: number, counts: number, share: number): number {
  return (1 - share) * net + share * counts;
}

/**
 * Losses of lines by a net, ten a line, with those of counts: in place, for the fields that count. `leftOut`: lines are among those that were counted, and
 * each is judged as if it were not. O(lines).
 */
export function mixLosses(losses: Float32Array, counts: CountModel, tokens: Int32Array, fields: readonly number[], share: number, leftOut: boolean): void {
  if (share === 0) return;
  const width = tokens.length / (losses.length / FIELDS);
  for (let from = 0; from * FIELDS < losses.length; from += CHUNK) {
    const byCounts = counts.losses(tokens.subarray(from * width, (from + CHUNK) * width), leftOut, FIELDS);
    for (let at = 0; at < byCounts.length; at += FIELDS) {
      for (const field of fields) {
        const i = from * FIELDS + at + field;
        losses[i] = -Math.log(mixed(Math.exp(-losses[i]), Math.exp(-byCounts[at + field]), share));
      }
    }
  }
}

const CHUNK = 4096;
