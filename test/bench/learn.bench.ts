/**
 * Learns a model from a generated baseline, as `anomaline learn` does: read, collected into one table, alphabet, automaton, calibration.
 *
 *   node out/test/bench/learn.bench.js [--rows 1m] [--pairs 100000] [--workers 2]
 *
 * Checked: a second run gives the same model bytes.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { detectorById } from '../../server/core/detectors/registry';
import { resolveSettings } from '../../server/core/settings/setting';
import { indexCapture } from '../../server/engine/captureIndex';
import { learnModel } from '../../server/engine/learn';
import { noControl } from '../../server/core/util/control';
import { nodeFiles } from '../../server/node/files';
import { poolReaders } from '../../server/node/poolReaders';
import { writeFlows } from './flows';

async function main(): Promise<void> {
  const argument = (name: string, fallback: string): string => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : fallback);
  const rowsText = argument('rows', '1m');
  const rows = Number(rowsText.replace(/m$/, '')) * (rowsText.endsWith('m') ? 1e6 : 1);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-bench-learn-'));
  try {
    writeFlows(path.join(folder, 'baseline.log'), { rows, pairs: Number(argument('pairs', '100000')), seed: 1, scan: 0 });
    const detector = detectorById('stateFrequency')!;
    const digests = new Set<string>();
    for (let run = 0; run < 2; run++) {
      const readers = poolReaders(path.join(__dirname, '../../server/workers/logWorker.js'), Number(argument('workers', '2')));
      const { files } = await indexCapture(nodeFiles, folder, [], noControl);
      const start = performance.now();
      const learned = await learnModel(readers, files, detector, resolveSettings(detector.settings, {}).values, { files: ['*'] }, noControl);
      if ('fault' in learned) throw new Error(learned.fault);
      await readers.dispose();
      const digest = createHash('sha256').update(learned.bytes).digest('hex').slice(0, 16);
      digests.add(digest);
      console.log(`${rows} rows: ${((performance.now() - start) / 1000).toFixed(2)} s, ${learned.model.states} states, ${learned.model.symbols} symbols, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB, model ${digest}`);
    }
    if (digests.size !== 1) throw new Error('two runs gave different models');
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
