import * as os from 'node:os';
import * as path from 'node:path';
import type { Control } from '../core/util/control';
import { jsonText, visible, visibleLines } from '../core/util/visible';
import { type LoadedModel, readModel } from '../core/detectors/scoring/modelFile';
import { type IndexedFile, indexCapture } from '../engine/captureIndex';
import type { Readers } from '../engine/ports';
import { nodeFiles } from '../node/files';
import { MemoryBudget, workersWithin } from '../node/memoryBudget';
import { poolReaders } from '../node/poolReaders';
import { traceCounter, type TraceCounter } from '../node/traceFiles';
import type { NeuralSetup } from '../node/workerMessages';
import { DEFAULT_CLIENT_SETTINGS, NEURAL_PROVIDERS } from '../protocol/settings';
import { InputError, UsageError } from './options';
import type { Outputs } from './output';

/**
 * What every command needs. All that is written goes through it, and nothing that is written is hidden or steers the terminal: texts of logs, names of files
 * and models are written out (`visible`).
 */
export interface Context {
  readonly readers: Readers;
  readonly traceCounter: TraceCounter;
  readonly control: Control;
  /** One line of the result. */
  line(text: string): void;
  /** A value as JSON, with a line end. */
  json(value: unknown, indent?: number | string): void;
  /** A text of several lines that were laid out here; values in it went through `visible`. */
  print(text: string): void;
  /** One line beside the result, on standard error. */
  note(text: string): void;
}

export const WORKERS = Math.max(1, Math.min(4, os.availableParallelism()));
/** Characters of the line of progress. */
const PROGRESS = 100;

export function openContext(
  workerScript: string, workers: number, interrupted: () => boolean, { out, err }: Outputs, memoryLimit = DEFAULT_CLIENT_SETTINGS.memoryLimit,
): Context {
  let shown = '';
  const clearLine = (): void => {
    if (shown) err.write('\r\x1b[K');
    shown = '';
  };
  const note = (text: string): void => {
    clearLine();
    err.write(visible(text) + '\n');
  };
  const print = (text: string): void => {
    clearLine();
    out.write(visibleLines(text));
  };
  return {
    readers: poolReaders(workerScript, Math.min(workers, workersWithin(memoryLimit)), undefined, { neural: neuralSetup(), onNotice: note, memory: MemoryBudget.of(memoryLimit) }),
    traceCounter: traceCounter(workerScript, workers),
    control: {
      report: (fraction, text) => {
        if (!err.terminal) return;
        const line = [...`${String(Math.floor(fraction * 100)).padStart(3)} % ${visible(text)}`].slice(0, PROGRESS).join('');
        if (line === shown) return;
        err.write(`\r${line}\x1b[K`);
        shown = line;
      },
      // Work whose result cannot be written any more is not gone on with.
      get cancelled() {
        return interrupted() || !out.works;
      },
    },
    line: (text) => print(visible(text) + '\n'),
    json: (value, indent) => print(jsonText(value, indent) + '\n'),
    print,
    note,
  };
}

/** How nets are run, as in the settings of these names: from the environment. */
function neuralSetup(): NeuralSetup {
  const { 'neural.provider': provider, 'neural.threads': threads } = DEFAULT_CLIENT_SETTINGS;
  const { ANOMALINE_NEURAL_PROVIDER: wanted, ANOMALINE_NEURAL_THREADS: count } = process.env;
  return { provider: NEURAL_PROVIDERS.find((one) => one === wanted) ?? provider, threads: /^\d{1,3}$/.test(count ?? '') ? Number(count) : threads };
}

/** Where the user stands: npm runs scripts in the package's folder and tells where it was called. */
export function userPath(given: string): string {
  const { npm_lifecycle_event: script, INIT_CWD: calledFrom } = process.env;
  return path.resolve((script === 'anomaline' ? calledFrom : undefined) ?? process.cwd(), given);
}

/** A path for output: relative to where the user stands where that is shorter. */
export function shownPath(absolute: string): string {
  const relative = path.relative(userPath('.'), absolute);
  return relative === '' ? '.' : relative.length < absolute.length ? relative : absolute;
}

/** All files below the paths given, each known once. */
export async function indexPaths(context: Context, paths: readonly string[]): Promise<IndexedFile[]> {
  if (paths.length === 0) throw new UsageError('Name at least one log or folder of logs.');
  const files = new Map<string, IndexedFile>();
  for (const given of paths) {
    const index = await indexCapture(nodeFiles, userPath(given), DEFAULT_CLIENT_SETTINGS.exclude, context.control);
    for (const problem of index.problems) {
      if (index.files.length === 0) throw new InputError(`${given}: ${problem.message} ${problem.next}`);
      context.note(`${shownPath(problem.path)}: ${problem.message}`);
    }
    for (const file of index.files) files.set(file.path, file);
  }
  return [...files.values()];
}

export async function loadModelFile(given: string | undefined): Promise<LoadedModel & { readonly bytes: Uint8Array }> {
  if (given === undefined) throw new UsageError('Name the model with --model FILE.');
  const bytes = await nodeFiles.read(userPath(given));
  if ('fault' in bytes) throw new InputError(`${given}: ${bytes.fault} Learn a model first: anomaline learn PATH --model ${given}`);
  const loaded = readModel(bytes);
  if ('fault' in loaded) throw new InputError(`${given}: ${loaded.fault}`);
  return { ...loaded, bytes };
}

/** Tells in one line which files were left out, and why the first of them was. */
export function noteSkipped(context: Context, skipped: readonly { readonly path: string; readonly reason: string }[]): void {
  if (skipped.length === 0) return;
  const names = skipped.slice(0, 12).map((s) => s.path).join(', ');
  context.note(`Not used: ${names}${skipped.length > 12 ? ` and ${skipped.length - 12} more` : ''} (${[...new Set(skipped.map((s) => s.reason))].slice(0, 3).join('; ')}).`);
}
