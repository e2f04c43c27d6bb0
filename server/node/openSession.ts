import { createHash } from 'node:crypto';
import * as os from 'node:os';
import * as path from 'node:path';
import type { CaptureSession } from '../engine/api';
import { openSession } from '../engine/session';
import type { ClientSettings } from '../protocol/settings';
import { nodeFiles } from './files';
import { MemoryBudget, workersWithin } from './memoryBudget';
import { poolReaders } from './poolReaders';

/** Workers at most when the setting leaves it open. */
const MAX_WORKERS = 4;

/** A capture on this machine's disk, read by worker threads. `workerScript` is the compiled `server/workers/logWorker`; `onNotice` is told what the user should know beside results. */
export function createCaptureSession(root: string, settings: ClientSettings, workerScript: string, onNotice?: (text: string) => void): CaptureSession {
  const wanted = settings.workers > 0 ? settings.workers : Math.max(1, Math.min(MAX_WORKERS, os.availableParallelism()));
  const workers = Math.min(wanted, workersWithin(settings.memoryLimit));
  const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const caches = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  return openSession(root, settings, {
    files: nodeFiles,
    readers: poolReaders(workerScript, workers, undefined, { neural: { provider: settings['neural.provider'], threads: settings['neural.threads'] }, memory: MemoryBudget.of(settings.memoryLimit), ...(onNotice ? { onNotice } : {}) }),
    digest,
    cacheFolder: path.join(caches, 'anomaline', digest(Buffer.from(root))),
  });
}
