import { categoryRadix, kindDigits, kindOf, sizeCount, sizeOf } from '../../server/core/symbols/alphabet';
import type { StateFrequencyModel } from '../../server/core/detectors/stateFrequency/model';
import type { EncodedRows } from '../../server/core/symbols/rows';

/**
 * Raw scores of `stateFrequency` by the formulas of `scorer.ts` and `kindModel.ts`, with plain lists and loops over the whole baseline
 * for every row. O(rows^2 x symbols).
 */
export function slowScores(model: StateFrequencyModel, rows: EncodedRows): number[] {
  const { alphabet, counts, automaton, settings } = model;
  const baseline = Array.from(counts.symbols, (symbol, i) => ({ symbol, kind: kindOf(alphabet, symbol), size: sizeOf(alphabet, symbol), count: counts.counts[i] }));
  const sum = (list: readonly { count: number }[]): number => list.reduce((n, { count }) => n + count, 0);
  const n = sum(baseline);

  const kindProbability = (kind: number): number => {
    const digits = kindDigits(alphabet, kind);
    const backOff = alphabet.categories.map((category, c) => {
      const sameParent = baseline.filter((b) => category.parent < 0 || kindDigits(alphabet, b.kind)[category.parent] === digits[category.parent]);
      return (sum(sameParent.filter((b) => kindDigits(alphabet, b.kind)[c] === digits[c])) + 0.5) / (sum(sameParent) + categoryRadix(category) / 2);
    }).reduce((a, b) => a * b, 1);
    const kinds = Math.max(1, new Set(baseline.map((b) => b.kind)).size);
    return (sum(baseline.filter((b) => b.kind === kind)) + kinds * backOff) / (n + kinds);
  };
  const sizeProbability = (symbol: number): number => {
    const prior = (sum(baseline.filter((b) => b.size === sizeOf(alphabet, symbol))) + 0.5) / (n + 0.5 * sizeCount(alphabet));
    return (sum(baseline.filter((b) => b.symbol === symbol)) + 5 * prior) / (sum(baseline.filter((b) => b.kind === kindOf(alphabet, symbol))) + 5);
  };

  const all = Array.from({ length: rows.rowCount }, (_, row) => row);
  const sequence = (entity: number): number[] => all.filter((row) => rows.entity[row] === entity).sort((a, b) => rows.time[a] - rows.time[b] || a - b);
  /** The state before and after a row, from the rows of its entity before it. */
  const states = (row: number): [before: number, after: number] => {
    const own = sequence(rows.entity[row]);
    let pair: [number, number] = [0, 0];
    for (const past of own.slice(Math.max(0, own.indexOf(row) - settings.windowLength + 1), own.indexOf(row) + 1)) {
      const symbol = baseline.findIndex((b) => b.symbol === rows.symbol[past]);
      pair = [pair[1], symbol < 0 ? 0 : Math.max(0, automaton.step(pair[1], symbol))];
    }
    return pair;
  };
  const block = (row: number): number => (model.visits.blockLength === Infinity ? 0 : Math.floor(rows.time[row] / model.visits.blockLength));
  const kindTotal = alphabet.categories.map(categoryRadix).reduce((a, b) => a * b, 1);

  return all.map((row) => {
    const symbol = rows.symbol[row], kind = kindOf(alphabet, symbol);
    const probability = kindProbability(kind) * sizeProbability(symbol);
    const [before, after] = states(row);
    const known = baseline.findIndex((b) => b.symbol === symbol);
    const entry = known < 0 ? -1 : automaton.entry(before, known);
    const followed = entry < 0 ? 0 : automaton.arrays.entryCount[entry];
    const inState = (followed + 10 * probability) / (Math.max(followed, automaton.arrays.passed[before]) + 10);
    const visits = all.filter((other) => rows.entity[other] === rows.entity[row] && block(other) === block(row) && kindOf(alphabet, rows.symbol[other]) === kind && states(other)[1] === after).length;
    const record = model.visits.keys.indexOf(after * kindTotal + kind);
    const most = record < 0 ? 0 : model.visits.most[record];
    return -Math.log(kindProbability(kind))
      + settings.sizeWeight * Math.max(0, -Math.log(sizeProbability(symbol)) - model.usualSize)
      + settings.orderWeight * Math.max(0, Math.log(probability) - Math.log(inState) - model.usualOrder)
      + settings.frequencyWeight * Math.max(0, Math.log(visits + 1) - Math.log(most + 1));
  });
}
