import { kindOf, sizeOf } from '../../symbols/alphabet';
import type { EncodedRows } from '../../symbols/rows';
import { count, kindWords, seconds, sizeWords, symbolWords } from '../../symbols/words';
import type { Evidence, EvidencePart } from '../detector';
import type { ScoringModel, Step , SymbolFacts} from './scorer';
import { blockOf, orderSurprise, stepTo, usualVisits, visitKey } from './scorer';
import type { RowScores } from './scorer';

const EXPECTED = 5;

/**
 * The parts of a row's score, which add up to its raw score, with what was seen and what the baseline would have.
 * O(rows of the entity).
 */
export function explainRow(model: ScoringModel, rows: EncodedRows, scores: RowScores, facts: SymbolFacts, row: number): Evidence {
  const { order, starts } = scores.sequences;
  const entity = rows.entity[row];
  const first = starts[entity];
  const end = starts[entity + 1];
  const at = positionOf(rows, order, first, end, row);
  const symbol = rows.symbol[row];
  const fact = facts.of(symbol);
  const kind = kindOf(model.alphabet, symbol);
  const step: Step = { before: 0, after: 0 };
  stepTo(model, (i) => facts.automatonSymbol[facts.of(rows.symbol[order[i]])], first, at, step);
  const order_ = orderSurprise(model, step.before, facts.automatonSymbol[fact], facts.probability[fact]);
  const block = blockOf(model.visits.blockLength, rows.time[row]);
  let visits = 0;
  for (let i = first; i < end; i++) {
    const other = order[i];
    if (scores.state[other] === step.after && blockOf(model.visits.blockLength, rows.time[other]) === block && kindOf(model.alphabet, rows.symbol[other]) === kind) visits++;
  }
  const most = usualVisits(model, visitKey(model, step.after, kind));

  const kindSeen = facts.kindModel.kindCount(kind);
  const sizeSeen = facts.kindModel.symbolCount(symbol);
  const total = facts.kindModel.rows;
  const what = kindWords(model.alphabet, kind);
  const sizes = sizeWords(model.alphabet, sizeOf(model.alphabet, symbol));
  const span = model.visits.blockLength === Infinity ? '' : ` within ${seconds(model.visits.blockLength)}`;
  const entry = facts.automatonSymbol[fact] < 0 ? -1 : model.automaton.entry(step.before, facts.automatonSymbol[fact]);
  const followed = entry < 0 ? 0 : model.automaton.arrays.entryCount[entry];
  const parts: EvidencePart[] = [
    { name: 'kind', value: facts.kindSurprise[fact], text: `${what}: ${ofRows(kindSeen, total)}` },
    { name: 'size', value: model.settings.sizeWeight * Math.max(0, facts.sizeSurprise[fact] - model.usualSize), text: `${sizes}: ${count(sizeSeen)} of ${count(kindSeen)} baseline rows of this kind` },
    { name: 'order', value: model.settings.orderWeight * Math.max(0, order_ - model.usualOrder), text: `after what came before (state ${step.before}): ${count(followed)} of ${count(model.automaton.arrays.passed[step.before])} times` },
    { name: 'frequency', value: model.settings.frequencyWeight * Math.max(0, Math.log(visits + 1) - Math.log(most + 1)), text: visitWords(visits, most, span) },
  ];
  return { parts, expected: expectedNext(model, step.before), message: sentence(parts, what, sizes, kindSeen, total, visits, most, span) };
}

function ofRows(seen: number, total: number): string {
  return seen === 0 ? `none of ${count(total)} baseline rows` : `${count(seen)} of ${count(total)} baseline rows`;
}

function times(n: number): string {
  return n === 1 ? 'once' : n === 2 ? 'twice' : n === 0 ? 'never' : `${count(n)} times`;
}

function sentence(parts: readonly EvidencePart[], what: string, sizes: string, kindSeen: number, total: number, visits: number, most: number, span: string): string {
  const [kind, size, order, frequency] = parts.map((p) => p.value);
  const rarity = kindSeen === 0 ? `never seen in ${count(total)} baseline rows` : `seen in ${ofRows(kindSeen, total)}`;
  const also: string[] = [];
  if (frequency > 0.5 && visits > 1) also.push(visitWords(visits, most, span));
  if (size > 0.5) also.push(`unusual size (${sizes})`);
  if (order > 0.5) also.push('unexpected after what came before');
  // The dominating part leads the sentence.
  if (frequency > kind && visits > 1) return `${what}: ${also.join('; ')}; ${rarity}.`;
  return `${what}: ${[rarity, ...also].join('; ')}.`;
}

function visitWords(visits: number, most: number, span: string): string {
  return `${times(visits)} by this entity${span}, ${most === 0 ? 'never' : `at most ${times(most)}`} by any in the baseline`;
}

function expectedNext(model: ScoringModel, state: number): { words: string; share: number }[] {
  const { entryStart, entrySymbol, entryCount } = model.automaton.arrays;
  const entries = Array.from({ length: entryStart[state + 1] - entryStart[state] }, (_, i) => entryStart[state] + i).filter((e) => entryCount[e] > 0);
  const total = entries.reduce((n, e) => n + entryCount[e], 0);
  entries.sort((a, b) => entryCount[b] - entryCount[a] || a - b);
  return entries.slice(0, EXPECTED).map((e) => ({ words: symbolWords(model.alphabet, model.automatonSymbols[entrySymbol[e]]), share: entryCount[e] / total }));
}

/** Position of a row in its entity's sequence, by its time. O(log n) plus rows of equal time. */
function positionOf(rows: EncodedRows, order: Uint32Array, first: number, end: number, row: number): number {
  const time = rows.time[row];
  let low = first;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = rows.time[order[middle]];
    if (other < time || (other === time && order[middle] < row)) low = middle + 1;
    else high = middle;
  }
  return low;
}
