const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** "12,034" */
export function count(value: number): string {
  return whole.format(value);
}

/** "12K": for where there is little room. */
export function shortCount(value: number): string {
  return Math.abs(value) < 1000 ? decimal(value) : short.format(value);
}

/** "1 state", "3,080 states": the plural is the singular with an s unless it is given. */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${count(value)} ${value === 1 ? singular : plural}`;
}

/** At most `digits` after the point and none that say nothing: "0.25", "3". */
export function decimal(value: number, digits = 2): string {
  return Number.isFinite(value) ? String(Number(value.toFixed(digits))) : '–';
}

/** A share of 0 to 1 as "12.3 %"; what is above zero and would round to it is "< 0.1 %". */
export function percent(share: number): string {
  return share > 0 && share < 0.0005 ? '< 0.1 %' : `${decimal(100 * share, 1)} %`;
}

/** A ratio from its log2: "8 times", "1/4 of". */
export function times(log2: number): string {
  const ratio = 2 ** Math.abs(log2), text = ratio < 10 ? decimal(ratio, 1) : whole.format(ratio);
  return Math.abs(log2) < 0.05 ? 'as often as' : log2 > 0 ? `${text} times as often as` : `1/${text} as often as`;
}

/** Seconds since 1970 as "2023-11-14 22:13:20" in UTC, which logs mostly are in; fractions where they are there. */
export function time(seconds: number): string {
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 8.64e12) return '–';
  const [text, fraction] = new Date(Math.round(seconds * 1000)).toISOString().slice(0, -1).split('.');
  return text.replace('T', ' ') + (fraction === '000' ? '' : `.${fraction}`);
}

/** A span of seconds in two units at most: "2 d 3 h", "45 min", "0.2 s". */
export function duration(seconds: number): string {
  const units: readonly [number, string][] = [[86_400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const at = units.findIndex(([size]) => seconds >= size);
  if (at < 0 || at === 3) return `${decimal(seconds, seconds < 1 ? 3 : 1)} s`;
  const [size, name] = units[at], [next, nextName] = units[at + 1], rest = Math.floor((seconds % size) / next);
  return `${Math.floor(seconds / size)} ${name}${rest > 0 ? ` ${rest} ${nextName}` : ''}`;
}

/** A text cut to a length, with an ellipsis. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '').trimEnd()}…`;
}
