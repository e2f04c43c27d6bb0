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

/** Severity band of a score, see `docs/scores.md`: `high` from 90, `medium` from the threshold's midway, `low` from the threshold. */
export type Band = 'high' | 'medium' | 'low';
