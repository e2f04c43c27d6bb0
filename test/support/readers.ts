import * as path from 'node:path';
import type { LogTask, ReadJob } from '../../server/engine/ports';
import { indexFile } from '../../server/engine/captureIndex';
import { nodeFiles } from '../../server/node/files';
import { repositoryRoot } from './shared';

/** The compiled worker that pools run. */
export const workerScript = path.join(repositoryRoot, 'out/server/workers/logWorker.js');

export const job: ReadJob = { progress: () => undefined, cancelled: false };

/** What a reader needs to know of a log on disk. */
export async function taskOf(file: string): Promise<LogTask> {
  const entry = await nodeFiles.stat(file);
  const indexed = entry && (await indexFile(nodeFiles, path.dirname(file), entry));
  if (!indexed?.header) throw new Error(`${file} is no known log`);
  return { path: file, header: indexed.header, size: indexed.bytes };
}
