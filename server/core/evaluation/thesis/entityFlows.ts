import type { Matrix } from '../../outliers/matrix';
import { sequences } from '../../symbols/rows';

/** Rows with their numbers, before they are grouped. Arrays have one entry a row. */
export interface MeasuredRows {
  /** Number of each row's entity, below `entityCount`. */
  readonly entity: Uint32Array;
  readonly entityCount: number;
  /** Seconds. */
  readonly time: Float64Array;
  /** The features of each row, all usable. */
  readonly features: Matrix;
}

/** The flows of entities that have enough of them: those of the i-th are rows `starts[i] .. starts[i + 1]` of `features` and `time`, in time order. */
export interface EntityFlows {
  /** Number of each entity, as `MeasuredRows.entity` has it; ascending. */
  readonly entities: Uint32Array;
  readonly starts: Uint32Array;
  readonly time: Float64Array;
  readonly features: Matrix;
  /** Entities that have rows, but too few. */
  readonly tooSmall: number;
}

export interface EntityLimits {
  /** Entities with fewer rows get no verdict. */
  readonly leastRows: number;
  /** An entity is cut to its first so many rows. */
  readonly mostRows: number;
}

/** Groups rows by entity (specs, multivariate, section 3); `chosen`: 1 for each row that counts, all of them by default. O(rows log longest entity). */
export function entityFlows({ entity, entityCount, time, features: { values, columns } }: MeasuredRows, { leastRows, mostRows }: EntityLimits, chosen?: Uint8Array): EntityFlows {
  const { order, starts } = sequences({ rowCount: entity.length, entity, entityCount, time, symbol: new Uint32Array(0) });
  const entities: number[] = [];
  const ends = [0];
  const rows: number[] = [];
  let tooSmall = 0;
  for (let e = 0; e < entityCount; e++) {
    const all = order.subarray(starts[e], starts[e + 1]);
    const own = chosen ? all.filter((row) => chosen[row] === 1) : all;
    if (own.length === 0) continue;
    if (own.length < leastRows) {
      tooSmall++;
      continue;
    }
    for (const row of own.subarray(0, mostRows)) rows.push(row);
    entities.push(e);
    ends.push(rows.length);
  }
  const taken = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => taken.set(values.subarray(row * columns, (row + 1) * columns), i * columns));
  return { entities: Uint32Array.from(entities), starts: Uint32Array.from(ends), time: Float64Array.from(rows, (row) => time[row]), features: { values: taken, columns }, tooSmall };
}

/** The flows of the i-th entity. O(1), nothing is copied. */
export function flowsOf({ starts, time, features: { values, columns } }: EntityFlows, i: number): { readonly time: Float64Array; readonly features: Matrix } {
  const [from, to] = [starts[i], starts[i + 1]];
  return { time: time.subarray(from, to), features: { values: values.subarray(from * columns, to * columns), columns } };
}
