/**
 * Time from opening a capture that was scored before to the findings of its first file: index, rows from the cache, scores, findings.
 * Beside it: the first scoring, which reads the logs, and a refresh after one log grew by 1,000 rows.
 *
 *   node out/test/bench/open.bench.js [--rows 1m] [--files 10] [--workers 2]
 *
 * Checked: the findings are the same each time the capture is opened.
 */
import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createCaptureSession } from '../../server/node/openSession';
import { DEFAULT_CLIENT_SETTINGS } from '../../server/protocol/settings';
import { HEADER_LINES, writeFlows } from './flows';

const quiet = { report: () => undefined, cancelled: false };
const GROWTH = 1000;

async function main(): Promise<void> {
  const argument = (name: string, fallback: string): string => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : fallback);
  const rowsText = argument('rows', '1m');
  const rows = Number(rowsText.replace(/m$/, '')) * (rowsText.endsWith('m') ? 1e6 : 1);
  const files = Number(argument('files', '10'));
  const settings = { ...DEFAULT_CLIENT_SETTINGS, workers: Number(argument('workers', '2')) };
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-bench-open-'));
  const log = (i: number): string => path.join(root, `conn.${String(i).padStart(3, '0')}.log`);
  const open = () => createCaptureSession(root, settings, path.join(__dirname, '../../server/workers/logWorker.js'));
  const tell = (what: string, since: number): void => console.log(`${what.padEnd(60)} ${Math.round(performance.now() - since)} ms`);
  try {
    writeFlows(path.join(root, 'baseline.log'), { rows: 50_000, pairs: 50_000, seed: 1, scan: 0 });
    for (let i = 0; i < files; i++) writeFlows(log(i), { rows: rows / files, pairs: 50_000, seed: 2 + i, scan: 500, before: (i * rows) / files });
    const results: unknown[] = [];
    for (const what of ['first scoring', 'opened again', 'opened again']) {
      const session = open();
      const start = performance.now();
      if (results.length === 0) await session.learn({ baseline: { files: ['baseline.log'] } }, quiet);
      const learned = performance.now();
      await session.index(quiet);
      await session.score({}, quiet);
      const found = await Promise.resolve(session.findingsOf(log(0), settings.maxDiagnostics));
      tell(`${what}: ${session.totals().rows} rows in ${files} files, ${session.totals().flagged} flagged`, results.length === 0 ? learned : start);
      results.push({ found, totals: session.totals() });
      await session.dispose();
      tell('    until the rows were on disk and the workers ended', results.length === 0 ? learned : start);
    }
    for (const result of results) assert.deepEqual(result, results[0]);
    const session = open();
    await session.index(quiet);
    await session.score({}, quiet);
    const text = fs.readFileSync(log(1), 'utf8').split(/(?<=\n)/).slice(HEADER_LINES, HEADER_LINES + GROWTH).join('');
    fs.appendFileSync(log(0), text);
    const start = performance.now();
    assert.equal(await session.refresh([log(0)], quiet), true);
    tell(`one log grew by ${GROWTH} rows`, start);
    await session.dispose();
    console.log(`peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
