/**
 * How well each model of authentication events finds a red team in a generated organisation that it was not learned on the days of: AUC and average precision of each
 * seed and their means; with `--shares`, by how much of the baseline it was learned from (the learning curve).
 *
 *   node out/test/bench/authQuality.bench.js [--models counts,attention,lstm] [--seeds 1,2,3] [--size 8] [--red 300] [--shares 1] [--set key=value]...
 *
 * `--size`: megabytes of a capture of four days, of which three are the baseline. The bundles must be built (`node build.mjs`).
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { organisationCapture } from '../../server/core/sample/organisation/organisation';

const CLI = path.resolve(__dirname, '../../../dist/cli.js');

interface Quality {
  readonly auc: number;
  readonly ap: number;
  readonly recall: number;
  readonly seconds: number;
}

function main(): void {
  const { values } = parseArgs({ options: {
    models: { type: 'string', default: 'counts,attention,lstm' }, seeds: { type: 'string', default: '1,2,3' }, size: { type: 'string', default: '8' }, red: { type: 'string', default: '300' }, shares: { type: 'string', default: '1' }, set: { type: 'string', multiple: true, default: [] },
  } });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-auth-'));
  try {
    console.log('model                share  seed   AUC      AP       recall at 0.1 % false alarms   learning, s');
    for (const seed of values.seeds.split(',').map(Number)) write(path.join(folder, String(seed)), seed, Number(values.size) * 1e6, Number(values.red));
    for (const model of values.models.split(',')) {
      for (const share of values.shares.split(',')) {
        const results = values.seeds.split(',').map((seed) => {
          const result = measure(path.join(folder, seed), model, share, seed, values.set);
          console.log(`${model.padEnd(20)} ${share.padStart(5)} ${seed.padStart(5)}   ${result.auc.toFixed(5)}  ${result.ap.toFixed(4)}   ${result.recall.toFixed(3)}   ${result.seconds.toFixed(0)}`);
          return result;
        });
        const mean = (of: (one: Quality) => number): number => results.reduce((sum, one) => sum + of(one), 0) / results.length;
        console.log(`${model.padEnd(20)} ${share.padStart(5)}  mean   ${mean((one) => one.auc).toFixed(5)}  ${mean((one) => one.ap).toFixed(4)}   ${mean((one) => one.recall).toFixed(3)}   ${mean((one) => one.seconds).toFixed(0)}`);
      }
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function write(folder: string, seed: number, size: number, redEvents: number): void {
  for (const { file, bytes } of organisationCapture({ seed, size, redEvents })) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.appendFileSync(path.join(folder, file), bytes);
  }
}

function measure(folder: string, model: string, share: string, seed: string, set: readonly string[]): Quality {
  const file = path.join(folder, 'model.safetensors');
  const days = ['day1', 'day2', 'day3'].map((day) => path.join(folder, day));
  const started = performance.now();
  run(['learn', ...days, '--detector', 'authSequences', '--baseline', '**', '--share', share, '--model', file, '--seed', seed, '--set', `model=${model}`, ...set.flatMap((one) => ['--set', one])]);
  const seconds = (performance.now() - started) / 1000;
  const { whole } = JSON.parse(run(['evaluate', path.join(folder, 'day4'), '--model', file, '--redteam', path.join(folder, 'redteam.txt'), '--json'])) as { whole: { auc: number; ap: number; atLowFpr?: { tpr: number } } };
  return { auc: whole.auc, ap: whole.ap, recall: whole.atLowFpr?.tpr ?? 0, seconds };
}

function run(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`anomaline ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

main();
