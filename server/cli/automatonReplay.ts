import { defaultReplaySettings, replay, type Replay, type ReplaySettings } from '../core/automata/replay';
import { replayData, type DataReplay } from '../core/automata/replayData';
import type { LearnSettings } from '../core/automata/settings';
import type { Automaton } from '../core/automata/automaton';
import { translateTraces } from '../core/automata/traces';
import { readReplayOptions } from '../core/automata/replayOptions';
import { readWindowOptions } from '../core/automata/windowOptions';
import type { TraceModel } from '../core/automata/automatonFile';
import { jsonText, visible } from '../core/util/visible';
import { automatonFile, traceInput, type TraceInput } from './automatonFiles';
import type { Context } from './context';
import { EXIT, InputError, parseOptions, UsageError } from './options';
import { settingsGiven } from './settingsGiven';

/** Characters printed at a time. */
const PIECE = 1 << 16;
/** Symbols named in a message. */
const NAMED = 3;

/**
 * `anomaline automaton replay TRACES|LOG.csv --model FILE [--ini FILE] [--set key=value]... [--json]`: the states and log-probabilities of every trace; of
 * those of a log also whose they are, their type, and the lines they lead back to.
 */
export async function replayTraces(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { model: { type: 'string' }, set: { type: 'string', multiple: true }, ini: { type: 'string' }, json: { type: 'boolean', default: false } });
  if (positionals.length !== 1) throw new UsageError('Name one file of traces, or one log in FlexFringe\'s CSV.');
  const windows = readWindowOptions(await settingsGiven(context, values.ini, values.set));
  const { given, ignored, problems } = readReplayOptions(windows.rest);
  const wrong = [...windows.problems, ...problems];
  if (wrong.length > 0) throw new UsageError(...wrong.map((p) => `${p.message} ${p.next}`));
  if (ignored.length > 0) context.note(`Without effect on replay: ${ignored.join(', ')}.`);
  const model = await automatonFile(context, values.model);
  const input = await traceInput(context, positionals[0], windows);
  checkSymbols(positionals[0], input, model);
  const traces = translateTraces(input.traces, model.automaton.alphabet);
  const run = replay(model.automaton, traces, { ...replaySettingsOf(model.settings), ...given });
  const line = values.json ? jsonLines(input, model, run, replayData(model.automaton, traces, run)) : textLines(input, model, run);
  let text = values.json ? '' : ['trace', 'steps', 'sum', 'mean', 'min', ...(input.log ? ['entity', 'type', 'lines'] : []), 'states'].join('\t') + '\n';
  for (let t = 0; t < input.traces.types.length; t++) {
    text += line(t) + '\n';
    if (text.length < PIECE) continue;
    context.print(text);
    text = '';
  }
  context.print(text);
  return EXIT.clean;
}

/** A log that shares no symbol with the model was made with another encoding: every step would fall back to the root. */
function checkSymbols(file: string, { traces, log }: TraceInput, { automaton }: TraceModel): void {
  const known = new Set(automaton.alphabet);
  if (!log || traces.alphabet.some((symbol) => known.has(symbol))) return;
  const some = (symbols: readonly string[]): string => symbols.slice(0, NAMED).join(', ') || 'none';
  throw new InputError(`${file}: The log and the model have no symbol in common: the log has ${some(traces.alphabet)}, the model ${some(automaton.alphabet)}. Make the log with the encoding that the model was learned with, its columns in the same order.`);
}

interface Summary { readonly states: number[]; readonly noGuard?: number[]; readonly scores: number[]; readonly sum: number; readonly mean: number; readonly min: number }

function summary({ offsets, states, scores, noGuard }: Replay, t: number): Summary {
  const own = Array.from(scores.subarray(offsets[t], offsets[t + 1]));
  const sum = own.reduce((a, b) => a + b, 0);
  // Steps, from 0, at which the state knew the symbol and no guard held.
  const outside = noGuard && Array.from(noGuard.subarray(offsets[t], offsets[t + 1]), (no, i) => (no ? i : -1)).filter((i) => i >= 0);
  return { ...(outside ? { noGuard: outside } : {}), states: Array.from(states.subarray(offsets[t], offsets[t + 1])), scores: own, sum, mean: own.length > 0 ? sum / own.length : 0, min: own.reduce((a, b) => Math.min(a, b), 0) };
}

/** `states` are ours; `numbers` are those of FlexFringe's file where it has other ones, null where the trace was lost. Rows count from 0, lines from 1. */
function jsonLines({ traces, log }: TraceInput, { automaton }: TraceModel, run: Replay, data: DataReplay | undefined): (t: number) => string {
  const { number } = automaton.arrays;
  const renumbered = number.some((n, q) => n !== q);
  return (t) => {
    const { states, ...scored } = summary(run, t);
    const rest = { ...scored, ...dataOf(data, automaton, run.offsets[t], run.offsets[t + 1]) };
    const numbers = renumbered ? { numbers: states.map((q) => (q < 0 ? null : number[q])) } : {};
    if (!log) return jsonText({ trace: t, states, ...rest, ...numbers });
    const rows = log.windows.rows.subarray(log.windows.offsets[t], log.windows.offsets[t + 1]);
    const of = { entity: log.events.entityNames[log.windows.entities[t]], type: traces.typeNames[traces.types[t]], rows: [rows[0], rows[rows.length - 1]], lines: Array.from(rows, (row) => log.events.lines[row] + 1) };
    return jsonText({ trace: t, states, ...rest, ...numbers, ...of });
  };
}

/** States by their numbers in FlexFringe's file; `-`: lost. */
function textLines({ traces, log }: TraceInput, { automaton }: TraceModel, run: Replay): (t: number) => string {
  const { number } = automaton.arrays;
  return (t) => {
    const { states, scores, sum, mean, min } = summary(run, t);
    const cells = [t, scores.length, sum.toFixed(4), mean.toFixed(4), min.toFixed(4)];
    if (log) {
      const { rows, offsets, entities } = log.windows;
      cells.push(visible(log.events.entityNames[entities[t]]), visible(traces.typeNames[traces.types[t]]), `${log.events.lines[rows[offsets[t]]] + 1}-${log.events.lines[rows[offsets[t + 1] - 1]] + 1}`);
    }
    return [...cells, states.map((q) => (q < 0 ? '-' : number[q])).join(' ')].join('\t');
  };
}

/** A trace without transition is lost in a variant's replay, as in the reference; in ours it starts again at the root. */
function replaySettingsOf(settings: LearnSettings): ReplaySettings {
  const { variant, correction, finalProbability } = settings;
  return { ...defaultReplaySettings, correction, finalProbability, reset: variant === 'default', repeatAtRoot: variant === 'sicco' };
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
