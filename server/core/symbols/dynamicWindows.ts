/** Seconds without a row of the entity that part its rows for good. */
const PAUSE = 1800;
/** A window in median gaps, and windows to a stride. */
const GAPS = 25;
const OVERLAP = 5;
/** Seconds of a window where the median gap is 0. */
const LEAST_WIDTH = 0.025;

/** Steps that the search for a window may take for each row, before the rest is one window: times can be such that lengths never fit. */
const STEPS_PER_ROW = 40;

/**
 * Windows over the rows of one entity by time, as the multivariate state machines have them (specs, 4.1 to 4.3): rows `[from, to)` of `times`, which ascend. A pause
 * of half an hour starts anew; a window spans 25 median gaps and moves by a fifth of that, and both follow the density of rows so that windows have between
 * `min` and `max` rows (`lengthLimits`). Every row is in a window, most in about five. O(rows x overlap) for even times.
 */
export function dynamicWindows(times: ArrayLike<number>, visit: (from: number, to: number) => void): void {
  for (let from = 0; from < times.length; ) {
    let to = from + 1;
    while (to < times.length && times[to] - times[to - 1] <= PAUSE) to++;
    windowsOfPart(times, from, to, visit);
    from = to;
  }
}

/** Fewest and most rows of a window of a part with n rows (4.2). */
export function lengthLimits(n: number): { readonly min: number; readonly max: number } {
  return { min: Math.min(n, Math.max(10, Math.floor(n / 10_000))), max: Math.min(1500, Math.floor(Math.max(n / 100, 1500))) };
}

function windowsOfPart(times: ArrayLike<number>, first: number, end: number, visit: (from: number, to: number) => void): void {
  const { min, max } = lengthLimits(end - first);
  const last = times[end - 1];
  let width = GAPS * medianGap(times, first, end);
  let stride = width / OVERLAP;
  if (!(width > 0)) [width, stride] = [LEAST_WIDTH, LEAST_WIDTH / OVERLAP];
  let [magnifier, reducer] = [2, 0.05];
  let start = times[first];
  let [from, to] = [first, first];
  let [shownFrom, shownTo] = [-1, -1];
  // Rows before this one have been in a window.
  let covered = first;
  const seek = (): void => {
    // Starts and widths move both ways, but little.
    while (from > first && times[from - 1] >= start) from--;
    while (from < end && times[from] < start) from++;
    to = Math.max(to, from);
    while (to > from && times[to - 1] > start + width) to--;
    while (to < end && times[to] <= start + width) to++;
  };
  for (let steps = STEPS_PER_ROW * (end - first + 10); start + width < last && steps > 0; steps--) {
    seek();
    if (from === to) {
      if (covered >= end) break;
      start = times[covered];
      continue;
    }
    if (from === shownFrom && to === shownTo) {
      start += stride;
      seek();
      if (from === to || (covered < end && from > covered)) {
        if (covered >= end) break;
        start = times[covered];
        seek();
      }
      if (from === shownFrom && to === shownTo) {
        stride *= 2;
        if (stride >= width) width = OVERLAP * stride;
      }
      continue;
    }
    while ((to - from < min || to - from > max) && start + width <= last && steps-- > 0) {
      for (; to - from > max && steps-- > 0; seek()) {
        width /= magnifier;
        if (stride >= width) stride = width / OVERLAP;
      }
      for (; to - from < min && start + width <= last && steps-- > 0; seek()) width *= magnifier;
      magnifier -= reducer;
      if (magnifier <= 1) [magnifier, reducer] = [3, reducer / 2];
    }
    visit(from, to);
    [shownFrom, shownTo] = [from, to];
    covered = Math.max(covered, to);
    start += stride;
  }
  if (covered < end) {
    // What is left, with the rows of its window that were covered before.
    seek();
    visit(Math.min(from, covered), end);
  }
}

function medianGap(times: ArrayLike<number>, first: number, end: number): number {
  if (end - first < 2) return 0;
  const gaps = Float64Array.from({ length: end - first - 1 }, (_, i) => times[first + i + 1] - times[first + i]).sort();
  const middle = gaps.length >>> 1;
  return gaps.length % 2 === 1 ? gaps[middle] : (gaps[middle - 1] + gaps[middle]) / 2;
}
