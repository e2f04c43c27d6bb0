import type { LoadedModel } from '../core/models/modelFile';
import { type Control, subControl } from '../core/util/control';
import type { BaselineChoice } from '../protocol/baseline';
import { fileMatcher } from './baseline';
import { type IndexedFile, unusable } from './captureIndex';
import type { EncodedLogRows, Readers } from './ports';
import { scoreCapture, type ScoredCapture } from './scoredCapture';

export interface ScoreOptions {
  readonly acceptance: number;
  /** Marks rows that are positives, for evaluation. */
  readonly label?: NonNullable<BaselineChoice['label']>;
  /** Marks rows that belong to the baseline. */
  readonly markBaseline?: boolean;
  /** Logs already encoded with this model, by path: taken as they are. */
  readonly known?: ReadonlyMap<string, EncodedLogRows>;
}

export interface ScoreResult {
  readonly capture: ScoredCapture;
  readonly encoded: ReadonlyMap<string, EncodedLogRows>;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/** Reads all logs that the model's detector can use, and scores them together. Throws `Cancelled`. */
export async function scoreFiles(readers: Readers, files: readonly IndexedFile[], loaded: LoadedModel & { readonly bytes: Uint8Array }, options: ScoreOptions, control: Control): Promise<ScoreResult> {
  const skipped: { path: string; reason: string }[] = [];
  const usable = files.filter((file) => {
    const reason = unusable(file, loaded.detector);
    if (reason !== undefined) skipped.push({ path: file.relative, reason });
    return reason === undefined;
  });
  const baseline = loaded.origin.baseline as BaselineChoice;
  const inBaseline = fileMatcher(baseline);
  const reading = subControl(control, 0, 0.8);
  const total = usable.reduce((n, f) => n + f.bytes, 0);
  const done = new Map<string, number>();
  const encoded = await Promise.all(usable.map(async (file) => {
    const known = options.known?.get(file.path);
    if (known) return { file, rows: known };
    const marks = { ...(options.label ? { label: options.label } : {}), ...(options.markBaseline && inBaseline(file) ? { baseline } : {}) };
    const rows = await readers.encode({ path: file.path, header: file.header as NonNullable<IndexedFile['header']>, size: file.bytes }, loaded.bytes, marks, {
      progress: (bytes) => {
        done.set(file.path, bytes);
        reading.report([...done.values()].reduce((a, b) => a + b, 0) / Math.max(1, total), `Reading ${file.relative}`);
      },
      get cancelled() {
        return control.cancelled;
      },
    });
    return { file, rows };
  }));
  const capture = scoreCapture(loaded.detector, loaded.model, encoded, options.acceptance, subControl(control, 0.8, 1));
  return { capture, encoded: new Map(encoded.map((e) => [e.file.path, e.rows])), skipped };
}
