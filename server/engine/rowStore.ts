import { noControl } from '../core/util/control';
import { type IndexedFile } from './captureIndex';
import { appended } from './encodedRows';
import type { EncodedLogRows, Files, Readers } from './ports';
import { MIN_CACHED_BYTES, type RowCache } from './rowCache';
import type { CacheKey, RowShape } from './rowCacheFile';
import { hasGrown, isSame, type LogMark, markLog } from './rowMarks';
import { encodedLog, type ScoredCapture, type ScoredLog } from './scoredCapture';

/** A cached log that has grown by more than this share since is written again. */
const REWRITE_SHARE = 1 / 8;

/** Where a log's rows are read: from byte `from` on (0: all of it), with what the lines before carry over. */
export type ReadRows = (from: number, state?: string) => Promise<EncodedLogRows>;

/**
 * Rows that were encoded before with one model: those of the capture scored last, and those on disk. `rowsOf` reads of a log only what is
 * not known yet, so that a log that grows costs what it grew by. One store for each scoring.
 */
export class RowStore {
  /** What each log was when its rows were read; to be given to the next store. */
  readonly marks = new Map<string, LogMark>();
  private readonly previous: ReadonlyMap<string, ScoredLog>;
  private readonly writing: Promise<void>[] = [];

  constructor(
    private readonly files: Files, private readonly digest: (bytes: Uint8Array) => string, private readonly cache: RowCache, readonly model: string,
    private readonly shape: RowShape, private readonly readers: Pick<Readers, 'pause' | 'joinEntities'>,
    private readonly before: { readonly capture: ScoredCapture; readonly marks: ReadonlyMap<string, LogMark> } | undefined,
  ) {
    this.previous = new Map(before?.capture.logs.map((log) => [log.file.path, log]));
  }

  async rowsOf(file: IndexedFile, read: ReadRows): Promise<EncodedLogRows> {
    const mark = await markLog(this.files, this.digest, file);
    this.marks.set(file.path, mark);
    const fromBefore = await this.fromBefore(file, mark, read);
    if (fromBefore) return fromBefore;
    if (file.bytes < MIN_CACHED_BYTES) return read(0);
    const key: CacheKey = { path: file.path, model: this.model, header: JSON.stringify(file.header) };
    const cached = await this.cache.read(key, this.shape);
    const rows = (cached && (await this.continued(file, cached.mark, mark, () => cached.rows, read))) ?? (await read(0));
    const wasComplete = rows.summary.problems.every((p) => p.severity !== 'error' || p.line !== undefined);
    if (wasComplete && (cached === undefined || cached.mark.bytes < mark.bytes * (1 - REWRITE_SHARE) || cached.mark.bytes > mark.bytes || (cached.mark.bytes === mark.bytes && !isSame(cached.mark, mark)))) {
      // Rows that cannot be kept on disk (for lack of memory, say) are read again.
      this.writing.push(this.cache.write(key, { mark, rows }).catch(() => undefined));
    }
    return rows;
  }

  /** Resolves when what is to be kept on disk is there. */
  async written(): Promise<void> {
    await Promise.all(this.writing);
  }

  private async fromBefore(file: IndexedFile, mark: LogMark, read: ReadRows): Promise<EncodedLogRows | undefined> {
    const log = this.previous.get(file.path);
    const known = this.before?.marks.get(file.path);
    if (!log || !known || !this.before || JSON.stringify(log.file.header) !== JSON.stringify(file.header)) return undefined;
    const { capture } = this.before;
    return this.continued(file, known, mark, () => encodedLog(capture, log), read);
  }

  /** The rows known, with those that came since; undefined when the log was changed otherwise. */
  private async continued(file: IndexedFile, known: LogMark, now: LogMark, rows: () => EncodedLogRows, read: ReadRows): Promise<EncodedLogRows | undefined> {
    if (isSame(known, now)) return rows();
    if (!(await hasGrown(this.files, this.digest, file.path, known, now))) return undefined;
    const before = rows();
    const added = await read(known.bytes, before.summary.state);
    return appended(before, added, (tables) => this.readers.joinEntities(tables, noControl), () => this.readers.pause());
  }
}
