import { type AutomatonSummary, type EdgeColumns, GetAutomaton, GetEdges, GetStateLabels, GetStates, type NoAutomaton, type StateColumns } from '../../server/protocol/automaton';
import type { RowSelection } from '../../server/protocol/selection';
import { type Host, Newest } from '../ui/host';
import { type Graph, graphOf, joined, recounted } from './graph';

const STATES_AT_ONCE = 50_000, EDGES_AT_ONCE = 100_000, LABELS_AT_ONCE = 1000;

/** The automaton as the server has it: its columns in ranges, and the names of its states as they are needed. */
export class Source {
  summary: AutomatonSummary | undefined;
  /** With all rows counted. */
  graph: Graph | undefined;
  /** With the brushed rows counted. */
  brushed: Graph | undefined;
  private labels = new Map<number, string>();
  private readonly loading = new Newest();
  private readonly counting = new Newest();
  private asked = new Set<number>();

  /** `named`: names came. */
  constructor(private readonly host: Host, private readonly named: () => void) {}

  /** The automaton in use, or why there is none. Rejects when the server fails or another call came. */
  async load(selection: RowSelection | null): Promise<AutomatonSummary | NoAutomaton> {
    const signal = this.loading.next(), summary = await this.host.ask(GetAutomaton, null, signal);
    if ('reason' in summary) { this.summary = this.graph = this.brushed = undefined; return summary; }
    const [states, edges] = await this.columns(summary, null, signal);
    if (this.summary?.revision !== summary.revision || this.summary.title !== summary.title) { this.labels = new Map(); this.asked = new Set(); }
    this.summary = summary;
    this.graph = this.brushed = graphOf(states, edges);
    if (selection) await this.brush(selection);
    return summary;
  }

  /** Counts the brushed rows alone; null: all. */
  async brush(selection: RowSelection | null): Promise<void> {
    const { summary, graph } = this, signal = this.counting.next();
    if (!summary || !graph) return;
    if (!selection) { this.brushed = graph; return; }
    const [states, edges] = await this.columns(summary, selection, signal);
    if (graph === this.graph) this.brushed = recounted(graph, states, edges);
  }

  label(state: number): string | undefined {
    return this.labels.get(state);
  }

  /** Asks for the names of states that have none yet. */
  async name(states: Iterable<number>): Promise<void> {
    const { summary } = this, missing: number[] = [];
    if (!summary) return;
    for (const state of states) if (!this.asked.has(state)) { this.asked.add(state); missing.push(state); }
    for (let at = 0; at < missing.length; at += LABELS_AT_ONCE) {
      const part = missing.slice(at, at + LABELS_AT_ONCE), labels = this.labels;
      const names = await this.host.ask(GetStateLabels, { revision: summary.revision, states: part });
      if (labels !== this.labels) return;
      part.forEach((state, i) => labels.set(state, names[i]));
      this.named();
    }
  }

  private async columns({ revision, states, edges }: AutomatonSummary, selection: RowSelection | null, signal: AbortSignal): Promise<[StateColumns, EdgeColumns]> {
    const limits = selection ? { selection } : {};
    const ranges = (total: number, most: number): { start: number; count: number }[] => Array.from({ length: Math.max(1, Math.ceil(total / most)) }, (_, i) => ({ start: i * most, count: most }));
    const [stateParts, edgeParts] = await Promise.all([
      Promise.all(ranges(states, STATES_AT_ONCE).map((range) => this.host.ask(GetStates, { revision, ...range, ...limits }, signal))),
      Promise.all(ranges(edges, EDGES_AT_ONCE).map((range) => this.host.ask(GetEdges, { revision, ...range, ...limits }, signal))),
    ]);
    return [joined(stateParts), joined(edgeParts)];
  }
}
