import picomatch from 'picomatch';
import { type CsvMapping, mappingFault } from '../core/formats/csvMapping';

/** How some files of a capture are read that cannot be recognised by content: an entry of `logs` in `anomaline.json`. */
export interface LogMapping extends CsvMapping {
  /** A glob, or several, over paths below the capture's root. */
  readonly files: string | readonly string[];
  readonly format: 'csv';
}

/** What is wrong with `logs` as written by hand, or undefined. Never throws. */
export function logMappingsFault(logs: unknown): string | undefined {
  if (!Array.isArray(logs)) return '"logs" is a list of entries such as { "files": "windows/*.csv", "format": "csv", "columns": { "time": "TimeCreated", "user": "TargetUserName" } }';
  for (const [i, entry] of (logs as LogMapping[]).entries()) {
    const fault = entryFault(entry);
    if (fault !== undefined) return `entry ${i + 1} of "logs": ${fault}`;
  }
  return undefined;
}

function entryFault(entry: LogMapping): string | undefined {
  const fault = mappingFault(entry);
  if (fault !== undefined) return fault;
  const globs: readonly unknown[] = Array.isArray(entry.files) ? entry.files : [entry.files];
  if (globs.length === 0 || !globs.every((glob) => typeof glob === 'string' && glob !== '')) return '"files" is a glob such as "windows/*.csv", or a list of globs';
  return entry.format === 'csv' ? undefined : '"format" is "csv"';
}

/** The first entry whose globs fit a path below the root; as everywhere, a glob without a slash fits names in any folder. */
export function mappingOf(logs: readonly LogMapping[], relative: string): LogMapping | undefined {
  return logs.find(({ files }) => {
    const matches = picomatch(typeof files === 'string' ? files : [...files], { dot: true });
    return matches(relative) || matches(relative.slice(relative.lastIndexOf('/') + 1));
  });
}
