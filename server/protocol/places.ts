/**
 * A place in a log as the client needs it: the URI to open (a `.gz` log has its own scheme, see `gzip.ts`) and zero-based
 * positions in UTF-16 units, so that it converts to an LSP range as it is.
 */
export interface Place {
  readonly uri: string;
  readonly line: number;
  readonly startCharacter: number;
  readonly endCharacter: number;
}

/** Part of a long list: `total` is the length of the whole. */
export interface Page<T> {
  readonly total: number;
  readonly items: readonly T[];
}

export interface PageParams {
  readonly start: number;
  readonly count: number;
}

/** Severity band of a flagged row: `low` up to ten times as rare as the threshold, `medium` up to a hundred times, `high` beyond. */
export type Band = 'high' | 'medium' | 'low';
