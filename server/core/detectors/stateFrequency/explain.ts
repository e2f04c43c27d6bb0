import { kindOf, sizeOf } from '../../symbols/alphabet';
import type { EncodedRows } from '../../symbols/rows';
import { count, kindWords, seconds, sizeWords, symbolWords } from '../../symbols/words';
import type { Evidence, EvidencePart, ScoreColumns } from '../detector';
import type { ScoringModel, Step } from './scorer';
import { blockOf, orderSurprise, stepTo, SymbolFacts, usualVisits, visitKey } from './scorer';
import { firstNotBefore, positionOf } from './steps';

const EXPECTED = 5;

/**
 * Explains rows one by one: the parts of a row's score, which add up to its raw score, with what was seen and what the baseline would have.
 * O(windowLength) for a row, and O(rows of the block) for the first one of an entity and a block of time.
 */
export function explainer(model: ScoringModel, rows: EncodedRows, columns: ScoreColumns): (row: number) => Evidence {
  const facts = new SymbolFacts(model);
  const counted = new BlockVisits(model, rows, columns);
  return (row) => explainRow(model, rows, columns, facts, counted, row);
}

function explainRow(model: ScoringModel, rows: EncodedRows, columns: ScoreColumns, facts: SymbolFacts, counted: BlockVisits, row: number): Evidence {
  const { order, starts } = columns;
  const entity = rows.entity[row];
  const first = starts[entity];
  const at = positionOf(rows, columns, row);
  const symbol = rows.symbol[row];
  const fact = facts.of(symbol);
  const kind = kindOf(model.alphabet, symbol);
  const step: Step = { before: 0, after: 0 };
  stepTo(model, (i) => facts.automatonSymbol[facts.of(rows.symbol[order[i]])], first, at, step);
  const order_ = orderSurprise(model, step.before, facts.automatonSymbol[fact], facts.probability[fact]);
  const visit = visitKey(model, step.after, kind);
  const visits = counted.of(row, visit);
  const most = usualVisits(model, visit);

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

/** How often the entity of a row made a visit in the row's block of time. Rows explained together are often of one block: the last one's counts are kept. */
class BlockVisits {
  private readonly counts = new Map<number, number>();
  private entity = -1;
  private block = NaN;

  constructor(private readonly model: ScoringModel, private readonly rows: EncodedRows, private readonly columns: ScoreColumns) {}

  of(row: number, visit: number): number {
    const { entity, time } = this.rows;
    const block = blockOf(this.model.visits.blockLength, time[row]);
    if (entity[row] !== this.entity || block !== this.block) this.count(entity[row], block);
    return this.counts.get(visit) ?? 0;
  }

  private count(entity: number, block: number): void {
    const { model, rows, columns: { order, starts, state }, counts } = this;
    const { blockLength } = model.visits;
    this.entity = entity;
    this.block = block;
    counts.clear();
    const from = firstNotBefore(order, starts[entity], starts[entity + 1], (row) => blockOf(blockLength, rows.time[row]) < block);
    for (let i = from; i < starts[entity + 1] && blockOf(blockLength, rows.time[order[i]]) === block; i++) {
      const visit = visitKey(model, state[order[i]], kindOf(model.alphabet, rows.symbol[order[i]]));
      counts.set(visit, (counts.get(visit) ?? 0) + 1);
    }
  }
}
