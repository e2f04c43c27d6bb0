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

export interface ReadConfiguration {
  /** What can be used of it. */
  readonly configuration: CaptureConfiguration;
  /** What cannot, to be shown. */
  readonly fault?: string;
  /** All that the file says, usable or not; absent where it holds no object. */
  readonly written?: object;
}

/** Bytes of the file, and objects in objects, at most. */
const MAX_BYTES = 1 << 20, MAX_DEPTH = 20;
/** Settings at most. */
const MAX_SETTINGS = 200;

/** The configuration of a capture; none and a broken one are both empty, the latter with a fault to show. */
export async function readConfiguration(own: OwnFiles): Promise<ReadConfiguration> {
  const bytes = await own.read(CONFIGURATION_FILE, MAX_BYTES);
  if (bytes === undefined) return { configuration: {}, written: {} };
  return 'fault' in bytes ? { configuration: {}, fault: bytes.fault } : parseConfiguration(bytes);
}

/**
 * What a configuration says that can be used, and what cannot, each with the name of its field. Whatever a field holds, nothing
 * throws; fields that are not ours are left alone.
 */
export function parseConfiguration(bytes: Uint8Array): ReadConfiguration {
  let written: unknown;
  try {
    written = JSON.parse(decodeUtf8(bytes));
  } catch (error) {
    return { configuration: {}, fault: `${CONFIGURATION_FILE} is no JSON (${(error as Error).message}). Correct it, or delete it.` };
  }
  if (!isObject(written)) return { configuration: {}, fault: `${CONFIGURATION_FILE} must hold an object.` };
  if (isDeep(written)) return { configuration: {}, fault: `${CONFIGURATION_FILE} holds objects in more than ${MAX_DEPTH} others and is not read. Correct it, or delete it.` };
  const { baseline, detector, settings, logs } = written as { [name in keyof CaptureConfiguration]: unknown };
  const faults: string[] = [];
  const usable = <T>(value: unknown, fault: string | undefined, told: (fault: string) => string): T | undefined => {
    if (value === undefined) return undefined;
    if (fault === undefined) return value as T;
    faults.push(told(fault));
    return undefined;
  };
  const chosen = usable<BaselineChoice>(baseline, baseline === undefined ? undefined : baselineFault(baseline), (fault) => `The baseline in ${CONFIGURATION_FILE} cannot be used: ${fault}. The capture itself is used.`);
  const used: { -readonly [name in keyof CaptureConfiguration]-?: CaptureConfiguration[name] | undefined } = {
    baseline: chosen ?? (baseline === undefined ? undefined : { self: true }),
    detector: usable(detector, typeof detector === 'string' ? undefined : '"detector" is the name of a detector, such as "stateFrequency", or "auto"', (fault) => `The detector in ${CONFIGURATION_FILE} cannot be used: ${fault}.`),
    settings: usable(settings, settingsFault(settings), (fault) => `The settings in ${CONFIGURATION_FILE} cannot be used: ${fault}.`),
    logs: usable(logs, logs === undefined ? undefined : logMappingsFault(logs), (fault) => `The files named under "logs" in ${CONFIGURATION_FILE} are not read: ${fault}.`),
  };
  const configuration = Object.fromEntries(Object.entries(used).filter(([, value]) => value !== undefined)) as CaptureConfiguration;
  return { written, configuration, ...(faults.length === 0 ? {} : { fault: faults.join(' ') }) };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Which settings there are, and what they take, depends on the detector: that is checked when one is chosen. */
function settingsFault(settings: unknown): string | undefined {
  if (settings === undefined) return undefined;
  if (!isObject(settings)) return '"settings" is an object such as { "window": 20 }';
  const entries = Object.entries(settings);
  if (entries.length > MAX_SETTINGS) return `"settings" has ${entries.length} entries, at most ${MAX_SETTINGS} can be used`;
  const wrong = entries.find(([, value]) => typeof value !== 'string' && typeof value !== 'boolean' && !(typeof value === 'number' && Number.isFinite(value)));
  return wrong && `"${wrong[0]}" of "settings" is a number, a text, true or false`;
}

/** Whether objects or lists lie in too many others to be walked through by recursion. */
function isDeep(value: object): boolean {
  let level: object[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((one) => Object.values(one).filter((inner): inner is object => typeof inner === 'object' && inner !== null));
  }
  return false;
}

export async function writeConfiguration(own: OwnFiles, change: CaptureConfiguration): Promise<string | undefined> {
  const { written, fault } = await readConfiguration(own);
  // What cannot be read is somebody's work: it is never written over.
  if (written === undefined) return fault;
  const failed = await own.write(CONFIGURATION_FILE, encodeUtf8(`${JSON.stringify({ ...written, ...change }, null, 2)}\n`));
  return failed?.fault;
}
