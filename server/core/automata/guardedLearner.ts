import { bestSplit } from './splits';
import { freezeGuarded } from './guardedFreeze';
import { GuardedSums } from './guardedSums';
import { GuardedTree } from './guardedTree';
import { quartilesOf } from './guards';
import type { Automaton } from './automaton';
import type { Instrumentation } from './learner';
import type { Split } from './splits';
import type { LearnSettings } from './settings';
import type { TraceSet } from './traces';

/**
 * Learns an automaton whose transitions have guards on attributes: state merging in the red-blue order, where the most frequent candidate is first divided by a threshold
 * of an attribute if what follows its parts differs significantly (RTI+; specs, state machine, section 9). A merge compares symbols, ends and quartiles of attributes.
 * Deterministic. Of the settings these have an effect: `confidence`, `finalProbability`, `stateCount`, `sinks` and `sinkCount`, `mergeRoot`, `markovian`, `extendScore`, `lowerBound`, `maxStates`,
 * `keepCandidates`, and those of splits. The variants choose splits as the reference does; the default takes the most significant threshold
 * instead of the first whose p-value rounds to the least, and multiplies p-values by the number of thresholds tried (Bonferroni).
 * When cancelled, the result is the automaton learned so far. O(states x steps behind a candidate) a step.
 */
export function learnGuarded(traces: TraceSet, settings: LearnSettings, instrumentation: Instrumentation = {}): Automaton {
  const attributes = traces.attributes ?? { declared: [], values: new Float64Array(0) };
  const quartiles = quartilesOf(attributes, settings.variant !== 'default');
  const tree = new GuardedTree(traces, quartiles);
  const learner = new GuardedLearner(tree, settings, instrumentation);
  learner.run();
  const automaton = freezeGuarded(tree, settings, learner.isState, (node) => learner.isSink(node), quartiles);
  instrumentation.done?.(automaton);
  return automaton;
}

class GuardedLearner {
  /** 1: the node is a state. */
  isState = new Uint8Array(1024);
  private readonly states: number[] = [];
  private readonly sums: GuardedSums;
  /** The reference keeps the significance as a 32-bit float. */
  private readonly confidence: number;
  /** How often each edge was divided from its parent. */
  private readonly depth = new Map<number, number>();
  /** The reference always compares ends of traces. */
  private readonly ends: boolean;
  private splits = 0;

  constructor(private readonly tree: GuardedTree, private readonly settings: LearnSettings, private readonly instrumentation: Instrumentation) {
    this.confidence = Math.fround(settings.confidence);
    this.ends = settings.finalProbability || settings.variant !== 'default';
    this.sums = new GuardedSums(tree, settings.stateCount, this.ends);
    this.extend(0);
  }

  run(): void {
    const { tree, settings, instrumentation } = this;
    let least = tree.sizeOf(0);
    for (;;) {
      if (instrumentation.cancelled?.()) return;
      if (settings.maxStates > 0 && this.states.length >= settings.maxStates) return;
      const { source, edge, candidates } = this.first();
      if (edge < 0) return;
      const blue = tree.find(tree.edgeTarget[edge]);
      const size = tree.sizeOf(blue);
      least = Math.min(least, size);
      instrumentation.step?.(1 - least / Math.max(1, tree.sizeOf(0)), this.states.length, candidates);
      const split = this.split(source, edge, blue);
      if (split) {
        this.splits++;
        const depth = (this.depth.get(edge) ?? 0) + 1;
        for (const part of tree.split(source, edge, split.attribute, split.threshold)) this.depth.set(part, depth);
        instrumentation.split?.(this.score(split));
        continue;
      }
      const merge = this.bestMerge(blue);
      if (merge === undefined) return;
      if (merge.red < 0 || merge.score < settings.extendScore) {
        this.extend(blue);
        instrumentation.extended?.(size, blue);
      } else {
        tree.fold(merge.red, blue);
        tree.keep();
        instrumentation.merged?.(merge.score, merge.red, blue);
      }
    }
  }

  isSink(node: number): boolean {
    return this.settings.sinks && this.tree.sizeOf(node) < this.settings.sinkCount;
  }

  private extend(node: number): void {
    if (node >= this.isState.length) {
      const next = new Uint8Array(Math.max(2 * this.isState.length, this.tree.nodeCount));
      next.set(this.isState);
      this.isState = next;
    }
    this.isState[node] = 1;
    this.states.push(node);
  }

  /** The edge to the most frequent candidate that is no sink, of equal ones that with the smallest number; -1: none is left. */
  private first(): { source: number; edge: number; candidates: number } {
    const { tree } = this;
    let source = -1, edge = -1, most = 0, candidates = 0;
    for (const state of this.states) {
      for (let e = tree.firstEdge[state]; e >= 0; e = tree.nextEdge[e]) {
        const target = tree.find(tree.edgeTarget[e]);
        if (this.isState[target] === 1 || this.isSink(target)) continue;
        candidates++;
        const size = tree.sizeOf(target);
        if (size < most || (size === most && target > tree.find(tree.edgeTarget[edge]))) continue;
        source = state;
        edge = e;
        most = size;
      }
    }
    return { source, edge, candidates };
  }

  private split(source: number, edge: number, blue: number): Split | undefined {
    const { tree, settings } = this;
    if (settings.splits >= 0 && this.splits >= settings.splits) return undefined;
    if (settings.splitDepth >= 0 && (this.depth.get(edge) ?? 0) >= settings.splitDepth) return undefined;
    if (settings.splitParts >= 0 && this.parts(source, tree.edgeSymbol[edge]) >= settings.splitParts) return undefined;
    const least = 1 + Math.max(0, settings.splitSize, settings.stateCount, settings.sinks ? settings.sinkCount : 0);
    const exact = settings.variant === 'default';
    const split = bestSplit(tree, blue, least, this.ends, exact
      ? (a, b) => a.pValue < b.pValue || (a.pValue === b.pValue && a.statistic > b.statistic)
      : (a, b) => this.score(a) > this.score(b));
    return split && split.pValue * (exact ? split.tried : 1) <= this.confidence ? split : undefined;
  }

  /** Greater than that of any merge. The reference takes p as 1 minus a probability, so that small ones are all alike. */
  private score({ pValue }: Split): number {
    return 1 + this.confidence - (1 - (1 - pValue));
  }

  private parts(source: number, symbol: number): number {
    const { tree } = this;
    let parts = 0;
    for (let e = tree.firstEdge[source]; e >= 0; e = tree.nextEdge[e]) if (tree.edgeSymbol[e] === symbol) parts++;
    return parts;
  }

  /** The state that a candidate is most like, -1 where it is like none; undefined when cancelled. Of equal ones the first. */
  private bestMerge(blue: number): { red: number; score: number } | undefined {
    const { tree, settings, sums } = this;
    let best = { red: -1, score: -Infinity };
    for (const red of this.states) {
      if (this.instrumentation.cancelled?.()) return undefined;
      if ((red === 0 && !settings.mergeRoot) || !this.sameContext(red, blue)) continue;
      sums.reset();
      const mark = tree.mark();
      tree.fold(red, blue, sums);
      tree.undo(mark);
      const score = sums.pValue;
      if (score < this.confidence || (settings.lowerBound !== undefined && score < settings.lowerBound) || score <= best.score) continue;
      best = { red, score };
    }
    return best;
  }

  /** Whether the last `markovian` symbols that led to both nodes are the same. */
  private sameContext(red: number, blue: number): boolean {
    const { tree, tree: { traces: { symbols } }, settings: { markovian } } = this;
    let a = tree.firstEvent(red), b = tree.firstEvent(blue);
    for (let i = 0; i < markovian; i++) {
      if (a < 0 || b < 0) return a === b;
      if (symbols[a] !== symbols[b]) return false;
      a = tree.eventBefore(a);
      b = tree.eventBefore(b);
    }
    return true;
  }
}
