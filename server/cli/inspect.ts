import { formatTitle } from '../engine/captureIndex';
import { count } from '../core/symbols/words';
import type { Problem } from '../core/util/problem';
import { detectors } from '../core/detectors/registry';
import type { Context } from './context';
import { indexPaths, shownPath } from './context';
import { EXIT, InputError, parseOptions } from './options';

/** Problems shown of one log. */
const SHOWN_PROBLEMS = 5;

/** `anomaline inspect PATH... [--json]`: formats, rows, time span, entities, problems. */
export async function inspect(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { json: { type: 'boolean', default: false } });
  const files = await indexPaths(context, positionals);
  const logs = await Promise.all(files.filter((f) => f.header).map(async (file) => {
    const header = file.header as NonNullable<typeof file.header>;
    const task = { path: file.path, header, size: file.bytes };
    const job = { progress: () => undefined, get cancelled() { return context.control.cancelled; } };
    const usedBy = detectors.filter((d) => d.refuses(header) === undefined);
    const { summary, entities } = await context.readers.scan(task, job);
    return {
      file: shownPath(file.path), format: header.format, title: formatTitle(header), kind: header.kind, bytes: file.bytes, rows: summary.rows, damaged: summary.damaged,
      timeSpan: summary.timeSpan ?? null, entities: entities > 0 ? entities : null, detectors: usedBy.map((d) => d.id), fields: header.fields.map((f) => f.name),
      problems: [...header.problems, ...summary.problems], problemTotals: totals(header.problems, summary.problemTotals),
    };
  }));
  const unknown = files.filter((f) => !f.header).map((f) => ({ file: shownPath(f.path), bytes: f.bytes, reason: f.bytes === 0 ? 'it is empty' : (f.problem?.message ?? 'no known log format') }));
  if (values.json) context.json({ logs, unknown }, 2);
  else {
    for (const log of logs) {
      context.line(`${log.file}: ${log.title} ${log.kind}, ${count(log.rows)} rows${log.damaged > 0 ? ` (${count(log.damaged)} damaged)` : ''}${spanWords(log.timeSpan)}${log.entities === null ? '' : `, ${count(log.entities)} connection pairs`}`);
      for (const p of log.problems.slice(0, SHOWN_PROBLEMS)) context.line(`  ${p.line === undefined ? '' : `line ${p.line + 1}: `}${p.message} ${p.next}`);
      const hidden = Object.values(log.problemTotals).reduce((a, b) => a + b, 0) - Math.min(SHOWN_PROBLEMS, log.problems.length);
      if (hidden > 0) context.line(`  and ${count(hidden)} more problems`);
    }
    for (const file of unknown) context.line(`${file.file}: not read, ${file.reason}`);
  }
  if (logs.length === 0) throw new InputError('No log was recognised. Formats: Zeek (TSV and JSON), Argus, nfdump CSV, UGR\'16 CSV; plain or .gz.');
  return EXIT.clean;
}

/** How often each problem occurred, in header and rows. */
function totals(header: readonly Problem[], rows: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  const counts = Object.fromEntries(rows);
  for (const { code } of header) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function spanWords(span: readonly [number, number] | null): string {
  if (!span) return '';
  // Captures replayed from a file often count seconds from their start.
  const words = (t: number): string => (t < 1e8 ? `${t.toFixed(0)} s` : new Date(t * 1000).toISOString().slice(0, 19) + 'Z');
  return `, ${words(span[0])} to ${words(span[1])}`;
}
