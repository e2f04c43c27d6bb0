/** Bars of a sparkline as one SVG path in a box of `width` by `height`: bar i stands at its share of the width; a bar above zero is at least one high. O(bins). */
export function sparkPath(bins: readonly number[], width: number, height: number): string {
  const most = bins.reduce((a, b) => Math.max(a, b), 0), step = width / Math.max(1, bins.length);
  if (most === 0) return '';
  return bins.map((bin, i) => {
    if (bin === 0) return '';
    const tall = Math.max(1, Math.sqrt(bin / most) * height);
    return `M${round(i * step)} ${round(height - tall)}h${round(Math.max(1, step - 0.5))}v${round(tall)}h${round(-Math.max(1, step - 0.5))}z`;
  }).join('');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
