/** Windows of one entity's rows by specs/multivariate.md, 4.1 to 4.3, step by step with a look at all rows for every window. Undefined where it takes too many steps. */
export function slowWindows(times: readonly number[], limit = 20_000): [number, number][] | undefined {
  const windows: [number, number][] = [];
  let part: number[] = [];
  for (let i = 0; i <= times.length; i++) {
    if (part.length > 0 && (i === times.length || times[i] - times[i - 1] > 1800)) {
      const own = windowsOf(times, part, limit);
      if (!own) return undefined;
      windows.push(...own);
      part = [];
    }
    part.push(i);
  }
  return windows;
}

function windowsOf(times: readonly number[], rows: readonly number[], limit: number): [number, number][] | undefined {
  const n = rows.length, gaps = rows.slice(1).map((row) => times[row] - times[row - 1]).sort((a, b) => a - b);
  const m = gaps.length === 0 ? 0 : (gaps[(gaps.length - 1) >> 1] + gaps[gaps.length >> 1]) / 2;
  let w = 25 * m, s = w / 5;
  if (w === 0) [w, s] = [0.025, 0.005];
  const min = Math.min(n, Math.floor(Math.max(n / 10_000, 10))), max = Math.min(1500, Math.floor(Math.max(n / 100, 1500)));
  const last = times[rows[n - 1]], covered = new Set<number>(), windows: [number, number][] = [];
  const inside = (): number[] => rows.filter((row) => times[row] >= start && times[row] <= start + w);
  const uncovered = (): number | undefined => rows.find((row) => !covered.has(row));
  let start = times[rows[0]], g = 2, reducer = 0.05, shown = '';
  for (let steps = 0; start + w < last; steps++) {
    if (steps > limit) return undefined;
    let window = inside();
    if (window.length === 0) {
      const next = uncovered();
      if (next === undefined) break;
      start = times[next];
      continue;
    }
    if (window.join() === shown) {
      start += s;
      window = inside();
      const next = uncovered();
      if (window.length === 0 || (next !== undefined && window[0] > next)) {
        if (next === undefined) break;
        start = times[next];
        window = inside();
      }
      if (window.join() === shown) {
        s *= 2;
        if (s >= w) w = 5 * s;
      }
      continue;
    }
    while ((window.length < min || window.length > max) && start + w <= last) {
      if (++steps > limit) return undefined;
      for (; window.length > max; window = inside()) {
        w /= g;
        if (s >= w) s = w / 5;
      }
      for (; window.length < min && start + w <= last; window = inside()) w *= g;
      g -= reducer;
      if (g <= 1) [g, reducer] = [3, reducer / 2];
    }
    window.forEach((row) => covered.add(row));
    windows.push([window[0], window[window.length - 1] + 1]);
    shown = window.join();
    start += s;
  }
  const next = uncovered();
  if (next !== undefined) windows.push([Math.min(next, ...inside()), rows[n - 1] + 1]);
  return windows;
}
