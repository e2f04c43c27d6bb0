/**
 * Learns `stateOutliers` from a generated baseline and scores as many flows, as `anomaline learn` and `anomaline score` do.
 *
 *   node out/test/bench/stateOutliers.bench.js [--rows 1m] [--pairs 100000] [--workers 2] [--set key=value]...
 *
 * Checked: no row is left without a score.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { detectorById } from '../../server/core/detectors/registry';
import { resolveSettings } from '../../server/core/settings/setting';
import { indexCapture } from '../../server/engine/captureIndex';
import { learnModel } from '../../server/engine/learn';
import { scoreFiles } from '../../server/engine/score';
import { noControl } from '../../server/core/util/control';
import { nodeFiles } from '../../server/node/files';
import { poolReaders } from '../../server/node/poolReaders';
import { writeFlows } from './flows';

async function main(): Promise<void> {
  const argument = (name: string, fallback: string): string => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : fallback);
  const rowsText = argument('rows', '1m');
  const rows = Number(rowsText.replace(/m$/, '')) * (rowsText.endsWith('m') ? 1e6 : 1);
  const given = Object.fromEntries(process.argv.flatMap((arg, i) => (process.argv[i - 1] === '--set' ? [arg.split('=') as [string, string]] : [])));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-bench-outliers-'));
  const readers = poolReaders(path.join(__dirname, '../../server/workers/logWorker.js'), Number(argument('workers', '2')));
  const peak = (): number => Math.round(process.resourceUsage().maxRSS / 1024);
  try {
    writeFlows(path.join(folder, 'baseline.log'), { rows, pairs: Number(argument('pairs', '100000')), seed: 1, scan: 0 });
    const detector = detectorById('stateOutliers')!;
    const { files } = await indexCapture(nodeFiles, folder, [], noControl);
    const start = performance.now();
    const learned = await learnModel(readers, files, detector, resolveSettings(detector.settings, given).values, { files: ['*'] }, noControl);
    if ('fault' in learned) throw new Error(learned.fault);
    const between = performance.now();
    console.log(`${rows} rows learned: ${((between - start) / 1000).toFixed(2)} s, ${learned.model.states} states, model of ${(learned.bytes.length / 1e6).toFixed(1)} MB, peak ${peak()} MB`);
    const { capture } = await scoreFiles(readers, files, learned, { acceptance: 0.001 }, noControl);
    if (capture.scores.raw.length !== rows || capture.scores.raw.some((raw) => !Number.isFinite(raw))) throw new Error('A row has no score.');
    console.log(`${rows} rows scored: ${((performance.now() - between) / 1000).toFixed(2)} s, ${capture.findings.rows.length} flagged, peak ${peak()} MB`);
  } finally {
    await readers.dispose();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

void main();
