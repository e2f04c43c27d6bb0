import type { FoldingTree, PairTest } from '../foldingTree';
import type { LearnSettings } from '../settings';

/** Decides whether two states are alike enough to merge, from all pairs of nodes that the merge would bring together. */
export interface MergeTest extends PairTest {
  /** Forgets the pairs of the last merge. */
  reset(): void;
  /** Whether the pairs taken in allow the merge. */
  accepts(): boolean;
  /** How good the merge is; the greatest accepted score of a step wins. */
  score(): number;
  /** The most that a merge of a candidate of so many traces, or fewer, can score; without it there is no limit. */
  greatest?(size: number): number;
  /** Which candidates are sinks, where settings ask for sinks; without it rare ones are. */
  isSink?(node: number): boolean;
}

export type MergeTestFactory = (nodes: FoldingTree, settings: LearnSettings) => MergeTest;
