import * as path from 'node:path';
import type { Detector } from '../core/detectors/detector';
import { detectors } from '../core/detectors/registry';
import { nearest, resolveSettings, type SettingValues } from '../core/settings/setting';
import { count } from '../core/symbols/words';
import { baselineFault, baselineWords } from '../engine/baseline';
import { chosenDetector } from '../engine/captureIndex';
import { givenAutomaton, learnModel, previousModel } from '../engine/learn';
import { trainingFile } from '../engine/trainingFile';
import { nodeFiles } from '../node/files';
import type { BaselineChoice } from '../protocol/baseline';
import type { Context } from './context';
import { indexPaths, noteSkipped, shownPath, userPath } from './context';
import { EXIT, InputError, numberOption, pairs, parseOptions, UsageError } from './options';

/** `anomaline learn PATH... --model FILE [--automaton FILE] [--continue MODEL] [...]`: learns a model from a baseline, with an automaton that is there or going on from a model where one is named, and writes it. */
export async function learn(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    detector: { type: 'string', default: 'auto' }, model: { type: 'string' }, baseline: { type: 'string', multiple: true }, where: { type: 'string' },
    from: { type: 'string' }, to: { type: 'string' }, share: { type: 'string' }, self: { type: 'boolean', default: false }, set: { type: 'string', multiple: true }, seed: { type: 'string' }, automaton: { type: 'string' }, continue: { type: 'string' },
  });
  if (values.model === undefined) throw new UsageError('Name the file for the model with --model FILE.');
  const files = values.detector === 'auto' ? await indexPaths(context, positionals) : undefined;
  const detector = chosenDetector(values.detector, files ?? []);
  if (!detector) throw new UsageError(`There is no detector "${values.detector}". Did you mean ${nearest(values.detector, detectors.map((d) => d.id)) ?? detectors.map((d) => d.id).join(' or ')}?`);
  const given = { ...pairs('set', values.set), ...(values.seed === undefined ? {} : { seed: values.seed }) };
  const { values: settings, problems } = resolveSettings(detector.settings, given);
  if (problems.length > 0) throw new UsageError(...problems.map((p) => `${p.message} ${p.next}`));
  if (values.automaton !== undefined) checkAdoption(detector, settings);
  const baseline = baselineOf(values);
  const automaton = values.automaton === undefined ? undefined : await givenAutomaton(nodeFiles, userPath(values.automaton), detector);
  if (automaton && 'fault' in automaton) throw new InputError(automaton.fault);
  const previous = values.continue === undefined ? undefined : await previousModel(nodeFiles, userPath(values.continue), detector);
  if (previous && 'fault' in previous) throw new InputError(previous.fault);
  const kept = `${userPath(values.model)}.checkpoint`;
  const learned = await learnModel(context.readers, files ?? (await indexPaths(context, positionals)), detector, settings, baseline, context.control, { automaton, previous, training: trainingFile(nodeFiles.own(path.dirname(kept)), path.basename(kept)) }).catch(async (error: unknown) => {
    if (await nodeFiles.stat(kept)) context.note(`What was trained is kept in ${shownPath(kept)}. Learning again with the same settings goes on from there.`);
    throw error;
  });
  if ('fault' in learned) throw new InputError(learned.fault);
  const written = await nodeFiles.write(userPath(values.model), learned.bytes);
  if (written) throw new InputError(written.fault);
  noteSkipped(context, learned.skipped);
  context.line(`${shownPath(userPath(values.model))}: learned from ${count(learned.model.baselineRows)} rows (${baselineWords(baseline)})${automaton ? ` on the automaton of ${automaton.name}` : ''}, ${learned.model.states > 0 ? `${count(learned.model.states)} states, ${count(learned.model.symbols)} symbols` : `${count(learned.model.symbols)} known values`}, ${count(learned.bytes.length)} bytes`);
  return EXIT.clean;
}

/** An automaton is only taken where the settings say so: the rest of the model differs too. */
function checkAdoption(detector: Detector, settings: SettingValues): void {
  if (!detector.adoption) throw new UsageError(`--automaton does not go with ${detector.id}: it takes no automaton from a file.`);
  const missing = Object.entries(detector.adoption.settings).filter(([name, value]) => settings[name] !== value);
  if (missing.length > 0) throw new UsageError(`--automaton needs ${missing.map(([name, value]) => `--set ${name}=${String(value)}`).join(' ')}: the automaton is used as the tool does that it was learned for.`);
}

interface BaselineOptions {
  readonly self?: boolean;
  readonly baseline?: readonly string[];
  readonly where?: string;
  readonly from?: string;
  readonly to?: string;
  readonly share?: string;
}

function baselineOf(values: BaselineOptions): BaselineChoice {
  const where = values.where === undefined ? undefined : Object.entries(pairs('where', [values.where]))[0];
  const baseline: BaselineChoice = {
    ...(values.self ? { self: true } : {}),
    ...(values.baseline ? { files: values.baseline } : {}),
    ...(where ? { label: { column: where[0], matches: where[1] } } : {}),
    ...(values.from === undefined ? {} : { from: timeOption('from', values.from) }),
    ...(values.to === undefined ? {} : { to: timeOption('to', values.to) }),
    ...(values.share === undefined ? {} : { share: numberOption('share', values.share, 1, 0, 1) }),
  };
  const fault = baselineFault(baseline);
  if (fault) throw new UsageError(`The baseline cannot be used: ${fault}.`);
  return baseline;
}

/** Seconds as a number, or an ISO date and time. */
function timeOption(name: string, text: string): number {
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000;
  if (!Number.isFinite(value)) throw new UsageError(`--${name} takes seconds or a date such as 2026-01-31T08:00:00Z, not "${text}".`);
  return value;
}
