import { type Control, subControl } from '../core/util/control';
import { inParallel } from '../core/util/inParallel';
import type { BaselineChoice } from '../protocol/baseline';
import { fileMatcher } from './baseline';
import { ByteCount } from './byteCount';
import { type IndexedFile, unusable } from './captureIndex';
import { FILES_PER_THREAD } from './learn';
import type { EncodedLogRows, ModelInUse, Readers } from './ports';
import type { RowStore } from './rowStore';
import { scoreCapture, type ScoredCapture } from './scoredCapture';

export interface ScoreOptions {
  readonly acceptance: number;
  /** Marks rows that are positives, for evaluation. */
  readonly label?: NonNullable<BaselineChoice['label']>;
  /** Marks rows that belong to the baseline. */
  readonly markBaseline?: boolean;
  /** Rows encoded before with this model: only what they lack is read. Not together with marks of rows. */
  readonly store?: RowStore;
}

export interface ScoreResult {
  readonly capture: ScoredCapture;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/** Reads all logs that the model's detector can use, and scores them together. Throws `Cancelled`. */
export async function scoreFiles(readers: Readers, files: readonly IndexedFile[], loaded: ModelInUse, options: ScoreOptions, control: Control): Promise<ScoreResult> {
  const skipped: { path: string; reason: string }[] = [];
  const usable = files.filter((file) => {
    const reason = unusable(file, loaded.detector, loaded.model);
    if (reason !== undefined) skipped.push({ path: file.relative, reason });
    return reason === undefined;
  });
  const baseline = loaded.origin.baseline as BaselineChoice;
  const inBaseline = fileMatcher(baseline);
  const reading = subControl(control, 0, 0.8);
  const total = usable.reduce((n, f) => n + f.bytes, 0);
  const done = new ByteCount(total);
  const encoded = await inParallel(usable, readers.threads * FILES_PER_THREAD, () => control.cancelled, async (file, index, stop) => {
    const marks = { ...(options.label ? { label: options.label } : {}), ...(options.markBaseline && inBaseline(file) ? { baseline } : {}) };
    const task = { path: file.path, header: file.header as NonNullable<IndexedFile['header']>, size: file.bytes };
    const read = (from: number, state?: string): Promise<EncodedLogRows> => readers.encode({ ...task, from, ...(state === undefined ? {} : { state }) }, loaded.bytes, marks, {
      progress: (bytes) => {
        reading.report(done.set(index, from + bytes), `Reading ${file.relative}`);
      },
      get cancelled() {
        return stop.cancelled;
      },
    });
    return { file, rows: await (options.store ? options.store.rowsOf(file, read) : read(0)) };
  });
  const capture = await scoreCapture(readers, loaded, encoded, options.acceptance, subControl(control, 0.8, 1));
  return { capture, skipped };
}
