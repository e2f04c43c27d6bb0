import { decodeUtf8, encodeUtf8 } from '../core/util/utf8';
import type { BaselineChoice } from '../protocol/baseline';
import { baselineFault } from './baseline';
import { type LogMapping, logMappingsFault } from './logMappings';
import type { OwnFiles } from './ports';

/** `anomaline.json` at the capture's root: what an investigation needs to be repeated by somebody else. */
export interface CaptureConfiguration {
  readonly baseline?: BaselineChoice;
  readonly detector?: string;
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** Files that are read by a mapping of their columns, first fit first. */
  readonly logs?: readonly LogMapping[];
}

export const CONFIGURATION_FILE = 'anomaline.json';
/** A configuration is written by hand; a larger file is none. */
const MAX_BYTES = 1 << 20;

export interface ReadConfiguration {
  /** What can be used of it. */
  readonly configuration: CaptureConfiguration;
  /** What cannot, to be shown. */
  readonly fault?: string;
  /** All that the file says, usable or not; absent where it holds no object. */
  readonly written?: object;
}

/** The configuration of a capture; none and a broken one are both empty, the latter with a fault to show. */
export async function readConfiguration(own: OwnFiles): Promise<ReadConfiguration> {
  const bytes = await own.read(CONFIGURATION_FILE, MAX_BYTES);
  if (bytes === undefined) return { configuration: {}, written: {} };
  if ('fault' in bytes) return { configuration: {}, fault: bytes.fault };
  let parsed: unknown;
  try {
    parsed = JSON.parse(decodeUtf8(bytes));
  } catch (error) {
    return { configuration: {}, fault: `${CONFIGURATION_FILE} is no JSON (${(error as Error).message}). Correct it, or delete it.` };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { configuration: {}, fault: `${CONFIGURATION_FILE} must hold an object.` };
  const written = parsed;
  const { logs, ...rest } = written as CaptureConfiguration;
  const logsFault = logs === undefined ? undefined : logMappingsFault(logs);
  const told = logsFault === undefined ? undefined : `The files named under "logs" in ${CONFIGURATION_FILE} are not read: ${logsFault}.`;
  const configuration: CaptureConfiguration = logs === undefined || told !== undefined ? rest : { ...rest, logs };
  const fault = configuration.baseline === undefined ? undefined : baselineFault(configuration.baseline);
  if (fault) return { written, configuration: { ...configuration, baseline: { self: true } }, fault: [`The baseline in ${CONFIGURATION_FILE} cannot be used: ${fault}. The capture itself is used.`, ...(told === undefined ? [] : [told])].join(' ') };
  return { written, configuration, ...(told === undefined ? {} : { fault: told }) };
}

export async function writeConfiguration(own: OwnFiles, change: CaptureConfiguration): Promise<string | undefined> {
  const { written, fault } = await readConfiguration(own);
  // What cannot be read is somebody's work: it is never written over.
  if (written === undefined) return fault;
  const failed = await own.write(CONFIGURATION_FILE, encodeUtf8(`${JSON.stringify({ ...written, ...change }, null, 2)}\n`));
  return failed?.fault;
}
