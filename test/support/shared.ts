import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Context } from 'mocha';

/** The repository's root, seen from the compiled tests in out/test/support. */
export const repositoryRoot = path.resolve(__dirname, '../../..');

/** Folder of real logs and golden values that lies beside the repository, where there is one. */
const shared = process.env['ANOMALINE_SHARED'] ?? path.join(repositoryRoot, '..', 'shared');

/** A path in the folder of real logs and golden values, or undefined where it is not there. */
export function sharedPath(relative: string): string | undefined {
  const full = path.join(shared, relative);
  return fs.existsSync(full) ? full : undefined;
}

/** The same path; skips the test, and says why, where the file is not there. */
export function needShared(context: Context, relative: string): string {
  const full = sharedPath(relative);
  if (full === undefined) {
    if (context.test) context.test.title += ` (skipped: ${relative} of the shared data is not on this machine)`;
    context.skip();
  }
  return full as string;
}
