import { commonScore } from '../core/detectors/scoring/calibration';
import { count } from '../core/symbols/words';
import { rankedPage } from '../core/util/rankedPage';
import { type AutomatonSummary, type EdgeColumns, type EdgeSymbol, type NoAutomaton, type StateColumns, StateKind, type StateMatch } from '../protocol/automaton';
import type { Page, PageParams } from '../protocol/places';
import { OutdatedError, SessionError } from './api';
import type { AutomatonQueries, CountedRange } from './automaton/api';
import { visitDifference } from './automaton/counts';
import { findStates } from './automaton/findStates';
import { edgeBetween } from './automaton/graph';
import { stateHistograms } from './automaton/histograms';
import { Recent } from '../core/util/recent';
import { Look, type LookServices, type Subject } from './automaton/look';
import { replay, stateAt, statePage } from './automaton/rows';
import { edgeRows, stateDetail } from './automaton/stateDetail';
import { logsByPath, rowAtLine } from './scoredCapture';

/** Searches whose results are kept for their next pages. */
const KEPT_SEARCHES = 4;

/** What is looked at now, loaded if need be. `revision` changes whenever the model, the scores or the findings do. */
export type CurrentSubject = () => Promise<(Subject & { readonly revision: number }) | NoAutomaton>;

/** Answers about the automaton of the model in use. */
export function automatonQueries(current: CurrentSubject, services: LookServices): AutomatonQueries {
  let known: Look | undefined;
  let searches = new Recent<Promise<readonly StateMatch[]>>(KEPT_SEARCHES);

  async function look(): Promise<Look | NoAutomaton> {
    const subject = await current();
    if ('reason' in subject) return subject;
    if (known?.revision === subject.revision) return known;
    const view = subject.detector.automaton?.(subject.model);
    if (!view) return { reason: `${subject.detector.title} learns no automaton. Its findings stand under Root Causes.` };
    known = new Look(subject.revision, subject, view, services, known);
    searches = new Recent(KEPT_SEARCHES);
    return known;
  }

  async function at(revision: number): Promise<Look> {
    const now = await look();
    if ('reason' in now) throw new OutdatedError(now.reason);
    if (now.revision !== revision) throw new OutdatedError('The capture was scored again; the numbers shown are old. Ask for the automaton again.');
    return now;
  }

  return {
    async summary() {
      const now = await look();
      return 'reason' in now ? now : summary(now);
    },
    states: async (params) => states(await at(params.revision), params),
    edges: async (params) => edges(await at(params.revision), params),
    async labels(revision, wanted) {
      const now = await at(revision);
      return wanted.map((state) => now.label(checked(now, state)));
    },
    async edgeSymbols({ revision, from, to, ...page }) {
      const now = await at(revision);
      return edgeSymbols(now, edgeBetween(now.graph, checked(now, from), checked(now, to)), page);
    },
    async state(params) {
      const now = await at(params.revision);
      checked(now, params.state);
      return stateDetail(now, params);
    },
    async histograms(params) {
      const now = await at(params.revision);
      checked(now, params.state);
      return stateHistograms(now, params);
    },
    async rows(params) {
      const now = await at(params.revision);
      checked(now, params.state);
      return statePage(now, params);
    },
    async at(file, line) {
      const now = await look();
      const capture = 'reason' in now ? undefined : now.capture;
      const log = capture && logsByPath(capture).get(file);
      const row = log ? rowAtLine(log, line) : -1;
      return capture && row >= 0 ? stateAt(now as Look, capture, row) : undefined;
    },
    replay: async (params) => replay(await at(params.revision), params),
    async find({ revision, query, start, count: most }) {
      const now = await at(revision);
      const found = await searches.get(query, () => findStates(now, query));
      return { total: found.length, items: found.slice(start, start + most) };
    },
  };
}

function checked({ automaton: { stateCount } }: Look, state: number): number {
  if (Number.isInteger(state) && state >= 0 && state < stateCount) return state;
  throw new SessionError(`There is no state ${state}: the automaton has ${count(stateCount)} states, from 0 on. Choose one of them.`);
}

async function summary(look: Look): Promise<AutomatonSummary> {
  const { subject: { detector, model }, capture, graph, automaton, view } = look;
  const spans = capture?.logs.flatMap((log) => (log.summary.timeSpan ? [log.summary.timeSpan] : [])) ?? [];
  const notes = [view.note, ...(capture ? capture.scores.notes : ['Nothing is scored with this model yet: visits are those of its baseline alone. Run Anomaline: Score.'])].filter((note) => note !== undefined);
  return {
    revision: look.revision, title: `${detector.title.toLowerCase()}, learned from ${count(model.baselineRows)} rows`, ...(notes.length > 0 ? { note: notes.join(' ') } : {}),
    states: automaton.stateCount, edges: graph.edgeCount, transitions: graph.entries.length, symbols: view.symbols.length,
    baselineRows: model.baselineRows, captureRows: (await look.stateCounts()).total, rootCauses: capture?.findings.groups.length ?? 0,
    ...(spans.length > 0 ? { timeSpan: [Math.min(...spans.map((s) => s[0])), Math.max(...spans.map((s) => s[1]))] as const } : {}),
  };
}

/** The part of [0, total) that is asked for. */
function within({ start, count: most }: PageParams, total: number): readonly [from: number, to: number] {
  const from = Math.min(start, total);
  return [from, Math.min(total, from + most)];
}

async function states(look: Look, params: CountedRange): Promise<StateColumns> {
  const { automaton, graph, baseline, baselineTotal, capture } = look;
  const [from, to] = within(params, automaton.stateCount);
  const counts = await look.stateCounts(params.selection);
  const rootCauses = new Uint32Array(automaton.stateCount);
  for (const group of capture?.findings.groups ?? []) rootCauses[group.state]++;
  const visits = counts.rows.slice(from, to);
  return {
    start: from, total: automaton.stateCount, baseline: baseline.states.slice(from, to), capture: visits,
    difference: Float32Array.from(visits, (n, i) => visitDifference(n, counts.total, baseline.states[from + i], baselineTotal)),
    score: Float32Array.from(visits, (n, i) => (capture && n > 0 ? commonScore(capture.model.calibration, counts.raw[from + i]) : 0)),
    flagged: counts.flagged.slice(from, to), rootCauses: rootCauses.slice(from, to), depth: graph.depth.slice(from, to), parent: graph.parent.slice(from, to),
    kind: Uint8Array.from(visits, (_, i) => (automaton.isSink(from + i) ? StateKind.sink : 0) | (from + i === 0 ? StateKind.root : 0)),
  };
}

async function edges(look: Look, params: CountedRange): Promise<EdgeColumns> {
  const { graph } = look;
  const [from, to] = within(params, graph.edgeCount);
  const taken = await look.entryCounts(params.selection);
  // The first state is opened soon: rows are grouped by state meanwhile, so that its lines are there at once.
  void look.stateRows();
  const rows = Array.from({ length: to - from }, (_, i) => edgeRows(look, from + i, taken));
  return {
    start: from, total: graph.edgeCount, from: graph.from.slice(from, to), to: graph.to.slice(from, to),
    baseline: Float64Array.from(rows, (r) => r.baseline), capture: Float64Array.from(rows, (r) => r.capture),
    symbols: Uint32Array.from(rows, (_, i) => graph.edgeStart[from + i + 1] - graph.edgeStart[from + i]),
  };
}

/** Transitions of an edge, those that most rows took first; none where there is no edge (-1). */
async function edgeSymbols(look: Look, edge: number, { start, count: most }: PageParams): Promise<Page<EdgeSymbol>> {
  if (edge < 0) return { total: 0, items: [] };
  const { graph: { edgeStart, entries }, baseline } = look;
  const taken = await look.entryCounts();
  const own = entries.subarray(edgeStart[edge], edgeStart[edge + 1]);
  const shown = rankedPage(Float64Array.from(own, (entry) => -baseline.entries[entry] - taken[entry]), start, most);
  return {
    total: own.length,
    items: Array.from(shown, (i) => ({ words: look.wordsOfEntry(own[i]), baseline: baseline.entries[own[i]], capture: taken[own[i]] })),
  };
}
