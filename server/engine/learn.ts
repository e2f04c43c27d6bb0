import { type Detector, LearningError } from '../core/detectors/detector';
import { type LoadedModel, type ModelOrigin, readModel, writeModel } from '../core/detectors/scoring/modelFile';
import type { SettingValues } from '../core/settings/setting';
import { crc32 } from '../core/util/crc32';
import { decodeUtf8, encodeUtf8 } from '../core/util/utf8';
import { type FlowTransfer, mergeSmall, rowsOf } from '../core/table/flowTransfer';
import { inParallel } from '../core/util/inParallel';
import { MemoryLimitError } from '../core/util/memory';
import { inTurns } from '../core/util/slices';
import { type Control, subControl } from '../core/util/control';
import type { BaselineChoice } from '../protocol/baseline';
import { baselineWords, fileMatcher, isSelf } from './baseline';
import { ByteCount } from './byteCount';
import { fileName, type IndexedFile, unusable } from './captureIndex';
import type { Files, Readers, TrainingFile } from './ports';

export interface LearnedModel extends LoadedModel {
  readonly bytes: Uint8Array;
  /** Logs that could not be used, and why. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/** An automaton's file at most: a state takes about half a kilobyte. */
const MAX_AUTOMATON_BYTES = 256 << 20;

/** Files that are read, or wait for a thread, at a time. */
export const FILES_PER_THREAD = 4;

/** Fewer baseline rows than this teach nothing. */
const MIN_ROWS = 20;

/** An automaton that is taken instead of learning one. */
export interface GivenAutomaton {
  /** Name of its file. */
  readonly name: string;
  readonly text: string;
}

/** The automaton in a file, or why the detector cannot take it. */
export async function givenAutomaton(files: Files, path: string, detector: Detector): Promise<GivenAutomaton | { readonly fault: string }> {
  if (!detector.adoption) return { fault: `The detector ${detector.id} takes no automaton from a file.` };
  if (!(await files.stat(path))) return { fault: `${path}: The file does not exist. Check its name.` };
  const { bytes, problem } = await files.head(path, MAX_AUTOMATON_BYTES + 1);
  if (problem) return { fault: `${path}: ${problem.message} ${problem.next}` };
  if (bytes.length > MAX_AUTOMATON_BYTES) return { fault: `${path} is larger than ${MAX_AUTOMATON_BYTES >> 20} MB: it is no automaton, or one with far more states than anybody can use.` };
  const text = decodeUtf8(bytes);
  const fault = detector.adoption.fault(text);
  return fault === undefined ? { name: fileName(path), text } : { fault: `${path}: ${fault}` };
}

/** A model that learning goes on from. */
export interface PreviousModel extends LoadedModel {
  /** Name of its file. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The model in a file that a detector can go on from with these settings, or why it cannot. */
export async function previousModel(files: Files, path: string, detector: Detector): Promise<PreviousModel | { readonly fault: string }> {
  if (!detector.continues) return { fault: `The detector ${detector.id} cannot go on from a model: learn a new one from all rows.` };
  const bytes = await files.read(path);
  const loaded = 'fault' in bytes ? bytes : readModel(bytes);
  if ('fault' in loaded) return { fault: `${path}: ${loaded.fault}` };
  if (loaded.detector.id !== detector.id) return { fault: `${path} is a model of ${loaded.detector.id}, and cannot be gone on with by ${detector.id}.` };
  return { ...loaded, name: fileName(path), bytes: bytes as Uint8Array };
}

/** Rows of a baseline, and the logs that they are from. */
export interface BaselineTable {
  /** The baseline is the first `rows` rows of these: see `joinFlows`. */
  readonly parts: FlowTransfer[];
  readonly rows: number;
  readonly inputs: ModelOrigin['inputs'];
  /** Logs that could not be used, and why. */
  readonly skipped: LearnedModel['skipped'];
}

/** Reads the rows of a baseline with the fields that a detector looks at. A fault tells what to do next. Throws `Cancelled`. */
export async function readBaseline(readers: Readers, files: readonly IndexedFile[], detector: Detector, baseline: BaselineChoice, control: Control, refuses: (file: IndexedFile) => string | undefined = () => undefined): Promise<BaselineTable | { readonly fault: string }> {
  const skipped: { path: string; reason: string }[] = [];
  const inBaseline = fileMatcher(baseline);
  const usable = files.filter((file) => {
    if (!inBaseline(file)) return false;
    const reason = unusable(file, detector) ?? refuses(file);
    if (reason !== undefined) skipped.push({ path: file.relative, reason });
    return reason === undefined;
  });
  if (usable.length === 0) return { fault: `No log of the baseline (${baselineWords(baseline)}) can be used by ${detector.id}. ${skipped.length > 0 ? `${skipped[0].path}: ${skipped[0].reason}.` : 'Choose other files.'}` };
  const total = usable.reduce((n, f) => n + f.bytes, 0);
  const done = new ByteCount(total);
  const collected = await inParallel(usable, readers.threads * FILES_PER_THREAD, () => control.cancelled, (file, index, stop) => {
    const task = { path: file.path, header: file.header as NonNullable<IndexedFile['header']>, size: file.bytes };
    return readers.collect(task, baseline, detector.id, {
      progress: (bytes) => {
        control.report(done.set(index, bytes), `Reading ${file.relative}`);
      },
      get cancelled() {
        return stop.cancelled;
      },
    });
  });
  const matching = collected.reduce((n, { parts }) => n + rowsOf(parts), 0);
  const wanted = Math.floor(matching * (baseline.share ?? 1));
  if (wanted < MIN_ROWS) return { fault: `The baseline (${baselineWords(baseline)}) has only ${wanted} rows; at least ${MIN_ROWS} are needed. Choose more files, a longer time or another label.` };
  const inputs: { path: string; sha256: string; rows: number }[] = [];
  let taken = 0;
  collected.forEach(({ parts, sha256 }, i) => {
    const rows = Math.min(rowsOf(parts), wanted - taken);
    taken += rows;
    if (rows > 0) inputs.push({ path: usable[i].relative, sha256, rows });
  });
  return { parts: await inTurns(mergeSmall(collected.splice(0).flatMap(({ parts }) => parts)), () => readers.pause()), rows: wanted, inputs, skipped };
}

/** What learning may start from. */
export interface LearnFrom {
  /** An automaton that `givenAutomaton` read for this detector: the rest is learned. */
  readonly automaton?: GivenAutomaton | undefined;
  readonly previous?: PreviousModel | undefined;
  /** Where a training is kept until it is over, and gone on with if it was not. */
  readonly training?: TrainingFile;
}

/** Reads the baseline's rows and learns a model from them. A fault tells what to do next. Throws `Cancelled`. */
export function learnModel(...work: Parameters<typeof learnWithin>): ReturnType<typeof learnWithin> {
  return learnWithin(...work).catch((error: unknown) => {
    if (error instanceof LearningError || error instanceof MemoryLimitError) return { fault: error.message };
    throw error;
  });
}

async function learnWithin(readers: Readers, files: readonly IndexedFile[], detector: Detector, settings: SettingValues, baseline: BaselineChoice, control: Control, { automaton: given, previous, training }: LearnFrom = {}): Promise<LearnedModel | { readonly fault: string }> {
  const read = await readBaseline(readers, files, detector, baseline, subControl(control, 0, 0.6), (file) => (given && file.header ? detector.adoption?.refuses(file.header) : undefined));
  if ('fault' in read) return read;
  const { parts, rows, inputs, skipped } = read;
  const container = await readers.learn(parts, rows, detector.id, settings, isSelf(baseline), subControl(control, 0.6, 1), { ...(given ? { automaton: given } : {}), ...(previous ? { previous: previous.bytes } : {}), ...(training && detector.neural ? { training } : {}) });
  await training?.remove();
  const model = detector.load(container);
  // What a detector saved it can load; anything else is a mistake in its codec.
  if ('fault' in model) throw new Error(`The model that was learned cannot be loaded: ${model.fault}.`);
  const origin: ModelOrigin = { detector: detector.id, settings, baseline: { ...baseline }, inputs, ...(previous ? { previous: { name: previous.name, inputs: previous.origin.inputs } } : {}), ...(given ? { automaton: { name: given.name, crc32: crc32(encodeUtf8(given.text)).toString(16) } } : {}) };
  return { detector, model, origin, skipped, bytes: writeModel(detector, model, origin) };
}
