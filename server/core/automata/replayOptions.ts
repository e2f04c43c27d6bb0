import { nearest, resolveSettings } from '../settings/setting';
import { windowNames } from './windowOptions';
import { noEffect, referenceKeys } from './referenceKeys';
import { defaultReplaySettings } from './replay';
import type { Setting } from '../settings/setting';
import type { Problem } from '../util/problem';
import type { ReplaySettings } from './replay';

/** Every parameter of replay under its own name. */
export const replayOptions: readonly Setting[] = [
  { name: 'correction', type: 'number', unit: '', min: 0, max: 1e9, whole: false, default: defaultReplaySettings.correction, text: 'Laplace count of probabilities' },
  { name: 'reset', type: 'flag', default: defaultReplaySettings.reset, text: 'a symbol without transition starts again at the root' },
  { name: 'finalProbability', type: 'flag', default: defaultReplaySettings.finalProbability, text: 'the end of a trace is a step too' },
  { name: 'repeatAtRoot', type: 'flag', default: defaultReplaySettings.repeatAtRoot, text: 'arriving at the root repeats the state before (sicco)' },
];

const keys: Readonly<Record<string, string>> = { correction: 'correction', predictreset: 'reset', finalprob: 'finalProbability' };
const flags: Readonly<Record<string, string>> = { 0: 'false', 1: 'true' };

/** Reads settings of replay under our names or the reference's; its learning keys do nothing here and are listed in `ignored`. */
export function readReplayOptions(given: Readonly<Record<string, string>>): { given: Partial<ReplaySettings>; ignored: readonly string[]; problems: readonly Problem[] } {
  const own: Record<string, string> = {};
  const ignored: string[] = [];
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries(given)) {
    if (Object.hasOwn(keys, key)) own[keys[key]] = keys[key] === 'correction' ? value : (flags[value] ?? value);
    else if (replayOptions.some((option) => option.name === key)) own[key] = value;
    else if (noEffect.has(key) || Object.hasOwn(referenceKeys, key)) ignored.push(key);
    else {
      const near = nearest(key, [...replayOptions.map((option) => option.name), ...Object.keys(keys), ...windowNames]);
      problems.push({ code: 'unknown-setting', severity: 'error', message: `There is no setting "${key}" of replay.`, next: near ? `Did you mean "${near}"?` : `The settings are: ${replayOptions.map((option) => option.name).join(', ')}.` });
    }
  }
  const resolved = resolveSettings(replayOptions, own);
  return { given: Object.fromEntries(Object.keys(own).map((name) => [name, resolved.values[name]])) as Partial<ReplaySettings>, ignored, problems: [...problems, ...resolved.problems] };
}
