import type { BaselineChoice } from '../server/protocol/baseline';
import type { GroupOrder, RootCauseGroup, FindingSummary } from '../server/protocol/rootCauses';

/** `1 finding`, `12,345 findings`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}

export const orderNames: Readonly<Record<GroupOrder, string>> = { score: 'by score', size: 'by size', newest: 'newest first' };

export function groupDescription({ score, findings, rows, entities }: RootCauseGroup): string {
  return `${score.toFixed(0)} · ${count(findings, 'finding')} · ${count(rows, 'line')} · ${count(entities, 'entity', 'entities')}`;
}

export function findingDescription({ score, rows, timeSpan }: FindingSummary): string {
  return [score.toFixed(0), count(rows, 'line'), ...(timeSpan ? [timeText(timeSpan[0])] : [])].join(' · ');
}

/** Line under the view's title: how many, in which order, what is filtered. */
export function viewDescription(groups: number, order: GroupOrder, filter: string): string {
  return [count(groups, 'root cause'), orderNames[order], ...(filter === '' ? [] : [`with "${filter}"`])].join(' · ');
}

/** Seconds since 1970 as `2026-03-02 09:15:00` UTC; small numbers, which count from the capture's start, as seconds. */
export function timeText(seconds: number): string {
  if (seconds < 1e8) return `${seconds.toFixed(3)} s`;
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s` : date.toISOString().slice(0, 19).replace('T', ' ');
}

/** Seconds from what a user typed: a number of seconds, or a date with or without time, in UTC unless it names a zone. */
export function parseTime(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^-?\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(trimmed);
  if (!parts) return undefined;
  const [, day, time = '00:00', zone = 'Z'] = parts;
  const ms = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : ms / 1000;
}

/** A baseline in words: "day1/**, label is Benign". */
export function baselineText({ files, from, to, label, share }: BaselineChoice): string {
  const parts = [
    ...(files ?? []),
    ...(from !== undefined ? [`from ${timeText(from)}`] : []),
    ...(to !== undefined ? [`until ${timeText(to)}`] : []),
    ...(label ? [`${label.column} is ${label.matches}`] : []),
    ...(share !== undefined ? [`first ${(share * 100).toFixed(0)} %`] : []),
  ];
  return parts.length === 0 ? 'the capture itself' : parts.join(', ');
}

/** Bytes for people: `1.2 GB`, `340 MB`. */
export function bytesText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}
