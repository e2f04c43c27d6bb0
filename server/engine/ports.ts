import type { AggregateInput, AggregateKind, AggregateResult } from '../core/aggregate/aggregate';
import type { Scores } from '../core/detectors/detector';
import type { LoadedModel } from '../core/detectors/scoring/modelFile';
import type { Container } from '../core/models/safetensors';
import type { SettingValues } from '../core/settings/setting';
import type { FlowTransfer } from '../core/table/flowTransfer';
import type { Control } from '../core/util/control';
import type { EntityTransfer } from '../core/symbols/entities';
import type { JoinedEntities } from '../core/symbols/joinEntities';
import type { EncodedRows } from '../core/symbols/rows';
import type { LogHeader } from '../core/formats/format';
import type { Problem } from '../core/util/problem';
import type { BaselineChoice } from '../protocol/baseline';

/** A file of the capture as the file system tells it. Paths are absolute. */
export interface FileEntry {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** What was found below a folder. */
export interface Walk {
  readonly files: readonly FileEntry[];
  /** What was left out, and why. */
  readonly problems: readonly (Problem & { readonly path: string })[];
}

/** The files of a capture, and files that the user names. Failures are problems, never exceptions. */
export interface Files {
  /**
   * All regular files below a folder (or the file itself), sorted by path. Links that stay below the folder are followed once,
   * those that lead out of it are problems; so is what lies beyond the limits on depth, number and time.
   */
  walk(root: string, exclude: readonly string[], cancelled?: () => boolean): Promise<Walk>;
  stat(path: string): Promise<FileEntry | undefined>;
  /** The first (decompressed) bytes of a file, at most `limit`. */
  head(path: string, limit: number): Promise<{ readonly bytes: Uint8Array; readonly problem?: Problem }>;
  /** Pieces of the (decompressed) file, in the order asked for; a piece that cannot be read is empty. */
  pieces(path: string, pieces: readonly { readonly start: number; readonly length: number }[]): Promise<readonly Uint8Array[]>;
  /**
   * Lines [first, first + count) without their line ends; fewer at the end of the file. Reads from `from`, a known line
   * start at or before the first (default: the start of the file). Lines beyond 1 MB are cut there.
   */
  lines(path: string, first: number, count: number, from?: { readonly line: number; readonly byte: number }): Promise<readonly Uint8Array[]>;
  /** A whole file that the user named. */
  read(path: string): Promise<Uint8Array | { readonly fault: string }>;
  /**
   * Writes a whole file that the user named (its parts in order) or nothing: to a temporary name beside it, then renamed. What a
   * link points to is replaced, a pipe or device is written to. Makes folders that are missing.
   */
  write(path: string, bytes: Uint8Array | readonly Uint8Array[]): Promise<{ readonly fault: string } | undefined>;
  /** Our own files below a root. */
  own(root: string): OwnFiles;
}

/**
 * Our own files below a root: of a capture (models, settings), or in the user's cache. Names are relative to the root, with
 * forward slashes. No link below the root is followed and no special file opened, whatever the folder holds: see docs/security.md.
 */
export interface OwnFiles {
  readonly root: string;
  /** Undefined where there is no plain file. */
  stat(name: string): Promise<FileEntry | undefined>;
  /** Plain files of a folder ('' is the root), sorted by name. */
  list(folder: string): Promise<readonly FileEntry[]>;
  /** A whole file; undefined where there is none; a fault where it is larger than `limit` bytes or may not be opened. */
  read(name: string, limit: number): Promise<Uint8Array | { readonly fault: string } | undefined>;
  /** Its first bytes, at most `limit`. */
  head(name: string, limit: number): Promise<Uint8Array | { readonly fault: string } | undefined>;
  /** Writes a whole file (its parts in order) or nothing, and makes folders that are missing. */
  write(name: string, bytes: Uint8Array | readonly Uint8Array[]): Promise<{ readonly fault: string } | undefined>;
  /** Removes a plain file; one that is not there is no fault. */
  remove(name: string): Promise<void>;
  /** Removes what writers that were killed have left in these folders. */
  removeStale(folders: readonly string[]): Promise<void>;
}

/** What every reading job returns. */
export interface ReadSummary {
  readonly rows: number;
  readonly damaged: number;
  readonly lines: number;
  readonly problems: readonly Problem[];
  readonly problemTotals: ReadonlyMap<string, number>;
  readonly timeSpan?: readonly [number, number];
  /** Bytes of the decompressed log. */
  readonly bytes: number;
  /** Whether every byte is ASCII, so that bytes and characters are the same; absent: not looked at. */
  readonly ascii?: boolean;
  /** What is carried over to lines that may be added (`LogReader.state`); absent: what the header says. */
  readonly state?: string;
}

/** A row filter that a worker can apply: the parts of `BaselineChoice` that concern rows. */
export type RowFilter = Pick<BaselineChoice, 'from' | 'to' | 'label'>;

export interface CollectedRows {
  readonly summary: ReadSummary;
  /** Its rows, in the order of the log: see `joinFlows`. */
  readonly parts: readonly FlowTransfer[];
  /** SHA-256 of the file as it is on disk, hexadecimal. */
  readonly sha256: string;
}

/** What is kept of the rows of a log. All arrays but `features` have one entry a row. */
export interface RowColumns {
  readonly entity: Uint32Array;
  /** Seconds, NaN where the row has none: what comes before it may stand in another part of the log. */
  readonly time: Float64Array;
  readonly symbol: Uint32Array;
  /** Numbers as `EncodedRows.features` has them, the same count for every row; empty where the model looks at none. */
  readonly features: Float32Array;
  /** Ports as `portPairs` has them; empty where the log has none. */
  readonly ports: Uint32Array;
  /** Number of the row's label, 0 for none; empty where the log has no labels. */
  readonly label: Uint16Array;
  readonly line: Uint32Array;
  readonly byteStart: Float64Array;
  readonly byteLength: Uint32Array;
  /** 1 where the row matches the label asked for; empty when none was. */
  readonly positive: Uint8Array;
  /** 1 where the row matches the filter asked for (the baseline's); empty when none was. */
  readonly inBaseline: Uint8Array;
}

/** What is known of a log, or a part of it, when all its rows were made discrete. */
export interface EncodedEnd {
  readonly summary: ReadSummary;
  readonly entities: EntityTransfer;
  /** The labels that rows are numbered by, label 1 first. */
  readonly labels: readonly string[];
}

/** Rows of one log made discrete, with their places and the entities they are numbered by. */
export interface EncodedLogRows extends RowColumns, EncodedEnd {}

export interface LogTask {
  readonly path: string;
  readonly header: LogHeader;
  readonly size: number;
  /** Bytes to start at, a line start of a file that is not compressed; 0 by default. Lines of the result count from there. */
  readonly from?: number;
  /** What the lines before `from` carry over to it (`ReadSummary.state`). */
  readonly state?: string;
}

/** Where the training of a net is kept while it is not over. */
export interface TrainingFile {
  /** What was kept last. */
  read(): Promise<Uint8Array | undefined>;
  /** Never rejects: where nothing can be written, nothing is kept. */
  write(checkpoint: Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

/** A model, with the bytes of its file for those who do not share memory. */
export type ModelInUse = LoadedModel & { readonly bytes: Uint8Array };

/** Reading logs, learning from them, and scoring them, in the background. Each call may use several workers; cancel rejects with `Cancelled`. */
export interface Readers {
  /** Reads all rows without keeping any; `entities` is the number of different connection pairs. */
  scan(task: LogTask, job: ReadJob): Promise<{ readonly summary: ReadSummary; readonly entities: number }>;
  /** Rows of a log that pass the filter. */
  collect(task: LogTask, filter: RowFilter, detector: string, job: ReadJob): Promise<CollectedRows>;
  /** All rows of a log, made discrete by a model. `model` is a model file's bytes. */
  encode(task: LogTask, model: Uint8Array, marks: { readonly label?: { readonly column: string; readonly matches: string }; readonly baseline?: RowFilter }, job: ReadJob): Promise<EncodedLogRows>;
  /**
   * Learns a model of the first `rows` rows of tables and gives it as the detector saves it; `settings` must be resolved, the text of an automaton to be taken be checked (whether it fits the rows is looked at here), a model to go on from (the bytes of its file) be of the detector. A training that `training` has is gone on with if it is of the same rows and settings. Rejects with `LearningError` where the user can mend what is wrong. The tables' columns
   * are given up: nobody may read them afterwards.
   */
  learn(parts: readonly FlowTransfer[], rows: number, detector: string, settings: SettingValues, self: boolean, control: Control, from?: { readonly automaton?: { readonly name: string; readonly text: string }; readonly previous?: Uint8Array; readonly training?: TrainingFile }): Promise<Container>;
  /** Scores all rows together. Columns on shared memory (`sharedArray`) are not copied. */
  score(rows: EncodedRows, model: ModelInUse, control: Control): Promise<Scores>;
  /** Work on all rows of a capture. Arrays on shared memory are not copied, and may be filled by it. */
  aggregate<K extends AggregateKind>(kind: K, input: AggregateInput<K>): Promise<AggregateResult<K>>;
  /** The entities of several logs as one; at least one is given. Rejects with `Cancelled`. */
  joinEntities(tables: readonly EntityTransfer[], control: Pick<Control, 'cancelled'>): Promise<JoinedEntities>;
  /** From now on no more than so many megabytes may be taken; what would take more rejects with `MemoryLimitError`. */
  limitMemory?(megabytes: number): void;
  /** How many calls at a time are worth while. */
  readonly threads: number;
  /** Lets everything else that waits have its turn; for loops over many rows. */
  pause(): Promise<void>;
  dispose(): Promise<void>;
}

export interface ReadJob {
  /** Bytes of the file read so far. */
  progress(bytes: number): void;
  readonly cancelled: boolean;
}
