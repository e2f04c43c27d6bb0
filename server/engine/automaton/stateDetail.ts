import { rankedPage } from '../../core/util/rankedPage';
import type { Slices } from '../../core/util/slices';
import type { StateDetail, StateLink, StateParams, SymbolShare } from '../../protocol/automaton';
import { commonScore } from '../../core/detectors/scoring/calibration';
import { bandOf } from '../findings';
import { groupTexts } from '../findingFilter';
import { edgeBetween } from './graph';
import type { Look } from './look';
import { Tally } from './tally';

/** Entries of each list. */
const SHOWN = 8;
/** Steps of the way from the root that are shown. */
const SHOWN_STEPS = 24;
/** Rows counted between pauses: they lie scattered. */
const SLICE = 1 << 16;

/** Everything about one state. O(rows of the state), and one pass over the steps of all rows. */
export async function stateDetail(look: Look, { state, selection }: StateParams): Promise<StateDetail> {
  const { baseline, baselineTotal, capture } = look;
  const [counts, taken, mask, index, steps] = [await look.stateCounts(selection), await look.entryCounts(selection), await look.mask(selection), await look.stateRows(), await look.steps()];
  const arriving = await look.run(arrivals(look, index.rows.subarray(index.starts[state], index.starts[state + 1]), mask));
  const leaving = await look.run(departures(look, state, steps, mask));
  const before = baselineArriving(look, state);
  const arrivingShares = symbolShares(look, before, arriving.symbols);
  const leavingShares = symbolShares(look, baselineLeaving(look, state), leaving);
  const of = arriving.symbols.size > 0 ? arriving.symbols : before;
  const { inStart, inEdges, outStart } = look.graph;
  const incoming = links(look, inEdges.subarray(inStart[state], inStart[state + 1]), 'from', taken, counts.total);
  const outgoing = links(look, Uint32Array.from({ length: outStart[state + 1] - outStart[state] }, (_, i) => outStart[state] + i), 'to', taken, counts.total);
  const texts = capture ? groupTexts(capture) : [];
  const groups = (capture?.findings.groups ?? []).map((group, i) => ({ ...group, text: texts[i] })).filter((group) => group.state === state).sort((a, b) => b.score - a.score || b.rows - a.rows || (a.key < b.key ? -1 : 1));
  return {
    state, label: look.label(state), baseline: baseline.states[state], capture: counts.rows[state], flagged: counts.flagged[state],
    expected: baselineTotal > 0 ? (baseline.states[state] / baselineTotal) * counts.total : 0,
    score: capture && counts.rows[state] > 0 ? commonScore(capture.model.calibration, counts.raw[state]) : 0,
    arriving: arrivingShares.slice(0, SHOWN), arrivingTotal: arrivingShares.length, leaving: leavingShares.slice(0, SHOWN), leavingTotal: leavingShares.length,
    fields: look.view.fields(of.keys(), of.values()),
    entities: arriving.entities, entityTotal: arriving.entityTotal,
    incoming, incomingTotal: inStart[state + 1] - inStart[state], outgoing, outgoingTotal: outStart[state + 1] - outStart[state],
    rootCauses: capture ? groups.slice(0, SHOWN).map((group) => ({ id: group.key, text: group.text, findings: group.findings.length, score: group.score, band: bandOf(group.score, capture.findings.threshold) })) : [],
    rootCauseTotal: groups.length,
    access: access(look, state), provenance: provenance(look, state),
  };
}

interface Arrivals {
  readonly symbols: Tally;
  readonly entities: StateDetail['entities'];
  readonly entityTotal: number;
}

/** Symbols and entities of the rows of one state, entities with most rows first. */
function* arrivals(look: Look, rows: Uint32Array, mask: Uint8Array | undefined): Slices<Arrivals> {
  const symbols = new Tally();
  const { capture } = look;
  if (!capture) return { symbols, entities: [], entityTotal: 0 };
  const { entity, symbol, entityCount } = capture.rows;
  const ofEntity = new Float64Array(entityCount);
  let entityTotal = 0;
  for (let from = 0; from < rows.length; from += SLICE) {
    const to = Math.min(rows.length, from + SLICE);
    for (let i = from; i < to; i++) {
      const row = rows[i];
      if (mask !== undefined && mask[row] === 0) continue;
      symbols.add(symbol[row]);
      if (ofEntity[entity[row]]++ === 0) entityTotal++;
    }
    yield;
  }
  const shown = [...rankedPage(ofEntity.map((n) => -n), 0, Math.min(SHOWN, entityTotal))];
  const flagged = new Map(shown.map((e) => [e, 0]));
  const state = rows.length > 0 ? capture.scores.state[rows[0]] : -1;
  for (const row of capture.findings.rows) {
    const known = capture.scores.state[row] === state && (mask === undefined || mask[row] !== 0) ? flagged.get(entity[row]) : undefined;
    if (known !== undefined) flagged.set(entity[row], known + 1);
  }
  return { symbols, entities: shown.map((e) => ({ name: capture.entities.name(e), rows: ofEntity[e], flagged: flagged.get(e) ?? 0 })), entityTotal };
}

/** Symbols of the rows that the automaton was in the state before. */
function* departures(look: Look, state: number, steps: Int32Array, mask: Uint8Array | undefined): Slices<Tally> {
  const symbols = new Tally();
  const { capture } = look;
  if (!capture) return symbols;
  const { entryStart } = look.automaton.arrays;
  const [first, last, none] = [entryStart[state], entryStart[state + 1], -1 - state];
  const { raw } = capture.scores;
  for (let from = 0; from < steps.length; from += 4 * SLICE) {
    const to = Math.min(steps.length, from + 4 * SLICE);
    for (let row = from; row < to; row++) {
      const step = steps[row];
      if (step !== none && (step < first || step >= last)) continue;
      if (raw[row] > -Infinity && (mask === undefined || mask[row] !== 0)) symbols.add(capture.rows.symbol[row]);
    }
    yield;
  }
  return symbols;
}

/** Rows of the baseline by the symbol that led to the state; to the root also those for which no state was left to go to. */
function baselineArriving(look: Look, state: number): Tally {
  const symbols = new Tally();
  const { entrySymbol, entryTarget } = look.automaton.arrays;
  const add = (entry: number): void => symbols.add(look.view.symbols[entrySymbol[entry]], look.baseline.entries[entry]);
  const { inStart, inEdges, edgeStart, entries } = look.graph;
  for (let i = inStart[state]; i < inStart[state + 1]; i++) entries.subarray(edgeStart[inEdges[i]], edgeStart[inEdges[i] + 1]).forEach(add);
  if (state === 0) for (let entry = 0; entry < entryTarget.length; entry++) if (entryTarget[entry] < 0) add(entry);
  return symbols;
}

function baselineLeaving(look: Look, state: number): Tally {
  const symbols = new Tally();
  const { entryStart, entrySymbol } = look.automaton.arrays;
  for (let entry = entryStart[state]; entry < entryStart[state + 1]; entry++) symbols.add(look.view.symbols[entrySymbol[entry]], look.baseline.entries[entry]);
  return symbols;
}

/** Symbols of either side with a row, the greater share first. */
function symbolShares(look: Look, baseline: Tally, capture: Tally): SymbolShare[] {
  const all = new Tally();
  for (const symbol of [...baseline.keys(), ...capture.keys()]) all.add(symbol);
  const share = (tally: Tally, total: number, symbol: number): number => (total > 0 ? tally.of(symbol) / total : 0);
  const [ofBaseline, ofCapture] = [baseline.total(), capture.total()];
  const shares = Array.from(all.keys(), (symbol) => ({ symbol, baseline: share(baseline, ofBaseline, symbol), capture: share(capture, ofCapture, symbol) })).filter((s) => s.baseline + s.capture > 0);
  shares.sort((a, b) => Math.max(b.baseline, b.capture) - Math.max(a.baseline, a.capture) || b.capture - a.capture || a.symbol - b.symbol);
  // Words of what is cut are not asked for.
  return shares.map(({ symbol, ...rest }, i) => ({ words: i < SHOWN ? look.wordsOf(symbol) : '', ...rest }));
}

/** The edges with the greatest share of rows, as links to the states at their other end. */
function links(look: Look, edges: Uint32Array, end: 'from' | 'to', taken: Float64Array, captureTotal: number): StateLink[] {
  const rows = Array.from(edges, (edge) => edgeRows(look, edge, taken));
  const rank = Float64Array.from(rows, ({ baseline, capture }) => -Math.max(look.baselineTotal > 0 ? baseline / look.baselineTotal : 0, captureTotal > 0 ? capture / captureTotal : 0));
  return Array.from(rankedPage(rank, 0, SHOWN), (i) => {
    const state = look.graph[end][edges[i]];
    return { state, label: look.label(state), symbols: look.graph.edgeStart[edges[i] + 1] - look.graph.edgeStart[edges[i]], ...rows[i] };
  });
}

/** Rows that took an edge. `taken`: rows of the capture by entry. */
export function edgeRows({ graph: { edgeStart, entries }, baseline }: Look, edge: number, taken: Float64Array): { baseline: number; capture: number } {
  const sum = { baseline: 0, capture: 0 };
  for (let i = edgeStart[edge]; i < edgeStart[edge + 1]; i++) {
    sum.baseline += baseline.entries[entries[i]];
    sum.capture += taken[entries[i]];
  }
  return sum;
}

/** A shortest way from the root, of several transitions between two states the one with most rows; the last steps of a long one. */
function access(look: Look, state: number): string[] {
  const { parent, depth, edgeStart, entries } = look.graph;
  const steps: string[] = [];
  for (let q = state; parent[q] >= 0 && steps.length < SHOWN_STEPS; q = parent[q]) {
    const edge = edgeBetween(look.graph, parent[q], q);
    let best = entries[edgeStart[edge]];
    for (const entry of entries.subarray(edgeStart[edge], edgeStart[edge + 1])) if (look.baseline.entries[entry] > look.baseline.entries[best]) best = entry;
    steps.push(look.wordsOfEntry(best));
  }
  if (depth[state] > steps.length) steps.push(`${depth[state] - steps.length} steps before`);
  return steps.reverse();
}

/** The beginning of a trace that first led to the state when it was learned. */
function provenance(look: Look, state: number): string[] {
  const prefix = look.automaton.prefix(state);
  if (prefix.length === 0) return [];
  const shown = Array.from(prefix.subarray(-SHOWN_STEPS), (symbol) => look.view.shortWords(look.view.symbols[symbol]));
  return [`${prefix.length > SHOWN_STEPS ? '... ' : ''}${shown.join(', then ')}`];
}
