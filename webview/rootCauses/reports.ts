import type { FindingRow, FindingSummary, RootCauseGroup } from '../../server/protocol/rootCauses';
import { counted, decimal } from '../ui/format';
import { moment, span } from '../ui/moments';

export type ReportFormat = 'csv' | 'jsonl' | 'md';
export const formatNames: Readonly<Record<ReportFormat, string>> = { csv: 'CSV', jsonl: 'JSON Lines', md: 'Markdown' };

/** Text of a report in the order it is read: a head, then groups, their findings, and their lines. Every part ends with a new line or is empty. */
export interface ReportWriter {
  readonly head: string;
  group(group: RootCauseGroup): string;
  finding(group: RootCauseGroup, finding: FindingSummary): string;
  line(group: RootCauseGroup, finding: FindingSummary, line: FindingRow): string;
}

const columns = ['root_cause', 'state', 'entity', 'band', 'score', 'time', 'file', 'line', 'message'] as const;

/** One line of a log as the columns of a table; `line` counts from 1. */
function record(group: RootCauseGroup, { entity }: FindingSummary, { band, score, time, path, place, message }: FindingRow): Readonly<Record<(typeof columns)[number], string | number>> {
  return { root_cause: group.text, state: group.state, entity, band, score: Number(decimal(score)), time: time === undefined ? '' : moment(time), file: path, line: place.line + 1, message };
}

/** RFC 4180. What a spreadsheet would take for a formula gets an apostrophe in front: a log's text is the attacker's. */
const csv: ReportWriter = {
  head: `${columns.join(',')}\r\n`,
  group: () => '',
  finding: () => '',
  line(group, finding, line) {
    const values = record(group, finding, line);
    return `${columns.map((column) => csvField(values[column])).join(',')}\r\n`;
  },
};

export function csvField(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const jsonl: ReportWriter = {
  head: '',
  group: () => '',
  finding: () => '',
  line: (group, finding, line) => `${JSON.stringify({ ...record(group, finding, line), ...(line.time === undefined ? { time: null } : { seconds: line.time }) })}\n`,
};

const md: ReportWriter = {
  head: '# Findings\n',
  group: ({ text, band, score, findings, rows, entities, state, timeSpan }) =>
    `\n## ${plain(text)}\n\n${[`${band}, score ${decimal(score, 1)}`, counted(findings, 'finding'), counted(rows, 'line'), counted(entities, 'entity', 'entities'), `state ${state}`, ...(timeSpan ? [span(timeSpan)] : [])].join(' · ')}\n`,
  finding: (_, { entity, band, score, rows, timeSpan }) => `\n### ${plain(entity)}\n\n${[`${band}, score ${decimal(score, 1)}`, counted(rows, 'line'), ...(timeSpan ? [span(timeSpan)] : [])].join(' · ')}\n\n`,
  line: (_, __, { path, place, score, time, message }) => `- ${plain(`${path}:${place.line + 1}`)}${time === undefined ? '' : ` (${moment(time)})`}, score ${decimal(score, 1)}: ${plain(message)}\n`,
};

/** Text that Markdown shows as it is. */
export function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~]/g, '\\$&');
}

export const writers: Readonly<Record<ReportFormat, ReportWriter>> = { csv, jsonl, md };
