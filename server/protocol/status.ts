import { notification, request } from './method';

/**
 * What the server is doing. `empty`: no logs in the folder; `indexed`: logs known, nothing scored yet; `investigating`: learning
 * and scoring in one go; `ready`: scored.
 */
export type Phase = 'starting' | 'indexing' | 'empty' | 'indexed' | 'investigating' | 'learning' | 'scoring' | 'ready' | 'failed';

export interface Status {
  readonly phase: Phase;
  /** One short line for the status bar, e.g. "23 findings in 4 logs". */
  readonly text: string;
  /** Longer explanation in Markdown: what was read, what could not be scored and why, the next step. */
  readonly detail: string;
  /** 0 to 1 while working. */
  readonly fraction?: number;
  readonly logs: number;
  readonly findings: number;
  /** Resident memory of the server in bytes. */
  readonly memory: number;
}

/** Sent whenever the status changes, at most ten times a second. */
export const StatusChanged = notification<Status>('anomaline/statusChanged', 'serverToClient');
export const GetStatus = request<null, Status>('anomaline/status', 'clientToServer');
/** Sent after findings changed: lists and trees are to be asked for again. */
export const FindingsChanged = notification<null>('anomaline/findingsChanged', 'serverToClient');
