import * as fs from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readTraceModel, type TraceModel } from '../core/automata/automatonFile';
import { type Events, readEvents, tracesOfWindows, windowsOf } from '../core/automata/events';
import { flexfringeVersion, fromFlexfringeJson } from '../core/automata/flexfringeJson';
import { defaultLearnSettings } from '../core/automata/settings';
import { type TraceSet, traceCount } from '../core/automata/traces';
import { readWindowOptions, type ReadWindowOptions } from '../core/automata/windowOptions';
import { readModel } from '../core/detectors/scoring/modelFile';
import { readContainer } from '../core/models/safetensors';
import { count } from '../core/symbols/words';
import type { Windows } from '../core/symbols/windows';
import type { Problem } from '../core/util/problem';
import { decodeUtf8 } from '../core/util/utf8';
import { nodeFiles } from '../node/files';
import { readTraceFile, type TraceFile } from '../node/traceFiles';
import { type Context, userPath } from './context';
import { InputError, UsageError } from './options';

/** Problems of one file that are told one by one. */
const SHOWN = 5;

/** Decompressed bytes of a file that is read whole, at most. */
const MOST_BYTES = 512 << 20;
/** Bytes of an automaton's text at most. */
const MOST_TEXT = 256 << 20;

/** The bytes of a file, decompressed when it is gzip. */
export async function fileBytes(given: string): Promise<Uint8Array> {
  const bytes = await nodeFiles.read(userPath(given));
  if ('fault' in bytes) throw new InputError(`${given}: ${bytes.fault}`);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw new InputError(`${given}: The compressed file holds more than ${MOST_BYTES >> 20} MB. Decompress it first if it is what you take it for, and name the file that comes out.`);
    throw new InputError(`${given}: The compressed file is damaged (${(error as Error).message}). Copy it again.`);
  }
}

/** Traces, and where they came from if from the rows of a log. */
export interface TraceInput {
  readonly traces: TraceSet;
  readonly log?: { readonly events: Events; readonly windows: Windows };
}

/** Bytes of a file that tell whether it is a log. */
const HEAD = 1 << 16;

/** The traces of a file: traces as they are, or those of the windows of FlexFringe CSV. */
export async function traceInput(context: Context, given: string, { options, given: named }: ReadWindowOptions): Promise<TraceInput> {
  const log = readEvents((await nodeFiles.head(userPath(given), HEAD)).bytes) && readEvents(await fileBytes(given));
  if (!log) {
    if (named.length > 0) context.note(`Without effect on traces: ${named.join(', ')}.`);
    return { traces: acceptTraces(context, given, await readTraceFile(userPath(given), context.control), traceCount) };
  }
  tell(context, given, log.problems);
  if (log.events.lines.length === 0) throw new InputError(`${given}: The log has no rows.`);
  const idle = options.sliding ? [] : named.filter((name) => name.toLowerCase() !== 'slidingwindow');
  if (idle.length > 0) context.note(`Without effect while there is no sliding window (slidingwindow=1): ${idle.join(', ')}.`);
  const windows = windowsOf(log.events, options);
  const left = uncovered(log.events, windows);
  if (left > 0) context.note(`${given}: ${count(left)} of ${count(log.events.lines.length)} rows are in no window of ${options.windows.size}; with addShorter=true what is left of an entity is one too.`);
  return { traces: tracesOfWindows(log.events, windows), log: { events: log.events, windows } };
}

/** The traces of a file; the rows of an entity of a CSV log are one. */
export async function traceFile(context: Context, given: string): Promise<TraceSet> {
  return (await traceInput(context, given, readWindowOptions({}))).traces;
}

function uncovered({ lines }: Events, { rows }: Windows): number {
  const inWindow = new Uint8Array(lines.length);
  for (const row of rows) inWindow[row] = 1;
  return inWindow.reduce((n, covered) => n - covered, lines.length);
}

/**
 * What was read of a file of traces, unless it is none or could not be read to its end; what else is wrong is told. A file without a header is not taken
 * for traces.
 */
export function acceptTraces<T>(context: Context, given: string, { content, problems, problem }: TraceFile<T>, tracesOf: (content: T) => number): T {
  if (problem) throw new InputError(`${given}: ${problem.message} ${problem.next}`);
  tell(context, given, problems);
  const header = problems.find(({ code }) => code === 'abbadingo-header');
  if (header) throw new InputError(`${given}: ${header.message} ${header.next} Or, if this is to be a log in FlexFringe's CSV: its header names no columns of the roles "id" and "symb", such as "id:src_ip,symb:proto".`);
  if (tracesOf(content) === 0 && problems.some(({ severity }) => severity === 'error')) throw new InputError(`${given}: No trace could be read.`);
  return content;
}

function tell(context: Context, file: string, problems: readonly Problem[]): void {
  for (const problem of problems.slice(0, SHOWN)) {
    if (problem.code !== 'abbadingo-header') context.note(`${file}${problem.line === undefined ? '' : `:${problem.line + 1}`}: ${problem.message} ${problem.next}`);
  }
  if (problems.length > SHOWN) context.note(`${file}: and ${problems.length - SHOWN} more problems.`);
}

/** An automaton: our file of one, FlexFringe's JSON of either version, or the automaton of a model under `.anomaline/models`. */
export async function automatonFile(context: Context, given: string | undefined): Promise<TraceModel> {
  if (given === undefined) throw new UsageError('Name the model with --model FILE.');
  const bytes = await fileBytes(given);
  if (!looksLikeJson(bytes)) {
    const model = isDetectorModel(bytes) ? modelAutomaton(bytes) : readTraceModel(bytes);
    if ('fault' in model) throw new InputError(`${given}: ${model.fault}`);
    return model;
  }
  if (bytes.length > MOST_TEXT) throw new InputError(`${given}: The file has more than ${MOST_TEXT >> 20} MB: it is no automaton, or one with far more states than anybody can use.`);
  const { automaton, problems } = fromFlexfringeJson(decodeUtf8(bytes));
  if (!automaton) throw new InputError(`${given}: ${problems.map((problem) => `${problem.message} ${problem.next}`).join(' ')}`);
  tell(context, given, problems);
  return { automaton, settings: { ...defaultLearnSettings, variant: flexfringeVersion(automaton) }, mixture: undefined };
}

/** Whether a container is the model of a detector, and not an automaton's own file. */
function isDetectorModel(bytes: Uint8Array): boolean {
  const container = readContainer(bytes);
  return !('fault' in container) && 'anomaline' in container.metadata;
}

function modelAutomaton(bytes: Uint8Array): TraceModel | { readonly fault: string } {
  const loaded = readModel(bytes);
  if ('fault' in loaded) return loaded;
  const view = loaded.detector.automaton?.(loaded.model);
  if (!view) return { fault: `A model of ${loaded.detector.id} has no automaton.` };
  return { automaton: view.automaton, settings: defaultLearnSettings, mixture: undefined };
}

/** A container begins with the length of its header, whose high bytes are 0; a text does not. */
function looksLikeJson(bytes: Uint8Array): boolean {
  return bytes.length < 8 || bytes.subarray(0, 8).every((byte) => byte !== 0);
}

/** Whether a file is one of ours, as models and trees are, and not a text. */
export function looksLikeContainer(given: string): boolean {
  let file: number | undefined;
  try {
    file = fs.openSync(userPath(given), 'r');
    const head = Buffer.alloc(9);
    return fs.readSync(file, head, 0, 9, 0) === 9 && !looksLikeJson(head) && head[8] === 123;
  } catch {
    return false;
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}
