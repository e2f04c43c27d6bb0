import { prefixOf } from './prefixTree';
import type { Automaton } from './automaton';
import type { Instrumentation } from './learner';
import type { PrefixTree } from './prefixTree';

/** A candidate that became part of a state: its prefix, how many traces it had in the tree, and the score of the merge test (a p-value in likelihoodRatio). */
export interface Merge {
  readonly prefix: readonly string[];
  readonly size: number;
  readonly score: number;
}

/** Records how each state came to be. Hand `instrumentation` to the learner, then ask `mergesOf`. Memory: one record a merge. */
export class Provenance {
  private tree: PrefixTree | undefined;
  private readonly merges = new Map<string, Merge[]>();
  readonly instrumentation: Instrumentation = {
    started: (tree) => (this.tree = tree),
    merged: (score, state, candidate) => {
      const tree = this.tree!;
      const { alphabet } = tree.traces;
      // A state keeps the prefix that it was first reached by.
      const key = prefixOf(tree, state).join(' ');
      const list = this.merges.get(key) ?? [];
      list.push({ prefix: prefixOf(tree, candidate).map((a) => alphabet[a]), size: tree.size[candidate], score });
      this.merges.set(key, list);
    },
  };

  /** What merged into a state of the learned automaton, in the order of the merges. */
  mergesOf(automaton: Automaton, state: number): readonly Merge[] {
    return this.merges.get(automaton.prefix(state).join(' ')) ?? [];
  }
}
