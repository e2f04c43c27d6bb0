import { defaultReplaySettings, replay, type ReplaySettings } from '../core/automata/replay';
import { replayData, type DataReplay } from '../core/automata/replayData';
import type { LearnSettings } from '../core/automata/settings';
import type { Automaton } from '../core/automata/automaton';
import { translateTraces } from '../core/automata/traces';
import { readReplayOptions } from '../core/automata/replayOptions';
import { automatonFile, traceFile } from './automatonFiles';
import type { Context } from './context';
import { EXIT, pairs, parseOptions, UsageError } from './options';

/** Characters printed at a time. */
const PIECE = 1 << 16;

/** `anomaline automaton replay TRACES --model FILE [--set key=value]... [--json]`: the states and log-probabilities of every trace. */
export async function replayTraces(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { model: { type: 'string' }, set: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } });
  if (positionals.length !== 1) throw new UsageError('Name one file of traces.');
  const { given, ignored, problems } = readReplayOptions(pairs('set', values.set));
  if (problems.length > 0) throw new UsageError(problems.map((p) => `${p.message} ${p.next}`).join('\n'));
  if (ignored.length > 0) context.note(`Without effect on traces: ${ignored.join(', ')}.`);
  const { automaton, settings } = await automatonFile(context, values.model);
  const traces = translateTraces(await traceFile(context, positionals[0]), automaton.alphabet);
  const run = replay(automaton, traces, { ...replaySettingsOf(settings), ...given });
  const data = replayData(automaton, traces, run);
  let text = values.json ? '' : 'trace\tsteps\tsum\tmean\tmin\tstates\n';
  for (let t = 0; t < traces.types.length; t++) {
    const states = Array.from(run.states.subarray(run.offsets[t], run.offsets[t + 1]));
    const scores = Array.from(run.scores.subarray(run.offsets[t], run.offsets[t + 1]));
    const sum = scores.reduce((a, b) => a + b, 0);
    const mean = scores.length > 0 ? sum / scores.length : 0;
    const min = scores.reduce((a, b) => Math.min(a, b), 0);
    text += values.json ? JSON.stringify({ trace: t, states, scores, sum, mean, min, ...dataOf(data, automaton, run.offsets[t], run.offsets[t + 1]) }) + '\n' : [t, scores.length, sum.toFixed(4), mean.toFixed(4), min.toFixed(4), states.join(' ')].join('\t') + '\n';
    if (text.length < PIECE) continue;
    context.print(text);
    text = '';
  }
  context.print(text);
  return EXIT.clean;
}

/** What a Mealy machine answers (null: unknown) or a regression automaton predicts at each step of a trace, and how far the trace's own data are from it. */
function dataOf(data: DataReplay | undefined, automaton: Automaton, from: number, to: number): object {
  if (!data) return {};
  return {
    ...(data.outputs ? { outputs: Array.from(data.outputs.subarray(from, to), (output) => automaton.data.outputs?.names[output] ?? null) } : {}),
    ...(data.values ? { predicted: Array.from(data.values.subarray(from, to), (value) => (Number.isNaN(value) ? null : value)) } : {}),
    errors: Array.from(data.errors.subarray(from, to)),
  };
}

/** A trace without transition is lost in a variant's replay, as in the reference; in ours it starts again at the root. */
function replaySettingsOf(settings: LearnSettings): ReplaySettings {
  const { variant, correction, finalProbability } = settings;
  return { ...defaultReplaySettings, correction, finalProbability, reset: variant === 'default', repeatAtRoot: variant === 'sicco' };
}
