import { toJson } from '../core/automata/automatonJson';
import { writeTraceModel, type TraceModel } from '../core/automata/automatonFile';
import { learnDefault } from '../core/automata/defaultLearner';
import { learn, type Instrumentation } from '../core/automata/learner';
import { readLearnOptions } from '../core/automata/learnOptions';
import { traceCount } from '../core/automata/traces';
import { count } from '../core/symbols/words';
import { checkCancelled } from '../core/util/control';
import { nodeFiles } from '../node/files';
import { traceFile } from './automatonFiles';
import { type Context, shownPath, userPath } from './context';
import { EXIT, InputError, pairs, parseOptions, UsageError } from './options';

/** `anomaline automaton learn TRACES [--set key=value]... --model FILE [--json]`. Without `variant` our default learner runs. */
export async function learnAutomaton(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { model: { type: 'string' }, set: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } });
  if (positionals.length !== 1) throw new UsageError('Name one file of traces.');
  if (values.model === undefined) throw new UsageError('Name the file for the model with --model FILE.');
  const options = readLearnOptions(pairs('set', values.set));
  if (options.problems.length > 0) throw new UsageError(options.problems.map((p) => `${p.message} ${p.next}`).join('\n'));
  if (options.ignored.length > 0) context.note(`Without effect on traces: ${options.ignored.join(', ')}.`);

  const start = performance.now();
  const traces = await traceFile(context, positionals[0]);
  const steps: string[] = [];
  const record: Instrumentation = {
    extended: (size) => steps.push(`x${size}`),
    merged: (score) => steps.push(`m${Number(score.toPrecision(6))}`),
  };
  const instrumentation: Instrumentation = {
    cancelled: () => context.control.cancelled,
    step: (fraction, states, waiting) => context.control.report(fraction, `${states} states, ${waiting} candidates`),
  };
  const model: TraceModel = options.learner === 'default' ? learnDefault(traces, options.given, instrumentation, record) : { automaton: learn(traces, options.settings, { ...instrumentation, ...record }), settings: options.settings, mixture: undefined };
  checkCancelled(context.control);
  const written = await nodeFiles.write(userPath(values.model), writeTraceModel(model));
  if (written) throw new InputError(written.fault);

  const seconds = (performance.now() - start) / 1000;
  const { automaton, settings, mixture } = model;
  if (values.json) context.print(JSON.stringify({ ...toJson(automaton), steps, seconds, peakRssBytes: process.resourceUsage().maxRSS * 1024 }) + '\n');
  else {
    const core = automaton.arrays.flags.filter((_, q) => automaton.isCore(q)).length;
    const averaged = mixture && (mixture.hidden.length > 0 || mixture.weights.some((w) => w > 0 && w < 1)) ? ', averaged with other automata, hidden states and contexts where these predict better' : '';
    context.print(`${shownPath(userPath(values.model))}: learned from ${count(traceCount(traces))} traces (${settings.mergeTest}, significance ${settings.confidence}), ${count(core)} states, ${count(automaton.stateCount - core)} rare ones${averaged}, ${seconds.toFixed(2)} s\n`);
  }
  return EXIT.clean;
}
