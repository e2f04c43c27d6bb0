import type * as A from '../../server/protocol/automaton';
import { StateKind } from '../../server/protocol/automaton';
import type { RowSelection } from '../../server/protocol/selection';
import type { LineParams } from '../../server/protocol/commands';
import type { Page, PageParams } from '../../server/protocol/places';
import { histograms, isWithin, numbersOf } from './histogramAnswers';
import { type Model, NO_GROUP } from './model';
import { bandOf, bandOfRow, isFlagged, placeOf, selected } from './rows';

export const REVISION = 1;
const MOST = 12;

export function paged<T>(items: readonly T[], { start, count }: PageParams): Page<T> {
  return { total: items.length, items: items.slice(start, start + count) };
}

export function automaton(model: Model): A.AutomatonSummary {
  return {
    revision: REVISION, title: `state frequency, learned from ${sum(model.baseline).toLocaleString('en')} rows`, states: model.options.states, edges: model.to.length, transitions: sum(model.edgeSymbols), symbols: 400,
    baselineRows: sum(model.baseline), captureRows: model.rowEdge.length, rootCauses: new Set(model.rowGroup.filter((group) => group !== NO_GROUP)).size, ...(model.rowEdge.length > 0 ? { timeSpan: model.time } : {}),
  };
}

export function states(model: Model, { start, count, selection }: A.RangeParams & { selection?: RowSelection }): A.StateColumns {
  const { states: total } = model.options, keep = selected(model, selection);
  const capture = new Float64Array(total), score = new Float32Array(total), flagged = new Uint32Array(total), rootCauses = new Uint32Array(total);
  let rows = 0;
  for (let row = 0; row < model.rowEdge.length; row++) {
    if (!keep(row)) continue;
    const state = model.to[model.rowEdge[row]];
    rows++;
    capture[state]++;
    score[state] = Math.max(score[state], model.rowScore[row]);
    if (isFlagged(model, row)) flagged[state]++;
  }
  for (const group of new Set(model.rowGroup)) if (group !== NO_GROUP) rootCauses[model.to[group]]++;
  const all = sum(model.baseline);
  const difference = Float32Array.from(capture, (seen, s) => seen + model.baseline[s] === 0 || rows === 0 ? 0 : Math.log2((seen + 0.5) / rows / ((model.baseline[s] + 0.5) / all)));
  const kind = Uint8Array.from(capture, (_, s) => (s === 0 ? StateKind.root : 0) | (model.edgeStart[s] === model.edgeStart[s + 1] ? StateKind.sink : 0));
  const end = Math.min(total, start + count);
  return {
    start, total, baseline: model.baseline.slice(start, end), capture: capture.slice(start, end), difference: difference.slice(start, end), score: score.slice(start, end), flagged: flagged.slice(start, end),
    rootCauses: rootCauses.slice(start, end), depth: model.depth.slice(start, end), parent: model.parent.slice(start, end), kind: kind.slice(start, end),
  };
}

export function edges(model: Model, { start, count, selection }: A.RangeParams & { selection?: RowSelection }): A.EdgeColumns {
  const capture = edgeCounts(model, selection), end = Math.min(capture.length, start + count);
  return {
    start, total: capture.length, from: model.from.slice(start, end), to: model.to.slice(start, end), baseline: model.edgeBaseline.slice(start, end), capture: capture.slice(start, end), symbols: model.edgeSymbols.slice(start, end),
  };
}

function edgeCounts(model: Model, selection?: RowSelection): Float64Array {
  const capture = new Float64Array(model.to.length), keep = selected(model, selection);
  model.rowEdge.forEach((edge, row) => { if (keep(row)) capture[edge]++; });
  return capture;
}

/** The first symbol of an edge has half its rows, the next half of the rest, and so on. */
export function edgeSymbols(model: Model, { from, to, start, count }: A.RangeParams & { from: number; to: number }): Page<A.EdgeSymbol> {
  const edge = model.edgeBetween(from, to), total = edge < 0 ? 0 : model.edgeSymbols[edge], capture = edge < 0 ? 0 : edgeCounts(model)[edge];
  return { total, items: Array.from({ length: Math.max(0, Math.min(count, total - start)) }, (_, i) => ({ words: model.symbolOf(edge, start + i), baseline: Math.floor(model.edgeBaseline[edge] / 2 ** (start + i + (total > 1 ? 1 : 0))), capture: Math.floor(capture / 2 ** (start + i + (total > 1 ? 1 : 0))) })) };
}

export function state(model: Model, { state: at, selection }: A.StateParams): A.StateDetail {
  const capture = edgeCounts(model, selection), into: number[] = [], out: number[] = [], rows = rowsOf(model, at, selection);
  for (let e = 0; e < model.to.length; e++) { if (model.to[e] === at) into.push(e); if (model.from[e] === at) out.push(e); }
  const visits = (list: readonly number[], of: Float64Array): number => list.reduce((all, e) => all + of[e], 0);
  const share = (list: readonly number[]): A.SymbolShare[] => list.map((e) => ({ words: model.symbolOf(e), baseline: model.edgeBaseline[e] / Math.max(1, visits(list, model.edgeBaseline)), capture: capture[e] / Math.max(1, visits(list, capture)) }))
    .sort((a, b) => b.baseline - a.baseline).slice(0, MOST);
  const link = (e: number, to: number): A.StateLink => ({ state: to, label: model.labelOf(to), symbols: model.edgeSymbols[e], baseline: model.edgeBaseline[e], capture: capture[e] });
  const byBaseline = (a: A.StateLink, b: A.StateLink): number => b.baseline - a.baseline;
  const entities = new Map<number, { rows: number; flagged: number }>();
  for (const row of rows) {
    const entry = entities.get(model.rowEntity[row]) ?? { rows: 0, flagged: 0 };
    entities.set(model.rowEntity[row], { rows: entry.rows + 1, flagged: entry.flagged + (isFlagged(model, row) ? 1 : 0) });
  }
  const causes = new Map<number, { findings: number; score: number }>();
  for (const row of rows) if (isFlagged(model, row)) {
    const cause = causes.get(model.rowGroup[row]);
    causes.set(model.rowGroup[row], { findings: (cause?.findings ?? 0) + 1, score: Math.max(cause?.score ?? 0, model.rowScore[row]) });
  }
  const seen = visits(into, capture);
  return {
    state: at, label: model.labelOf(at), baseline: model.baseline[at], capture: seen, expected: model.baseline[at] / Math.max(1, sum(model.baseline)) * model.rowEdge.length, flagged: rows.filter((row) => isFlagged(model, row)).length,
    score: rows.reduce((most, row) => Math.max(most, model.rowScore[row]), 0), arriving: share(into), leaving: share(out),
    fields: [{ name: 'protocol', text: 'tcp 92 %, udp 8 %' }, { name: 'bytes', text: `${40 + at} to ${(1514 + 3 * at).toLocaleString('en')}` }, { name: 'packets', text: '1 to 12' }, { name: 'duration', text: '0.2 ms to 3.1 s' }],
    entities: [...entities].sort(([, a], [, b]) => b.rows - a.rows).slice(0, MOST).map(([entity, counted]) => ({ name: model.entityOf(entity), ...counted })), entityTotal: entities.size,
    incoming: into.map((e) => link(e, model.from[e])).sort(byBaseline).slice(0, MOST), outgoing: out.map((e) => link(e, model.to[e])).sort(byBaseline).slice(0, MOST),
    arrivingTotal: into.length, leavingTotal: out.length, incomingTotal: into.length, outgoingTotal: out.length, rootCauseTotal: causes.size,
    rootCauses: [...causes].map(([edge, { findings, score }]) => ({ id: `g${edge}`, text: model.symbolOf(edge), findings, score, band: bandOf(score) })),
    access: at === 0 || model.parent[at] < 0 ? [] : model.wayTo(model.edgeBetween(model.parent[at], at)).map((e) => model.symbolOf(e)),
    provenance: at % 2 === 0 ? [] : Array.from({ length: 1 + at % 4 }, (_, i) => `the prefix of ${2 + i} symbols that ends in "${model.symbolOf(at, i)}"`),
  };
}

function rowsOf(model: Model, at: number, selection?: RowSelection): number[] {
  const keep = selected(model, selection), rows: number[] = [];
  model.rowEdge.forEach((edge, row) => { if (model.to[edge] === at && keep(row)) rows.push(row); });
  return rows;
}

export function stateHistograms(model: Model, params: A.StateHistogramsParams): A.StateHistograms {
  return histograms(model, params, rowsOf(model, params.state, params.selection));
}

export function stateRows(model: Model, { state: at, selection, order, flaggedOnly, within, ...page }: A.StateRowsParams): Page<A.StateRow> {
  const rows = rowsOf(model, at, selection).filter((row) => (!flaggedOnly || isFlagged(model, row)) && (!within || isWithin(model, row, within)));
  rows.sort((a, b) => order === 'time' ? model.rowTime[a] - model.rowTime[b] : model.rowScore[b] - model.rowScore[a] || a - b);
  return { total: rows.length, items: paged(rows, page).items.map((row) => ({
    row, place: placeOf(model, row), path: model.pathOf(row), entity: model.entityOf(model.rowEntity[row]), words: model.symbolOf(model.rowEdge[row]), ...(within ? { numbers: numbersOf(model, row, within) } : {}), score: model.rowScore[row], time: model.rowTime[row], ...bandOfRow(model, row),
  })) };
}

export function stateAt(model: Model, { line }: LineParams): A.StateAt | null {
  const row = line - 8;
  if (!(row in model.rowEdge)) return null;
  const edge = model.rowEdge[row];
  return { revision: REVISION, row, before: model.from[edge], state: model.to[edge], words: model.symbolOf(edge), score: model.rowScore[row], ...bandOfRow(model, row) };
}

export function replay(model: Model, { row: at, start, count }: A.RangeParams & { row: number }): A.Replay {
  const entity = model.rowEntity[at], rows: number[] = [];
  model.rowEntity.forEach((of, row) => { if (of === entity) rows.push(row); });
  const place = rows.indexOf(at), begin = start < 0 ? Math.max(0, place - Math.floor(count / 2)) : start;
  return { entity: model.entityOf(entity), start: begin, at: place, total: rows.length, items: rows.slice(begin, begin + count).map((row) => {
    const edge = model.rowEdge[row], raw = model.rowRaw[row];
    return {
      row, before: model.from[edge], state: model.to[edge], words: model.symbolOf(edge), probability: 2 ** -raw, raw, score: model.rowScore[row], time: model.rowTime[row], place: placeOf(model, row), path: model.pathOf(row), ...bandOfRow(model, row),
      parts: [{ name: 'rarity', value: raw * 0.7, text: `seen ${model.edgeBaseline[edge]} times in the baseline` }, { name: 'burst', value: raw * 0.3, text: 'times in this minute, compared with the usual' }],
    };
  }) };
}

export function find(model: Model, { query, ...page }: A.RangeParams & { query: string }): Page<A.StateMatch> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean), matches: A.StateMatch[] = [];
  const number = Number(query);
  if (query !== '' && Number.isInteger(number) && number >= 0 && number < model.options.states) matches.push({ state: number, label: model.labelOf(number), why: `state ${number}` });
  const host = new Map<number, number>();
  model.rowEdge.forEach((edge, row) => { if (query !== '' && model.entityOf(model.rowEntity[row]).includes(query)) host.set(model.to[edge], (host.get(model.to[edge]) ?? 0) + 1); });
  for (let s = 0; s < model.options.states; s++) {
    const label = model.labelOf(s);
    if (words.length > 0 && words.every((word) => label.toLowerCase().includes(word))) matches.push({ state: s, label, why: `symbol: ${label}` });
  }
  for (const [s, rows] of [...host].sort(([, a], [, b]) => b - a)) matches.push({ state: s, label: model.labelOf(s), why: `host: ${query} (${rows.toLocaleString('en')} rows)` });
  return paged(matches, page);
}

export function sum(values: ArrayLike<number>): number {
  let all = 0;
  for (let i = 0; i < values.length; i++) all += values[i];
  return all;
}
