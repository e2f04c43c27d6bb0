import type { FuzzTarget } from './target';
import { readers } from './targets/readers';

/** Everything that is fuzzed; one module a target. */
export const targets: readonly FuzzTarget[] = [
  readers,
];
