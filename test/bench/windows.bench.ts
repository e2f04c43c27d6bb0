/**
 * Learning from millions of windows, from a NetFlow (Argus) file to the model, by what `anomaline learn FILE --set stride=1` runs: sliding windows of 10
 * flows of each connection pair, starting at every flow. Every size is a process of its own, so that its time and peak memory are its own.
 *
 *   node out/test/bench/windows.bench.js [--workers 2] [--sizes 625000,1250000,2500000,5000000]
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { detectorById } from '../../server/core/detectors/registry';
import { resolveSettings } from '../../server/core/settings/setting';
import { noControl } from '../../server/core/util/control';
import { indexCapture } from '../../server/engine/captureIndex';
import { learnModel } from '../../server/engine/learn';
import { nodeFiles } from '../../server/node/files';
import { poolReaders } from '../../server/node/poolReaders';
import { writeArgus } from './flows';

async function run(folder: string, workers: number): Promise<void> {
  const start = performance.now();
  const readers = poolReaders(path.join(__dirname, '../../server/workers/logWorker.js'), workers);
  const { files } = await indexCapture(nodeFiles, folder, [], noControl);
  const detector = detectorById('stateFrequency')!;
  let last = '';
  let since = start;
  const stages: string[] = [];
  const control = {
    cancelled: false,
    report: (_: number, text: string) => {
      if (text === last) return;
      const now = performance.now();
      if (last !== '') stages.push(`${last} ${((now - since) / 1000).toFixed(1)}`);
      [last, since] = [text, now];
    },
  };
  const learned = await learnModel(readers, files, detector, resolveSettings(detector.settings, { stride: '1' }).values, { files: ['*'] }, control);
  if ('fault' in learned) throw new Error(learned.fault);
  await readers.dispose();
  const seconds = (performance.now() - start) / 1000;
  const { baselineRows, states, symbols } = learned.model;
  console.log(`${baselineRows} rows, ${seconds.toFixed(1)} s (${(process.cpuUsage().user / 1e6).toFixed(1)} s of processor), ${Math.round(baselineRows / seconds)} rows/s, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB, ${states} states, ${symbols} symbols (${stages.join(', ')}, ${last} ${((performance.now() - since) / 1000).toFixed(1)})`);
}

function main(): void {
  const argument = (name: string, fallback: string): string => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : fallback);
  const workers = argument('workers', '2');
  for (const size of argument('sizes', '625000,1250000,2500000,5000000').split(',').map(Number)) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-bench-windows-'));
    try {
      // Nearly every flow of a pair starts a window: so many flows are as many windows, but for nine a pair.
      writeArgus(path.join(folder, 'baseline.binetflow'), { rows: size, pairs: 2000, seed: 1, scan: 0 });
      const { stdout, stderr } = spawnSync(process.execPath, [__filename, 'run', folder, workers], { encoding: 'utf8' });
      console.log(stdout.trim() + stderr);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }
}

if (process.argv[2] === 'run') {
  run(process.argv[3], Number(process.argv[4])).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
} else main();
