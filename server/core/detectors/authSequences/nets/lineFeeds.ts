import type { Tensors } from '../../../nn/runtime';
import type { Rng } from '../../../util/rng';
import { randomBelow } from '../../../util/rng';
import { toTableRows } from './fieldTables';
import { sampleSize } from './leaveOneOut';
import type { LineModel } from './lineModel';

/** The tokens of some lines, side by side. */
function gathered(tokens: Int32Array, columns: number, lines: ArrayLike<number>): Int32Array {
  const out = new Int32Array(lines.length * columns);
  for (let k = 0; k < lines.length; k++) for (let p = 0, from = lines[k] * columns; p < columns; p++) out[k * columns + p] = tokens[from + p];
  return out;
}

/** Lines of which row k has the token at `positions[k]` hidden. */
function masked({ space, columns }: LineModel, tokens: Int32Array, lines: ArrayLike<number>, positions: Uint8Array): Tensors {
  const hidden = gathered(tokens, columns, lines);
  const at = Int32Array.from(positions, (position, k) => k * columns + position);
  const targets = at.map((place) => hidden[place]);
  at.forEach((place, k) => { hidden[place] = space.mask(positions[k]); });
  return { tokens: hidden, at, targets };
}

/** Feeds of a step that learns (`sampled`) or measures: masked models hide one position of each line, chosen at random. */
export function stepFeeds(model: LineModel, tokens: Int32Array, lines: Uint32Array, rng: Rng, sampled: boolean): Tensors {
  const { columns, tables, rowsPerLine } = model;
  if (tables !== undefined) {
    const rows = toTableRows(tables, tokens, lines);
    return sampled ? { tokens: rows, ...samples(model, rows, rng) } : { tokens: rows };
  }
  return rowsPerLine > 1 ? masked(model, tokens, lines, Uint8Array.from(lines, () => randomBelow(rng, columns))) : { tokens: gathered(tokens, columns, lines) };
}

/** Feeds that give the losses of these lines; masked models get a row for each line and position that is wanted. */
export function scoringFeeds(model: LineModel, tokens: Int32Array, lines: Uint32Array, wanted: readonly number[]): Tensors {
  const { columns, tables, rowsPerLine } = model;
  if (tables !== undefined) return { tokens: toTableRows(tables, tokens, lines) };
  if (rowsPerLine === 1) return { tokens: gathered(tokens, columns, lines) };
  const repeated = new Uint32Array(lines.length * wanted.length), positions = new Uint8Array(repeated.length);
  for (let row = 0; row < repeated.length; row++) {
    repeated[row] = lines[Math.floor(row / wanted.length)];
    positions[row] = wanted[row % wanted.length];
  }
  return masked(model, tokens, repeated, positions);
}

/** Values that the large fields are compared with: all of the batch, each standing for itself, and others drawn without repetition, which stand for the rest alike. */
function samples({ config, columns, tables }: LineModel, rows: Int32Array, rng: Rng): Tensors {
  const lines = rows.length / columns;
  const feeds: Record<string, Int32Array | Float32Array> = {};
  tables?.tableOf.forEach((table, position) => {
    const size = tables.tokens[table].length;
    const count = config.kind === 'leaveOneOut' ? sampleSize(config, size, lines) : undefined;
    if (count === undefined) return;
    const values = new Int32Array(count), targets = new Int32Array(lines), placeOf = new Int32Array(size).fill(-1);
    let found = 0;
    for (let line = 0; line < lines; line++) {
      const value = rows[line * columns + position];
      if (placeOf[value] < 0) {
        placeOf[value] = found;
        values[found++] = value;
      }
      targets[line] = placeOf[value];
    }
    const logWeight = new Float32Array(count).fill(Math.log((size - found) / (count - found)), found);
    while (found < count) {
      const value = randomBelow(rng, size);
      if (placeOf[value] >= 0) continue;
      placeOf[value] = found;
      values[found++] = value;
    }
    Object.assign(feeds, { [`values.${position}`]: values, [`logWeight.${position}`]: logWeight, [`targets.${position}`]: targets });
  });
  return feeds;
}
