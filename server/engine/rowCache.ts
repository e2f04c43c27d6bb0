import { bytesOf, containerParts, readContainer, type Tensor } from '../core/models/safetensors';
import { inTurns } from '../core/util/slices';
import type { Files } from './ports';
import { type CachedRows, type CacheKey, readRows, rowContainer, rowDescription, type RowShape, rowTensors } from './rowCacheFile';

/** Logs below this are read again as fast. */
export const MIN_CACHED_BYTES = 1 << 20;
/** All cached logs of a capture together; the oldest go first. */
const MAX_CACHE_BYTES = 2 ** 31;
/** Bytes digested at a time: about ten milliseconds. */
const DIGEST_BYTES = 4 << 20;
const ENDING = '.safetensors';

type Digest = (bytes: Uint8Array) => string;

/**
 * Encoded rows on disk, one file a log, in the first of some folders that can be written to: so that a capture that was scored
 * is there at once when it is opened again. A file that is damaged, of another version, or does not belong to the key counts as none.
 */
export class RowCache {
  constructor(private readonly files: Files, private readonly folders: readonly string[], private readonly digest: Digest, private readonly nameOf: (path: string) => string, private readonly pause: () => Promise<void>) {}

  async read(key: CacheKey, shape: RowShape): Promise<CachedRows | undefined> {
    for (const folder of this.folders) {
      const bytes = await this.files.read(this.place(folder, key));
      const cached = 'fault' in bytes ? undefined : await this.decode(bytes, key, shape);
      if (cached) return cached;
    }
    return undefined;
  }

  /** Writes rows, unless no folder can be written to: that is no fault, only slower the next time. */
  async write(key: CacheKey, cached: CachedRows): Promise<void> {
    const tensors = rowTensors(cached.rows);
    const parts = containerParts(rowContainer(key, cached, tensors, await this.digestOf(tensors)));
    const size = parts.reduce((n, part) => n + part.length, 0);
    if (size > MAX_CACHE_BYTES / 2) return;
    for (const folder of this.folders) {
      const file = this.place(folder, key);
      if (await this.files.write(file, parts)) continue;
      await this.trim(folder, file);
      return;
    }
  }

  private place(folder: string, key: CacheKey): string {
    return `${folder}/${this.nameOf(key.path)}${ENDING}`;
  }

  /** Removes the oldest files until the rest fits. */
  private async trim(folder: string, newest: string): Promise<void> {
    const names = (await this.files.list(folder)).filter((name) => name.endsWith(ENDING));
    const entries = (await Promise.all(names.map((name) => this.files.stat(name)))).flatMap((entry) => (entry ? [entry] : []));
    let total = entries.reduce((n, entry) => n + entry.bytes, 0);
    for (const entry of entries.sort((a, b) => a.modified - b.modified)) {
      if (total <= MAX_CACHE_BYTES) return;
      if (entry.path === newest) continue;
      await this.files.remove(entry.path);
      total -= entry.bytes;
    }
  }

  private async decode(bytes: Uint8Array, key: CacheKey, shape: RowShape): Promise<CachedRows | undefined> {
    const container = readContainer(bytes);
    const description = 'fault' in container ? undefined : rowDescription(container, key);
    if ('fault' in container || !description || description.digest !== (await this.digestOf(container.tensors))) return undefined;
    return inTurns(readRows(container, description, shape), this.pause);
  }

  /** Of the names and bytes of all tensors, piece by piece. */
  private async digestOf(tensors: Readonly<Record<string, Tensor>>): Promise<string> {
    const digests: string[] = [];
    for (const name of Object.keys(tensors).sort()) {
      const bytes = bytesOf(tensors[name]);
      digests.push(`${name}:`);
      for (let at = 0; at < bytes.length; at += DIGEST_BYTES) {
        digests.push(this.digest(bytes.subarray(at, at + DIGEST_BYTES)));
        await this.pause();
      }
    }
    return digests.join(' ');
  }
}
