import type { MergeTestName } from './mergeTests/registry';

/**
 * Whose rules the learner follows where the two reference versions differ (specs, state machine, sections 2 to 6):
 * `sicco` is the one whose output SEQUENT reads, `main` the newer one, `default` is `main` without its mistakes
 * (shallow candidates really first, states numbered breadth first from 0).
 */
export type Variant = 'default' | 'main' | 'sicco';

/** Everything that steers learning. Defaults: `defaultLearnSettings`. */
export interface LearnSettings {
  readonly variant: Variant;
  /** Name of the merge test; see `mergeTests`. */
  readonly mergeTest: MergeTestName;
  /** Significance level: a merge is accepted when its p-value is at least this. Above 1 nothing ever merges. In `meanSquaredError` the greatest distance of means. */
  readonly confidence: number;
  /** Laplace count added to every count in tests. */
  readonly correction: number;
  /** Pairs of states with fewer passing traces than this on either side do not count in the test. */
  readonly stateCount: number;
  /** Symbols seen less often than this on one side are pooled; -1 pools nothing. */
  readonly symbolCount: number;
  /** Whether ends of traces are part of the distributions. */
  readonly finalProbability: boolean;
  /** Whether the distribution of trace types at ends is tested too (`sicco` only). */
  readonly typeDistribution: boolean;
  /** Whether states that end traces of different types must not merge. */
  readonly typeConsistent: boolean;
  /** Whether rare candidates become sinks: neither merged nor extended. */
  readonly sinks: boolean;
  /** Candidates with fewer events than this are sinks. */
  readonly sinkCount: number;
  /** Whether candidates with traces of one type only are sinks (`sicco` only). */
  readonly typeSinks: boolean;
  /** Whether sinks are merged after the main phase; with other sinks, and with the core if `mergeSinksWithCore`. */
  readonly mergeSinks: boolean;
  readonly mergeSinksWithCore: boolean;
  /** Whether a sink may become a state of its own although merges of it were accepted. */
  readonly extendSinks: boolean;
  /** Sinks merge only into nodes with exactly the same paths behind them. */
  readonly sinkIdentical: boolean;
  /** Sinks merge only into states that were first reached from the same state. */
  readonly sinkSiblings: boolean;
  /** Whether only the most frequent candidate is examined in a step. */
  readonly largestBlue: boolean;
  /** Whether a candidate that no state accepts becomes a state at once. */
  readonly extend: boolean;
  /** Score of making a candidate a state, to be compared with the scores of merges. */
  readonly extendScore: number;
  /** Whether shallow candidates come before frequent ones. */
  readonly shallowFirst: boolean;
  /** Whether candidates may merge with the root. */
  readonly mergeRoot: boolean;
  /** Whether a tried merge is really performed and undone; otherwise pairs are compared on the unmerged trees. */
  readonly testMerge: boolean;
  /** Whether merges add up the counts of states; otherwise a state keeps the counts of its first context. */
  readonly mergeData: boolean;
  /** Only states with the same last `markovian` incoming symbols merge; 0 is no restriction. */
  readonly markovian: number;
  /** Tests look at most this many symbols ahead; -1 is no limit. */
  readonly kTail: number;
  /** Pairs of nodes with fewer traces than this on either side are not compared, nor what lies behind them; 0 is no limit. */
  readonly kState: number;
  /** Tests ask that a state has every path of this length that the candidate has (k-tails); -1 does not. */
  readonly kTailPaths: number;
  /** Whether merges must give no state a transition that it lacks; with `allFixed` no node at all. */
  readonly statesFixed: boolean;
  readonly allFixed: boolean;
  /** Whether the merge test must also hold between the sums of all that lies behind both nodes: by depth, and by symbol. */
  readonly depthCheck: boolean;
  readonly symbolCheck: boolean;
  /** Whether candidates may merge with each other; the more frequent one becomes a state first. */
  readonly blueBlue: boolean;
  /** Share of a score that chance takes away, 0 .. 1, with the random numbers of `seed`. */
  readonly random: number;
  readonly seed: number;
  /** Only states within this distance in the tree merge, -1 is no limit, ... */
  readonly mergeLocal: number;
  /** ... except into states with at least this many different sources; -1 is no exception. */
  readonly mergeLocalSources: number;
  /** Scores below this are rejected; undefined is no limit. */
  readonly lowerBound: number | undefined;
  /** Stop at this many states; 0 is no limit. */
  readonly maxStates: number;
  /** Stop when merges have left at most this many nodes of the prefix tree; 0 is no limit (not in `sicco`). */
  readonly minNodes: number;
  /** Of the merge test `attributes`: a part of a divided transition has more traces than this. */
  readonly splitSize: number;
  /** How often a transition is divided again at most, into how many transitions of one state and symbol, and how often in all; -1 is no limit. */
  readonly splitDepth: number;
  readonly splitParts: number;
  readonly splits: number;
  /** Whether candidates that did not become states (sinks) are states of the automaton. */
  readonly keepCandidates: boolean;
  /** Whether all that lies behind them is too. */
  readonly keepSubtrees: boolean;
}

/**
 * The reference's defaults (specs, state machine, section 10), with two exceptions: candidates are kept, so that replay reaches sinks; and only
 * the most frequent candidate is examined in a step, which takes time in the number of states instead of states times candidates.
 */
export const defaultLearnSettings: LearnSettings = {
  variant: 'default', mergeTest: 'likelihoodRatio', confidence: 0.05, correction: 1, stateCount: 25, symbolCount: 10,
  finalProbability: false, typeDistribution: false, typeConsistent: true, sinks: false, sinkCount: 10, typeSinks: false,
  mergeSinks: false, mergeSinksWithCore: false, extendSinks: false, sinkIdentical: false, sinkSiblings: false, largestBlue: true, extend: false, extendScore: 0,
  shallowFirst: false, mergeRoot: true, testMerge: true, mergeData: true, markovian: 0, kTail: -1, kState: 0, kTailPaths: -1, statesFixed: false, allFixed: false,
  depthCheck: false, symbolCheck: false,
  blueBlue: false, random: 0, seed: 0, mergeLocal: -1,
  mergeLocalSources: -1, lowerBound: undefined, maxStates: 0, minNodes: 0, splitSize: 20, splitDepth: -1, splitParts: -1, splits: -1, keepCandidates: true, keepSubtrees: false,
};
