import type { FileEntry, Files } from './ports';

/** Bytes looked at, at the start and before the end. */
const SAMPLE = 4096;
const LF = 10;

/** Enough of a log to tell later whether it is the same still, or has only grown. */
export interface LogMark {
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** Digest of the first bytes, decompressed. */
  readonly head: string;
  /** Digest of the last bytes, and whether they end a line; '' and false in compressed logs, which never grow. */
  readonly tail: string;
  readonly endsLine: boolean;
}

type Digest = (bytes: Uint8Array) => string;

/** Looks at a log as it is now. To be called before it is read: what changes meanwhile then shows the next time. */
export async function markLog(files: Files, digest: Digest, file: FileEntry): Promise<LogMark> {
  const { bytes, modified } = file;
  const head = digest((await files.head(file.path, SAMPLE)).bytes);
  if (/\.gz$/i.test(file.path)) return { bytes, modified, head, tail: '', endsLine: false };
  const tail = await lastBytes(files, file.path, bytes);
  return { bytes, modified, head, tail: digest(tail), endsLine: tail[tail.length - 1] === LF };
}

/** Whether nothing was written since. */
export function isSame(before: LogMark, now: LogMark): boolean {
  return before.bytes === now.bytes && before.modified === now.modified && before.head === now.head && before.tail === now.tail;
}

/** Whether the log is what it was, with whole lines added: its first bytes, and those before its old end, are the same, and that was a line end. */
export async function hasGrown(files: Files, digest: Digest, path: string, before: LogMark, now: LogMark): Promise<boolean> {
  if (!before.endsLine || now.bytes <= before.bytes) return false;
  const [head] = await files.pieces(path, [{ start: 0, length: Math.min(SAMPLE, before.bytes) }]);
  return digest(head) === before.head && digest(await lastBytes(files, path, before.bytes)) === before.tail;
}

async function lastBytes(files: Files, path: string, end: number): Promise<Uint8Array> {
  const length = Math.min(SAMPLE, end);
  return (await files.pieces(path, [{ start: end - length, length }]))[0];
}
