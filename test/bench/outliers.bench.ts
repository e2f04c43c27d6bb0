/**
 * Learning from 20,000 rows of 5 columns and scoring 20,000 others, beside scikit-learn and scipy on the same numbers in the same run (one thread each), where
 * `python3` has them. Seconds of processor time, so that other work on the machine counts less, and the best of three of both (one where the peer takes over ten seconds): ours before and after the peer's. Two kinds of rows: `normal` (independent normal numbers, no two alike: the worst case) and `flows` (port, protocol, duration, bytes each way of
 * a few services, many alike, as the states of an automaton have them).
 *
 *   node out/test/bench/outliers.bench.js [--rows 20000]
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fitOutliers, type OutlierKindId } from '../../server/core/outliers/kinds';
import type { Matrix } from '../../server/core/outliers/matrix';
import { mulberry32, randomBelow, randomNormal } from '../../server/core/util/rng';

const COLUMNS = 5;

interface Case {
  readonly name: string;
  readonly kind: OutlierKindId;
  readonly settings: Readonly<Record<string, number>>;
  /** The same in Python: `model` from rows X, then scores of Y. */
  readonly python?: { readonly fit: string; readonly score: string };
}

const lofBy = (k: number): Case => ({ name: `LOF, ${k} neighbours`, kind: 'lof', settings: { most: k }, python: { fit: `LocalOutlierFactor(n_neighbors=${k}, novelty=True).fit(X)`, score: 'model.score_samples(Y)' } });
const forestBy = (n: number): Case => ({ name: `isolation forest, ${n} rows a tree`, kind: 'isolationForest', settings: { most: n }, python: { fit: `IsolationForest(max_samples=${n}, random_state=0).fit(X)`, score: 'model.score_samples(Y)' } });

function casesOf(rows: number): readonly Case[] {
  return [
    lofBy(20),
    lofBy(Math.ceil(0.1 * rows)),
    forestBy(Math.min(rows, 256)),
    forestBy(Math.ceil(0.3 * rows)),
    // The fit has the training densities, as its threshold is taken from them.
    { name: 'kernel density', kind: 'kde', settings: {}, python: { fit: 'gaussian_kde(X.T); model(X.T)', score: 'model(Y.T)' } },
    { name: 'quartiles', kind: 'quartiles', settings: {} },
    { name: 'mean and deviation', kind: 'meanStd', settings: {} },
  ];
}

const DATA: Readonly<Record<string, (rows: number, seed: number) => Matrix>> = {
  normal(rows, seed) {
    const rng = mulberry32(seed);
    return { values: Float64Array.from({ length: rows * COLUMNS }, () => randomNormal(rng)), columns: COLUMNS };
  },
  flows(rows, seed) {
    const rng = mulberry32(seed);
    const services = [[443, 6, 8, 7, 9], [53, 17, 0.05, 3.7, 4.8], [80, 6, 2, 6, 8.5], [123, 17, 0.03, 3.9, 3.9], [22, 6, 300, 8, 9]];
    const values = new Float64Array(rows * COLUMNS);
    for (let i = 0; i < rows; i++) {
      const [port, protocol, seconds, sent, received] = services[randomBelow(rng, services.length)];
      const spread = protocol === 17 ? 0.1 : 0.8;
      values.set([port, protocol, Math.round(100 * seconds * rng()) / 100, Math.round(Math.exp(sent + spread * randomNormal(rng))), Math.round(Math.exp(received + spread * randomNormal(rng)))], i * COLUMNS);
    }
    return { values, columns: COLUMNS };
  },
};

function main(): void {
  const rows = process.argv.includes('--rows') ? Number(process.argv[process.argv.indexOf('--rows') + 1]) : 20_000;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-bench-outliers-'));
  try {
    for (const [data, make] of Object.entries(DATA)) {
      const train = make(rows, 1);
      const test = make(rows, 2);
      fs.writeFileSync(path.join(folder, 'X'), train.values);
      fs.writeFileSync(path.join(folder, 'Y'), test.values);
      console.log(`${data}: ${rows} x ${COLUMNS} learned from, as many scored (seconds: fit + score)`);
      for (const one of casesOf(rows)) {
        const before = ours(one, train, test);
        const peer = one.python ? inPython(folder, one.python) : undefined;
        const again = sum(before) > 5 ? [] : [ours(one, train, test), ours(one, train, test)];
        const best = [before, ...again].reduce((a, b) => (sum(b) < sum(a) ? b : a));
        console.log(`  ${one.name.padEnd(34)} ${text(best)}${peer === undefined ? '' : typeof peer === 'string' ? `   ${peer}` : `   Python ${text(peer)}   ${(sum(peer) / sum(best)).toFixed(1)} times`}`);
      }
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

type Seconds = readonly [fit: number, score: number];
const sum = ([fit, score]: Seconds): number => fit + score;
const text = ([fit, score]: Seconds): string => `${fit.toFixed(3)} + ${score.toFixed(3)}`;

function ours({ kind, settings }: Case, train: Matrix, test: Matrix): Seconds {
  const start = process.cpuUsage();
  const model = fitOutliers(kind, train, settings, mulberry32(1));
  if ('problem' in model) throw new Error(model.problem.message);
  const middle = process.cpuUsage(start);
  const scores = model.score(test);
  const end = process.cpuUsage(start);
  if ('problem' in scores || scores.some(Number.isNaN)) throw new Error(`${kind} gave no scores`);
  const seconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;
  return [seconds(middle), seconds(end) - seconds(middle)];
}

/** Seconds of the peer, or why there are none. */
function inPython(folder: string, { fit, score }: { readonly fit: string; readonly score: string }): Seconds | string {
  const [make, ...more] = fit.split('; ');
  const script = `
import time, warnings
import numpy as np
from scipy.stats import gaussian_kde
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import LocalOutlierFactor
warnings.simplefilter('ignore')
X = np.fromfile('X').reshape(-1, ${COLUMNS})
Y = np.fromfile('Y').reshape(-1, ${COLUMNS})
best = None
for _ in range(3):
    a = time.process_time()
    model = ${make}
    ${more.join('; ') || 'pass'}
    b = time.process_time()
    ${score}
    c = time.process_time()
    if best is None or c - a < sum(best):
        best = (b - a, c - b)
    if c - a > 10:
        break
print(*best)
`;
  const threads = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const { status, stdout, stderr } = spawnSync('python3', ['-c', script], { cwd: folder, encoding: 'utf8', env: { ...process.env, ...threads } });
  if (status !== 0) return /ModuleNotFoundError|ENOENT/.test(stderr ?? 'ENOENT') ? '(Python with scikit-learn and scipy is not here)' : `(Python: ${(stderr ?? '').trim().split('\n').at(-1)})`;
  const [a, b] = stdout.trim().split(' ').map(Number);
  return [a, b];
}

main();
