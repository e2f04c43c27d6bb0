import type { FuzzTarget } from './target';
import { authModels } from './targets/authModels';
import { automata, countTrees, flexfringe } from './targets/automata';
import { checkpoints, safetensors } from './targets/containers';
import { flowModels } from './targets/flowModels';
import { parts } from './targets/parts';
import { readers } from './targets/readers';
import { rowCaches } from './targets/rowCaches';
import { iniTexts, traceTexts } from './targets/traceTexts';

/** Everything that is fuzzed; one module a target. */
export const targets: readonly FuzzTarget[] = [
  parts, readers,
  flowModels, authModels, automata, countTrees, flexfringe, traceTexts, iniTexts, safetensors, checkpoints, rowCaches,
];
