/** What the probability of a field depends on: from nothing to everything that is looked at, most general first; fields by position. */
export type Chain = readonly (readonly number[])[];

const USER = 0;
const TARGET = 2;
const FROM = 4;
const TO = 5;
const TYPE = 6;
const LOGON = 7;
const KIND = 8;

/**
 * The chain of each field. A value is rare for the organisation, for events of this kind, for this user, for what this user does here: each step is trusted
 * as far as it has been seen. Fields that say the same as another (a user's domain) look at that one alone.
 */
export const CHAINS: readonly Chain[] = [
  [[], [FROM], [FROM, TO]],
  [[], [USER]],
  [[], [KIND], [USER], [USER, KIND]],
  [[], [TARGET], [USER, TARGET]],
  [[], [TO], [USER], [USER, TO]],
  [[], [KIND, TYPE, LOGON], [USER], [USER, KIND], [USER, KIND, FROM]],
  [[], [KIND, LOGON], [USER, KIND, LOGON], [USER, KIND, LOGON, TO]],
  [[], [KIND, TYPE], [USER, KIND, TYPE], [USER, KIND, TYPE, TO]],
  [[], [TYPE, LOGON], [USER, TYPE, LOGON], [USER, TYPE, LOGON, TO]],
  [[], [KIND, TYPE, LOGON], [USER], [USER, FROM, TO]],
];

/** A context is its parent's with one more field; contexts that begin alike share parents. */
export interface ContextNode {
  /** Index of the parent, smaller than its own; -1 for the root, which has no field. */
  readonly parent: number;
  readonly field: number;
}

/** One table of counts: values of a field in the contexts of a node. */
export interface Level {
  readonly field: number;
  readonly node: number;
}

/** The contexts of all chains as one tree, and the tables of each field, most general first. */
export function contextTree(chains: readonly Chain[]): { readonly nodes: readonly ContextNode[]; readonly levels: readonly (readonly Level[])[] } {
  const nodes: ContextNode[] = [{ parent: -1, field: -1 }];
  const nodeOf = (path: readonly number[]): number => path.reduce((parent, field) => {
    const known = nodes.findIndex((node) => node.parent === parent && node.field === field);
    return known >= 0 ? known : nodes.push({ parent, field }) - 1;
  }, 0);
  const levels = chains.map((chain, field) => chain.map((path) => ({ field, node: nodeOf(path) })));
  return { nodes, levels };
}
