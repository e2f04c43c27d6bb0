import * as fs from 'node:fs';
import * as path from 'node:path';
import type { FileEntry, OwnFiles } from '../engine/ports';
import { unreadable } from './logBytes';
import { type FileSystem, isTemporary, noFollow, writeFault, writeWhole } from './wholeFile';

/** Temporary files older than this (milliseconds) belong to nobody any more. */
const STALE = 60 * 60_000;

/** A part of a path that must not be what it is; the message ends a sentence about the file. */
class Refused extends Error {}

/**
 * Our own files below a root, on this machine. A folder from somebody else may hold links where our files are expected, to have
 * others' files read, overwritten or deleted: so every part of a path below the root is looked at, nothing is opened through a
 * link, and what was opened is compared with what was looked at. The root itself is the user's choice and may be a link.
 */
export function ownFiles(root: string, system: FileSystem = fs.promises, now: () => number = Date.now): OwnFiles {
  const at = (relative: string): string => {
    const parts = relative.split('/');
    if (parts.some((part) => part === '' || part === '.' || part === '..' || /[\\\0]/.test(part))) throw new Refused('its name is none of ours');
    return path.join(root, ...parts);
  };

  /** Looks at every folder between the root and a file; makes those that are missing if asked to. False: one is missing. */
  async function foldersOf(relative: string, make: boolean): Promise<boolean> {
    at(relative);
    const parts = relative.split('/').slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth++) {
      const folder = at(parts.slice(0, depth).join('/'));
      let stat = await lstat(folder);
      if (!stat && make) {
        await system.mkdir(folder, { mode: 0o777 }).catch((error: unknown) => {
          if ((error as { code?: string }).code !== 'EEXIST') throw error;
        });
        stat = await lstat(folder);
      }
      if (!stat) return false;
      if (stat.isSymbolicLink()) throw new Refused(`${folder} is a link`);
      if (!stat.isDirectory()) throw new Refused(`${folder} is no folder`);
    }
    return true;
  }

  /** The file itself, if it is there and is a plain file. */
  async function plainFile(relative: string): Promise<fs.Stats | undefined> {
    const file = at(relative);
    const stat = await lstat(file);
    if (stat?.isSymbolicLink()) throw new Refused(`${file} is a link`);
    if (stat?.isDirectory()) throw new Refused(`${file} is a folder`);
    if (stat && !stat.isFile()) throw new Refused(`${file} is no plain file`);
    return stat;
  }

  async function lstat(file: string): Promise<fs.Stats | undefined> {
    try {
      return await system.lstat(file);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw error;
    }
  }

  /** Throws unless an open file is the one that stands at `file`, and `file` is where its name says: nobody put a link in its way meanwhile. */
  async function sameFile(file: string, handle: fs.promises.FileHandle): Promise<void> {
    const [opened, named] = [await handle.stat(), await system.lstat(file)];
    const real = path.join(await system.realpath(root), path.relative(root, file));
    if (opened.ino !== named.ino || opened.dev !== named.dev || (await system.realpath(file)) !== real) throw new Refused('its folder was replaced meanwhile');
  }

  const stat = async (relative: string): Promise<FileEntry | undefined> => {
    try {
      const found = (await foldersOf(relative, false)) ? await plainFile(relative) : undefined;
      return found && { path: at(relative), bytes: found.size, modified: found.mtimeMs };
    } catch {
      return undefined;
    }
  };

  const names = async (folder: string): Promise<readonly string[]> => {
    try {
      if (folder === '') return (await system.readdir(root)).sort();
      if (!(await foldersOf(`${folder}/x`, false))) return [];
      return (await system.readdir(at(folder))).sort();
    } catch {
      return [];
    }
  };
  const within = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

  async function read(relative: string, limit: number, cut: boolean): Promise<Uint8Array | { readonly fault: string } | undefined> {
    const file = `${root}/${relative}`;
    let handle: fs.promises.FileHandle | undefined;
    try {
      if (!(await foldersOf(relative, false)) || !(await plainFile(relative))) return undefined;
      // Not blocking: a pipe that was put there meanwhile would wait for a writer.
      handle = await system.open(at(relative), fs.constants.O_RDONLY | noFollow | (fs.constants.O_NONBLOCK ?? 0));
      await sameFile(at(relative), handle);
      const { size } = await handle.stat();
      if (!cut && size > limit) return { fault: tooLarge(file, size, limit) };
      const bytes = Buffer.alloc(Math.min(size, limit));
      let length = 0;
      while (length < bytes.length) {
        const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return bytes.subarray(0, length);
    } catch (error) {
      return { fault: error instanceof Refused ? refusal(file, 'read', error) : `${file}: ${unreadable(error).message}` };
    } finally {
      await handle?.close().catch(() => undefined);
    }
  }

  const remove = async (relative: string): Promise<void> => {
    try {
      if ((await foldersOf(relative, false)) && (await plainFile(relative))) await system.unlink(at(relative));
    } catch {
      // Gone already, or not ours to remove.
    }
  };

  return {
    root, stat, remove,

    async list(folder) {
      const entries = await Promise.all((await names(folder)).filter((name) => !isTemporary(name)).map((name) => stat(within(folder, name))));
      return entries.flatMap((entry) => (entry ? [entry] : []));
    },

    read: (relative, limit) => read(relative, limit, false),
    head: (relative, limit) => read(relative, limit, true),

    async write(relative, bytes) {
      const file = `${root}/${relative}`;
      try {
        if (!(await lstat(root))) await system.mkdir(root, { recursive: true, mode: 0o700 });
        await foldersOf(relative, true);
        await plainFile(relative);
        await writeWhole(at(relative), bytes instanceof Uint8Array ? [bytes] : bytes, system, sameFile);
        return undefined;
      } catch (error) {
        return error instanceof Refused ? { fault: refusal(file, 'written', error) } : writeFault(file, error);
      }
    },

    async removeStale(folders) {
      for (const folder of folders) {
        for (const name of await names(folder)) {
          if (!isTemporary(name)) continue;
          const entry = await stat(within(folder, name));
          if (entry && now() - entry.modified > STALE) await remove(within(folder, name));
        }
      }
    },
  };
}

function refusal(file: string, done: 'read' | 'written', { message }: Refused): string {
  return `${file} was not ${done}: ${message}, and Anomaline follows no link and opens no special file among its own. Remove it, then try again.`;
}

function tooLarge(file: string, size: number, limit: number): string {
  return `${file} was not read: it has ${size} bytes, and such a file has ${limit} at most. Remove it, or put the right one there.`;
}
