/**
 * Reads generated conn.logs (a) without keeping anything but the flow columns of one table at a time, and (b) scores them with a
 * model learned from a small baseline: read, made discrete, scored, findings. Every figure is that of a process of its own.
 *
 *   node out/test/bench/score.bench.js [--rows 1m,10m] [--workers 1,2] [--pairs 200000] [--keep] [--json]
 *
 * The logs lie in the temporary folder and are removed afterwards (`--keep`: stay for the next run). Checked: all rows are there, scores are the same
 * to the bit for any number of workers, the port scan in the middle of the log is found on its lines.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { detectorById } from '../../server/core/detectors/registry';
import { formatById } from '../../server/core/formats/registry';
import type { LogHeader } from '../../server/core/formats/format';
import { readModel } from '../../server/core/detectors/scoring/modelFile';
import { resolveSettings } from '../../server/core/settings/setting';
import { noControl } from '../../server/core/util/control';
import { indexCapture } from '../../server/engine/captureIndex';
import { learnModel } from '../../server/engine/learn';
import { scoreFiles } from '../../server/engine/score';
import { rowAtLine } from '../../server/engine/scoredCapture';
import { nodeFiles } from '../../server/node/files';
import { readLogBytes, type ByteRange } from '../../server/node/logBytes';
import { lineRanges, poolReaders } from '../../server/node/poolReaders';
import { HEADER_LINES, writeFlows } from './flows';

const LOG_WORKER = path.join(__dirname, '../../server/workers/logWorker.js');
const SCAN_ROWS = 500;

interface Measured {
  readonly task: 'parse' | 'score';
  readonly workers: number;
  readonly rows: number;
  readonly seconds: number;
  /** Seconds of processor time of all threads, which other programs disturb less. */
  readonly cpuSeconds: number;
  readonly megabytes: number;
  readonly peakMegabytes: number;
  /** Milliseconds that the main thread let others wait: the longest time, and the time that one in a thousand is above. */
  readonly longestWait?: number;
  readonly rareWait?: number;
  readonly findings?: number;
  readonly flagged?: number;
  /** Of all raw scores and states in row order. */
  readonly digest?: string;
  /** Rows of the planted scan that were flagged. */
  readonly scanFound?: number;
}

/** The columns of the log that the detector reads. */
function wantedFields(header: LogHeader): ReadonlySet<string> {
  const fields = detectorById('stateFrequency')!.fields;
  return new Set([...formatById(header.format)!.flowFields(header)].flatMap(([field, names]) => (fields.has(field) ? names : [])));
}

/** Reads a part of a log into flow tables and counts their rows. */
async function parsePart(file: string, header: LogHeader, range: ByteRange): Promise<number> {
  const format = formatById(header.format)!;
  let rows = 0;
  const reader = format.reader(header, { fields: wantedFields(header), byteOffset: range.start, onProblem: (problem) => { throw new Error(problem.message); }, onTable: (table) => (rows += format.flow(header, table).rowCount) });
  await readLogBytes(file, { onChunk: (chunk) => reader.push(chunk), cancelled: () => false }, range);
  reader.finish();
  return rows;
}

async function parse(file: string, workers: number): Promise<number> {
  const { files } = await indexCapture(nodeFiles, file, [], noControl);
  const ranges = lineRanges(file, files[0].bytes, workers);
  const parts = ranges.map((range = { start: 0, end: files[0].bytes }) => new Promise<number>((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: { file, header: files[0].header, range } });
    worker.once('message', resolve).once('error', reject);
  }));
  return (await Promise.all(parts)).reduce((a, b) => a + b, 0);
}

async function score(file: string, modelFile: string, workers: number): Promise<Omit<Measured, 'task' | 'workers' | 'seconds' | 'cpuSeconds' | 'megabytes' | 'peakMegabytes'> & { ended: number }> {
  const bytes = fs.readFileSync(modelFile);
  const loaded = readModel(bytes);
  if ('fault' in loaded) throw new Error(loaded.fault);
  const { files } = await indexCapture(nodeFiles, file, [], noControl);
  const readers = poolReaders(LOG_WORKER, workers);
  const waits = monitorEventLoopDelay({ resolution: 2 });
  waits.enable();
  const { capture } = await scoreFiles(readers, files, { ...loaded, bytes }, { acceptance: 0.001 }, noControl);
  const ended = performance.now();
  waits.disable();
  await readers.dispose();
  const { raw, state } = capture.scores;
  const hash = createHash('sha256').update(new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength)).update(new Uint8Array(state.buffer, state.byteOffset, state.byteLength));
  const flagged = new Set(capture.findings.rows);
  const firstScanLine = HEADER_LINES + Math.floor((raw.length - SCAN_ROWS) / 2);
  let scanFound = 0;
  for (let i = 0; i < SCAN_ROWS; i++) if (flagged.has(rowAtLine(capture.logs[0], firstScanLine + i))) scanFound++;
  return { rows: raw.length, findings: capture.findings.worstRow.length, flagged: flagged.size, digest: hash.digest('hex').slice(0, 16), scanFound, ended, longestWait: Math.round(waits.max / 1e6), rareWait: Math.round(waits.percentile(99.9) / 1e6) };
}

/** One measurement, in a process of its own so that its peak memory is its own. */
function measure(task: Measured['task'], file: string, modelFile: string, workers: number): Measured {
  const child = spawnSync(process.execPath, [...process.execArgv, __filename, '--child', task, file, modelFile, String(workers)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.status !== 0) throw new Error(`${task} with ${workers} workers failed`);
  return JSON.parse(child.stdout) as Measured;
}

async function child(task: Measured['task'], file: string, modelFile: string, workers: number): Promise<void> {
  const start = performance.now();
  const { ended, ...result } = task === 'parse' ? { rows: await parse(file, workers), ended: performance.now() } : await score(file, modelFile, workers);
  const { user, system } = process.cpuUsage();
  const measured: Measured = { task, workers, ...result, seconds: (ended - start) / 1000, cpuSeconds: (user + system) / 1e6, megabytes: fs.statSync(file).size / 1e6, peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024) };
  process.stdout.write(JSON.stringify(measured));
}

async function learnFrom(file: string, modelFile: string): Promise<void> {
  const detector = detectorById('stateFrequency')!;
  const readers = poolReaders(LOG_WORKER, 1);
  const { files } = await indexCapture(nodeFiles, file, [], noControl);
  const learned = await learnModel(readers, files, detector, resolveSettings(detector.settings, {}).values, { files: [path.basename(file)] }, noControl);
  await readers.dispose();
  if ('fault' in learned) throw new Error(learned.fault);
  fs.writeFileSync(modelFile, learned.bytes);
}

function line(m: Measured): string {
  const rate = `${(m.rows / m.seconds / 1e6).toFixed(2)} M rows/s, ${Math.round(m.megabytes / m.seconds)} MB/s`;
  return `${(m.rows / 1e6).toFixed(0).padStart(3)} M rows, ${m.workers} worker${m.workers > 1 ? 's' : ' '}, ${m.task}: ${m.seconds.toFixed(2).padStart(6)} s (${m.cpuSeconds.toFixed(2)} s of processor), ${rate}, peak ${m.peakMegabytes} MB${m.digest === undefined ? '' : `, ${m.findings} findings, ${m.flagged} rows flagged, scores ${m.digest}, longest wait of the main thread ${m.longestWait} ms, ${m.rareWait} ms but for one in a thousand`}`;
}

async function main(): Promise<void> {
  const argument = (name: string, fallback: string): string => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : fallback);
  const sizes = argument('rows', '1m,10m').split(',').map((text) => Number(text.replace(/m$/, '')) * (text.endsWith('m') ? 1e6 : 1));
  const workerCounts = argument('workers', '1,2').split(',').map(Number);
  const pairs = Number(argument('pairs', '200000'));
  const folder = path.join(os.tmpdir(), 'anomaline-bench-score');
  fs.mkdirSync(folder, { recursive: true });
  try {
    const baseline = path.join(folder, `baseline-${pairs}.log`);
    const modelFile = path.join(folder, 'model.safetensors');
    writeFlows(baseline, { rows: 50_000, pairs, seed: 1, scan: 0 });
    await learnFrom(baseline, modelFile);
    const measured: Measured[] = [];
    for (const rows of sizes) {
      const file = path.join(folder, `conn-${rows}-${pairs}.log`);
      if (!fs.existsSync(file)) writeFlows(file, { rows, pairs, seed: 2, scan: SCAN_ROWS });
      const digests = new Set<string>();
      for (const workers of workerCounts) {
        const parsed = measure('parse', file, modelFile, workers);
        const scored = measure('score', file, modelFile, workers);
        measured.push(parsed, scored);
        if (parsed.rows !== rows || scored.rows !== rows) throw new Error(`${rows} rows written, ${parsed.rows} parsed, ${scored.rows} scored`);
        if ((scored.scanFound ?? 0) < SCAN_ROWS) throw new Error(`of ${SCAN_ROWS} rows of a port scan ${scored.scanFound} were flagged`);
        digests.add(scored.digest as string);
        if (!process.argv.includes('--json')) console.log(`${line(parsed)}\n${line(scored)}\n    scoring takes ${(scored.seconds / parsed.seconds).toFixed(2)} times as long as parsing alone`);
      }
      if (digests.size !== 1) throw new Error(`the scores depend on the number of workers: ${[...digests].join(', ')}`);
      if (!process.argv.includes('--keep')) fs.rmSync(file);
    }
    if (process.argv.includes('--json')) console.log(JSON.stringify(measured));
    else for (const workers of workerCounts) tellGrowth(measured.filter((m) => m.task === 'score' && m.workers === workers));
  } finally {
    if (!process.argv.includes('--keep')) fs.rmSync(folder, { recursive: true, force: true });
  }
}

function tellGrowth(scored: readonly Measured[]): void {
  for (let i = 1; i < scored.length; i++) console.log(`${scored[i].workers} worker${scored[i].workers > 1 ? 's' : ''}: ${(scored[i].rows / scored[i - 1].rows).toFixed(0)} times the rows take ${(scored[i].seconds / scored[i - 1].seconds).toFixed(2)} times as long`);
}

if (!isMainThread) {
  const { file, header, range } = workerData as { file: string; header: LogHeader; range: ByteRange };
  void parsePart(file, header, range).then((rows) => parentPort?.postMessage(rows));
} else {
  const at = process.argv.indexOf('--child');
  const [task, file, modelFile, workers] = at < 0 ? [] : process.argv.slice(at + 1);
  (at < 0 ? main() : child(task as Measured['task'], file, modelFile, Number(workers))).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
