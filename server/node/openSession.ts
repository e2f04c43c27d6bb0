import { createHash } from 'node:crypto';
import * as os from 'node:os';
import type { CaptureSession } from '../engine/api';
import { openSession } from '../engine/session';
import type { ClientSettings } from '../protocol/settings';
import { systemCacheFolder } from './cacheFolder';
import { nodeFiles } from './files';
import { MemoryBudget, workersWithin } from './memoryBudget';
import { poolReaders } from './poolReaders';

/** Workers at most when the setting leaves it open. */
const MAX_WORKERS = 4;

export interface SessionOptions {
  /** Whether the user trusts the folder; yes by default. */
  readonly trusted?: boolean;
  /** Where encoded rows and trainings that are not over are kept; by default where this system keeps caches. */
  readonly cacheFolder?: string;
  /** Is told what the user should know beside results. */
  readonly onNotice?: (text: string) => void;
}

/** A capture on this machine's disk, read by worker threads. `workerScript` is the compiled `server/workers/logWorker`. */
export function createCaptureSession(
  root: string, settings: ClientSettings, workerScript: string, { trusted = true, cacheFolder = systemCacheFolder(), onNotice }: SessionOptions = {},
): CaptureSession {
  const { memoryLimit } = settings;
  const wanted = settings.workers > 0 ? settings.workers : Math.max(1, Math.min(MAX_WORKERS, os.availableParallelism()));
  const workers = Math.min(wanted, workersWithin(memoryLimit));
  const neural = { provider: settings['neural.provider'], threads: settings['neural.threads'] };
  return openSession(root, settings, {
    files: nodeFiles,
    readers: poolReaders(workerScript, workers, undefined, { neural, memory: MemoryBudget.of(memoryLimit), ...(onNotice ? { onNotice } : {}) }),
    digest: (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 12),
    cacheFolder,
    trusted,
  });
}
