import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { CaptureSession } from '../../server/engine/api';
import type { Readers } from '../../server/engine/ports';
import { openSession } from '../../server/engine/session';
import { nodeFiles } from '../../server/node/files';
import { poolReaders } from '../../server/node/poolReaders';
import { DEFAULT_CLIENT_SETTINGS } from '../../server/protocol/settings';

const WORKER = path.join(__dirname, '../../server/workers/logWorker.js');

export const quiet = { report: () => undefined, cancelled: false };

/** A session on real files and workers that tells which logs it read, and from which byte on. */
export interface WatchedSession {
  readonly session: CaptureSession;
  /** `name@from` of each reading since the last call. */
  readings(): string[];
}

/** A folder of its own for a test. */
export function makeFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-capture-'));
}

/** The cache of the tests of a capture, which a walk leaves out. */
export function cacheOf(root: string): string {
  return path.join(root, '.cache');
}

/** Every other row or so is flagged, so that findings tell about nearly all rows. */
export function openWatched(root: string, cacheFolder = cacheOf(root)): WatchedSession {
  const pool = poolReaders(WORKER, 1);
  let read: string[] = [];
  const readers: Readers = {
    ...pool,
    encode: (task, ...rest) => {
      read.push(`${path.basename(task.path)}@${task.from ?? 0}`);
      return pool.encode(task, ...rest);
    },
  };
  const session = openSession(root, { ...DEFAULT_CLIENT_SETTINGS, acceptanceRate: 0.5 }, {
    files: nodeFiles, readers, digest: (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 12), ...(cacheFolder === '' ? {} : { cacheFolder }),
  });
  return {
    session,
    readings: () => {
      const taken = read;
      read = [];
      return taken.sort();
    },
  };
}

/** All that a session found, by file. */
export async function foundBy(session: CaptureSession): Promise<unknown> {
  const files = [...session.files()].sort();
  return { totals: session.totals(), logs: session.capture().logs, files: await Promise.all(files.map(async (file) => ({ file, found: await Promise.resolve(session.findingsOf(file, 1e6)) }))), groups: await session.groups({ start: 0, count: 1000, filter: '', order: 'score' }) };
}

/** What a session finds that knows nothing yet but the model. */
export async function foundAfresh(root: string): Promise<unknown> {
  const { session } = openWatched(root, '');
  await session.score({}, quiet);
  const found = await foundBy(session);
  await session.dispose();
  return found;
}
