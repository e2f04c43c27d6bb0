import type { EncodedRows } from '../../symbols/rows';
import type { Slices } from '../../util/slices';
import type { RowSteps } from '../automatonView';
import type { ScoreColumns } from '../detector';
import { positionOf } from '../stateFrequency/steps';
import { byState } from './judge';
import { Walk, type WalkModel } from './walk';

/** Rows run through the automaton between pauses: about ten milliseconds. */
const SLICE_ROWS = 1 << 17;

/** Where single rows came to be in the automaton. Rows asked for together are often of one entity: the last one's run is kept. */
export class Places {
  readonly walk: Walk;
  private entity = -1;
  private visits = byState([], 0);

  constructor(model: WalkModel, private readonly rows: EncodedRows, private readonly columns: ScoreColumns) {
    this.walk = new Walk(model, rows, columns);
  }

  /** Runs the entity of a row, and gives the row's position in `walk`. O(visits of the entity), O(log rows) where it is the last one's. */
  of(row: number): number {
    const { starts } = this.columns;
    const entity = this.rows.entity[row];
    if (entity !== this.entity) {
      this.walk.load(starts[entity], starts[entity + 1]);
      this.visits = byState(this.walk.visitAt.subarray(0, this.walk.visits), this.walk.length);
    }
    this.entity = entity;
    return positionOf(this.rows, this.columns, row) - starts[entity];
  }

  /** The states that a row came to, once for each window that it is in. */
  statesOf(row: number): Uint32Array {
    const at = this.of(row);
    return this.visits.visits.subarray(this.visits.starts[at], this.visits.starts[at + 1]).map((visit) => this.walk.visitState[visit]);
  }
}

/** The steps of scored rows, in the last window that each is in. */
export function rowSteps(model: WalkModel, rows: EncodedRows, columns: ScoreColumns): RowSteps {
  let places: Places | undefined;
  return {
    of(row) {
      places ??= new Places(model, rows, columns);
      return places.walk.entry(places.of(row));
    },

    *fill(steps): Slices {
      const { order, starts } = columns;
      const walk = new Walk(model, rows, columns);
      let filled = 0;
      for (let e = 0; e < rows.entityCount; e++) {
        walk.load(starts[e], starts[e + 1]);
        for (let i = 0; i < walk.length; i++) steps[order[starts[e] + i]] = walk.entry(i);
        filled += walk.length;
        if (filled < SLICE_ROWS) continue;
        filled = 0;
        yield;
      }
    },
  };
}
