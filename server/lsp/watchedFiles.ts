import { DidChangeWatchedFilesNotification } from 'vscode-languageserver';
import { FindingsChanged } from '../protocol/status';
import { logPath } from '../protocol/uris';
import type { ServerContext } from './context';
import type { Refresh } from './refresh';
import { debounced } from './throttle';

/** A log that grows is read again when it was quiet for this long. */
const QUIET_MS = 500;

const ownFolder = /[\\/]\.anomaline[\\/]/, foreign = /[\\/]\.(git|hg|svn)[\\/]/;

/** Reads again what was added, changed, grown or deleted. Logs are known by content, so every file is watched. */
export function registerWatchedFiles(context: ServerContext, refresh: Refresh): () => Promise<void> {
  const { connection, failures, ports } = context;
  const run = failures.guard('Reading changed files', undefined, () => refresh.run());
  const later = debounced(QUIET_MS, () => void run(), ports.timers);
  connection.onDidChangeWatchedFiles(failures.guard('Watching files', undefined, async ({ changes }) => {
    const paths = changes.map(({ uri }) => logPath(uri)).filter((path) => path !== undefined);
    // Its own folder holds models and caches: their change is news for lists only, never for what was read.
    if (paths.some((path) => ownFolder.test(path))) await connection.sendNotification(FindingsChanged.method, null);
    refresh.files(paths.filter((path) => !ownFolder.test(path) && !foreign.test(path)));
    later();
  }));
  return async () => {
    if (context.client.watching) await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*' }] });
  };
}
