import { traceLogProbabilities } from '../core/automata/mixture';
import { competitionPerplexity, stepPerplexity } from '../core/automata/perplexity';
import { defaultReplaySettings, replay } from '../core/automata/replay';
import { traceCount, translateTraces, type TraceSet } from '../core/automata/traces';
import type { TraceModel } from '../core/automata/automatonFile';
import { decodeUtf8 } from '../core/util/utf8';
import { automatonFile, fileBytes, traceFile } from './automatonFiles';
import type { Context } from './context';
import { EXIT, InputError, parseOptions, UsageError } from './options';

/** Bytes of a number and the blanks behind it, at most. */
const MOST_NUMBER = 64;

/**
 * `anomaline automaton perplexity TEST --model FILE [--solution FILE]`: with the true probabilities of the traces the perplexity of the PAutomaC
 * competition, without them that of a step (symbol or end). The number is the last thing printed.
 */
export async function perplexity(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { model: { type: 'string' }, solution: { type: 'string' } });
  if (positionals.length !== 1) throw new UsageError('Name one file of traces.');
  const model = await automatonFile(context, values.model);
  const traces = translateTraces(await traceFile(context, positionals[0]), model.automaton.alphabet);
  const total = traceCount(traces);
  if (total === 0) throw new InputError(`${positionals[0]}: There is no trace to judge the model by.`);
  const logs = logProbabilities(model, traces);
  if (values.solution === undefined) {
    context.line(`perplexity of a step, ${total} traces: ${stepPerplexity(logs, traces.symbols.length + total)}`);
    return EXIT.clean;
  }
  const bytes = await fileBytes(values.solution);
  const numbers = bytes.length > MOST_NUMBER * (total + 2) ? [] : decodeUtf8(bytes).trim().split(/\s+/).map(Number);
  const solution = numbers.length === total + 1 ? numbers.slice(1) : numbers;
  if (solution.length !== total || !solution.every((p) => p >= 0)) throw new InputError(`${values.solution}: ${total} probabilities are expected, one a trace, behind their number on the first line.`);
  if (!solution.some((p) => p > 0)) throw new InputError(`${values.solution}: All probabilities are 0.`);
  context.line(`optimum ${competitionPerplexity(solution, solution.map(Math.log))}, perplexity: ${competitionPerplexity(solution, logs)}`);
  return EXIT.clean;
}

/** Natural logarithms of the probabilities of whole traces, their ends included. */
function logProbabilities({ automaton, settings, mixture }: TraceModel, traces: TraceSet): Float64Array {
  if (mixture) return traceLogProbabilities(mixture, traces);
  const run = replay(automaton, traces, { ...defaultReplaySettings, correction: settings.correction, finalProbability: true });
  const logs = new Float64Array(traceCount(traces));
  for (let t = 0; t < logs.length; t++) for (let i = run.offsets[t]; i < run.offsets[t + 1]; i++) logs[t] += run.scores[i];
  return logs;
}
