import type { Matrix } from '../../outliers/matrix';
import type { OutlierModel } from '../../outliers/outlierModel';
import type { EncodedRows } from '../../symbols/rows';
import { checkCancelled, type Control } from '../../util/control';
import type { Alphabet } from '../../symbols/alphabet';
import { kindOf } from '../../symbols/alphabet';
import { KindModel, type SymbolCounts } from '../stateFrequency/kindModel';
import { vectorsOf, type VectorModel } from './features';
import { OUTLIER_KINDS, type UsedKind } from './outlierKinds';
import type { StateOutliersSettings } from './settings';
import { surpriseOf, type Tail } from './tail';

/** What was learned from the rows of one state, or of all. */
export interface RowsModel {
  readonly outliers: OutlierModel;
  readonly tail: Tail;
}

/** Outlier models by state. */
export interface JudgeModel extends VectorModel {
  readonly settings: Pick<StateOutliersSettings, 'model' | 'features' | 'overallWeight' | 'kindWeight'>;
  readonly alphabet: Alphabet;
  /** Symbols of the baseline and how often each occurs. */
  readonly counts: SymbolCounts;
  /** Learned from rows of all states; undefined where not even these were enough. */
  readonly overall: RowsModel | undefined;
  readonly ofState: readonly (RowsModel | undefined)[];
}

/** Rows scored together. */
const BATCH = 1 << 13;

/** Says how odd visits of rows to states are. Remembers what it knows of symbols. */
export class Judge {
  readonly used: UsedKind;
  readonly kinds: KindModel;
  private readonly kindParts = new Map<number, number>();

  constructor(readonly model: JudgeModel) {
    this.used = OUTLIER_KINDS[model.settings.model];
    this.kinds = new KindModel(model.alphabet, model.counts);
  }

  /** The part of scores that the kind of flow has, whatever its numbers: -ln of its share of the baseline; 0 with the published feature sets. */
  kindPart(symbol: number): number {
    const { settings: { features, kindWeight }, alphabet } = this.model;
    if (features !== 'scaled' || kindWeight === 0) return 0;
    let part = this.kindParts.get(symbol);
    if (part === undefined) this.kindParts.set(symbol, (part = kindWeight * this.kinds.kindSurprise(kindOf(alphabet, symbol))));
    return part;
  }

  /**
   * Nats of each visit: the part of its kind, and the surprise of its numbers among the rows of its state and among all, by `overallWeight`; among all alone where the state has no model. `visitRow`: row numbers,
   * `visitState`: their states. The result does not depend on what else is asked. O(visits x cost of the models). Throws `Cancelled`.
   */
  surprises(rows: EncodedRows, visitRow: ArrayLike<number>, visitState: ArrayLike<number>, control: Control): Float64Array {
    const { ofState, settings: { overallWeight }, overall } = this.model;
    const result = Float64Array.from(visitRow, (row) => this.kindPart(rows.symbol[row]));
    const { starts, visits } = byState(visitState, ofState.length);
    for (let state = 0; state < ofState.length; state++) {
      const own = ofState[state];
      for (let from = starts[state]; from < starts[state + 1]; from += BATCH) {
        checkCancelled(control);
        const to = Math.min(starts[state + 1], from + BATCH);
        const matrix = vectorsOf(this.model, rows, visits.subarray(from, to).map((visit) => visitRow[visit]));
        const weight = own ? overallWeight : 1;
        if (overall && weight > 0) this.add(overall, matrix, weight, visits, from, result);
        if (own && weight < 1) this.add(own, matrix, 1 - weight, visits, from, result);
      }
    }
    return result;
  }

  /** The surprise of one vector. */
  surprise(model: RowsModel, vector: Float64Array): number {
    const scores = model.outliers.score({ values: vector, columns: vector.length });
    return 'problem' in scores ? 0 : surpriseOf(model.tail, this.used.level(scores[0]));
  }

  private add(model: RowsModel, matrix: Matrix, weight: number, visits: Uint32Array, from: number, result: Float64Array): void {
    const scores = model.outliers.score(matrix);
    // Models and vectors have the same columns: that was checked when the model was loaded.
    if ('problem' in scores) return;
    for (let i = 0; i < scores.length; i++) result[visits[from + i]] += weight * surpriseOf(model.tail, this.used.level(scores[i]));
  }
}

/** Numbers of visits grouped by state: those of state q are `visits[starts[q] .. starts[q + 1])`, ascending. O(visits + states). */
export function byState(visitState: ArrayLike<number>, states: number): { readonly starts: Uint32Array; readonly visits: Uint32Array } {
  const starts = new Uint32Array(states + 1);
  for (let i = 0; i < visitState.length; i++) starts[visitState[i] + 1]++;
  for (let q = 1; q <= states; q++) starts[q] += starts[q - 1];
  const next = starts.slice();
  const visits = new Uint32Array(visitState.length);
  for (let i = 0; i < visitState.length; i++) visits[next[visitState[i]]++] = i;
  return { starts, visits };
}

/** Weight of visits to states that n rows of the baseline arrive in (specs, section 6). */
export function visitWeights(states: Float64Array): Float64Array {
  const most = states.reduce((a, b) => Math.max(a, b), 0);
  return states.map((n) => (n + 1) / (most + 1));
}
