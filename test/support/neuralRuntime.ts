import * as path from 'node:path';
import { type ChildRuntime, type NeuralOptions, openNeuralRuntime } from '../../server/node/neural/childRuntime';
import { repositoryRoot } from './shared';

/** The compiled entry of the child process. */
export const neuralHost = path.join(repositoryRoot, 'out/server/workers/neuralHost.js');

/** A runtime of two threads, so that sums are the same on every machine of one kind. */
export function testRuntime(options: Partial<NeuralOptions> = {}): ChildRuntime {
  return openNeuralRuntime({ script: neuralHost, threads: 2, ...options });
}
