import { type CsvMapping, mappingFault } from '../core/formats/csvMapping';
import { type GlobMatcher, globMatcher } from '../core/util/glob';
import { rememberedBy } from '../core/util/recent';

/** How some files of a capture are read that cannot be recognised by content: an entry of `logs` in `anomaline.json`. */
export interface LogMapping extends CsvMapping {
  /** A glob, or several, over paths below the capture's root. */
  readonly files: string | readonly string[];
  readonly format: 'csv';
}

/** Entries at most: each is tried for each file. */
const MAX_ENTRIES = 100;

/** What is wrong with `logs` as written by hand, or undefined. Never throws. */
export function logMappingsFault(logs: unknown): string | undefined {
  if (!Array.isArray(logs)) return '"logs" is a list of entries such as { "files": "windows/*.csv", "format": "csv", "columns": { "time": "TimeCreated", "user": "TargetUserName" } }';
  if (logs.length > MAX_ENTRIES) return `"logs" has ${logs.length} entries, at most ${MAX_ENTRIES} can be used: write globs that stand for more files`;
  for (const [i, entry] of (logs as LogMapping[]).entries()) {
    const fault = entryFault(entry);
    if (fault !== undefined) return `entry ${i + 1} of "logs": ${fault}`;
  }
  const all = globMatcher((logs as LogMapping[]).flatMap(globsOf));
  return 'fault' in all ? `"files": ${all.fault}` : undefined;
}

function entryFault(entry: LogMapping): string | undefined {
  const fault = mappingFault(entry);
  if (fault !== undefined) return fault;
  const globs: readonly unknown[] = Array.isArray(entry.files) ? entry.files : [entry.files];
  if (globs.length === 0 || !globs.every((glob) => typeof glob === 'string' && glob !== '')) return '"files" is a glob such as "windows/*.csv", or a list of globs';
  const matches = globMatcher(globs as string[]);
  if ('fault' in matches) return `"files": ${matches.fault}`;
  return entry.format === 'csv' ? undefined : '"format" is "csv"';
}

function globsOf({ files }: LogMapping): readonly string[] {
  return typeof files === 'string' ? [files] : files;
}

const matchersOf = rememberedBy((logs: readonly LogMapping[]) => logs, (logs) => logs.map((entry): GlobMatcher => {
  const matches = globMatcher(globsOf(entry));
  return 'fault' in matches ? () => false : matches;
}));

/** The first entry whose globs fit a path below the root; as everywhere, a glob without a slash fits names in any folder. The entries have no fault. */
export function mappingOf(logs: readonly LogMapping[], relative: string): LogMapping | undefined {
  const name = relative.slice(relative.lastIndexOf('/') + 1);
  const matchers = matchersOf(logs);
  return logs.find((_, i) => matchers[i](relative) || matchers[i](name));
}
