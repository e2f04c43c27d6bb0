import type { FuzzTarget } from './target';
import { heads } from './targets/heads';
import { parts } from './targets/parts';
import { readers } from './targets/readers';

/** Everything that is fuzzed; one module a target. */
export const targets: readonly FuzzTarget[] = [
  heads,
  parts,
  readers,
];
