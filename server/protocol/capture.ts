import { request } from './method';

/** One log of the capture. */
export interface LogSummary {
  readonly uri: string;
  /** Path below the capture's root, with forward slashes. */
  readonly path: string;
  readonly format: string;
  readonly kind: string;
  readonly bytes: number;
  /** Rows, and rows given up as damaged; absent until the log was read. */
  readonly rows?: number;
  readonly damaged?: number;
  /** First and last time in the log, seconds. */
  readonly timeSpan?: readonly [number, number];
  /** Whether a detector can use it; the reason where it cannot. */
  readonly usable: boolean;
  readonly reason?: string;
}

export interface CaptureSummary {
  readonly root: string;
  readonly logs: readonly LogSummary[];
  /** Files that are no known log, by path. */
  readonly unknown: readonly string[];
}

export const GetCapture = request<null, CaptureSummary>('anomaline/capture', 'clientToServer');
