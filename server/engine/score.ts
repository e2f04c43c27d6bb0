import { type Control, subControl } from '../core/util/control';
import type { BaselineChoice } from '../protocol/baseline';
import { fileMatcher } from './baseline';
import { type IndexedFile, unusable } from './captureIndex';
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
  const done = new Map<string, number>();
  const encoded = await Promise.all(usable.map(async (file) => {
    const marks = { ...(options.label ? { label: options.label } : {}), ...(options.markBaseline && inBaseline(file) ? { baseline } : {}) };
    const task = { path: file.path, header: file.header as NonNullable<IndexedFile['header']>, size: file.bytes };
    const read = (from: number, state?: string): Promise<EncodedLogRows> => readers.encode({ ...task, from, ...(state === undefined ? {} : { state }) }, loaded.bytes, marks, {
      progress: (bytes) => {
        done.set(file.path, from + bytes);
        reading.report([...done.values()].reduce((a, b) => a + b, 0) / Math.max(1, total), `Reading ${file.relative}`);
      },
      get cancelled() {
        return control.cancelled;
      },
    });
    return { file, rows: await (options.store ? options.store.rowsOf(file, read) : read(0)) };
  }));
  const capture = await scoreCapture(readers, loaded, encoded, options.acceptance, subControl(control, 0.8, 1));
  return { capture, skipped };
}
