/**
 * Training and inference of the engine's reference nets, as `node neural.bench.js [--python PATH] [--peer bench_torch.py] [--rounds 3] [--nets d64,d128,...] [--modes train,infer] [--iterations 10] [--threads 2] [--clock wall]`.
 * Every measurement is a process of its own; with a Python that has PyTorch, each is followed at once by the same net there, and the ratio is taken within the pair.
 * `--threads 1 --clock cpu` counts processor time: on a machine that has other work to do, it says more than wall time (where PyTorch's threads, which spin while they wait, suffer most).
 */
import { execFileSync } from 'node:child_process';
import { inferenceProgram, trainingProgram, freeze } from '../../server/core/nn';
import { LARGE, batch, build, firstWeights } from '../core/nn/nets';
import { Runner } from '../core/nn/run';
import { sharedPath } from '../support/shared';

interface Measurement {
  /** Sequences or rows per second, by the median step and by the fastest one, which other processes disturb least. */
  readonly median: number;
  readonly best: number;
  readonly rssMB: number;
}

const argument = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const WARM_UP = 3;
const threads = Number(argument('threads', '2'));
const byCpu = argument('clock', 'wall') === 'cpu';
/** Milliseconds. */
const now = (): number => (byCpu ? process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000 : performance.now());

/** One net in this process. Four batches take turns. */
async function measure(name: string, mode: string, iterations: number): Promise<Measurement> {
  const size = LARGE[name];
  const weights = firstWeights(size);
  const training = mode === 'train';
  const net = build(size, training);
  const program = training ? trainingProgram({ loss: net.loss }) : freeze(inferenceProgram({ score: net.score }), weights);
  const zero = Object.fromEntries(program.state.map(({ name: kept, shape }) => [kept, new Float32Array(shape.reduce((a, b) => a * b, 1))]));
  const profile = argument('profile', '');
  const runner = await Runner.open(program, { ...zero, ...weights }, { intraOpNumThreads: threads, ...(profile !== '' && { enableProfiling: true, profileFilePrefix: profile }) });
  const batches = [0, 1, 2, 3].map((k) => ({ ...batch(size, k), learningRate: Float32Array.of(1e-3) }));
  const times: number[] = [];
  for (let step = 0; step < WARM_UP + iterations; step++) {
    const start = now();
    await runner.run(batches[step % 4]);
    if (step >= WARM_UP) times.push(now() - start);
  }
  await runner.close();
  return { median: (size.B / median(times)) * 1000, best: (size.B / Math.min(...times)) * 1000, rssMB: process.resourceUsage().maxRSS / 1024 };
}

/** Runs a script with its folder on the path, and with the clock that is asked for. */
const PEER = `import os, runpy, sys, time
${byCpu ? 'time.perf_counter = time.process_time' : ''}
sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(sys.argv[0]))
runpy.run_path(sys.argv[0], run_name='__main__')`;

function peer(python: string, script: string, name: string, mode: string, iterations: number): Measurement {
  const out = JSON.parse(execFileSync(python, ['-c', PEER, script, name, '--mode', mode, '--threads', String(threads), '--iters', String(iterations), '--warm', String(WARM_UP)], { encoding: 'utf8' })) as { readonly per_s: number; readonly ms: number; readonly min: number; readonly rssMB: number };
  return { median: out.per_s, best: (out.per_s * out.ms) / out.min, rssMB: out.rssMB };
}

function compare(): void {
  const python = argument('python', '');
  const script = argument('peer', sharedPath('golden/neural/bench_torch.py') ?? '');
  const rounds = Number(argument('rounds', '3'));
  const iterations = Number(argument('iterations', '10'));
  const paired = python !== '' && script !== '';
  for (const name of argument('nets', Object.keys(LARGE).join(',')).split(',')) {
    for (const mode of argument('modes', 'train,infer').split(',')) {
      const own: Measurement[] = [];
      const other: Measurement[] = [];
      for (let round = 0; round < rounds; round++) {
        own.push(JSON.parse(execFileSync(process.execPath, [__filename, '--one', name, '--mode', mode, '--iterations', String(iterations), '--threads', String(threads), '--clock', byCpu ? 'cpu' : 'wall'], { encoding: 'utf8' })) as Measurement);
        if (paired) other.push(peer(python, script, name, mode, iterations));
      }
      const shown = (of: readonly Measurement[]): string => `${median(of.map((m) => m.median)).toFixed(0).padStart(7)}/s (best ${Math.max(...of.map((m) => m.best)).toFixed(0)}) ${median(of.map((m) => m.rssMB)).toFixed(0)} MB`;
      const ratios = (by: 'median' | 'best'): readonly number[] => other.map((measured, k) => own[k][by] / measured[by]);
      const list = (numbers: readonly number[]): string => `${median(numbers).toFixed(2)} (${numbers.map((ratio) => ratio.toFixed(2)).join(' ')})`;
      const beside = paired ? ` | PyTorch ${shown(other)} | ratio ${list(ratios('median'))}, by best steps ${list(ratios('best'))}` : '';
      console.log(`${name.padEnd(5)} ${mode.padEnd(5)} ${shown(own)}${beside}`);
    }
  }
}

const one = argument('one', '');
if (one === '') compare();
else void measure(one, argument('mode', 'train'), Number(argument('iterations', '10'))).then((measured) => console.log(JSON.stringify(measured)));
