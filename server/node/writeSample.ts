import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { sampleCapture } from '../core/sample/sample';

/** The sample that the extension opens: enough to learn from, written and scored in seconds. */
const DEFAULT_SAMPLE = { seed: 1, size: 10_000_000 };

/** What a sample capture holds, besides what an investigation adds to it. */
const own = new Set(['day1', 'day2', '.anomaline', 'anomaline.json', '.vscode']);

/**
 * Writes the sample capture into a folder that is new, empty, or holds an older sample; refuses any other, so that no file
 * of the user's is lost or mixed up with it.
 */
export async function writeSample(folder: string, options: { readonly seed: number; readonly size: number } = DEFAULT_SAMPLE): Promise<void> {
  await fs.mkdir(folder, { recursive: true });
  const strange = (await fs.readdir(folder)).find((name) => !own.has(name));
  if (strange !== undefined) throw new Error(`${folder} holds ${strange}, which is no part of a sample capture: choose an empty folder`);
  for (const day of ['day1', 'day2']) await fs.rm(path.join(folder, day), { recursive: true, force: true });
  const open = new Map<string, fs.FileHandle>();
  try {
    for (const { file, bytes } of sampleCapture(options)) {
      let handle = open.get(file);
      if (!handle) {
        await fs.mkdir(path.dirname(path.join(folder, file)), { recursive: true });
        open.set(file, (handle = await fs.open(path.join(folder, file), 'w')));
      }
      await handle.write(bytes);
    }
  } finally {
    for (const handle of open.values()) await handle.close();
  }
}
