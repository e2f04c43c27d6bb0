import type { EncodedRows, EntityRange } from '../../symbols/rows';
import { checkCancelled, type Control } from '../../util/control';
import type { ScoreColumns } from '../detector';
import { Judge, visitWeights } from './judge';
import { valueOf } from './features';
import type { StateOutliersModel } from './model';
import { Walk } from './walk';

/** Rows run through the automaton before they are judged together. */
const ROWS_TOGETHER = 1 << 16;

/** What was met in a range of entities, for the notes of a run. */
export interface RangeFacts {
  /** Rows that have a number, by feature. */
  readonly withValue: readonly number[];
  /** Rows that no guard of the state before them held for. */
  readonly noGuard: number;
  /** Entities with enough rows for a verdict, and those of them that are unlike the baseline. */
  readonly judged: number;
  readonly unlike: number;
}

/**
 * Scores every row of a range of entities (docs/scores.md): the mean, over the row's visits, of how rare the row is among those of the state, and among all
 * rows; visits weigh as much as their state was visited in the baseline. The result does not depend on the order of files or rows, nor on what other entities do.
 */
export function scoreRange(model: StateOutliersModel, rows: EncodedRows, columns: ScoreColumns, range: EntityRange, control: Control): RangeFacts {
  const { order, starts, raw, state } = columns;
  const weights = visitWeights(model.baseline.states);
  const walk = new Walk(model, rows, columns);
  const judge = new Judge(model);
  const firstRow = starts[range.from];
  const rowCount = starts[range.to] - firstRow;
  const { guards } = model.automaton.data;
  let noGuard = 0;
  for (let e = range.from; e < range.to; ) {
    checkCancelled(control);
    const start = starts[e];
    control.report((start - firstRow) / Math.max(1, rowCount), 'Scoring');
    let end = e;
    while (end < range.to && (end === e || starts[end] - start < ROWS_TOGETHER)) end++;
    const visits = new Visits(starts[end] - start);
    for (; e < end; e++) {
      walk.load(starts[e], starts[e + 1]);
      visits.add(walk, starts[e] - start);
      for (let i = 0; i < walk.length; i++) state[order[starts[e] + i]] = walk.state[i];
      if (guards) for (let i = 0; i < walk.length; i++) if (walk.noGuard(i)) noGuard++;
    }
    const at = visits.at.subarray(0, visits.count);
    const visited = visits.state.subarray(0, visits.count);
    const surprise = judge.surprises(rows, at.map((i) => order[start + i]), visited, control);
    const sum = new Float64Array(starts[end] - start);
    const weight = new Float64Array(sum.length);
    for (let i = 0; i < at.length; i++) {
      sum[at[i]] += weights[visited[i]] * surprise[i];
      weight[at[i]] += weights[visited[i]];
    }
    for (let i = 0; i < sum.length; i++) raw[order[start + i]] = weight[i] > 0 ? sum[i] / weight[i] : -Infinity;
  }
  return { noGuard, ...entityFacts(model, columns, range), withValue: model.features.map((_, f) => countValues(model, rows, f, order.subarray(firstRow, starts[range.to]))) };
}

function entityFacts({ rule, settings }: StateOutliersModel, { order, starts, raw }: ScoreColumns, range: EntityRange): Pick<RangeFacts, 'judged' | 'unlike'> {
  let [judged, unlike] = [0, 0];
  for (let e = range.from; e < range.to; e++) {
    const n = starts[e + 1] - starts[e];
    if (n < settings.leastEntityRows) continue;
    let misfits = 0;
    for (let i = starts[e]; i < starts[e + 1]; i++) if (raw[order[i]] > rule.fitRaw) misfits++;
    judged++;
    if (misfits / n > rule.usualMisfits) unlike++;
  }
  return { judged, unlike };
}

function countValues({ features }: StateOutliersModel, rows: EncodedRows, feature: number, chosen: Uint32Array): number {
  let n = 0;
  for (const row of chosen) if (!Number.isNaN(valueOf(rows, features.length, row, feature))) n++;
  return n;
}

/** Visits of several entities; `at` counts from the first row of them. */
class Visits {
  count = 0;
  at: Uint32Array;
  state: Uint32Array;

  constructor(rows: number) {
    this.at = new Uint32Array(rows);
    this.state = new Uint32Array(rows);
  }

  add(walk: Walk, first: number): void {
    const end = this.count + walk.visits;
    if (end > this.at.length) this.grow(end);
    for (let i = 0; i < walk.visits; i++) {
      this.at[this.count + i] = first + walk.visitAt[i];
      this.state[this.count + i] = walk.visitState[i];
    }
    this.count = end;
  }

  private grow(length: number): void {
    const [at, state] = [new Uint32Array(length + (length >>> 1)), new Uint32Array(length + (length >>> 1))];
    at.set(this.at.subarray(0, this.count));
    state.set(this.state.subarray(0, this.count));
    [this.at, this.state] = [at, state];
  }
}
