import { createHash } from 'node:crypto';
import * as os from 'node:os';
import type { CaptureSession } from '../engine/api';
import { openSession } from '../engine/session';
import type { ClientSettings } from '../protocol/settings';
import { nodeFiles } from './files';
import { poolReaders } from './poolReaders';

/** Workers at most when the setting leaves it open. */
const MAX_WORKERS = 4;

/** A capture on this machine's disk, read by worker threads. `workerScript` is the compiled `server/workers/logWorker`. */
export function createCaptureSession(root: string, settings: ClientSettings, workerScript: string): CaptureSession {
  const workers = settings.workers > 0 ? settings.workers : Math.max(1, Math.min(MAX_WORKERS, os.availableParallelism()));
  return openSession(root, settings, {
    files: nodeFiles,
    readers: poolReaders(workerScript, workers),
    digest: (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 12),
  });
}
