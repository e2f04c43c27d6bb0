import { likelihoodRatio } from './likelihoodRatio';
import type { FoldingTree } from '../foldingTree';
import type { LearnSettings } from '../settings';
import type { MergeTest } from './mergeTest';

/** RTI+. Traces with attributes are learned by `learnGuarded`; a prefix tree keeps no attributes, and there symbols alone are compared, by likelihood ratio. */
export function attributes(nodes: FoldingTree, settings: LearnSettings): MergeTest {
  return likelihoodRatio(nodes, settings);
}
