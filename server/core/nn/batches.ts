import { type EpochOrder, epochOrder, type OrderOptions } from './batchOrder';
import type { Tensors } from './runtime';

/** What one step is fed, of fixed shapes. */
export interface Batch {
  readonly tensors: Tensors;
  /** Rows in it that count. */
  readonly rows: number;
  /** Which of the programs it is for: the bucket of its rows. */
  readonly variant: number;
}

/** Batches by number. The same numbers give the same batch, whatever was asked before. */
export interface BatchSource {
  /** Batches of an epoch; epochs count from 0. */
  batches(epoch: number): number;
  batch(epoch: number, index: number): Batch;
}

export interface LoaderOptions extends OrderOptions {
  /**
   * Tensors for `batch` rows, by the names of the program's inputs. `variant` is the bucket of the rows. Gives new arrays
   * each time: a batch is made while the one before is in the runtime.
   */
  readonly fill: (rows: Uint32Array, variant: number) => Tensors;
}

/** Name of the input that weighs rows. */
export const ROW_WEIGHT = 'rowWeight';

/**
 * Batches of rows, shuffled anew each epoch. The input `rowWeight` (float32, [batch]) is 1 for each row and 0 for what
 * fills up the last batch of a bucket, so that every row counts once an epoch (by weights: as often as it is drawn). O(rows) an epoch.
 */
export function batchLoader(options: LoaderOptions): BatchSource {
  let known: { epoch: number; order: EpochOrder } | undefined;
  const orderOf = (epoch: number): EpochOrder => {
    if (known?.epoch !== epoch) known = { epoch, order: epochOrder(options, epoch) };
    return known.order;
  };
  return {
    batches: (epoch) => orderOf(epoch).counts.length,
    batch(epoch, index) {
      const { rows, counts, bucket } = orderOf(epoch), size = options.batch;
      const weight = new Float32Array(size).fill(1, 0, counts[index]);
      return { tensors: { ...options.fill(rows.subarray(index * size, (index + 1) * size), bucket[index]), [ROW_WEIGHT]: weight }, rows: counts[index], variant: bucket[index] };
    },
  };
}
