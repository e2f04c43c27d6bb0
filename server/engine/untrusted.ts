import type { OwnFiles } from './ports';

/** What to tell whoever asks for more than a look. */
export const UNTRUSTED = 'This folder is not trusted, so nothing in it is learned from, scored or written, and no model of it is loaded; '
  + 'its logs can be looked at. Trust the folder (Workspaces: Manage Workspace Trust), then investigate.';

/** Our files in a folder that is not trusted: there are none, and none is written. */
export function untrustedFiles(root: string): OwnFiles {
  const none = (): Promise<undefined> => Promise.resolve(undefined);
  return {
    root, stat: none, read: none, head: none, remove: none, removeStale: none,
    list: () => Promise.resolve([]),
    write: () => Promise.resolve({ fault: UNTRUSTED }),
  };
}
