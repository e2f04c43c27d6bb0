import { time } from './format';

/** Times below this are counted from the start of the capture, not from 1970 (as in the LANL authentication logs). */
const FIRST_DATE = 1e8;
const DAY = 86_400;

/** A time of a log: "2023-11-14 22:13:20" in UTC, or "1,205.5 s" where the log counts from its own start. */
export function moment(seconds: number): string {
  return isDate(seconds) ? time(Math.round(seconds * 1000) / 1000) : `${new Intl.NumberFormat('en', { maximumFractionDigits: 3 }).format(seconds)} s`;
}

/** A span of time without what both ends share: "2023-11-14 22:13:20 to 23:00:00", "2023-11-14 22:13:20" where both are one. From ten seconds on, in whole ones. */
export function span([from, to]: readonly [number, number]): string {
  const whole = to - from >= 10, [first, last] = [moment(whole ? Math.floor(from) : from), moment(whole ? Math.floor(to) : to)];
  if (first === last) return first;
  return isDate(from) && isDate(to) && first.slice(0, 10) === last.slice(0, 10) ? `${first} to ${last.slice(11)}` : `${first} to ${last}`;
}

/** What a person typed into a field of time: seconds, or a date with or without a time of day, in UTC unless it names a zone. Undefined: neither. */
export function parseMoment(text: string): number | undefined {
  const trimmed = text.trim(), plain = trimmed.replace(/\s*s$/, '').replace(/(\d),(?=\d{3})/g, '$1');
  if (/^-?\d+(\.\d+)?$/.test(plain)) return Number(plain);
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(?:UTC)?(Z|[+-]\d\d:?\d\d)?$/i.exec(trimmed);
  if (!parts) return undefined;
  const [, day, clock = '00:00', zone = 'Z'] = parts, ms = Date.parse(`${day}T${clock}${zone.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : ms / 1000;
}

/** A mark on an axis of time; a `major` one begins a day (or is the first) and names it. */
export interface Tick {
  readonly at: number;
  readonly text: string;
  readonly major: boolean;
}

const STEPS = [1e-6, 1e-5, 1e-4, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 91 * DAY, 365 * DAY];

/** Round times in [from, to], at most `most` of them (at least one step fits `most` ticks). O(most). */
export function timeTicks(from: number, to: number, most: number): Tick[] {
  if (!(to > from)) return [{ at: from, text: moment(from), major: true }];
  const least = (to - from) / Math.max(1, most), step = STEPS.find((one) => one >= least) ?? Math.ceil(least / (365 * DAY)) * 365 * DAY;
  const ticks: Tick[] = [];
  let day = '';
  for (let i = Math.ceil(from / step); i * step <= to; i++) {
    const at = i * step, date = isDate(at) ? moment(at) : '';
    const major = date !== '' && date.slice(0, 10) !== day;
    day = date.slice(0, 10);
    ticks.push({ at, major, text: date === '' ? moment(at) : step >= DAY ? day : major ? `${day} ${clock(date, step)}` : clock(date, step) });
  }
  return ticks;
}

function clock(date: string, step: number): string {
  return step >= 60 ? date.slice(11, 16) : date.slice(11);
}

function isDate(seconds: number): boolean {
  return Number.isFinite(seconds) && Math.abs(seconds) >= FIRST_DATE && Math.abs(seconds) <= 8.64e12;
}
