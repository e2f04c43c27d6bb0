import type { BaselineChoice } from '../protocol/baseline';
import type { CaptureSummary } from '../protocol/capture';
import type { ModelSummary } from '../protocol/models';
import type { Band, Page, PageParams } from '../protocol/places';
import type { FindingFilter, FindingRow, FindingSummary, GroupDetail, GroupsParams, RootCauseGroup } from '../protocol/rootCauses';
import type { ImportParams, LearnParams, ScoreParams } from '../protocol/commands';
import type { ClientSettings } from '../protocol/settings';
import type { TrainingPoint } from '../core/util/control';
import type { Problem } from '../core/util/problem';
import type { TimelineQueries } from './timeline';
import type { TrainingQueries } from './training';
import type { AutomatonQueries } from './automaton/api';

/** What a session throws where the user can mend it; the text says how. */
export class SessionError extends Error {}

/** What was asked about is no longer there: it changed since. Whoever asked asks again for what is there now. */
export class OutdatedError extends SessionError {}

/** Progress and cancel of one long job. */
export interface JobControl {
  /** `fraction` 0 to 1, never falling; `text` names what is being done. */
  report(fraction: number, text: string): void;
  readonly cancelled: boolean;
  /** Is told how a net that is being trained gets on. */
  plot?(point: TrainingPoint): void;
}

/** A flagged line, ready to become a diagnostic. Characters are UTF-16 units. */
export interface FlaggedLine {
  readonly line: number;
  /** What is underlined: the line, or the field that is to blame. */
  readonly startCharacter: number;
  readonly endCharacter: number;
  readonly score: number;
  readonly band: Band;
  readonly message: string;
  readonly finding: string;
  readonly group: string;
}

/** One part of a score, in nats; the parts of a row add up to its raw score. */
export interface EvidencePart {
  readonly name: string;
  readonly value: number;
  /** "seen 389 times in this entity; at most 12 in the baseline" */
  readonly text: string;
}

/** Everything about one line. */
export interface LineDetail {
  /** Fields of the row in log order. */
  readonly fields: readonly { readonly name: string; readonly text: string; readonly startCharacter: number; readonly endCharacter: number }[];
  readonly symbol?: { readonly number: number; readonly words: string };
  readonly entity?: string;
  readonly state?: number;
  /** Absent while nothing is scored, or when the detector cannot use the log. */
  readonly score?: number;
  readonly raw?: number;
  readonly band?: Band;
  readonly evidence: readonly EvidencePart[];
  /** What the state usually sees next, most frequent first. */
  readonly expected: readonly { readonly words: string; readonly share: number }[];
  readonly group?: string;
  readonly finding?: string;
  /** Why the line has no score. */
  readonly reason?: string;
}

export interface FileFindings {
  /** Worst first, at most as many as asked for. */
  readonly lines: readonly FlaggedLine[];
  /** All flagged lines of the file. */
  readonly total: number;
  readonly problems: readonly Problem[];
  readonly problemTotal: number;
}

/** The use cases of one open capture. The language server and tests see only this. Paths are absolute file paths. */
export interface CaptureSession {
  /** Whether the user trusts the folder; if not, its logs can be looked at, and all else rejects. */
  readonly trusted: boolean;
  readonly timeline: TimelineQueries;
  /** How the net was trained that is trained, or was last, or is in use. */
  readonly training: TrainingQueries;
  /** Walks the folder and recognises its logs; cheap, reads only heads. */
  index(control: JobControl): Promise<CaptureSummary>;
  capture(): CaptureSummary;
  /** Learns a model from the baseline and keeps it under `.anomaline/models`. Resolves to the file. */
  learn(params: LearnParams, control: JobControl): Promise<string>;
  /** Makes a model of an automaton from elsewhere and the baseline, keeps it under `.anomaline/models`, and scores with it. Resolves to the file. */
  importAutomaton(params: ImportParams, control: JobControl): Promise<string>;
  score(params: ScoreParams, control: JobControl): Promise<void>;
  /** Scores what changed since: files added, changed, grown or deleted. True if findings changed. */
  refresh(changed: readonly string[], control: JobControl): Promise<boolean>;
  /** Learned, if needed, with the baseline of `anomaline.json` (or the capture itself), and scored. */
  investigate(control: JobControl): Promise<void>;
  clear(): void;
  chooseBaseline(choice: BaselineChoice): Promise<void>;
  models(): Promise<readonly ModelSummary[]>;
  /** Writes the net of a model file as an ONNX file. */
  exportOnnx(model: string, file: string): Promise<void>;
  updateSettings(settings: ClientSettings): Promise<void>;

  scored(): boolean;
  totals(): { readonly findings: number; readonly rows: number; readonly flagged: number };
  /** What was read, what could not be scored and why; Markdown. */
  report(): string;
  /** Files with findings or problems. */
  files(): readonly string[];
  findingsOf(file: string, limit: number): Promise<FileFindings>;
  lineDetail(file: string, line: number): Promise<LineDetail | undefined>;
  groups(params: GroupsParams): Promise<Page<RootCauseGroup>>;
  groupFindings(group: string, params: PageParams & Partial<FindingFilter>): Promise<Page<FindingSummary>>;
  /** Details of the groups that are there, in the order asked for. */
  groupDetails(groups: readonly string[], bins: number, filter: Partial<FindingFilter>): Promise<readonly GroupDetail[]>;
  findingRows(finding: string, page: PageParams): Promise<Page<FindingRow>>;
  rootCauseAt(file: string, line: number): { readonly group: string; readonly finding: string } | undefined;
  /** The automaton of the model in use. */
  readonly automaton: AutomatonQueries;
  neighbour(file: string | undefined, line: number, direction: 'next' | 'previous'): Promise<{ readonly file: string; readonly line: number; readonly endCharacter: number } | undefined>;
  /** Lines [first, first + count) of a log as text without line ends, read from disk; fewer at the end of the file. */
  readLines(file: string, first: number, count: number): Promise<readonly string[]>;
  /** Colours for lines [first, last] of a text of this log: column number of each field. */
  splitLines(file: string, lines: readonly string[]): readonly (readonly { readonly field: number; readonly name: string; readonly startCharacter: number; readonly endCharacter: number }[])[];
  /** Decompressed text of a compressed log. */
  text(file: string, limit: number): Promise<{ readonly text: string; readonly truncated: boolean; readonly problem?: string }>;
  dispose(): Promise<void>;
}
