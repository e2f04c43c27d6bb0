import type { Detector, Model } from '../core/detectors/detector';
import { detectorById, detectors } from '../core/detectors/registry';
import type { LogHeader } from '../core/formats/format';
import { recogniseMapped } from '../core/formats/csvMapping';
import { formatById, recognise } from '../core/formats/registry';
import type { Problem } from '../core/util/problem';
import { type Control, checkCancelled } from '../core/util/control';
import { CONFIGURATION_FILE, readConfiguration } from './configuration';
import { type LogMapping, mappingOf } from './logMappings';
import type { FileEntry, Files, OwnFiles } from './ports';

/** Bytes of a file looked at to recognise its format. */
const HEAD_BYTES = 64 << 10;

/** One file of the capture, recognised or not. */
export interface IndexedFile extends FileEntry {
  /** Path below the capture's root, with forward slashes. */
  readonly relative: string;
  /** Absent: no known log. */
  readonly header?: LogHeader;
  /** Why it could not be looked at. */
  readonly problem?: Problem;
}

export interface CaptureIndex {
  readonly root: string;
  readonly files: readonly IndexedFile[];
  /** Folders and files that could not be listed. */
  readonly problems: readonly (Problem & { readonly path: string })[];
}

/** The files by their paths; made once for an index. */
export function filesByPath({ files }: CaptureIndex): ReadonlyMap<string, IndexedFile> {
  let known = knownFiles.get(files);
  if (!known) knownFiles.set(files, (known = new Map(files.map((file) => [file.path, file]))));
  return known;
}

const knownFiles = new WeakMap<readonly IndexedFile[], ReadonlyMap<string, IndexedFile>>();

/** Lists a folder (or one file) and recognises its logs, by content or as the `anomaline.json` among `own` says. Reads heads only. */
export async function indexCapture(
  files: Files, root: string, exclude: readonly string[], control: Control, own: OwnFiles = files.own(root),
): Promise<CaptureIndex> {
  const { files: entries, problems } = await files.walk(root, exclude, () => control.cancelled);
  // A walk that was cancelled found nothing, which is not what the folder holds.
  checkCancelled(control);
  const { logs = [] } = (await readConfiguration(own)).configuration;
  const indexed: IndexedFile[] = [];
  for (const [i, entry] of entries.entries()) {
    checkCancelled(control);
    control.report(i / entries.length, `Looking at ${entry.path.slice(root.length + 1)}`);
    const file = await indexFile(files, root, entry, logs);
    // What is asked of all files at once later is found out here, between two reads.
    for (const detector of detectors) unusable(file, detector);
    indexed.push(file);
  }
  return { root, files: indexed, problems };
}

export async function indexFile(files: Files, root: string, entry: FileEntry, logs: readonly LogMapping[] = []): Promise<IndexedFile> {
  const relative = relativePath(root, entry.path);
  if (entry.bytes === 0) return { ...entry, relative };
  const { bytes, problem } = await files.head(entry.path, HEAD_BYTES);
  const mapping = relative === CONFIGURATION_FILE ? undefined : mappingOf(logs, relative);
  const mapped = mapping && recogniseMapped(bytes, mapping);
  if (mapped !== undefined && 'code' in mapped) return { ...entry, relative, problem: problem ?? mapped };
  const header = mapped ?? recognise(bytes);
  return { ...entry, relative, ...(header ? { header } : {}), ...(problem && (header || bytes.length === 0) ? { problem } : {}) };
}

/** The last part of a path, whichever slashes it has. */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** A path below the root with forward slashes; the file's name where it is the root itself. */
export function relativePath(root: string, path: string): string {
  const below = path === root ? fileName(path) : path.slice(root.length);
  return below.replace(/\\/g, '/').replace(/^\/+/, '');
}

/** Why a detector, or a model of it, cannot use a file; undefined when it can. A log that is cut or damaged is used as far as it goes. */
export function unusable(file: IndexedFile, detector: Detector | undefined, model?: Model): string | undefined {
  if (file.header) return model || !detector ? detector?.refuses(file.header, model) : refusal(file.header, detector);
  return file.problem?.message ?? (file.bytes === 0 ? 'it is empty' : 'no known log format');
}

/** Why a detector refuses logs with a header, remembered: the status asks for it of all files. */
function refusal(header: LogHeader, detector: Detector): string | undefined {
  let known = refusals.get(header);
  if (!known) refusals.set(header, (known = new Map()));
  if (!known.has(detector)) known.set(detector, detector.refuses(header));
  return known.get(detector);
}

const refusals = new WeakMap<LogHeader, Map<Detector, string | undefined>>();

export function formatTitle(header: LogHeader): string {
  return formatById(header.format)?.title ?? header.format;
}

/** A detector by its id; `auto` is the one that can use most of the files, by bytes, and the first of those that can use as many. */
export function chosenDetector(id: string, files: readonly IndexedFile[]): Detector | undefined {
  if (id !== 'auto') return detectorById(id);
  const usable = (detector: Detector): number => files.reduce((bytes, file) => bytes + (file.header && unusable(file, detector) === undefined ? file.bytes : 0), 0);
  const bytes = detectors.map(usable);
  return detectors[bytes.indexOf(Math.max(...bytes))];
}
