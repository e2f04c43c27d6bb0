import * as path from 'node:path';
import { LearningError } from '../core/detectors/detector';
import { Cancelled } from '../core/util/control';
import { MemoryLimitError } from '../core/util/memory';
import { visible } from '../core/util/visible';
import { automaton } from './automaton';
import type { Context } from './context';
import { openContext, WORKERS } from './context';
import { evaluate } from './evaluate';
import { explain } from './explain';
import { exportModel } from './exportModel';
import { inspect } from './inspect';
import { learn } from './learn';
import { nearest } from '../core/settings/setting';
import { memoryLimit } from './memoryLimit';
import { EXIT, InputError, UsageError } from './options';
import { type Outputs, processOutputs, streamOutputs } from './output';
import { score } from './score';
import { VERSION } from './version';

const COMMANDS: Readonly<Record<string, (context: Context, args: readonly string[]) => Promise<number>>> = { inspect, learn, score, explain, evaluate, export: exportModel, automaton };

export const USAGE = `anomaline ${VERSION}: what does not belong in these logs?

  anomaline inspect  PATH... [--json]
  anomaline learn    PATH... --model FILE [--detector stateFrequency|stateOutliers|authSequences] [--baseline GLOB]... [--where label=Benign]
                     [--from TIME] [--to TIME] [--share 0..1] [--self] [--set key=value]... [--seed N]
                     [--automaton FLEXFRINGE.json --set reference=true] [--continue MODEL]
  anomaline score    PATH... --model FILE [--format jsonl|csv|sarif|markdown] [--out FILE] [--top N] [--acceptance 0.001]
  anomaline explain  FILE:LINE --model FILE
  anomaline evaluate PATH... --model FILE --label COLUMN --positive REGEX [--rest] [--acceptance 0.001] [--json]
                     [--baselines [--learned-from PATH]... [--features set1..set4] [--outliers lof|isolationForest|kde|quartiles|meanStd]
                     [--least-rows 51] [--most-rows 2000] [--most-profiles 50] [--seed 1]]
  anomaline evaluate PATH... --model FILE --redteam FILE [--mask-host HOST] [--json]
  anomaline export   --model FILE --onnx FILE

  anomaline automaton learn      [TRACES...|LOG.csv] [--tree FILE]... --model FILE [--ini FILE] [--set key=value]... [--json]
  anomaline automaton count      TRACES... --tree FILE [--add]
  anomaline automaton replay     TRACES|LOG.csv --model FILE [--ini FILE] [--set key=value]... [--json]
  anomaline automaton show       FILE [--format dot|svg|json|flexfringe]
  anomaline automaton perplexity TRACES --model FILE [--solution FILE]
  anomaline automaton diff       FILE FILE [--least 0.01] [--json]

--memory-limit MB goes with each of the first five: no more memory is taken (4,096 MB unless told otherwise).
Without a baseline the logs are their own: what is rare among them is found. --rest leaves out the rows of the baseline.
--baselines judges whole entities too, by the model and by three other methods that learn from the same rows (those of PATH, or of --learned-from).
A tree holds how often each prefix of the traces occurred: add tomorrow's to it (--add) and learn again, without today's.
Exit codes: 0 nothing found, 1 findings, 2 usage, 3 input unusable or output not written, 130 interrupted.
`;

/** Runs one command. Resolves to the exit code; never rejects. Results that could not be written, to their end, are exit code 3 whatever was found. */
export async function main(args: readonly string[], workerScript: string, outputs: Outputs = streamOutputs()): Promise<number> {
  const code = await run(args, workerScript, outputs);
  const lost = await outputs.out.finish();
  if (lost !== undefined) outputs.err.write(`The results were not written to standard output, or not to their end: ${visible(lost)}. Write them elsewhere, or read them to their end.\n`);
  const untold = await outputs.err.finish();
  return lost === undefined && untold === undefined ? code : EXIT.input;
}

async function run(args: readonly string[], workerScript: string, outputs: Outputs): Promise<number> {
  const { out, err } = outputs;
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help' || rest.includes('--help')) {
    out.write(USAGE);
    return name === undefined ? EXIT.usage : EXIT.clean;
  }
  if (name === '--version') {
    out.write(VERSION + '\n');
    return EXIT.clean;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const near = nearest(name, Object.keys(COMMANDS));
    err.write(`There is no command "${visible(name)}".${near ? ` Did you mean "${near}"?` : ''}\n\n${USAGE}`);
    return EXIT.usage;
  }
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
  };
  // Automata are learned without a pause in which a signal could be heard; there it ends the program, and no model is written.
  if (command !== automaton) {
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
  }
  const { limit, others, fault } = memoryLimit(rest);
  if (fault !== undefined) {
    outputs.err.write(`${visible(fault)}\n`);
    return EXIT.usage;
  }
  const context = openContext(workerScript, WORKERS, () => interrupted, outputs, limit);
  try {
    return await command(context, others);
  } catch (error) {
    if (error instanceof Cancelled) {
      if (interrupted) context.note('Stopped. Nothing was written by halves.');
      return EXIT.interrupted;
    }
    if (error instanceof UsageError) {
      for (const line of [...error.lines, 'anomaline --help shows how it is called.']) context.note(line);
      return EXIT.usage;
    }
    const forUser = error instanceof InputError || error instanceof LearningError || error instanceof MemoryLimitError;
    const told = forUser ? [error.message] : `Unexpected: ${(error as Error).stack ?? String(error)}`.split('\n');
    for (const line of told) context.note(line);
    return EXIT.input;
  } finally {
    await Promise.all([context.readers.dispose(), context.traceCounter.dispose()]);
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

if (require.main === module) {
  // Bundled: dist/cli.js beside dist/workers; compiled: out/server/cli beside out/server/workers.
  const workers = path.basename(__dirname) === 'cli' ? path.join(__dirname, '../workers/logWorker.js') : path.join(__dirname, 'workers/logWorker.js');
  void main(process.argv.slice(2), workers, processOutputs()).then((code) => {
    process.exitCode = code;
  });
}
