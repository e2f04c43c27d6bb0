import { decodeUtf8 } from '../core/util/utf8';
import { bytesOf, type Container, containerParts, readContainer, type Tensor } from '../core/models/safetensors';
import type { EntityKind } from '../core/symbols/entities';
import { fileName } from './captureIndex';
import { ROW_COLUMNS } from './encodedRows';
import type { EncodedLogRows, OwnFiles, ReadSummary } from './ports';
import type { LogMark } from './rowMarks';

/** Version of what is written here, and of what reading and encoding make of a log; others are not read. */
const CACHE_VERSION = 5;
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

/** Encoded rows of a log as they were when it had this mark. */
export interface CachedRows {
  readonly mark: LogMark;
  readonly rows: EncodedLogRows;
}

/** What cached rows depend on beside the log's bytes. */
export interface CacheKey {
  /** Absolute: captures share the cache. */
  readonly path: string;
  readonly model: string;
  /** The log's header, as JSON: how its rows were read. */
  readonly header: string;
}

type Digest = (bytes: Uint8Array) => string;

/**
 * Encoded rows on disk, one file a log, in the user's cache folder: so that a capture that was scored is there at once when it
 * is opened again. Not in the capture, whose sender could put rows there that hide lines. A file that is damaged, of another
 * version, or does not belong to the key counts as none; without a folder there are none.
 */
export class RowCache {
  constructor(private readonly own: OwnFiles | undefined, private readonly digest: Digest, private readonly nameOf: (path: string) => string, private readonly pause: () => Promise<void>) {}

  async read(key: CacheKey): Promise<CachedRows | undefined> {
    const bytes = await this.own?.read(this.place(key), MAX_FILE_BYTES);
    return bytes === undefined || 'fault' in bytes ? undefined : this.decode(bytes, key);
  }

  /** Writes rows, unless the folder cannot be written to: that is no fault, only slower the next time. */
  async write(key: CacheKey, { mark, rows }: CachedRows): Promise<void> {
    const parts = containerParts(await this.encode(key, mark, rows));
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

  private async encode(key: CacheKey, mark: LogMark, rows: EncodedLogRows): Promise<Container> {
    const { hosts, sources, destinations } = rows.entities;
    const tensors: Record<string, Tensor> = { 'hosts.bytes': hosts.bytes, 'hosts.ends': hosts.ends, sources, destinations };
    for (const name of ROW_COLUMNS) tensors[name] = rows[name];
    const summary = { ...rows.summary, problemTotals: [...rows.summary.problemTotals] };
    const description = { version: CACHE_VERSION, key, mark, summary, kind: rows.entities.kind, labels: rows.labels, digest: await this.digestOf(tensors) };
    return { metadata: { anomalineRows: JSON.stringify(description) }, tensors };
  }

  private async decode(bytes: Uint8Array, key: CacheKey): Promise<CachedRows | undefined> {
    const container = readContainer(bytes);
    if ('fault' in container) return undefined;
    try {
      const { version, key: own, mark, summary, kind, labels, digest } = JSON.parse(container.metadata['anomalineRows'] ?? '{}') as {
        version?: number; key: CacheKey; mark: LogMark; kind: EntityKind; labels: readonly string[]; digest: string; summary: Omit<ReadSummary, 'problemTotals'> & { problemTotals: [string, number][] };
      };
      if (version !== CACHE_VERSION || JSON.stringify(own) !== JSON.stringify(key) || digest !== (await this.digestOf(container.tensors))) return undefined;
      const { 'hosts.bytes': hostBytes, 'hosts.ends': ends, sources, destinations, ...columns } = container.tensors;
      return { mark, rows: { ...columns, entities: { kind, hosts: { bytes: hostBytes, ends }, sources, destinations }, labels, summary: { ...summary, problemTotals: new Map(summary.problemTotals) } } as unknown as EncodedLogRows };
    } catch {
      return undefined;
    }
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
