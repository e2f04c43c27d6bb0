// Fuzzes without end: `npm run fuzz -- --minutes N [--target NAME] [--seed S]`, or one input again: `--target NAME --run SEED`.
// Inputs that fail are kept in test/fuzz/failures, where the suite runs them from then on. A target that hangs counts as failed.
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { keepFailure } from './failures';
import type { FuzzTarget } from './target';
import { inputOf, seedOf } from './target';
import { targets } from './targets';

/** An input that takes longer than this hangs. */
const HANG_MILLISECONDS = 60_000;
/** Inputs of one target in a row. */
const TURN = 200;
const TOLD_MILLISECONDS = 30_000;

interface Work {
  readonly names: readonly string[];
  readonly base: number;
  readonly first: number;
  readonly until: number;
}

interface Tick {
  readonly target: string;
  readonly seed: number;
  readonly n: number;
  readonly error?: string;
}

function named(name: string): FuzzTarget {
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`--target ${name}: there are ${targets.map((one) => one.name).join(', ')}`);
  return target;
}

/** Checks one input; what went wrong, if anything did. */
async function attempt(target: FuzzTarget, seed: number): Promise<string | undefined> {
  try {
    await target.check(inputOf(target, seed));
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

async function work({ names, base, first, until }: Work): Promise<void> {
  const tell = (tick: Tick): void => parentPort?.postMessage(tick);
  for (let from = first; Date.now() < until; from += TURN) {
    for (const target of names.map(named)) {
      for (let n = from; n < from + TURN && Date.now() < until; n++) {
        const seed = seedOf(target, base, n);
        tell({ target: target.name, seed, n });
        const error = await attempt(target, seed);
        if (error !== undefined) tell({ target: target.name, seed, n, error });
      }
    }
  }
}

class Run {
  private failures = 0;
  private readonly counts = new Map<string, number>();
  private last: Tick | undefined;
  private lastAt = Date.now();
  private toldAt = Date.now();

  constructor(private readonly names: readonly string[], private readonly base: number, private readonly until: number) {}

  /** Resolves with the number of failures when the time is over. */
  async toEnd(): Promise<number> {
    for (let first: number | undefined = 0; first !== undefined; ) first = await this.oneWorker(first);
    this.tell();
    return this.failures;
  }

  /** Works until the time is over (undefined), or until a target hangs or ends the thread: then from which number on to go on. */
  private oneWorker(first: number): Promise<number | undefined> {
    const worker = new Worker(__filename, { workerData: { names: this.names, base: this.base, first, until: this.until } satisfies Work });
    this.lastAt = Date.now();
    return new Promise((resolve) => {
      const end = (next: number | undefined): void => {
        clearInterval(watch);
        worker.removeAllListeners();
        void worker.terminate();
        resolve(next);
      };
      const lost = (message: string): void => {
        if (this.last) this.failed({ ...this.last, error: message });
        end((this.last?.n ?? first) + 1);
      };
      const watch = setInterval(() => {
        if (Date.now() - this.lastAt > HANG_MILLISECONDS) lost(`no end after ${HANG_MILLISECONDS / 1000} s`);
        else if (Date.now() - this.toldAt > TOLD_MILLISECONDS) this.tell();
      }, 1000);
      worker.on('message', (tick: Tick) => this.tick(tick));
      worker.on('error', (error) => lost(`the thread ended: ${error.message}`));
      worker.on('exit', () => end(undefined));
    });
  }

  private tick(tick: Tick): void {
    this.lastAt = Date.now();
    if (tick.error !== undefined) return this.failed(tick);
    this.last = tick;
    this.counts.set(tick.target, (this.counts.get(tick.target) ?? 0) + 1);
  }

  private failed({ target, seed, error }: Tick): void {
    this.failures++;
    const file = keepFailure(named(target), inputOf(named(target), seed));
    console.log(`FAILED ${target}, seed ${seed}, kept as ${file}\n${error}`);
  }

  private tell(): void {
    this.toldAt = Date.now();
    console.log(`${[...this.counts].map(([name, count]) => `${name} ${count}`).join(', ')}; ${this.failures} failed`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, target: { type: 'string', multiple: true }, seed: { type: 'string' }, run: { type: 'string' } } });
  const chosen = (values.target ?? targets.map(({ name }) => name)).map(named);
  if (values.run !== undefined) {
    const errors = await Promise.all(chosen.map((target) => attempt(target, Number(values.run))));
    errors.forEach((error, i) => console.log(`${chosen[i].name}: ${error ?? 'no fault'}`));
    process.exitCode = errors.some((error) => error !== undefined) ? 1 : 0;
    return;
  }
  const base = Number(values.seed ?? Date.now() % 2 ** 31);
  console.log(`--seed ${base}, ${values.minutes} minutes: ${chosen.map(({ name }) => name).join(', ')}`);
  const failures = await new Run(chosen.map(({ name }) => name), base, Date.now() + Number(values.minutes) * 60_000).toEnd();
  process.exitCode = failures > 0 ? 1 : 0;
}

void (isMainThread ? main() : work(workerData as Work));
