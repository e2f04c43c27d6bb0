import { count } from '../symbols/words';
import { reportText } from '../util/markdown';
import type { FindingRecord, RunRecord } from './record';

/** A report to read and to hand over: what was scored, then findings by root cause, worst first. */
export function toMarkdown(findings: readonly FindingRecord[], run: RunRecord): string {
  const out = ['# Anomaline report', '', `${count(run.findings)} findings (${count(run.flagged)} of ${count(run.rows)} rows in ${run.logs} logs), detector ${reportText(run.detector)}, at most ${run.acceptance} of baseline rows flagged (score ${run.threshold.toFixed(1)} and above).`];
  if (findings.length < run.findings) out.push('', `The worst ${findings.length} are listed.`);
  const groups = new Map<string, FindingRecord[]>();
  for (const f of findings) {
    const key = f.rootCause.state === undefined ? f.rootCause.text : `${f.rootCause.text} (state ${f.rootCause.state})`;
    groups.set(key, [...(groups.get(key) ?? []), f]);
  }
  for (const [title, members] of groups) {
    out.push('', `## ${reportText(title)}`, '', '| score | line | entity | rows | what was seen |', '|---:|---|---|---:|---|');
    for (const f of members) out.push(`| ${f.score.toFixed(1)} | ${reportText(f.file)}:${f.line} | ${reportText(f.entity)} | ${f.rows} | ${reportText(f.message)} |`);
  }
  if (run.skipped.length > 0) out.push('', '## Not scored', '', ...run.skipped.map((s) => `- ${reportText(s.path)}: ${reportText(s.reason)}`));
  return out.join('\n') + '\n';
}
