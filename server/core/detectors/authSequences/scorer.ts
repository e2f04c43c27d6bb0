import { EVENT_FIELDS, SOURCE_USER } from '../../auth/fields';
import { FIELD_SETS, lineScores } from '../../auth/lineScores';
import type { EncodedRows, EntityRange } from '../../symbols/rows';
import { checkCancelled, type Control } from '../../util/control';
import type { ScoreColumns } from '../detector';
import type { AuthSequencesModel } from './model';
import { lessUsual } from './normalise';

/** Rows whose losses are worked out together. */
const CHUNK = 4096;

export const FIELDS = EVENT_FIELDS.length;

/** Tokens of a row: the ten fields, and the hour before them where it is looked at. */
export function widthOf({ settings }: Pick<AuthSequencesModel, 'settings'>): number {
  return FIELDS + (settings.time ? 1 : 0);
}

/** Rows of a range that are scored, in order of entities and time: those whose numbers are tokens of the vocabulary, as they all are of accounts that are looked at. */
export function scoredRows(model: Pick<AuthSequencesModel, 'settings' | 'vocabulary'>, rows: EncodedRows, { order, starts }: Pick<ScoreColumns, 'order' | 'starts'>, { from, to }: EntityRange): Uint32Array {
  const width = widthOf(model);
  const features = rows.features ?? new Float32Array(0);
  if (features.length !== rows.rowCount * width) return new Uint32Array(0);
  const { size } = model.vocabulary;
  return order.subarray(starts[from], starts[to]).filter((row) => {
    for (let at = row * width; at < (row + 1) * width; at++) if (!(features[at] >= 0 && features[at] < size)) return false;
    return true;
  });
}

/** Tokens of some rows, row by row. */
export function gatherTokens({ features }: EncodedRows, width: number, rows: Uint32Array): Int32Array {
  const tokens = new Int32Array(rows.length * width);
  if (!features) return tokens;
  for (let i = 0; i < rows.length; i++) for (let k = 0, at = rows[i] * width; k < width; k++) tokens[i * width + k] = features[at + k];
  return tokens;
}

/** Scores a range of entities by counts: fills `raw`; rows that are left out get -Infinity. */
export function scoreByCounts(model: AuthSequencesModel, rows: EncodedRows, columns: ScoreColumns, range: EntityRange, control: Control): void {
  const scored = scoredRows(model, rows, columns, range);
  const width = widthOf(model);
  const losses = new Float32Array(scored.length * FIELDS);
  for (let from = 0; from < scored.length; from += CHUNK) {
    checkCancelled(control);
    control.report(from / scored.length, 'Scoring');
    losses.set(model.counts.losses(gatherTokens(rows, width, scored.subarray(from, from + CHUNK)), model.self, FIELDS), from * FIELDS);
  }
  fillScores(model, rows, columns, range, scored, losses);
}

/** Fills `raw` of a range from the losses of its scored rows (in the order of `scoredRows`, ten a row). */
export function fillScores(model: Pick<AuthSequencesModel, 'settings' | 'means'>, rows: EncodedRows, columns: ScoreColumns, { from, to }: EntityRange, scored: Uint32Array, losses: Float32Array): void {
  const { raw, starts, order } = columns;
  const scores = lineScores(losses, FIELD_SETS[model.settings.fields], model.settings.score);
  order.subarray(starts[from], starts[to]).forEach((row) => (raw[row] = -Infinity));
  if (model.settings.normalise) {
    const width = widthOf(model);
    const users = scored.map((row) => rows.features?.[row * width + width - FIELDS + SOURCE_USER] ?? 0);
    for (let start = 0, end = 0; start < scored.length; start = end) {
      const entity = rows.entity[scored[start]];
      while (end < scored.length && rows.entity[scored[end]] === entity) end++;
      lessUsual(scores.subarray(start, end), users.subarray(start, end), model.means);
    }
  }
  // A net whose numbers are too large for it gives none: its rows cannot be scored.
  for (let i = 0; i < scored.length; i++) raw[scored[i]] = Number.isNaN(scores[i]) ? -Infinity : scores[i];
}

/** Some rows of a matrix of so many columns, in the order that is given. O(rows x columns). */
export function pickRows<T extends Int32Array | Float32Array>(matrix: T, rows: Uint32Array, columns: number): T {
  const picked = new (matrix.constructor as new (length: number) => T)(rows.length * columns);
  for (let i = 0; i < rows.length; i++) for (let k = 0; k < columns; k++) picked[i * columns + k] = matrix[rows[i] * columns + k];
  return picked;
}
