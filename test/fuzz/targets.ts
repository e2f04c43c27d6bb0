import type { FuzzTarget } from './target';
import { authModels } from './targets/authModels';
import { automata, countTrees, flexfringe } from './targets/automata';
import { configurations } from './targets/configurations';
import { checkpoints, safetensors } from './targets/containers';
import { flowModels } from './targets/flowModels';
import { globs } from './targets/globs';
import { heads } from './targets/heads';
import { messages } from './targets/messages';
import { parts } from './targets/parts';
import { patterns } from './targets/patterns';
import { readers } from './targets/readers';
import { rowCaches } from './targets/rowCaches';
import { iniTexts, traceTexts } from './targets/traceTexts';

/** Everything that is fuzzed; one module a target. */
export const targets: readonly FuzzTarget[] = [
  heads, parts, readers,
  flowModels, authModels, automata, countTrees, flexfringe, traceTexts, iniTexts, safetensors, checkpoints, rowCaches,
  globs, patterns, configurations, messages,
];
