import { bytesOf, containerParts, readContainer, type Tensor } from '../core/models/safetensors';
import { inTurns } from '../core/util/slices';
import { decodeUtf8 } from '../core/util/utf8';
import { fileName } from './captureIndex';
import type { OwnFiles } from './ports';
import { type CachedRows, type CacheKey, readRows, rowContainer, rowDescription, type RowShape, rowTensors } from './rowCacheFile';

/** Logs below this are read again as fast. */
export const MIN_CACHED_BYTES = 1 << 20;
/** All cached logs of all captures together; the oldest go first. */
const MAX_CACHE_BYTES = 2 ** 32;
const MAX_FILE_BYTES = 2 ** 30;
/** Bytes digested at a time: about ten milliseconds. */
const DIGEST_BYTES = 4 << 20;
const FOLDER = 'rows';
const ENDING = '.safetensors';
/** What our files say of themselves at their start; nothing else is ever removed. */
const MARK = '"anomalineRows"';
const MARKED_BYTES = 1 << 12;

type Digest = (bytes: Uint8Array) => string;

/**
 * Encoded rows on disk, one file a log, in the user's cache folder: so that a capture that was scored is there at once when it
 * is opened again. Not in the capture, whose sender could put rows there that hide lines. A file that is damaged, of another
 * version, or does not belong to the key counts as none; without a folder there are none.
 */
export class RowCache {
  constructor(private readonly own: OwnFiles | undefined, private readonly digest: Digest, private readonly nameOf: (path: string) => string, private readonly pause: () => Promise<void>) {}

  async read(key: CacheKey, shape: RowShape): Promise<CachedRows | undefined> {
    const bytes = await this.own?.read(this.place(key), MAX_FILE_BYTES);
    return bytes === undefined || 'fault' in bytes ? undefined : this.decode(bytes, key, shape);
  }

  /** Writes rows, unless the folder cannot be written to: that is no fault, only slower the next time. */
  async write(key: CacheKey, cached: CachedRows): Promise<void> {
    const tensors = rowTensors(cached.rows);
    const parts = containerParts(rowContainer(key, cached, tensors, await this.digestOf(tensors)));
    const size = parts.reduce((n, part) => n + part.length, 0);
    if (!this.own || size > MAX_FILE_BYTES || (await this.own.write(this.place(key), parts))) return;
    await this.trim(this.own, this.place(key));
  }

  private place(key: CacheKey): string {
    return `${FOLDER}/${this.nameOf(key.path)}${ENDING}`;
  }

  /** Removes the oldest of our files until the rest fits. */
  private async trim(own: OwnFiles, newest: string): Promise<void> {
    const entries = (await own.list(FOLDER)).filter(({ path }) => path.endsWith(ENDING));
    let total = entries.reduce((n, entry) => n + entry.bytes, 0);
    for (const entry of entries.sort((a, b) => a.modified - b.modified)) {
      if (total <= MAX_CACHE_BYTES) return;
      const name = `${FOLDER}/${fileName(entry.path)}`;
      const head = name === newest ? undefined : await own.head(name, MARKED_BYTES);
      if (head === undefined || 'fault' in head || !decodeUtf8(head).includes(MARK)) continue;
      await own.remove(name);
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
