import type { ScoreColumns, Scores } from '../core/detectors/detector';
import { scoreRows } from '../core/detectors/score';
import { type EncodedRows, equalRanges } from '../core/symbols/rows';
import type { Control } from '../core/util/control';
import { sharedArray } from '../core/util/sharedMemory';
import type { ModelInUse } from '../engine/ports';
import type { ModelJob } from './workerMessages';
import type { WorkerPool } from './workerPool';

/** Below this many rows, handing them to workers takes longer than scoring them: about 20 ms. */
const SMALL_ROWS = 50_000;
/** More than one, so that a worker that is slowed down does not keep the others waiting long; each range reads all entities once. */
const RANGES_PER_WORKER = 2;

/** Milliseconds a row, many times what putting rows into order takes, which counts no steps. */
const PATIENCE_PER_ROW = 0.01;

/**
 * Scores rows in worker threads, each a range of entities with about as many rows: every range fills its part of the same columns, so the
 * scores are those of one thread. Rejects with `Cancelled`.
 */
export async function scoreInPool(pool: WorkerPool, workers: number, rows: EncodedRows, { detector, model }: ModelInUse, file: ModelJob, control: Control): Promise<Scores> {
  if (rows.rowCount < SMALL_ROWS && !detector.neural) return scoreRows(detector, model, rows, control);
  const columns: ScoreColumns = {
    order: sharedArray(Uint32Array, rows.rowCount), starts: sharedArray(Uint32Array, rows.entityCount + 1),
    raw: sharedArray(Float32Array, rows.rowCount), state: sharedArray(Uint32Array, rows.rowCount),
  };
  let failed = false;
  // Once one range has failed the columns are of no use: the others need not go on.
  const cancelled = (): boolean => failed || control.cancelled;
  const patience = rows.rowCount * PATIENCE_PER_ROW;
  await pool.run({ task: 'countRows', entity: rows.entity, starts: columns.starts }, cancelled, () => undefined, { patience });
  const ranges = detector.divisible(model) && workers > 1 ? equalRanges(columns.starts, workers * RANGES_PER_WORKER) : [{ from: 0, to: rows.entityCount }];
  const done = ranges.map(() => 0);
  const remembered = await Promise.all(ranges.map((range, i) => pool.run({ task: 'scoreRange', rows, columns, range, ...file }, cancelled, (fraction, text) => {
    done[i] = fraction * (columns.starts[range.to] - columns.starts[range.from]);
    control.report(done.reduce((a, b) => a + b, 0) / rows.rowCount, text ?? '');
  }, { patience }).catch((error: unknown) => {
    failed = true;
    throw error;
  })));
  return detector.scores(model, rows, columns, remembered);
}
