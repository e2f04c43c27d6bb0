import * as fs from 'node:fs';
import * as path from 'node:path';
import { globMatcher } from '../core/util/glob';
import type { Files, Walk } from '../engine/ports';
import { isGzip, readLogBytes, unreadable } from './logBytes';
import { ownFiles } from './ownFiles';
import { walkFolder } from './walk';
import { writeFault, writeWhole } from './wholeFile';

/** Longer lines are shown cut. */
const MAX_LINE = 1 << 20;

/** The file system of this machine. */
export const nodeFiles: Files = {
  walk,

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
    const parts = bytes instanceof Uint8Array ? [bytes] : bytes;
    try {
      // The user named it: a link stays a link, what it points to is replaced.
      const target = await fs.promises.realpath(file).catch(() => file);
      await fs.promises.mkdir(path.dirname(target), { recursive: true });
      const there = await fs.promises.stat(target).catch(() => undefined);
      // A pipe or a device takes bytes; it must not be replaced by a file.
      if (there && !there.isFile() && !there.isDirectory()) await fs.promises.writeFile(target, Buffer.concat(parts));
      else await writeWhole(target, parts, fs.promises);
      return undefined;
    } catch (error) {
      return writeFault(file, error);
    }
  },

  own: (root) => ownFiles(root),
};

/** What cannot be used to leave files out leaves none out, and is told. */
async function walk(root: string, exclude: readonly string[], cancelled?: () => boolean): Promise<Walk> {
  const excluded = globMatcher(exclude);
  if (typeof excluded === 'function') return walkFolder(root, { excluded, cancelled });
  const { files, problems } = await walkFolder(root, { excluded: () => false, cancelled });
  const message = `Nothing is left out: of the globs in "anomaline.exclude", ${excluded.fault}.`;
  return { files, problems: [{ code: 'glob', severity: 'error', message, next: 'Correct the setting, then open the folder again.', path: root }, ...problems] };
}

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
