import type { FindingRow, FindingSummary, RootCauseGroup } from '../../server/protocol/rootCauses';
import { csvCell, jsonText, reportText } from '../../server/protocol/inert/texts';
import { counted, decimal } from '../ui/format';
import { moment, span } from '../ui/moments';

export { csvCell as csvField, reportText as plain };

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

/** As the command line writes it: nothing of a log's text runs as a formula or is hidden. */
const csv: ReportWriter = {
  head: `${columns.join(',')}\r\n`,
  group: () => '',
  finding: () => '',
  line(group, finding, line) {
    const values = record(group, finding, line);
    return `${columns.map((column) => csvCell(values[column])).join(',')}\r\n`;
  },
};

const jsonl: ReportWriter = {
  head: '',
  group: () => '',
  finding: () => '',
  line: (group, finding, line) => `${jsonText({ ...record(group, finding, line), ...(line.time === undefined ? { time: null } : { seconds: line.time }) })}\n`,
};

const md: ReportWriter = {
  head: '# Findings\n',
  group: ({ text, band, score, findings, rows, entities, state, timeSpan }) =>
    `\n## ${reportText(text)}\n\n${[`${band}, score ${decimal(score, 1)}`, counted(findings, 'finding'), counted(rows, 'line'), counted(entities, 'entity', 'entities'), `state ${state}`, ...(timeSpan ? [span(timeSpan)] : [])].join(' · ')}\n`,
  finding: (_, { entity, band, score, rows, timeSpan }) => `\n### ${reportText(entity)}\n\n${[`${band}, score ${decimal(score, 1)}`, counted(rows, 'line'), ...(timeSpan ? [span(timeSpan)] : [])].join(' · ')}\n\n`,
  line: (_, __, { path, place, score, time, message }) => `- ${reportText(`${path}:${place.line + 1}`)}${time === undefined ? '' : ` (${moment(time)})`}, score ${decimal(score, 1)}: ${reportText(message)}\n`,
};

export const writers: Readonly<Record<ReportFormat, ReportWriter>> = { csv, jsonl, md };
