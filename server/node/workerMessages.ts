import type { AggregateInput, AggregateKind } from '../core/aggregate/aggregate';
import type { PrefixTree } from '../core/automata/prefixTree';
import type { TraceReading, TraceSummary } from '../core/automata/traceReader';
import type { ScoreColumns } from '../core/detectors/detector';
import type { SettingValues } from '../core/settings/setting';
import type { EncodedRows, EntityRange } from '../core/symbols/rows';
import type { PackedEntities } from '../core/symbols/joinEntities';
import type { FlowTransfer } from '../core/table/flowTransfer';
import type { LogHeader } from '../core/formats/format';
import type { TrainingPoint } from '../core/util/control';
import type { Problem } from '../core/util/problem';
import type { RowFilter } from '../engine/ports';
import type { NeuralProvider } from '../protocol/settings';
import type { ByteRange } from './logBytes';
import type { BudgetShare } from './memoryBudget';

/** A log, or a range of it that starts and ends with lines, and what the lines before carry over to it (`LogReader.state`). */
export interface LogRange {
  readonly path: string;
  readonly header: LogHeader;
  readonly range?: ByteRange;
  readonly state?: string;
}

/** What can be done with (a part of) a log. */
export type LogJob =
  | { readonly task: 'hash'; readonly path: string }
  | ({ readonly task: 'scan' } & LogRange)
  | ({ readonly task: 'collect'; readonly filter: RowFilter; readonly detector: string } & LogRange)
  | ({ readonly task: 'encode'; readonly marks: { readonly label?: NonNullable<RowFilter['label']>; readonly baseline?: RowFilter } } & LogRange & ModelJob);

/** A model file, with a name of its own so that a worker reads it once. */
export interface ModelJob {
  readonly model: Uint8Array;
  readonly modelKey: string;
}

/** Steps of scoring rows, on memory shared with whoever asks. Progress is the fraction of the rows. */
export type ScoreJob =
  | { readonly task: 'countRows'; readonly entity: Uint32Array; readonly starts: Uint32Array }
  | ({ readonly task: 'scoreRange'; readonly rows: EncodedRows; readonly columns: ScoreColumns; readonly range: EntityRange } & ModelJob);

/** Work on all rows of a capture. */
export interface AggregateJob {
  readonly task: 'aggregate';
  readonly kind: AggregateKind;
  readonly input: AggregateInput;
}

/** Counts the traces of a file, or of a range of it that starts and ends with lines. `reading.part`: the header stands elsewhere. */
export interface CountJob {
  readonly task: 'countTraces';
  readonly path: string;
  readonly gzip: boolean;
  readonly range?: ByteRange;
  readonly reading: TraceReading;
}

/** The tree of the traces, and what is wrong with the file itself. */
export interface Counted {
  readonly tree: PrefixTree;
  readonly summary: TraceSummary;
  readonly problem?: Problem;
}

/** Joins the entities of several tables. */
export interface JoinJob {
  readonly task: 'joinEntities';
  readonly packed: PackedEntities;
}

/** What a worker can be asked to do. */
export type WorkerJob = LogJob | ScoreJob | AggregateJob | CountJob | JoinJob | { readonly task: 'learn'; /** Of which the first `rows` rows are learned from. */ readonly parts: readonly FlowTransfer[]; readonly rows: number; readonly detector: string; readonly settings: SettingValues; readonly self: boolean; readonly automaton?: { readonly name: string; readonly text: string }; /** Model file to go on from. */ readonly previous?: Uint8Array; /** Of a training that was not over. */ readonly checkpoint?: Uint8Array };

/** What a worker thread is started with. */
export interface WorkerSetup {
  readonly neural: NeuralSetup;
  /** Its part in the memory that all threads share; absent: as much as there is. */
  readonly memory?: BudgetShare;
}

/** How nets are run; see the settings of these names. */
export interface NeuralSetup {
  readonly provider: NeuralProvider;
  readonly threads: number;
}

/** Entries of `ToWorker.cancel`. */
export const CANCEL = 0, BEATS = 1;

export interface ToWorker {
  readonly id: number;
  readonly job: WorkerJob;
  /** Shared. Entry `CANCEL`: not 0 asks the worker to stop at the next chunk. Entry `BEATS`: the worker counts it up at each chunk or step, so that one that hangs is told from one that works. */
  readonly cancel: Int32Array;
  /** One shared number: blocks on the way. The worker waits while they are too many. */
  readonly ahead: Int32Array;
}

export type FromWorker =
  | { readonly id: number; readonly type: 'progress'; /** Bytes of a log, or the fraction of a model. */ readonly done: number; readonly text?: string }
  /** A piece of the result, ahead of its end. */
  | { readonly id: number; readonly type: 'block'; readonly block: unknown }
  /** A point of the curve of a net in training. */
  | { readonly id: number; readonly type: 'point'; readonly point: TrainingPoint }
  /** A training that is not over. */
  | { readonly id: number; readonly type: 'checkpoint'; readonly checkpoint: Uint8Array }
  /** What the user should know beside the result. */
  | { readonly id: number; readonly type: 'notice'; readonly text: string }
  | { readonly id: number; readonly type: 'done'; readonly result: unknown }
  | { readonly id: number; readonly type: 'failed'; readonly message: string; /** Whether the message is for the user, who can mend it. */ readonly mendable?: true; /** Whether there was no room for what the job needs. */ readonly noRoom?: true };
