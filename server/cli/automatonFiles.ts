import * as fs from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readTraceModel, type TraceModel } from '../core/automata/automatonFile';
import { fromFlexfringeJson } from '../core/automata/flexfringeJson';
import { defaultLearnSettings } from '../core/automata/settings';
import { type TraceSet, traceCount } from '../core/automata/traces';
import type { Problem } from '../core/util/problem';
import { decodeUtf8 } from '../core/util/utf8';
import { nodeFiles } from '../node/files';
import { readTraceFile, type TraceFile } from '../node/traceFiles';
import { type Context, userPath } from './context';
import { InputError, UsageError } from './options';

/** Problems of one file that are told one by one. */
const SHOWN = 5;

/** The bytes of a file, decompressed when it is gzip. */
export async function fileBytes(given: string): Promise<Uint8Array> {
  const bytes = await nodeFiles.read(userPath(given));
  if ('fault' in bytes) throw new InputError(`${given}: ${bytes.fault}`);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new InputError(`${given}: The compressed file is damaged (${(error as Error).message}). Copy it again.`);
  }
}

/** The traces of a file; what is wrong with it is told, and a file without a header is not taken for traces. */
export async function traceFile(context: Context, given: string): Promise<TraceSet> {
  return acceptTraces(context, given, await readTraceFile(userPath(given), context.control), traceCount);
}

/** What was read of a file of traces, unless it is none or could not be read to its end; what else is wrong is told. */
export function acceptTraces<T>(context: Context, given: string, { content, problems, problem }: TraceFile<T>, tracesOf: (content: T) => number): T {
  if (problem) throw new InputError(`${given}: ${problem.message} ${problem.next}`);
  tell(context, given, problems);
  const header = problems.find(({ code }) => code === 'abbadingo-header');
  if (header) throw new InputError(`${given}: ${header.message} ${header.next}`);
  if (tracesOf(content) === 0 && problems.some(({ severity }) => severity === 'error')) throw new InputError(`${given}: No trace could be read.`);
  return content;
}

function tell(context: Context, file: string, problems: readonly Problem[]): void {
  for (const problem of problems.slice(0, SHOWN)) {
    if (problem.code !== 'abbadingo-header') context.note(`${file}${problem.line === undefined ? '' : `:${problem.line + 1}`}: ${problem.message} ${problem.next}`);
  }
  if (problems.length > SHOWN) context.note(`${file}: and ${problems.length - SHOWN} more problems.`);
}

/** An automaton: our model file, or FlexFringe's JSON of either version. */
export async function automatonFile(context: Context, given: string | undefined): Promise<TraceModel> {
  if (given === undefined) throw new UsageError('Name the model with --model FILE.');
  const bytes = await fileBytes(given);
  if (!looksLikeJson(bytes)) {
    const model = readTraceModel(bytes);
    if ('fault' in model) throw new InputError(`${given}: ${model.fault}`);
    return model;
  }
  const { automaton, problems } = fromFlexfringeJson(decodeUtf8(bytes));
  if (!automaton) throw new InputError(`${given}: ${problems.map((problem) => `${problem.message} ${problem.next}`).join(' ')}`);
  tell(context, given, problems);
  return { automaton, settings: { ...defaultLearnSettings, variant: automaton.arrays.number[0] === -1 ? 'main' : 'sicco' }, mixture: undefined };
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
