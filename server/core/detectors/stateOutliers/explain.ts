import { kindOf } from '../../symbols/alphabet';
import type { EncodedRows } from '../../symbols/rows';
import { count, kindWords, symbolWords } from '../../symbols/words';
import type { Evidence, EvidencePart, ScoreColumns } from '../detector';
import { vectorsOf } from './features';
import { fieldText } from './fieldText';
import { Judge, type RowsModel, visitWeights } from './judge';
import { guardWords, noGuardText } from './guardText';
import type { StateOutliersModel } from './model';
import { Places } from './places';
import { verdictOf } from './verdict';

/** Fields of the sentence at most, and their least share of the score. */
const NAMED = 3;
const NAMED_SHARE = 0.15;
const EXPECTED = 5;

/** Explains rows one by one; see `Evidence`. */
export class Explainer {
  private readonly judge: Judge;
  private readonly places: Places;
  private readonly weights: Float64Array;
  /** Of entities asked for. */
  private readonly verdicts = new Map<number, string>();

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

  /** Parts are the features and the kind of flow, which add up to the raw score; the guard of its transition and the entity's verdict add nothing. */
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
    const transition = this.transition(row);
    if (transition) parts.push({ name: 'transition', value: 0, text: transition.text });
    const lost = transition?.held === false ? ` There is ${transition.text}.` : '';
    return {
      parts: [...parts, { name: 'entity', value: 0, text: this.entityText(row) }],
      expected: this.expected(row),
      message: `${kindWords(model.alphabet, kindOf(model.alphabet, symbol))}: ${named.map((f) => (names[f] === 'kind' ? texts[f] : `${names[f]} ${texts[f]}`)).join('; ')}.${alone}${lost}`,
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

  private entityText(row: number): string {
    const entity = this.rows.entity[row];
    let text = this.verdicts.get(entity);
    if (text === undefined) this.verdicts.set(entity, (text = verdictOf(this.model, this.columns, entity).text));
    return text;
  }

  /** How the row's transition was guarded, or that no guard `held`; undefined where there is no guard to tell of. */
  private transition(row: number): { readonly text: string; readonly held: boolean } | undefined {
    const { places, model: { automaton, automatonSymbols, features }, rows } = this;
    if (!automaton.data.guards) return undefined;
    const at = places.of(row);
    const before = places.walk.before[at];
    if (places.walk.noGuard(at)) return { text: noGuardText(automaton, features, rows, row, before, automatonSymbols.indexOf(rows.symbol[row])), held: false };
    const entry = places.walk.entry(at);
    const words = entry < 0 ? undefined : guardWords(automaton, features, entry);
    return words === undefined ? undefined : { text: `from state ${before} by ${words}`, held: true };
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
