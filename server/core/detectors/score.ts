import { type EncodedRows, sequences } from '../symbols/rows';
import type { Control } from '../util/control';
import type { Detector, Model, Scores } from './detector';

/** Scores rows in one go, on the thread that asks, with a detector that is not `neural`. Throws `Cancelled`. */
export function scoreRows<M extends Model>(detector: Detector<M>, model: M, rows: EncodedRows, control: Control): Scores {
  const columns = { ...sequences(rows), raw: new Float32Array(rows.rowCount), state: new Uint32Array(rows.rowCount) };
  return detector.scores(model, rows, columns, [detector.scoreRange(model, rows, columns, { from: 0, to: rows.entityCount }, control)]);
}
