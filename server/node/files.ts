import * as fs from 'node:fs';
import * as path from 'node:path';
import picomatch from 'picomatch';
import type { Problem } from '../core/util/problem';
import type { FileEntry, Files } from '../engine/ports';
import { isGzip, readLogBytes, unreadable } from './logBytes';

/** Longer lines are shown cut. */
const MAX_LINE = 1 << 20;

/** Why a file could not be written, by the system's code. */
const WRITE_FAULTS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full', EDQUOT: 'the disk quota is used up', EFBIG: 'the file would be larger than the system allows', EACCES: 'the folder cannot be written to', EROFS: 'the folder cannot be written to',
  EPERM: 'the folder cannot be written to', EPIPE: 'whoever read it has stopped reading', EIO: 'the device failed', ENOTDIR: 'a part of its path is a file, not a folder', EEXIST: 'a part of its path is a file, not a folder', EISDIR: 'it is a folder',
};

/** Why something could not be written, in half a sentence. */
export function writeFault(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return WRITE_FAULTS[code ?? ''] ?? message ?? String(error);
}

/** Number of temporary files so far: two writers of one file must not share one. */
let written = 0;

/** The file system of this machine. */
export const nodeFiles: Files = {
  async walk(root, exclude) {
    const excluded = exclude.length > 0 ? picomatch([...exclude], { dot: true }) : () => false;
    const files: FileEntry[] = [];
    const problems: (Problem & { path: string })[] = [];
    const seen = new Set<string>();
    const pending = [root];
    while (pending.length > 0) {
      const at = pending.pop() as string;
      const relative = path.relative(root, at).split(path.sep).join('/');
      if (relative !== '' && (excluded(relative) || excluded(relative + '/'))) continue;
      try {
        const real = await fs.promises.realpath(at);
        if (seen.has(real)) continue;
        seen.add(real);
        const stat = await fs.promises.stat(at);
        // Last name first, so that the stack gives names in order: of two names of one file the first is kept, on every machine.
        if (stat.isDirectory()) for (const name of (await fs.promises.readdir(at)).sort().reverse()) pending.push(path.join(at, name));
        else if (stat.isFile()) files.push({ path: at, bytes: stat.size, modified: stat.mtimeMs });
      } catch (error) {
        problems.push({ ...unreadable(error), path: at });
      }
    }
    files.sort((a, b) => (a.path < b.path ? -1 : 1));
    return { files, problems };
  },

  async stat(file) {
    try {
      const stat = await fs.promises.stat(file);
      return stat.isFile() ? { path: file, bytes: stat.size, modified: stat.mtimeMs } : undefined;
    } catch {
      return undefined;
    }
  },

  async head(file, limit) {
    const parts: Uint8Array[] = [];
    let length = 0;
    const problem = await readLogBytes(file, {
      onChunk: (chunk) => {
        const part = chunk.slice(0, limit - length);
        parts.push(part);
        length += part.length;
      },
      cancelled: () => length >= limit,
    }, isGzip(file) ? undefined : { start: 0, end: Math.min(limit, (await this.stat(file))?.bytes ?? 0) });
    const bytes = Buffer.concat(parts);
    return problem ? { bytes, problem } : { bytes };
  },

  async pieces(file, wanted) {
    if (!isGzip(file)) return wanted.map(({ start, length }) => readPiece(file, start, length));
    return gzipPieces(file, wanted);
  },

  async lines(file, first, count, from = { line: 0, byte: 0 }) {
    const compressed = isGzip(file);
    const found: Uint8Array[] = [];
    let line = compressed ? 0 : from.line;
    let parts: Uint8Array[] = [];
    let length = 0;
    const end = first + count;
    const take = (piece: Uint8Array): void => {
      if (line < first || length >= MAX_LINE) return;
      parts.push(piece.slice(0, MAX_LINE - length));
      length += piece.length;
    };
    const close = (): void => {
      if (line >= first) found.push(withoutReturn(Buffer.concat(parts)));
      parts = [];
      length = 0;
      line++;
    };
    await readLogBytes(file, {
      onChunk: (chunk) => {
        let at = 0;
        while (line < end) {
          const newline = chunk.indexOf(10, at);
          take(chunk.subarray(at, newline < 0 ? chunk.length : newline));
          if (newline < 0) break;
          close();
          at = newline + 1;
        }
      },
      cancelled: () => line >= end,
    }, compressed ? undefined : { start: from.byte, end: (await this.stat(file))?.bytes ?? 0 });
    if (line < end && parts.length > 0 && length > 0) close();
    return found;
  },

  async read(file) {
    try {
      return await fs.promises.readFile(file);
    } catch (error) {
      return { fault: unreadable(error).message };
    }
  },

  async write(file, bytes) {
    // A link stays a link: what it points to is replaced.
    const target = await fs.promises.realpath(file).catch(() => file);
    const temporary = `${target}.${process.pid}-${++written}.tmp`;
    try {
      await fs.promises.mkdir(path.dirname(target), { recursive: true });
      const there = await fs.promises.stat(target).catch(() => undefined);
      // A pipe or a device takes bytes; it must not be replaced by a file.
      if (there && !there.isFile() && !there.isDirectory()) {
        await fs.promises.writeFile(target, bytes);
        return undefined;
      }
      const handle = await fs.promises.open(temporary, 'w');
      try {
        for (const part of bytes instanceof Uint8Array ? [bytes] : bytes) await handle.writeFile(part);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await fs.promises.rename(temporary, target);
      return undefined;
    } catch (error) {
      await fs.promises.rm(temporary, { force: true }).catch(() => undefined);
      return { fault: `${file} was not written: ${writeFault(error)}. What was there before is unchanged.` };
    }
  },

  async remove(file) {
    await fs.promises.rm(file, { force: true }).catch(() => undefined);
  },

  async list(folder) {
    try {
      return (await fs.promises.readdir(folder)).sort().map((name) => path.join(folder, name));
    } catch {
      return [];
    }
  },
};

function withoutReturn(bytes: Uint8Array): Uint8Array {
  return bytes[bytes.length - 1] === 13 ? bytes.subarray(0, -1) : bytes;
}

function readPiece(file: string, start: number, length: number): Uint8Array {
  let handle: number | undefined;
  try {
    handle = fs.openSync(file, 'r');
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, fs.readSync(handle, bytes, 0, length, start));
  } catch {
    return new Uint8Array(0);
  } finally {
    if (handle !== undefined) fs.closeSync(handle);
  }
}

/** One pass over the decompressed file, up to the last piece. */
async function gzipPieces(file: string, wanted: readonly { start: number; length: number }[]): Promise<Uint8Array[]> {
  const result = wanted.map(({ length }) => new Uint8Array(length));
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a].start - wanted[b].start);
  const last = Math.max(0, ...wanted.map((w) => w.start + w.length));
  let at = 0;
  let first = 0;
  await readLogBytes(file, {
    onChunk: (chunk) => {
      const end = at + chunk.length;
      while (first < order.length && wanted[order[first]].start + wanted[order[first]].length <= at) first++;
      for (let i = first; i < order.length && wanted[order[i]].start < end; i++) {
        const { start, length } = wanted[order[i]];
        const from = Math.max(start, at);
        const to = Math.min(start + length, end);
        if (from < to) result[order[i]].set(chunk.subarray(from - at, to - at), from - start);
      }
      at = end;
    },
    cancelled: () => at >= last,
  });
  return result;
}
