import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** The calls of `fs.promises` that writing needs; tests pass ones that fail. */
export type FileSystem = Pick<typeof fs.promises, 'lstat' | 'mkdir' | 'open' | 'readdir' | 'realpath' | 'rename' | 'unlink'>;

/** Name of a file that is being written: nobody can guess it, and nobody else's file has such a name. */
const TEMPORARY = /^\.[0-9a-f]{32}\.anomaline-tmp$/;

/** Why a file could not be written, by the system's code. */
const WRITE_FAULTS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full', EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than the system allows',
  EACCES: 'the folder cannot be written to', EROFS: 'the folder cannot be written to', EPERM: 'the folder cannot be written to',
  ENOTDIR: 'a part of its path is a file, not a folder', EEXIST: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder', EPIPE: 'whoever read it has stopped reading', EIO: 'the device failed', ELOOP: 'it is a link', ENAMETOOLONG: 'its name is too long',
};

export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}

/** Why something could not be written, in half a sentence. */
export function writeReason(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return WRITE_FAULTS[code ?? ''] ?? message ?? String(error);
}

/** What to tell where `file` could not be written. */
export function writeFault(file: string, error: unknown): { readonly fault: string } {
  return { fault: `${file} was not written: ${writeReason(error)}. What was there before is unchanged.` };
}

/**
 * Replaces a file by one with these parts, or leaves it as it is: the parts go to a temporary file beside it, which is synced
 * and renamed; then the folder is synced, so that a crash of the machine finds the old file or the new one. The folder must be
 * there. `check` is called between opening the temporary file and writing to it, and may throw. Throws what the system throws;
 * the temporary file is gone then.
 */
export async function writeWhole(
  target: string, parts: readonly Uint8Array[], system: FileSystem, check?: (temporary: string, handle: fs.promises.FileHandle) => Promise<void>,
): Promise<void> {
  const folder = path.dirname(target);
  const temporary = path.join(folder, `.${randomBytes(16).toString('hex')}.anomaline-tmp`);
  const { O_CREAT, O_EXCL, O_WRONLY } = fs.constants;
  const handle = await system.open(temporary, O_CREAT | O_EXCL | O_WRONLY | noFollow, 0o666);
  try {
    try {
      await check?.(temporary, handle);
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await system.rename(temporary, target);
  } catch (error) {
    await system.unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder, system);
}

/** Opening fails where the last part of the path is a link; Windows has no such flag, and paths are compared there. */
export const noFollow = fs.constants.O_NOFOLLOW ?? 0;

/** Makes the names in a folder durable. Windows and some network drives cannot; the file itself is there all the same. */
async function syncFolder(folder: string, system: FileSystem): Promise<void> {
  try {
    const handle = await system.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The new file is in its place: to call this a failure would be wrong.
  }
}
