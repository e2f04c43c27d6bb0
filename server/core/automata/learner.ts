import { buildPrefixTree, creationNumbers, depthOf } from './prefixTree';
import { FoldingTree, NONE } from './foldingTree';
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
  done?(automaton: Automaton): void;
  /** Asked before each step; when true, learning stops with what it has. */
  cancelled?(): boolean;
}

/**
 * Learns a probabilistic deterministic automaton from traces: state merging on the prefix tree in the red-blue order (specs, state machine,
 * sections 3 to 5). Red nodes are states, their other children are blue: candidates that merge into a state or become one.
 * Deterministic. When cancelled, the result is the automaton learned so far. Memory: about 60 bytes a node of the prefix tree.
 */
export function learn(traces: TraceSet, settings: LearnSettings, instrumentation: Instrumentation = {}): Automaton {
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
  private readonly seen: Uint8Array;
  private readonly rng: Rng;
  /** Breaks ties between candidates of equal size, the smaller first. */
  private readonly numbers: Int32Array | undefined;
  private reds: number[] = [];
  private blues: number[] = [];
  private done = 0;

  constructor(private readonly tree: PrefixTree, private readonly settings: LearnSettings, private readonly instrumentation: Instrumentation) {
    this.nodes = new FoldingTree(tree, settings);
    this.test = mergeTests[settings.mergeTest](this.nodes, settings);
    this.seen = new Uint8Array(tree.nodeCount);
    this.rng = mulberry32(settings.seed);
    this.numbers = settings.variant === 'main' ? creationNumbers(tree) : undefined;
  }

  run(): Automaton {
    const { settings, instrumentation, nodes: { isState } } = this;
    isState[0] = 1;
    for (;;) {
      if (instrumentation.cancelled?.()) break;
      this.collect();
      if (settings.maxStates > 0 && this.reds.length >= settings.maxStates) break;
      if (settings.minNodes > 0 && settings.variant !== 'sicco' && this.nodes.left <= settings.minNodes) break;
      const refinement = this.bestRefinement();
      if (!refinement) break;
      this.done = Math.max(this.done, this.share());
      instrumentation.step?.(this.done, this.reds.length, this.blues.length);
      if (refinement.red === NONE) {
        isState[refinement.blue] = 1;
        instrumentation.extended?.(refinement.size, refinement.blue);
      } else {
        isState[refinement.red] = 1;
        this.nodes.merge(refinement.red, refinement.blue);
        instrumentation.merged?.(refinement.score, refinement.red, refinement.blue);
      }
    }
    const numbers = settings.variant === 'sicco' ? skeletonNumbers(this.nodes) : this.numbers;
    return freeze(this.nodes, settings, (node) => isState[node] === 1, (node) => this.isSink(node), numbers);
  }

  /** Share of the traces that no candidate stands in the way of any more. */
  private share(): number {
    let waiting = 0;
    for (const blue of this.blues) if (!this.isSink(blue)) waiting += this.nodes.size[blue];
    return 1 - Math.min(1, waiting / Math.max(1, this.tree.size[0]));
  }

  /** Lists the red nodes, breadth first with children in order of symbols, and the blue ones. */
  private collect(): void {
    const { nodes, seen } = this;
    const { isState } = nodes;
    const reds = [0];
    const blues: number[] = [];
    seen[0] = 1;
    for (let i = 0; i < reds.length; i++) {
      for (let edge = nodes.firstEdge[reds[i]]; edge !== NONE; edge = nodes.nextEdge[edge]) {
        const target = nodes.find(edge);
        if (isState[target] === 0) {
          if (nodes.size[target] !== 0) blues.push(target);
        } else if (seen[target] === 0 && !(this.settings.variant === 'main' && nodes.isMerged(edge))) {
          seen[target] = 1;
          reds.push(target);
        }
      }
    }
    for (const red of reds) seen[red] = 0;
    if (this.settings.variant === 'sicco') reds.sort(this.compareNodes);
    this.reds = reds;
    this.blues = blues;
  }

  private readonly compareNodes = (a: number, b: number): number => {
    const { nodes, settings, numbers } = this;
    if (settings.shallowFirst) {
      const deeper = depthOf(this.tree, a) - depthOf(this.tree, b);
      if (deeper !== 0) return settings.variant === 'main' ? -deeper : deeper;
    }
    return nodes.size[b] - nodes.size[a] || (numbers ? numbers[a] - numbers[b] : a - b);
  };

  /** The best thing to do next, or undefined when nothing is left. Of equal ones the first found stays. */
  private bestRefinement(): Refinement | undefined {
    const { settings, nodes } = this;
    const core = this.blues.filter((blue) => !this.isSink(blue));
    if (core.length === 0 && !settings.mergeSinks) return undefined;
    let candidates = core.length > 0 ? core : this.blues;
    if (settings.largestBlue && candidates.length > 0 && !settings.blueBlue) candidates = [candidates.reduce((best, blue) => (this.compareNodes(blue, best) < 0 ? blue : best))];
    else candidates.sort(this.compareNodes);
    if (settings.largestBlue) candidates = candidates.slice(0, 1);

    let best: Refinement | undefined;
    const consider = (refinement: Refinement): void => {
      if (!best || refinement.score > best.score || (refinement.score === best.score && refinement.size > best.size)) best = refinement;
    };
    for (const blue of candidates) {
      // One step may take long where nodes have very many symbols.
      if (this.instrumentation.cancelled?.()) return undefined;
      const sink = core.length === 0;
      let accepted = false;
      for (const red of this.reds) {
        const score = this.tryMerge(red, blue, sink);
        if (score === undefined) continue;
        accepted = true;
        consider({ score, size: nodes.size[blue], red, blue });
      }
      if (settings.blueBlue && !sink) {
        for (const left of core) {
          const score = left === blue ? undefined : this.tryMerge(left, blue, false);
          if (score === undefined) continue;
          accepted = true;
          consider({ score, size: nodes.size[blue], red: left, blue });
        }
      }
      const extension = { score: settings.extendScore, size: nodes.size[blue], red: NONE, blue };
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
    const { nodes, tree: { symbol } } = this;
    const stack = length > 0 ? [red, blue, length] : [];
    while (stack.length > 0) {
      const depth = stack.pop()!, right = stack.pop()!, left = stack.pop()!;
      let l = nodes.firstEdge[left];
      for (let r = nodes.firstEdge[right]; r !== NONE; r = nodes.nextEdge[r]) {
        while (l !== NONE && symbol[l] < symbol[r]) l = nodes.nextEdge[l];
        if (l === NONE || symbol[l] !== symbol[r]) return false;
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
    for (const source of this.reds) {
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
