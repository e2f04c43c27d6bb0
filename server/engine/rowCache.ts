import { bytesOf, type Container, containerParts, readContainer, type Tensor } from '../core/models/safetensors';
import type { EntityKind } from '../core/symbols/entities';
import { ROW_COLUMNS } from './encodedRows';
import type { EncodedLogRows, Files, ReadSummary } from './ports';
import type { LogMark } from './rowMarks';

/** Version of what is written here, and of what reading and encoding make of a log; others are not read. */
const CACHE_VERSION = 5;
/** Logs below this are read again as fast. */
export const MIN_CACHED_BYTES = 1 << 20;
/** All cached logs of a capture together; the oldest go first. */
const MAX_CACHE_BYTES = 2 ** 31;
/** Bytes digested at a time: about ten milliseconds. */
const DIGEST_BYTES = 4 << 20;
const ENDING = '.safetensors';

/** Encoded rows of a log as they were when it had this mark. */
export interface CachedRows {
  readonly mark: LogMark;
  readonly rows: EncodedLogRows;
}

/** What cached rows depend on beside the log's bytes. */
export interface CacheKey {
  readonly path: string;
  readonly model: string;
  /** The log's header, as JSON: how its rows were read. */
  readonly header: string;
}

type Digest = (bytes: Uint8Array) => string;

/**
 * Encoded rows on disk, one file a log, in the first of some folders that can be written to: so that a capture that was scored
 * is there at once when it is opened again. A file that is damaged, of another version, or does not belong to the key counts as none.
 */
export class RowCache {
  constructor(private readonly files: Files, private readonly folders: readonly string[], private readonly digest: Digest, private readonly nameOf: (path: string) => string, private readonly pause: () => Promise<void>) {}

  async read(key: CacheKey): Promise<CachedRows | undefined> {
    for (const folder of this.folders) {
      const bytes = await this.files.read(this.place(folder, key));
      const cached = 'fault' in bytes ? undefined : await this.decode(bytes, key);
      if (cached) return cached;
    }
    return undefined;
  }

  /** Writes rows, unless no folder can be written to: that is no fault, only slower the next time. */
  async write(key: CacheKey, { mark, rows }: CachedRows): Promise<void> {
    const parts = containerParts(await this.encode(key, mark, rows));
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
