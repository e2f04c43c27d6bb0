import { aggregate, type AggregateInput, type AggregateKind, type AggregateResult } from '../core/aggregate/aggregate';
import type { WorkerPool } from './workerPool';

/** Below this many numbers, handing them to a worker takes longer than working on them: some milliseconds. */
const SMALL = 50_000;

/** Milliseconds a number, many times what the slowest of the kinds takes (sorting, 0.5 microseconds): they count no steps. */
const PATIENCE_PER_NUMBER = 0.01;

/** Does work on all rows in a worker thread. Of arrays that are not shared the worker gets copies. */
export function aggregateInPool<K extends AggregateKind>(pool: WorkerPool, kind: K, input: AggregateInput<K>): Promise<AggregateResult<K>> {
  const size = sizeOf(input);
  if (size < SMALL) return Promise.resolve(aggregate(kind, input));
  return pool.run({ task: 'aggregate', kind, input }, () => false, () => undefined, { patience: size * PATIENCE_PER_NUMBER }) as Promise<AggregateResult<K>>;
}

/** Length of the longest array of an input. */
function sizeOf(input: unknown): number {
  if (ArrayBuffer.isView(input)) return (input as Uint8Array).length;
  return typeof input === 'object' && input !== null ? Object.values(input).reduce<number>((most, part) => Math.max(most, sizeOf(part)), 0) : 0;
}
