/** How the rows of a cell become its strength. */
export type Intensity = 'equalised' | 'log';

/** Strength of counts above zero, and the counts at some strengths for a legend. */
export interface Shading {
  /** 0 (fewest rows of a drawn cell) to 1 (most). */
  strength(count: number): number;
  readonly ticks: readonly { readonly strength: number; readonly count: number }[];
}

const LEVELS = [0, 0.25, 0.5, 0.75, 1];

/**
 * `equalised`: the share of drawn cells with fewer rows (histogram equalisation, as in Datashader's `eq_hist`), so that every strength is used as often as
 * the others whatever the counts are; cells of equal counts share one strength. `log`: by the logarithm. O(cells log different counts).
 */
export function shading(counts: Uint32Array, intensity: Intensity): Shading {
  const frequency = new Map<number, number>();
  for (const count of counts) if (count > 0) frequency.set(count, (frequency.get(count) ?? 0) + 1);
  const values = Float64Array.from(frequency.keys()).sort();
  const least = values[0] ?? 1, most = values[values.length - 1] ?? 1;
  if (intensity === 'log' || values.length < 2) {
    const low = Math.log(least), whole = Math.log(most) - low;
    const strength = (count: number): number => (whole === 0 ? 1 : Math.min(1, Math.max(0, (Math.log(count) - low) / whole)));
    return { strength, ticks: ticksOf((level) => Math.round(Math.exp(low + whole * level))) };
  }
  // Rank of a count: cells with fewer rows, over all cells that have not the fewest.
  const rank = new Float64Array(values.length);
  let before = 0;
  for (let i = 0; i < values.length; i++) { rank[i] = before; before += frequency.get(values[i])!; }
  const whole = rank[values.length - 1];
  for (let i = 0; i < rank.length; i++) rank[i] /= whole;
  const index = (count: number): number => {
    let low = 0, high = values.length - 1;
    while (low < high) { const middle = low + high + 1 >> 1; if (values[middle] <= count) low = middle; else high = middle - 1; }
    return low;
  };
  return {
    strength: (count) => rank[index(count)],
    ticks: ticksOf((level) => { let i = 0; while (i < rank.length - 1 && rank[i] < level) i++; return values[i]; }),
  };
}

function ticksOf(countAt: (level: number) => number): Shading['ticks'] {
  const ticks = LEVELS.map((strength) => ({ strength, count: countAt(strength) }));
  return ticks.filter(({ count }, i) => i === 0 || count !== ticks[i - 1].count);
}
