import { buildPrefixTree, creationNumbers, depthOf } from './prefixTree';
import { Frontier } from './frontier';
import { FoldingTree, NONE } from './foldingTree';
import { learnGuarded } from './guardedLearner';
import { freeze, skeletonNumbers } from './freeze';
import { hasOneType } from './mergeTests/sameTypes';
import { mergeTests } from './mergeTests/registry';
import { sumsAgree } from './sumCheck';
import { mulberry32 } from '../util/rng';
import type { Automaton } from './automaton';
import type { MergeTest } from './mergeTests/mergeTest';
import type { Rng } from '../util/rng';
import type { PrefixTree } from './prefixTree';
import type { LearnSettings } from './settings';
import type { TraceSet } from './traces';

/** What a learner tells while it works, and asks. Nodes are those of the prefix tree. Every member may be left out. */
export interface Instrumentation {
  started?(tree: PrefixTree): void;
  /** Before each step: how much is done, 0 .. 1 (an estimate that never falls), states so far, and candidates that wait. */
  step?(fraction: number, states: number, candidates: number): void;
  merged?(score: number, state: number, candidate: number): void;
  /** A candidate became a state; `size` is the number of its traces. */
  extended?(size: number, candidate: number): void;
  /** A transition was divided by a guard. */
  split?(score: number): void;
  done?(automaton: Automaton): void;
  /** Asked before each step, candidate and in long folds; when true, learning stops with the merges that are complete. */
  cancelled?(): boolean;
}

/**
 * Learns a probabilistic deterministic automaton from traces: state merging on the prefix tree in the red-blue order (specs, state machine,
 * sections 3 to 5). Red nodes are states, their other children are blue: candidates that merge into a state or become one.
 * Deterministic. When cancelled, the result is the automaton learned so far. Memory: about 60 bytes a node of the prefix tree.
 */
export function learn(traces: TraceSet, settings: LearnSettings, instrumentation: Instrumentation = {}): Automaton {
  if (settings.mergeTest === 'attributes' && traces.attributes) return learnGuarded(traces, settings, instrumentation);
  return learnTree(buildPrefixTree(traces), settings, instrumentation);
}

/**
 * Learns from a prefix tree, such as one that was added up from parts (`addTrees`). The `main` variant breaks ties by the order of traces,
 * which those do not have: it needs a tree of `buildPrefixTree`.
 */
export function learnTree(tree: PrefixTree, settings: LearnSettings, instrumentation: Instrumentation = {}): Automaton {
  instrumentation.started?.(tree);
  const automaton = new RedBlueLearner(tree, settings, instrumentation).run();
  instrumentation.done?.(automaton);
  return automaton;
}

/** What a step may do: merge `blue` into `red`, or make it a state (`red` is NONE). */
interface Refinement {
  readonly score: number;
  readonly size: number;
  readonly red: number;
  readonly blue: number;
}

class RedBlueLearner {
  private readonly nodes: FoldingTree;
  private readonly test: MergeTest;
  private readonly frontier: Frontier;
  private readonly rng: Rng;
  private readonly numbers: Int32Array | undefined;
  /** Whether a step may end as soon as no other refinement can be better: where that changes nothing but time. */
  private readonly mayStop: boolean;
  private done = 0;

  constructor(private readonly tree: PrefixTree, private readonly settings: LearnSettings, private readonly instrumentation: Instrumentation) {
    this.nodes = new FoldingTree(tree, settings, () => instrumentation.cancelled?.() === true);
    this.test = mergeTests[settings.mergeTest](this.nodes, settings);
    this.rng = mulberry32(settings.seed);
    this.numbers = settings.variant === 'main' ? creationNumbers(tree) : undefined;
    this.frontier = new Frontier(this.nodes, settings, this.numbers, (node) => this.isSink(node));
    this.mayStop = settings.random === 0 && !settings.shallowFirst && (settings.largestBlue || !settings.extend) && !this.nodes.triesLeaveTraces;
  }

  run(): Automaton {
    const { settings, instrumentation, frontier, nodes } = this;
    const { isState } = nodes;
    for (;;) {
      if (instrumentation.cancelled?.()) break;
      if (nodes.sizesShrink) frontier.refresh();
      if (settings.maxStates > 0 && frontier.reds.length >= settings.maxStates) break;
      if (settings.minNodes > 0 && settings.variant !== 'sicco' && nodes.left <= settings.minNodes) break;
      const refinement = this.bestRefinement();
      if (!refinement) break;
      const { score, size, red, blue } = refinement;
      this.done = Math.max(this.done, 1 - Math.min(1, frontier.waiting / Math.max(1, this.tree.size[0])));
      instrumentation.step?.(this.done, frontier.reds.length, frontier.blueCount);
      if (red === NONE) {
        frontier.extend(blue);
        instrumentation.extended?.(size, blue);
      } else {
        if (isState[red] === 0) frontier.extend(red);
        if (!nodes.merge(red, blue)) break;
        frontier.merged(red, blue);
        instrumentation.merged?.(score, red, blue);
      }
    }
    const numbers = settings.variant === 'sicco' ? skeletonNumbers(this.nodes) : this.numbers;
    return freeze(this.nodes, settings, (node) => isState[node] === 1, (node) => this.isSink(node), numbers);
  }

  /** The best thing to do next, or undefined when nothing is left. Of equal ones the first found stays. */
  private bestRefinement(): Refinement | undefined {
    const { settings, nodes } = this;
    const { frontier, test } = this;
    const sink = frontier.coreCount === 0;
    if (sink && !settings.mergeSinks) return undefined;
    const reds = frontier.reds;
    const partners = settings.blueBlue && !sink ? [...frontier.candidates()] : [];
    const candidates = settings.largestBlue ? frontier.first() : frontier.candidates();

    let best: Refinement | undefined;
    const consider = (refinement: Refinement): void => {
      if (!best || refinement.score > best.score || (refinement.score === best.score && refinement.size > best.size)) best = refinement;
    };
    for (const blue of candidates) {
      // One step may take long where nodes have very many symbols.
      if (this.instrumentation.cancelled?.()) return undefined;
      const size = nodes.size[blue];
      // Later candidates are not larger: what scores as much as they can score at most stays the best.
      const enough = this.mayStop ? Math.max(settings.extendScore, test.greatest?.(size) ?? Infinity) : Infinity;
      if (best && best.score >= enough) return best;
      let accepted = false;
      const examine = (left: number, blueIsSink: boolean): boolean => {
        const score = this.tryMerge(left, blue, blueIsSink);
        if (score === undefined) return nodes.stopped;
        accepted = true;
        consider({ score, size, red: left, blue });
        return score >= enough;
      };
      const ended = reds.some((red) => examine(red, sink)) || partners.some((left) => left !== blue && examine(left, false));
      if (nodes.stopped) return undefined;
      if (ended) return best;
      const extension = { score: settings.extendScore, size, red: NONE, blue };
      if (settings.extend && !accepted && !sink) return extension;
      if (!(accepted && !settings.extendSinks && sink)) consider(extension);
    }
    return best;
  }

  /** The score of merging `blue` into `red`, undefined when the merge is not allowed. */
  private tryMerge(red: number, blue: number, blueIsSink: boolean): number | undefined {
    const { settings, nodes, test } = this;
    if (red === 0 && !settings.mergeRoot) return undefined;
    if (blueIsSink || settings.sinks) {
      const redIsSink = this.isSink(red);
      if (!settings.mergeSinks && (redIsSink || blueIsSink)) return undefined;
      if (!settings.mergeSinksWithCore && blueIsSink && !redIsSink) return undefined;
      if (blueIsSink && !this.mayTakeSink(red, blue)) return undefined;
    }
    if (!this.sameContext(red, blue) || !this.isLocal(red, blue) || !this.hasPaths(red, blue, settings.kTailPaths)) return undefined;
    test.reset();
    if (!(settings.testMerge ? nodes.try(red, blue, test) : nodes.probe(red, blue, test)) || !test.accepts()) return undefined;
    if (settings.depthCheck && !sumsAgree(nodes, red, blue, 'depth', mergeTests[settings.mergeTest], settings)) return undefined;
    if (settings.symbolCheck && !sumsAgree(nodes, red, blue, 'symbol', mergeTests[settings.mergeTest], settings)) return undefined;
    let score = test.score();
    if (settings.random > 0) score -= score * settings.random * this.rng();
    return settings.lowerBound !== undefined && score < settings.lowerBound ? undefined : score;
  }

  /** Whether the last `markovian` symbols that led to both nodes are the same. */
  private sameContext(red: number, blue: number): boolean {
    let a = red;
    let b = blue;
    for (let i = 0; i < this.settings.markovian; i++) {
      if (a === 0 || b === 0) return a === b;
      if (this.tree.symbol[a] !== this.tree.symbol[b]) return false;
      a = this.nodes.find(this.tree.parent[a]);
      b = this.nodes.find(this.tree.parent[b]);
    }
    return true;
  }

  /** Whether the settings that restrict merges of sinks let this one pass. */
  private mayTakeSink(red: number, sink: number): boolean {
    const { settings, nodes, tree: { parent } } = this;
    if (settings.sinkSiblings && (red === 0 || nodes.find(parent[red]) !== nodes.find(parent[sink]))) return false;
    return !settings.sinkIdentical || (this.hasPaths(red, sink, Infinity) && this.hasPaths(sink, red, Infinity));
  }

  /** Whether `red` has every path of up to `length` symbols that `blue` has. O(paths), with an explicit stack. */
  private hasPaths(red: number, blue: number, length: number): boolean {
    const { nodes } = this;
    const stack = length > 0 ? [red, blue, length] : [];
    while (stack.length > 0) {
      const depth = stack.pop()!, right = stack.pop()!, left = stack.pop()!;
      for (let r = nodes.firstEdge[right]; r !== NONE; r = nodes.nextEdge[r]) {
        const l = nodes.edge(left, this.tree.symbol[r]);
        if (l === NONE) return false;
        if (depth > 1) stack.push(nodes.find(l), nodes.find(r), depth - 1);
      }
    }
    return true;
  }

  private isLocal(red: number, blue: number): boolean {
    const { mergeLocal, mergeLocalSources } = this.settings;
    if (mergeLocal <= 0) return true;
    let distance = 0;
    for (let a = red, b = blue; a !== b; distance++) {
      if (depthOf(this.tree, a) > depthOf(this.tree, b)) a = this.nodes.find(this.tree.parent[a]);
      else b = this.nodes.find(this.tree.parent[b]);
    }
    return distance <= mergeLocal || (mergeLocalSources >= 0 && this.sourceCount(red) >= mergeLocalSources);
  }

  private sourceCount(red: number): number {
    const { nodes } = this;
    let count = 0;
    for (const source of this.frontier.reds) {
      for (let edge = nodes.firstEdge[source]; edge !== NONE; edge = nodes.nextEdge[edge]) {
        if (nodes.find(edge) !== red) continue;
        count++;
        break;
      }
    }
    return count;
  }

  private isSink(node: number): boolean {
    const { settings, nodes, test } = this;
    if (!settings.sinks) return false;
    if (test.isSink) return test.isSink(node);
    if (settings.typeSinks && settings.variant === 'sicco' && hasOneType(nodes, node)) return true;
    return settings.sinkCount > 0 && nodes.passed[node] + nodes.ended[node] < settings.sinkCount;
  }
}
