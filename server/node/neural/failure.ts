import { NeuralError } from '../../core/nn/runtime';
import type { NeuralProvider } from '../../protocol/settings';

/** How the runtime, V8 and the C++ library say that memory ran out. */
const OUT_OF_MEMORY = /bad_alloc|out of memory|OutOfMemory|\bOOM\b|failed to allocate|allocation failed|could not allocate|cannot allocate|memory access out of bounds|Array buffer allocation|tensor shape is too large|SafeIntOnOverflow/i;

/** What to do about it, in every message of the kind. */
export const LESS_MEMORY = 'Lower the batch size or choose a smaller model size in the settings of the detector, or close other programs.';

/** An error of the runtime as one of ours: for lack of memory, because of the program or, where that is not a processor, because of `provider`. */
export function toNeuralError(error: unknown, provider: NeuralProvider = 'cpu'): NeuralError {
  if (error instanceof NeuralError) return error;
  const text = (error instanceof Error ? error.message : typeof error === 'number' ? `error ${error}` : String(error)).trim();
  if (isMemory(text)) return new NeuralError('memory', `The net does not fit into memory (${firstLine(text)}). ${LESS_MEMORY}`);
  if (provider !== 'cpu' && provider !== 'wasm') return new NeuralError('provider', `The provider "${provider}" could not run the net: ${text} Set "anomaline.neural.provider" to "cpu".`);
  return new NeuralError('program', `The runtime refused the net: ${text}`);
}

/** A process of the runtime that ended by itself, with what it wrote last. */
export function endOfHost(code: number | null, signal: string | null, stderr: string): NeuralError {
  const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
  if (isMemory(stderr)) return new NeuralError('memory', `The process that runs nets ended for lack of memory (${how}). ${LESS_MEMORY}`);
  // The system's answer to a full memory is to kill without a word.
  const why = signal === 'SIGKILL' ? ' The system kills a process when memory is short.' : '';
  const lines = stderr.trim().split('\n').map((line) => line.trim());
  const last = lines.find((line) => /error|fatal|terminate called/i.test(line)) ?? lines[lines.length - 1];
  return new NeuralError('crashed', `The process that runs nets ended unexpectedly (${how}).${why}${last ? ` It wrote: ${last.slice(0, 300)}.` : ''} Try again; if it happens again, set "anomaline.neural.provider" to "wasm", or ${LESS_MEMORY.charAt(0).toLowerCase()}${LESS_MEMORY.slice(1)}`);
}

function isMemory(text: string): boolean {
  return OUT_OF_MEMORY.test(text);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0].slice(0, 200);
}
