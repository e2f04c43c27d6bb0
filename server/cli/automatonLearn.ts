import * as fs from 'node:fs';
import { toJson } from '../core/automata/automatonJson';
import { writeTraceModel, type TraceModel } from '../core/automata/automatonFile';
import { learnDefault } from '../core/automata/defaultLearner';
import { learn, learnTree, type Instrumentation } from '../core/automata/learner';
import { readLearnOptions } from '../core/automata/learnOptions';
import { readWindowOptions } from '../core/automata/windowOptions';
import { buildPrefixTree, type PrefixTree } from '../core/automata/prefixTree';
import { dataProblem } from '../core/automata/mergeTests/registry';
import { traceCount, type TraceSet } from '../core/automata/traces';
import { treeSteps, treeTraces } from '../core/automata/treeTraces';
import { count } from '../core/symbols/words';
import { checkCancelled } from '../core/util/control';
import { nodeFiles } from '../node/files';
import { traceInput } from './automatonFiles';
import { treeOf } from './automatonTree';
import { type Context, shownPath, userPath } from './context';
import { EXIT, InputError, parseOptions, UsageError } from './options';
import { settingsGiven } from './settingsGiven';

/** The default learner looks at every trace many times: of trees that stand for more steps it gets every n-th trace. */
const MOST_STEPS = 100_000_000;
/** Bytes of a file from which on its traces are counted, not kept: kept they take as much memory as the file. */
const LARGE = 1 << 30;

/** `anomaline automaton learn [TRACES...|LOG.csv] [--tree FILE]... [--ini FILE] [--set key=value]... --model FILE [--json]`. Without `variant` our default learner runs. */
export async function learnAutomaton(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { model: { type: 'string' }, tree: { type: 'string', multiple: true }, set: { type: 'string', multiple: true }, ini: { type: 'string' }, json: { type: 'boolean', default: false } });
  const trees = values.tree ?? [];
  if (positionals.length + trees.length === 0) throw new UsageError('Name a file of traces, or a tree with --tree FILE.');
  if (values.model === undefined) throw new UsageError('Name the file for the model with --model FILE.');
  const windows = readWindowOptions(await settingsGiven(context, values.ini, values.set));
  const options = readLearnOptions(windows.rest);
  const wrong = [...windows.problems, ...options.problems];
  if (wrong.length > 0) throw new UsageError(...wrong.map((p) => `${p.message} ${p.next}`));
  if (options.ignored.length > 0) context.note(`Without effect: ${options.ignored.join(', ')}.`);

  const start = performance.now();
  // What a tree does not keep, and who needs it.
  const { mergeTest, variant } = options.settings;
  const needs = options.learner === 'variant' && variant === 'main' ? 'the variant main breaks ties by the order of the traces' : mergeTest === 'mealy' || mergeTest === 'meanSquaredError' ? `the merge test ${mergeTest} looks at the data of symbols` : mergeTest === 'attributes' ? 'the merge test attributes looks at the numbers of symbols' : undefined;
  const counted = trees.length > 0 || positionals.length > 1 || (needs === undefined && isLarge(positionals[0]));
  if (counted && needs !== undefined) throw new UsageError(`Trees and sums of files cannot be learned from here: ${needs}, which a tree does not keep. Name one file of traces.`);
  const tree = counted ? await treeOf(context, trees, positionals) : undefined;
  const traces = tree ? undefined : (await traceInput(context, positionals[0], windows)).traces;
  if (traces) checkTypes(positionals[0], traces);
  const lacking = dataProblem(mergeTest, tree?.traces ?? traces!);
  if (lacking) context.note(`${lacking.message} ${lacking.next}`);
  const steps: string[] = [];
  const record: Instrumentation = {
    extended: (size) => steps.push(`x${size}`),
    merged: (score) => steps.push(`m${Number(score.toPrecision(6))}`),
    split: (score) => steps.push(`s${Number(score.toPrecision(6))}`),
  };
  const instrumentation: Instrumentation = {
    cancelled: () => context.control.cancelled,
    step: (fraction, states, waiting) => context.control.report(fraction, `${states} states, ${waiting} candidates`),
  };
  const { settings: wanted } = options;
  const model: TraceModel = options.learner === 'default' ? learnDefault(traces ?? sampled(context, tree!), options.given, instrumentation, record)
    : { automaton: tree ? learnTree(tree, wanted, { ...instrumentation, ...record }) : learn(traces!, wanted, { ...instrumentation, ...record }), settings: wanted, mixture: undefined };
  checkCancelled(context.control);
  const written = await nodeFiles.write(userPath(values.model), writeTraceModel(model));
  if (written) throw new InputError(written.fault);

  const seconds = (performance.now() - start) / 1000;
  const { automaton, settings, mixture } = model;
  if (values.json) context.json({ ...toJson(automaton), steps, seconds, peakRssBytes: process.resourceUsage().maxRSS * 1024 });
  else {
    const core = automaton.arrays.flags.filter((_, q) => automaton.isCore(q)).length;
    const averaged = mixture && (mixture.hidden.length > 0 || mixture.weights.some((w) => w > 0 && w < 1)) ? ', averaged with other automata, hidden states and contexts where these predict better' : '';
    context.line(`${shownPath(userPath(values.model))}: learned from ${count(tree ? tree.size[0] : traceCount(traces!))} traces (${settings.mergeTest}, significance ${settings.confidence}), ${count(core)} states, ${count(automaton.stateCount - core)} rare ones${averaged}, ${seconds.toFixed(2)} s`);
  }
  return EXIT.clean;
}

/** Counts by type that a learner can hold, at all prefixes together. */
const MOST_COUNTS = 1 << 27;

/** Every prefix counts every type: refuses traces of so many types that memory would not do. */
function checkTypes(file: string, traces: TraceSet): void {
  const types = traces.typeNames.length;
  if (types < 2 || types * (traces.symbols.length + 1) <= MOST_COUNTS) return;
  const prefixes = buildPrefixTree({ ...traces, typeNames: [''] }).nodeCount;
  if (types * prefixes > MOST_COUNTS) throw new InputError(`${file}: ${count(types)} types of traces, each counted at ${count(prefixes)} prefixes, are too many. The type is the first word of a line; give traces the same type where it does not matter.`);
}

/** Whether a file is better counted into a tree than held in memory. */
function isLarge(given: string): boolean {
  return (fs.statSync(userPath(given), { throwIfNoEntry: false })?.size ?? 0) > LARGE;
}

/** The traces of a tree, as many as the default learner can take. */
function sampled(context: Context, tree: PrefixTree): TraceSet {
  const every = Math.ceil(treeSteps(tree) / MOST_STEPS);
  if (every > 1) context.note(`The traces have more than ${count(MOST_STEPS)} steps: the default learner takes one of ${every}. With a variant all count.`);
  return treeTraces(tree, Math.max(1, every));
}
