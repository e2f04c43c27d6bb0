import * as fs from 'node:fs';
import * as zlib from 'node:zlib';
import { MemoryLimitError } from '../core/util/memory';
import type { Problem } from '../core/util/problem';

/** Bytes read at a time. */
const CHUNK = 1 << 20;

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface ReadHooks {
  onChunk(chunk: Uint8Array): void;
  /** Bytes of the file on disk read so far; asked for after each chunk. */
  onProgress?(bytes: number): void;
  cancelled(): boolean;
}

export function isGzip(path: string): boolean {
  return /\.gz$/i.test(path);
}

/**
 * Reads a log from disk in chunks, decompressed when its name ends in `.gz` or `gzip` says so. The chunk is only valid during the call.
 * What can be read is delivered even when the file is cut, damaged or shrinks meanwhile; that is the problem returned.
 */
export async function readLogBytes(path: string, hooks: ReadHooks, range?: ByteRange, gzip = isGzip(path)): Promise<Problem | undefined> {
  return gzip ? readGzip(path, hooks) : readPlain(path, hooks, range);
}

function readPlain(path: string, hooks: ReadHooks, range: ByteRange | undefined): Problem | undefined {
  let file: number;
  try {
    file = fs.openSync(path, 'r');
  } catch (error) {
    return unreadable(error);
  }
  try {
    const size = fs.fstatSync(file).size;
    const end = range ? range.end : size;
    const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(CHUNK, end - (range?.start ?? 0))));
    let at = range?.start ?? 0;
    while (at < end && !hooks.cancelled()) {
      const n = fs.readSync(file, buffer, 0, Math.min(buffer.length, end - at), at);
      if (n === 0) return { code: 'file-shrank', severity: 'error', message: `The file became shorter while it was read: ${at} of ${end} bytes were there.`, next: 'It is read again when it changes; or run Score again.', byteStart: at, byteEnd: end };
      hooks.onChunk(buffer.subarray(0, n));
      at += n;
      hooks.onProgress?.(at - (range?.start ?? 0));
    }
    return undefined;
  } catch (error) {
    if (error instanceof MemoryLimitError) throw error;
    return unreadable(error);
  } finally {
    fs.closeSync(file);
  }
}

async function readGzip(path: string, hooks: ReadHooks): Promise<Problem | undefined> {
  const file = fs.createReadStream(path, { highWaterMark: CHUNK });
  const gunzip = zlib.createGunzip({ chunkSize: CHUNK });
  let delivered = 0;
  let fileError: unknown;
  file.on('error', (error) => {
    fileError = error;
    gunzip.destroy(error);
  });
  file.pipe(gunzip);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      if (hooks.cancelled()) break;
      hooks.onChunk(chunk);
      delivered += chunk.length;
      hooks.onProgress?.(file.bytesRead);
    }
    return undefined;
  } catch (error) {
    if (error instanceof MemoryLimitError) throw error;
    if (fileError !== undefined) return unreadable(fileError);
    const cut = (error as { code?: string }).code === 'Z_BUF_ERROR';
    return {
      code: cut ? 'gzip-cut' : 'gzip-damaged', severity: 'error',
      message: `The compressed file is ${cut ? 'cut off' : 'damaged'} after ${delivered} decompressed bytes; the rows before that were read.`,
      next: 'Copy the file again from where it comes from.', byteStart: delivered, byteEnd: delivered,
    };
  } finally {
    gunzip.destroy();
    file.destroy();
  }
}

export function unreadable(error: unknown): Problem {
  const { code, message } = error as { code?: string; message?: string };
  const reason = code === 'EACCES' || code === 'EPERM' ? 'permission is denied' : code === 'ENOENT' ? 'it does not exist (any more)' : code === 'ELOOP' ? 'it is a link that leads to itself' : code === 'EISDIR' ? 'it is a folder' : (message ?? String(error));
  return { code: 'unreadable', severity: 'error', message: `The file cannot be read: ${reason}.`, next: code === 'EACCES' ? 'Give yourself read permission, then run the command again.' : 'Check the file, then run the command again.' };
}
