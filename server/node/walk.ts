import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Problem } from '../core/util/problem';
import type { FileEntry, Walk } from '../engine/ports';
import { unreadable } from './logBytes';
import { isTemporary } from './wholeFile';

/** How far a walk goes: a folder may hold more than anybody can wait for. */
export interface WalkLimits {
  /** Folders below folders. */
  readonly depth: number;
  /** Files, folders and links looked at. */
  readonly entries: number;
  readonly milliseconds: number;
}

export const WALK_LIMITS: WalkLimits = { depth: 32, entries: 200_000, milliseconds: 60_000 };

/** Of each kind of problem, so many are told one by one. */
const TOLD = 20;
/** Files of one folder that are looked at together. */
const BATCH = 64;
const LESS = 'Open a smaller folder, or leave folders out with the setting "anomaline.exclude".';

export interface WalkOptions {
  /** Whether a path below the root is left out. A folder is asked for twice, with a slash at its end and without. */
  readonly excluded: (relative: string) => boolean;
  readonly cancelled?: (() => boolean) | undefined;
  readonly limits?: WalkLimits;
  /** Milliseconds. */
  readonly now?: () => number;
}

interface Folder {
  readonly at: string;
  /** `at` without links. */
  readonly real: string;
  readonly depth: number;
}

/** Lists the regular files below `root`, in order, as `Files.walk` says. Time and memory are within the limits. */
export async function walkFolder(root: string, options: WalkOptions): Promise<Walk> {
  const { excluded, cancelled = () => false, limits = WALK_LIMITS, now = Date.now } = options;
  const files: FileEntry[] = [];
  const found = new Problems();
  const seen = new Set<string>();
  const end = now() + limits.milliseconds;
  let entries = 0;
  let realRoot: string;
  try {
    realRoot = await fs.promises.realpath(root);
    const stat = await fs.promises.stat(root);
    if (stat.isFile()) return { files: [{ path: root, bytes: stat.size, modified: stat.mtimeMs }], problems: [] };
    if (!stat.isDirectory()) return { files: [], problems: [] };
  } catch (error) {
    return { files: [], problems: [{ ...unreadable(error), path: root }] };
  }

  /** Files and folders of one folder, the links among them resolved; undefined for what is left out. */
  async function look({ at, real, depth }: Folder, name: string): Promise<FileEntry | Folder | undefined> {
    const file = path.join(at, name);
    const relative = path.relative(root, file).split(path.sep).join('/');
    if (isTemporary(name) || excluded(relative) || excluded(`${relative}/`)) return undefined;
    try {
      const stat = await fs.promises.lstat(file);
      if (!stat.isSymbolicLink()) {
        if (stat.isDirectory()) return { at: file, real: path.join(real, name), depth: depth + 1 };
        return stat.isFile() ? claimed(path.join(real, name), file, stat) : undefined;
      }
      const target = await fs.promises.realpath(file);
      if (target !== realRoot && !target.startsWith(realRoot + path.sep)) {
        found.add(file, 'link-leads-out', `The link leads out of the folder, to ${target}, and is not followed.`, 'Copy what it leads to into the folder, or open that folder.');
        return undefined;
      }
      const there = await fs.promises.stat(file);
      if (there.isDirectory()) return { at: file, real: target, depth: depth + 1 };
      return there.isFile() ? claimed(target, file, there) : undefined;
    } catch (error) {
      const { code, message, next } = unreadable(error);
      found.add(file, code, message, next);
      return undefined;
    }
  }

  function claimed(real: string, file: string, stat: fs.Stats): FileEntry & { readonly real: string } {
    return { path: file, bytes: stat.size, modified: stat.mtimeMs, real };
  }

  // The last name first, so that the stack gives names in order: of two names of one file the first is kept, on every machine.
  const pending: (FileEntry & { readonly real: string } | Folder)[] = [{ at: root, real: realRoot, depth: 0 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (seen.has(next.real)) continue;
    seen.add(next.real);
    if ('path' in next) {
      files.push({ path: next.path, bytes: next.bytes, modified: next.modified });
      continue;
    }
    if (next.depth > limits.depth) {
      found.add(next.at, 'too-deep', `The folder lies more than ${limits.depth} folders deep and is not looked into.`, LESS);
      continue;
    }
    if (cancelled()) break;
    const named = await namesOf(next.at, limits.entries - entries).catch((error: unknown) => unreadable(error));
    if ('code' in named) {
      found.add(next.at, named.code, named.message, named.next);
      continue;
    }
    entries += named.names.length;
    const inside: typeof pending = [];
    for (let i = 0; i < named.names.length && now() < end && !cancelled(); i += BATCH) {
      const batch = named.names.slice(i, i + BATCH);
      const looked = await Promise.all(batch.map((name) => look(next, name)));
      inside.push(...looked.flatMap((one) => (one ? [one] : [])) as typeof pending);
    }
    pending.push(...inside.reverse());
    const late = now() >= end;
    if (!named.more && !late) continue;
    const limit = late ? `after ${Math.round(limits.milliseconds / 1000)} seconds` : `after ${limits.entries.toLocaleString('en')} files and folders`;
    found.add(root, 'walk-stopped', `Not all of the folder was looked at: the search ended ${limit}, in ${next.at}; what comes after is left out.`, LESS);
    files.push(...pending.flatMap((one) => ('path' in one && !seen.has(one.real) ? [{ path: one.path, bytes: one.bytes, modified: one.modified }] : [])));
    break;
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, problems: found.all() };
}

/** Names in a folder, sorted; at most `limit`, then `more`. */
async function namesOf(folder: string, limit: number): Promise<{ readonly names: readonly string[]; readonly more: boolean }> {
  const names: string[] = [];
  let more = false;
  for await (const entry of await fs.promises.opendir(folder, { bufferSize: 256 })) {
    if (names.length >= limit) {
      more = true;
      break;
    }
    names.push(entry.name);
  }
  return { names: names.sort(), more };
}

/** Problems by kind: the first ones whole, the rest as a number. */
class Problems {
  private readonly kinds = new Map<string, { readonly told: (Problem & { readonly path: string })[]; total: number }>();

  add(at: string, code: string, message: string, next: string): void {
    const kind = this.kinds.get(code) ?? { told: [], total: 0 };
    this.kinds.set(code, kind);
    kind.total++;
    if (kind.told.length < TOLD) kind.told.push({ code, severity: 'error', message, next, path: at });
  }

  all(): (Problem & { readonly path: string })[] {
    return [...this.kinds.values()].flatMap(({ told, total }) => {
      const last = told[told.length - 1];
      const message = `${last.message} So it is with ${total - told.length} more.`;
      return total === told.length ? told : [...told.slice(0, -1), { ...last, message }];
    });
  }
}
