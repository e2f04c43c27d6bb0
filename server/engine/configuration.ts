import { decodeUtf8, encodeUtf8 } from '../core/util/utf8';
import type { BaselineChoice } from '../protocol/baseline';
import { baselineFault } from './baseline';
import type { Files } from './ports';

/** `anomaline.json` at the capture's root: what an investigation needs to be repeated by somebody else. */
export interface CaptureConfiguration {
  readonly baseline?: BaselineChoice;
  readonly detector?: string;
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

export const CONFIGURATION_FILE = 'anomaline.json';

/** The configuration of a capture; none and a broken one are both empty, the latter with a fault to show. */
export async function readConfiguration(files: Files, root: string): Promise<{ readonly configuration: CaptureConfiguration; readonly fault?: string }> {
  const path = `${root}/${CONFIGURATION_FILE}`;
  if (!(await files.stat(path))) return { configuration: {} };
  const bytes = await files.read(path);
  if ('fault' in bytes) return { configuration: {}, fault: bytes.fault };
  let parsed: unknown;
  try {
    parsed = JSON.parse(decodeUtf8(bytes));
  } catch (error) {
    return { configuration: {}, fault: `${CONFIGURATION_FILE} is no JSON (${(error as Error).message}). Correct it, or delete it.` };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { configuration: {}, fault: `${CONFIGURATION_FILE} must hold an object.` };
  const configuration = parsed as CaptureConfiguration;
  const fault = configuration.baseline === undefined ? undefined : baselineFault(configuration.baseline);
  if (fault) return { configuration: { ...configuration, baseline: { self: true } }, fault: `The baseline in ${CONFIGURATION_FILE} cannot be used: ${fault}. The capture itself is used.` };
  return { configuration };
}

export async function writeConfiguration(files: Files, root: string, change: CaptureConfiguration): Promise<string | undefined> {
  const { configuration, fault } = await readConfiguration(files, root);
  // What cannot be read is somebody's work: it is never written over.
  if (fault !== undefined && Object.keys(configuration).length === 0) return fault;
  const written = await files.write(`${root}/${CONFIGURATION_FILE}`, encodeUtf8(JSON.stringify({ ...configuration, ...change }, null, 2) + '\n'));
  return written?.fault;
}
