import { kindOf } from '../../symbols/alphabet';
import type { EncodedRows } from '../../symbols/rows';
import { count, kindWords, symbolWords } from '../../symbols/words';
import { percent } from '../../symbols/fieldWords';
import type { Evidence, EvidencePart, ScoreColumns } from '../detector';
import { vectorsOf } from './features';
import { fieldText } from './fieldText';
import { Judge, type RowsModel, visitWeights } from './judge';
import type { StateOutliersModel } from './model';
import { Places } from './places';

/** Fields of the sentence at most, and their least share of the score. */
const NAMED = 3;
const NAMED_SHARE = 0.15;
const EXPECTED = 5;

/** Explains rows one by one; see `Evidence`. */
export class Explainer {
  private readonly judge: Judge;
  private readonly places: Places;
  private readonly weights: Float64Array;
  /** Shares of misfits of entities asked for. */
  private readonly misfits = new Map<number, number>();

  constructor(private readonly model: StateOutliersModel, private readonly rows: EncodedRows, private readonly columns: ScoreColumns) {
    this.judge = new Judge(model);
    this.places = new Places(model, rows, columns);
    this.weights = visitWeights(model.baseline.states);
  }

  /** The feature that counts for most of the row's score, by number; one more than the last for its kind. */
  worstFeature(row: number): number {
    const values = this.contributions(row);
    return values.indexOf(Math.max(...values));
  }

  /** Parts are the features and the kind of flow, which add up to the raw score, and the entity's verdict, which adds nothing. */
  explain(row: number): Evidence {
    const { model, rows, columns } = this;
    const values = this.contributions(row);
    const state = columns.state[row];
    const symbol = rows.symbol[row];
    const texts = [...model.features.map((_, f) => fieldText(model, rows, row, state, f)), this.kindText(symbol)];
    const names = [...model.features.map(({ name }) => name), 'kind'];
    const order = Array.from(values.keys()).sort((a, b) => values[b] - values[a] || a - b);
    const total = values.reduce((a, b) => a + b, 0);
    const named = order.filter((f, i) => i === 0 || (i < NAMED && values[f] >= NAMED_SHARE * total));
    const parts: EvidencePart[] = order.map((f) => ({ name: names[f], value: values[f], text: texts[f] }));
    const alone = model.ofState[state] === undefined ? ` Only ${count(model.baseline.states[state])} baseline rows came to this state, so it is compared with all rows.` : '';
    const entity = this.entityText(row);
    return {
      parts: [...parts, { name: 'entity', value: 0, text: entity }],
      expected: this.expected(row),
      message: `${kindWords(model.alphabet, kindOf(model.alphabet, symbol))}: ${named.map((f) => (names[f] === 'kind' ? texts[f] : `${names[f]} ${texts[f]}`)).join('; ')}.${alone}`,
    };
  }

  /** The raw score by feature: what each visit's surprise is owed to, by the shares that the models give. */
  private contributions(row: number): Float64Array {
    const { model, places, weights, judge, rows } = this;
    const { overall, ofState, settings: { overallWeight } } = model;
    const vector = vectorsOf(model, rows, [row]).values;
    const sums = new Float64Array(vector.length + 1);
    let weight = 0;
    for (const state of places.statesOf(row)) {
      const own = ofState[state];
      weight += weights[state];
      if (overall) this.add(overall, weights[state] * (own ? overallWeight : 1), vector, sums);
      if (own) this.add(own, weights[state] * (1 - overallWeight), vector, sums);
    }
    const means = sums.map((sum) => (weight > 0 ? sum / weight : 0));
    means[vector.length] = judge.kindPart(rows.symbol[row]);
    return means;
  }

  private add(model: RowsModel, weight: number, vector: Float64Array, sums: Float64Array): void {
    if (weight === 0) return;
    const surprise = this.judge.surprise(model, vector);
    const shares = model.outliers.explain(vector);
    const known = 'problem' in shares ? 0 : shares.reduce((a, b) => a + b, 0);
    for (let f = 0; f < vector.length; f++) sums[f] += weight * surprise * (known > 0 ? (shares as Float64Array)[f] / known : 1 / vector.length);
  }

  private kindText(symbol: number): string {
    const { kinds } = this.judge;
    const seen = kinds.kindCount(kindOf(this.model.alphabet, symbol));
    return seen === 0 ? `never seen in ${count(kinds.rows)} baseline rows` : `seen in ${count(seen)} of ${count(kinds.rows)} baseline rows`;
  }

  /** "3 % of this entity's 340 rows do not fit; 95 of 100 entities of the baseline have at most 2 %". */
  private entityText(row: number): string {
    const { columns: { starts }, rows, model: { rule, settings } } = this;
    const entity = rows.entity[row];
    const n = starts[entity + 1] - starts[entity];
    if (n < settings.leastEntityRows) return `${count(n)} rows of this entity: too few for a verdict on it (${count(settings.leastEntityRows)} are needed)`;
    const share = this.misfitShare(entity);
    return `${percent(share)} of this entity's ${count(n)} rows do not fit${rule.judged > 0 ? `; 95 of 100 entities of the baseline have at most ${percent(rule.usualMisfits)}` : ''}: ${share > rule.usualMisfits ? 'unlike the baseline' : 'like the baseline'}`;
  }

  private misfitShare(entity: number): number {
    const known = this.misfits.get(entity);
    if (known !== undefined) return known;
    const share = misfitShare(this.model, this.columns, entity);
    this.misfits.set(entity, share);
    return share;
  }

  private expected(row: number): Evidence['expected'] {
    const { model: { automaton, alphabet, automatonSymbols } } = this;
    const before = this.places.walk.before[this.places.of(row)];
    const { entryStart, entrySymbol, entryCount } = automaton.arrays;
    const entries = Array.from({ length: entryStart[before + 1] - entryStart[before] }, (_, i) => entryStart[before] + i).filter((e) => entryCount[e] > 0);
    const total = entries.reduce((n, e) => n + entryCount[e], 0);
    entries.sort((a, b) => entryCount[b] - entryCount[a] || a - b);
    return entries.slice(0, EXPECTED).map((e) => ({ words: symbolWords(alphabet, automatonSymbols[entrySymbol[e]]), share: entryCount[e] / total }));
  }
}

/** Share of an entity's rows that do not fit. O(rows of the entity). */
export function misfitShare({ rule }: StateOutliersModel, { order, starts, raw }: ScoreColumns, entity: number): number {
  let misfits = 0;
  for (let i = starts[entity]; i < starts[entity + 1]; i++) if (raw[order[i]] > rule.fitRaw) misfits++;
  return misfits / Math.max(1, starts[entity + 1] - starts[entity]);
}
