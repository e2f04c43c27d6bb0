import { resolveSettings } from '../settings/setting';
import type { Setting } from '../settings/setting';
import type { WindowSettings } from '../symbols/windows';
import type { Problem } from '../util/problem';

/** How the rows of a CSV log become traces: sliding windows, or all rows of an entity as one trace. */
export interface WindowOptions {
  readonly sliding: boolean;
  readonly windows: WindowSettings;
}

/** The reference's window, in rows, where neither size nor stride is given. */
const REFERENCE_SIZE = 100;

/** Every parameter of windows under its own name; the defaults are the reference's. */
export const windowSettings: readonly Setting[] = [
  { name: 'slidingWindow', type: 'flag', default: false, text: 'traces are sliding windows of an entity\'s rows; otherwise all its rows are one trace' },
  { name: 'windowSize', type: 'number', unit: 'rows', min: 1, max: 100_000, whole: true, default: REFERENCE_SIZE, text: 'rows of a window' },
  { name: 'windowStride', type: 'number', unit: 'rows', min: 1, max: 100_000, whole: true, default: REFERENCE_SIZE, text: 'rows from the start of a window to the start of the next, at most its size' },
  { name: 'addShorter', type: 'flag', default: true, text: 'what is left of an entity at the end is a window too' },
  { name: 'addPrefix', type: 'flag', default: false, text: 'an entity\'s first rows are windows too before the first is full' },
];

const keys: Readonly<Record<string, string>> = {
  slidingwindow: 'slidingWindow', swsize: 'windowSize', slidingwindowsize: 'windowSize', swstride: 'windowStride', slidingwindowstride: 'windowStride', swaddshorter: 'addShorter', swaddprefix: 'addPrefix',
};
const flags: Readonly<Record<string, string>> = { 0: 'false', 1: 'true' };

/** All names that windows can be set by, ours and the reference's. */
export const windowNames: readonly string[] = [...windowSettings.map(({ name }) => name), ...Object.keys(keys)];

export interface ReadWindowOptions {
  readonly options: WindowOptions;
  /** Settings given that concern windows, as they were spelt: without effect on traces; all but `slidingwindow` are so without sliding windows. */
  readonly given: readonly string[];
  /** All other settings. */
  readonly rest: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

/** Takes the settings of windows, under our names or the reference's, out of all that were given (specs, SEQUENT, section 4; the reference's flags are 0 and 1). */
export function readWindowOptions(all: Readonly<Record<string, string>>): ReadWindowOptions {
  const own: Record<string, string> = {};
  const rest: Record<string, string> = {};
  const given: string[] = [];
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries(all)) {
    if (!windowNames.includes(key)) {
      rest[key] = value;
      continue;
    }
    given.push(key);
    const name = keys[key] ?? key;
    const isFlag = windowSettings.some((setting) => setting.name === name && setting.type === 'flag');
    const text = isFlag ? (flags[value] ?? value) : value;
    if (own[name] !== undefined && own[name] !== text) problems.push({ code: 'setting-twice', severity: 'error', message: `"${key}" contradicts another name of the same setting.`, next: 'Give one of them.' });
    own[name] = text;
  }
  const resolved = resolveSettings(windowSettings, own);
  const { slidingWindow, windowSize, windowStride, addShorter, addPrefix } = resolved.values as { slidingWindow: boolean; windowSize: number; windowStride: number; addShorter: boolean; addPrefix: boolean };
  if (own['windowStride'] !== undefined && windowStride > windowSize) problems.push({ code: 'bad-setting', severity: 'error', message: `The stride of windows, ${windowStride}, is above their size, ${windowSize}: rows between them would be lost.`, next: 'Give a stride of at most the size.' });
  const windows = { size: windowSize, stride: Math.min(windowStride, windowSize), addShorter, addPrefix };
  return { options: { sliding: slidingWindow, windows }, given, rest, problems: [...problems, ...resolved.problems] };
}
