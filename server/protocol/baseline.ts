/**
 * Which rows a model is learned from. All conditions given must hold. None given, or `self`: the whole capture is its own
 * baseline (nothing benign is known).
 */
export interface BaselineChoice {
  readonly self?: boolean;
  /** Globs over paths below the capture's root, e.g. "day1/**". */
  readonly files?: readonly string[];
  /** Time range in seconds since 1970, or since the capture's start where logs count so; `from` belongs to it, `to` does not. */
  readonly from?: number;
  readonly to?: number;
  /** A row is benign when this column matches the expression (whole value, case does not matter), e.g. `label` and `Benign`. */
  readonly label?: { readonly column: string; readonly matches: string };
  /** Only the first share (0 to 1] of the rows that fulfil all of the above, in file order. */
  readonly share?: number;
}
