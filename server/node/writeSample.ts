import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Chunk } from '../core/sample/files';
import { organisationCapture } from '../core/sample/organisation/organisation';
import { sampleCapture } from '../core/sample/sample';
import type { SampleKind } from '../protocol/commands';

/** The samples that the extension opens: enough to learn from, written and scored in seconds, the second one learned in about a minute. */
export const SAMPLES: Readonly<Record<SampleKind, { readonly seed: number; readonly size: number }>> = { office: { seed: 1, size: 10_000_000 }, organisation: { seed: 1, size: 8_000_000 } };

/** The sample captures: network flows of an office, and authentication events of an organisation. */
const KINDS: Readonly<Record<SampleKind, (options: { readonly seed: number; readonly size: number }) => Iterable<Chunk>>> = { office: sampleCapture, organisation: organisationCapture };

/** What a sample capture holds: parts of its own, and what an investigation adds to it. */
const PARTS = /^(day\d+|redteam\.txt)$/;
const ADDED = new Set(['.anomaline', 'anomaline.json', '.vscode']);

/**
 * Writes the sample capture into a folder that is new, empty, or holds an older sample; refuses any other, so that no file
 * of the user's is lost or mixed up with it.
 */
export async function writeSample(folder: string, { kind = 'office', ...options }: { readonly seed: number; readonly size: number; readonly kind?: SampleKind } = SAMPLES.office): Promise<void> {
  await fs.mkdir(folder, { recursive: true });
  const names = await fs.readdir(folder);
  const strange = names.find((name) => !PARTS.test(name) && !ADDED.has(name));
  if (strange !== undefined) throw new Error(`${folder} holds ${strange}, which is no part of a sample capture: choose an empty folder`);
  for (const name of names) if (PARTS.test(name)) await fs.rm(path.join(folder, name), { recursive: true, force: true });
  const open = new Map<string, fs.FileHandle>();
  try {
    for (const { file, bytes } of KINDS[kind](options)) {
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
